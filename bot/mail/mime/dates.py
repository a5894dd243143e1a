"""Read the dates of mail: RFC 5322's, ctime's, ISO 8601; and tell whether to believe them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_MAX_CHARACTERS: Final = 100
_MAX_OFFSET_SECONDS: Final = 24 * 3600
_FIRST_MAIL: Final = datetime(1971, 1, 1, tzinfo=UTC)
# Nearly every date: as RFC 5322, 3.3, has them written, and as C's ctime does, whose archives are old.
_MONTH: Final = rb"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK: Final = rb"(\d\d):(\d\d):(\d\d)"
_USUAL: Final = re.compile(
    rb"[ \t]*(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), {1,2})?(\d\d?) "
    + _MONTH
    + rb" ([12]\d\d\d) "
    + _CLOCK
    + rb" ([+-])(\d\d)(\d\d)(?: \([A-Z]{1,5}\))?"
)
_CTIME: Final = re.compile(
    rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) " + _MONTH + rb" {1,2}(\d\d?) " + _CLOCK + rb" ([12]\d\d\d)"
)
_MONTHS: Final = {
    name: number
    for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)
}
_AHEAD: Final = timedelta(days=1)
_ON_THE_WAY: Final = timedelta(days=30)


def parse_date(value: bytes) -> datetime | None:
    """Return the instant of a Date header in UTC; None when it is missing, unreadable or impossible.

    A date without a zone is taken as UTC: so ctime's, which archives of twenty years ago are full of.
    """
    if found := _USUAL.fullmatch(value, 0, _MAX_CHARACTERS):
        day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
        offset = int(hours) * 3600 + int(minutes) * 60
        return _build((year, month, day, hour, minute, second), -offset if sign == b"-" else offset)
    if found := _CTIME.fullmatch(value, 0, _MAX_CHARACTERS):
        month, day, hour, minute, second, year = found.groups()
        return _build((year, month, day, hour, minute, second), 0)
    return _parse_unusual(value)


def _parse_unusual(value: bytes) -> datetime | None:
    # With the first such date alone: to import it takes 4 ms of a new process.
    from email.utils import parsedate_tz  # noqa: PLC0415 (see the line above)

    text = value[:_MAX_CHARACTERS].decode("ascii", "replace").strip()
    if not text:
        return None
    try:
        parsed = parsedate_tz(text)
        if parsed is None:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        # A leap second is written ":60".
        return _shift(datetime(*parsed[:5], min(parsed[5], 59), tzinfo=UTC), parsed[9] or 0)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def _build(written: tuple[bytes, bytes, bytes, bytes, bytes, bytes], offset: int) -> datetime | None:
    year, month, day, hour, minute, second = written
    try:
        moment = datetime(
            int(year), _MONTHS[month], int(day), int(hour), int(minute), min(int(second), 59), tzinfo=UTC
        )
    except ValueError:
        return None
    return _shift(moment, offset)


def _shift(moment: datetime, offset: int) -> datetime:
    """Return the instant at which a clock so many seconds ahead shows this; a day ahead is taken for none."""
    return moment - timedelta(seconds=offset) if 0 < abs(offset) < _MAX_OFFSET_SECONDS else moment


def parse_received(value: bytes) -> datetime | None:
    """Return when a server took the mail, as its Received header says behind the last semicolon."""
    _, semicolon, date = value.rpartition(b";")
    return parse_date(date) if semicolon else None


def is_plausible(date: datetime | None, received_at: datetime | None) -> bool:
    """Tell whether a sender's date may be believed, beside the time of the last server where there is one.

    A moderator may hold a mail for weeks; nobody sends it tomorrow.
    """
    if date is None or date < _FIRST_MAIL:
        return False
    return received_at is None or received_at - _ON_THE_WAY <= date <= received_at + _AHEAD
