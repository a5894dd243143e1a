"""Find mails that are missing where an archive numbers them: groups.io, and Mailman 2's month pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

MOST_MISSING: Final = 200
"""A larger hole is no hole: the archive was numbered anew."""

WAITS: Final = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6))
"""How long after each look at the archive the next one is."""

_MOST_GAPS: Final = 5
_LONGEST_NUMBER: Final = 12
_PAGE: Final = ".html"


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Numbers of which no mail is stored.

    Attributes:
        series: What the numbers are of: an archive's address.
    """

    series: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptGap:
    """A gap as it is kept.

    Attributes:
        tries: How often the archive was read anew for it.
        settled_at: When it was closed or given up; None while it is looked for.
        is_found: It was closed.
    """

    list_id: int
    gap: Gap
    found_at: datetime
    tries: int = 0
    next_try_at: datetime
    settled_at: datetime | None = None
    is_found: bool = False


def number_of(permalink: str) -> tuple[str, int] | None:
    """Return a mail's place among its archive's numbers; None where its archive has none."""
    try:
        url = urlsplit(permalink)
    except ValueError:
        return None
    parts = url.path.strip("/").split("/")
    if len(parts) > 3 and parts[-4] == "g" and parts[-2] == "message":
        return _numbered(url.netloc, parts[:-1], parts[-1])
    is_page = len(parts) > 2 and parts[-1].endswith(_PAGE) and parts[-2][:1].isdigit()
    return _numbered(url.netloc, parts[:-2], parts[-1].removesuffix(_PAGE)) if is_page else None


def find_gaps(permalinks: Iterable[str]) -> tuple[Gap, ...]:
    """Return the gaps among mails, the newest last; none where some of them have no number."""
    series: dict[str, set[int]] = {}
    for permalink in permalinks:
        place = number_of(permalink)
        if place is None:
            return ()
        series.setdefault(place[0], set()).add(place[1])
    gaps = []
    for name, numbers in series.items():
        known = sorted(numbers)
        for below, above in pairwise(known):
            if 1 < above - below <= MOST_MISSING + 1:
                gaps.append(Gap(name, below + 1, above - 1))
    return tuple(sorted(gaps)[-_MOST_GAPS:])


def missing_in(gap: Gap, permalinks: Iterable[str]) -> tuple[int, ...]:
    """Return the numbers of a gap that are still missing."""
    places = {number_of(permalink) for permalink in permalinks}
    return tuple(number for number in range(gap.first, gap.last + 1) if (gap.series, number) not in places)


def _numbered(host: str, path: list[str], number: str) -> tuple[str, int] | None:
    if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER):
        return None
    return "/".join((host.lower(), *path)), int(number)
