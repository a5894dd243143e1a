"""Say in a line or two what changed about a date: moved, cancelled, on again, another link or title."""

from collections.abc import Iterable, Iterator

from bot.delivery.post import Post, Words
from bot.meetings.changes import Change, ChangeKind
from bot.meetings.models import Occurrence
from bot.meetings.render import title_of, when_line
from bot.text.catalogue import Texts
from bot.text.times import timestamp

TOLD = frozenset(
    {
        ChangeKind.MOVED,
        ChangeKind.CANCELLED,
        ChangeKind.RESTORED,
        ChangeKind.NEW_LINK,
        ChangeKind.NEW_TITLE,
        ChangeKind.SERIES_ENDED,
    }
)
"""What a channel hears of; new dates and series come with their reminders."""


def render_changes(texts: Texts, changes: Iterable[Change], *, replies_to: str = "") -> Post:
    """Draw what changed about one date."""
    lines = [line for change in changes for line in _lines(texts, change)]
    return Post(blocks=(Words(markdown="\n".join(lines)),), replies_to=replies_to)


def _lines(texts: Texts, change: Change) -> Iterator[str]:
    before, after = change.before, change.after
    title = title_of(texts, change.occurrence)
    match change.kind:
        case ChangeKind.MOVED if before is not None and after is not None:
            key = "meetings.moved" if before.start != after.start else "meetings.length_changed"
            yield texts(key, title=title, before=_when(texts, before), after=_when(texts, after))
        case ChangeKind.CANCELLED:
            yield texts("meetings.cancelled", title=title, when=_when(texts, change.occurrence))
        case ChangeKind.SERIES_ENDED:
            yield texts("meetings.series_ended", title=title, when=_when(texts, change.occurrence))
        case ChangeKind.RESTORED:
            yield texts("meetings.restored", title=title, when=_when(texts, change.occurrence))
        case ChangeKind.NEW_LINK:
            yield texts("meetings.new_link", title=title)
        case ChangeKind.NEW_TITLE if before is not None:
            yield texts("meetings.new_title", title=title, before=title_of(texts, before))
        case _:
            return


def _when(texts: Texts, occurrence: Occurrence) -> str:
    if occurrence.is_all_day:
        return when_line(texts, occurrence)
    return f"{timestamp(occurrence.starts_at, 'F')} – {timestamp(occurrence.ends_at, 't')}"
