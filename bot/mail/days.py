"""Read the days between which mails are looked for: a day, a month or a year, in the community's own zone."""

import re
from datetime import datetime, tzinfo
from typing import Final

_DAY: Final = re.compile(r"\s*(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?\s*", re.ASCII)


def parse_day(text: str, zone: tzinfo) -> datetime | None:
    """Return when a day, a month or a year begins: "2026-03-01", "2026-03", "2026"; None for others."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        moment = datetime(year, month, day, tzinfo=zone)
        moment.timestamp()
    except (ValueError, OverflowError):
        return None
    return moment
