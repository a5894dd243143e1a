"""Read a feed and lay out its occurrences in a worker process: "bot.meetings.feed:read_feed".

What goes in and out can be pickled; the long-lived process names these functions and imports no parser.
"""

from datetime import datetime

from bot.meetings.ics.reading import parse_calendar
from bot.meetings.models import Feed
from bot.meetings.occurrences import expand


def read_feed(data: bytes, *, window_from: datetime, window_to: datetime, floating_zone: str = "UTC") -> Feed:
    """Read a feed's body and expand it.

    Raises:
        SourceError: The body is no whole calendar (see `parse_calendar`).
    """
    calendar = parse_calendar(data)
    return Feed(
        calendar=calendar, expansion=expand(calendar, window_from, window_to, floating_zone=floating_zone)
    )
