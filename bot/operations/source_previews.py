"""Look at an address before it is followed, and remember for a while what a person may then confirm."""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.errors import SourceError
from bot.faq.models import Page, PageKind
from bot.faq.vetting import NO_QUESTION
from bot.mail.following import Following
from bot.mail.intake import MailReader
from bot.mail.models import Email, Place, RawMail
from bot.mail.showing import plain_line
from bot.mail.sources.contract import start_cursor
from bot.mail.sources.registry import KINDS
from bot.meetings.calendars import CalendarKind, FollowedCalendar
from bot.meetings.feeds import calendar_address
from bot.operations.doctor_wanted import Readers

_KEPT = timedelta(minutes=15)
_MOST_KEPT = 500
_DAYS = 7
_MOST_BATCHES = 3
_MOST_MAILS = 100
_NEWEST = 3
_SUBJECT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePreview:
    """What is at an address.

    Attributes:
        url: The address; it may be a secret.
        found: What was found, in words; `samples` some of it.
        place: Of a list, where it is read.
    """

    kind: str
    guild_id: int
    channel_id: int
    user_id: int
    url: str = field(repr=False)
    name: str
    found: str
    samples: tuple[str, ...] = ()
    place: Place | None = None


class Previews:
    """What was shown to people and not confirmed yet: in memory, for a quarter of an hour."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[datetime, SourcePreview]] = OrderedDict()

    def keep(self, preview: SourcePreview) -> str:
        """Remember a preview; return what leads back to it."""
        token = secrets.token_hex(6)
        self._kept[token] = (self._clock() + _KEPT, preview)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return token

    def take(self, token: str, *, guild_id: int) -> SourcePreview | None:
        """Return a preview of this guild, once; None when it is not known any more."""
        found = self._kept.get(token)
        if found is None or found[1].guild_id != guild_id:
            return None
        del self._kept[token]
        return found[1] if found[0] > self._clock() else None


async def preview_page(readers: Readers, url: str) -> tuple[str, str, tuple[str, ...]]:
    """Read an FAQ page; return its name, what was found, and some questions.

    Raises:
        SourceError: It cannot be read, or holds no question.
    """
    address = url.strip()
    page = Page(id=1, guild_id=0, kind=PageKind.URL, location=address, link=address)
    content = await readers.pages.read(page, None)
    if content and content.data.lstrip().startswith(b"BEGIN:VCALENDAR"):
        raise SourceError(
            "This is a calendar, not a page of questions. Follow it with /calendar follow.", permanent=True
        )
    parsed = await readers.pages.parse(page, content) if content else None
    if parsed is None or not parsed.entries:
        raise SourceError(NO_QUESTION, permanent=True)
    samples = tuple(entry.question for entry in parsed.entries)
    return parsed.title or "FAQ", f"{len(parsed.entries)} ({parsed.format})", samples


async def preview_calendar(readers: Readers, url: str, *, zone: str) -> tuple[str, str, tuple[str, ...]]:
    """Read a calendar; return its name, what was found, and its next dates.

    Raises:
        SourceError: It cannot be read, or is no calendar.
        UserError: This is no address.
    """
    calendar = FollowedCalendar(
        id=0, guild_id=0, kind=CalendarKind.FEED, place=calendar_address(url), channel_id=0
    )
    now = readers.clock()
    body = await readers.feeds.read(calendar)
    if body is None:
        raise SourceError("the server says that the calendar has not changed, but it was never read")
    snapshot = await readers.feeds.digest(body.packed, now=now, floating_zone=zone)
    ahead = [date.occurrence for date in snapshot.dates if date.occurrence.ends_at > now]
    samples = tuple(f"{one.summary} · {one.wall:%Y-%m-%d %H:%M} {one.zone}".strip() for one in ahead)
    return snapshot.name or "", str(len(ahead)), samples


async def preview_list(
    readers: Readers,
    reader: MailReader,
    following: Following,
    url: str,
    *,
    guild_id: int,
    zone: str,
    is_hidden: Callable[[str], bool],
) -> tuple[Place, tuple[str, ...]]:
    """Find out what list is at an address; return where it is read, and the newest subjects of its last days.

    Args:
        readers: What reads sources.
        reader: What parses mails.
        following: What finds lists.
        url: The address.
        guild_id: Who asks.
        zone: Whose days the subjects are of.
        is_hidden: Tells the addresses of authors who want not to be shown.

    Raises:
        SourceError: It cannot be read.
        UserError: It cannot be followed; with the reason, and what to do.
    """
    place = await following.look_up(guild_id, url)
    mails = await _recent_mails(readers, place)
    parsed = await reader.parse(mails, list_name=place.name)
    shown = (
        email
        for email in (each.email for each in parsed.mails.values())
        if not is_hidden(email.author_address)
    )
    return place, newest_subjects(shown, zone=zone)


def newest_subjects(emails: Iterable[Email], *, zone: str) -> tuple[str, ...]:
    """Return the newest subjects with their days, without addresses; not of who does not want to be kept."""
    dated = [
        (at, email)
        for email in emails
        if (at := email.date if email.is_date_trusted else email.received_at or email.date) is not None
        and not (email.is_no_archive or email.is_private)
    ]
    newest = sorted(dated, key=lambda each: (each[0], each[1].key), reverse=True)[:_NEWEST]
    return tuple(
        f"{plain_line(email.topic or email.subject, _SUBJECT)} · {at.astimezone(ZoneInfo(zone)):%Y-%m-%d}"
        for at, email in newest
    )


async def _recent_mails(readers: Readers, place: Place) -> tuple[RawMail, ...]:
    """Read the mails of the last days, or of as many as come quickly; the newest come last."""
    kind = next((each for each in KINDS if each.name == place.kind), None)
    if kind is None:
        return ()
    source = kind.open(place, readers.access)
    mails: tuple[RawMail, ...] = ()
    cursor = start_cursor(readers.clock(), days=_DAYS)
    try:
        for _ in range(_MOST_BATCHES):
            batch = await source.fetch(cursor)
            cursor, mails = batch.cursor, (*mails, *batch.mails)[-_MOST_MAILS:]
            if batch.is_complete:
                break
    finally:
        await source.close()
    return mails
