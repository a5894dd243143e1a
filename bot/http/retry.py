"""Decide when to ask again: soon, not in step with others, and never against a server's wish."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.errors import SourceError

MAX_TRIES = 3
LONGEST_WAIT_SECONDS = 10.0  # what a server may ask for while somebody waits; more is for the next poll
LONGEST_RETRY_AFTER_SECONDS = 86_400.0

_FIRST_WAIT_SECONDS = 0.5
_SECONDS = re.compile(r"[0-9]+", re.ASCII)
_HTTP_DATE_LENGTH = 64


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Read a Retry-After header: seconds, or a date (RFC 9110 section 10.2.3), at most a day.

    Returns:
        None when there is none, or none that can be read.
    """
    text = value.strip()
    if _SECONDS.fullmatch(text):
        # So many digits are more than a day, and int() refuses thousands of them.
        seconds = LONGEST_RETRY_AFTER_SECONDS if len(text) > 9 else float(text)
    else:
        date = _parse_date(text)
        if date is None:
            return None
        seconds = (date - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER_SECONDS)


def plan_wait(error: SourceError, *, tries: int, jitter: float) -> float | None:
    """Say how long to wait after so many tries; None for giving up.

    Args:
        error: What the last try ended with.
        tries: How often was asked already.
        jitter: A random number from 0 to 1.
    """
    wish = error.retry_after_seconds
    if tries >= MAX_TRIES or (wish is not None and wish > LONGEST_WAIT_SECONDS):
        return None
    backoff = _FIRST_WAIT_SECONDS * 2.0 ** (tries - 1) * (0.5 + jitter)
    return backoff if wish is None else wish + backoff / 2


def _parse_date(text: str) -> datetime | None:
    if len(text) > _HTTP_DATE_LENGTH:
        return None
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
