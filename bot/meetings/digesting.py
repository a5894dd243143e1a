"""Read a feed's body into what is kept of it: "bot.meetings.digesting:read_snapshot", in a worker process.

Most feeds say the same at each look, in other bytes: "read_meaning" tells so for little.

Everything that takes time for a large calendar happens here: reading, laying out, finding links, comparing.
What goes in and out can be pickled, and what comes out names no parser.
"""

import zlib
from datetime import datetime

from bot.errors import SourceError
from bot.meetings.fingerprints import fingerprint
from bot.meetings.ics.body import MAX_BYTES
from bot.meetings.ics.reading import parse_calendar
from bot.meetings.laying_out import lay_out
from bot.meetings.models import Occurrence
from bot.meetings.snapshot import Snapshot


def read_meaning(body: bytes) -> str:
    """Return the fingerprint of a compressed body.

    Raises:
        SourceError: It is no whole calendar.
    """
    return fingerprint(parse_calendar(_unpack(body)))


def read_snapshot(
    body: bytes,
    *,
    now: datetime,
    floating_zone: str,
    before: tuple[Occurrence, ...] = (),
) -> Snapshot:
    """Read a compressed body.

    Args:
        body: Compressed by zlib.
        now: The present.
        floating_zone: The zone of times that name none.
        before: The dates that are kept.

    Raises:
        SourceError: It is no whole calendar. It never means that there are no meetings any more.
    """
    calendar = parse_calendar(_unpack(body))
    return lay_out(calendar, fingerprint(calendar), now=now, floating_zone=floating_zone, before=before)


def _unpack(body: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    data = unpacker.decompress(body, MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SourceError(f"The calendar is larger than {MAX_BYTES >> 20} MB.", permanent=True)
    return data
