"""Say what of a guild's settings its file cannot hold: nobody shall find out when it is taken elsewhere."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.faq.models import Page, PageKind
from bot.meetings.calendars import CalendarKind, FollowedCalendar
from bot.text.catalogue import Texts

# Google's form of an address that anybody may know. Whatever else an address says, it may be a secret.
PUBLIC = "/public/"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """How much was made in chat that the file has no words for.

    Attributes:
        entries: FAQ entries that were made, changed or hidden.
        series: Meetings made in chat with settings of their own, muted ones among them.
        authors: Authors of mails who are hidden because they asked for it.
        has_choices: Whether channels chose of lists what the file cannot say.
    """

    entries: int = 0
    series: int = 0
    authors: int = 0
    has_choices: bool = False


def write_notes(
    texts: Texts, left: LeftOut, *, pages: Iterable[Page], calendars: Iterable[FollowedCalendar]
) -> Iterator[str]:
    """Write a note for each kind of thing that is left out, for people."""
    calendars = tuple(calendars)
    counted = (
        ("config.note_uploads", sum(page.kind is PageKind.UPLOAD for page in pages)),
        ("config.note_entries", left.entries),
        ("config.note_series", left.series),
        ("config.note_authors", left.authors),
    )
    yield from (texts.count(key, number) for key, number in counted if number)
    if any(each.kind is CalendarKind.CHAT for each in calendars):
        yield texts("config.note_meetings")
    if any(each.kind is CalendarKind.FEED and PUBLIC not in each.place for each in calendars):
        yield texts("config.note_private")
    if left.has_choices:
        yield texts("config.note_filters")
