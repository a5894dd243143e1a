"""Read the dates of mail: RFC 5322's, ctime's, ISO 8601; and tell whether to believe them."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from typing import Final

_MAX_CHARACTERS: Final = 100
_MAX_OFFSET_SECONDS: Final = 24 * 3600
_FIRST_MAIL: Final = datetime(1971, 1, 1, tzinfo=UTC)
_AHEAD: Final = timedelta(days=1)
_ON_THE_WAY: Final = timedelta(days=30)


def parse_date(value: bytes) -> datetime | None:
    """Return the instant of a Date header in UTC; None when it is missing, unreadable or impossible.

    A date without a zone is taken as UTC: so ctime's, which archives of twenty years ago are full of.
    """
    text = value[:_MAX_CHARACTERS].decode("ascii", "replace").strip()
    if not text:
        return None
    try:
        parsed = parsedate_tz(text)
        if parsed is None:
            found = datetime.fromisoformat(text)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        offset = parsed[9] or 0
        if abs(offset) >= _MAX_OFFSET_SECONDS:
            offset = 0
        # A leap second is written ":60".
        moment = datetime(*parsed[:5], min(parsed[5], 59), tzinfo=timezone(timedelta(seconds=offset)))
        return moment.astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


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
