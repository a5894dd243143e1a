"""Write instants so that each reader sees local time: Discord's own timestamps."""

from datetime import datetime
from typing import Literal

TimestampStyle = Literal["t", "T", "d", "D", "f", "F", "R", "s", "S"]


def timestamp(instant: datetime, style: TimestampStyle = "f") -> str:
    """Return Discord's `<t:SECONDS:STYLE>`; the instant must be aware."""
    if instant.tzinfo is None:
        raise ValueError("a timestamp needs an aware datetime")
    return f"<t:{int(instant.timestamp())}:{style}>"
