"""Read the index page of a Mailman 2 archive: which volumes there are, where, and from when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

MOST_VOLUMES = 5_000  # thirty years of daily ones would be twice that; monthly ones are 360

_HREF = re.compile(r"""href\s*=\s*["']?([^"'<>\s]{1,300})""", re.IGNORECASE)
_TEXT_FILE = re.compile(r"(?P<name>[^/]+?)\.(?:txt|mbox)(?:\.gz)?", re.IGNORECASE)
_PAGE = re.compile(r"(\d{6,12})\.html", re.IGNORECASE)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
# Mailman 2's volumes: monthly (the default), weekly, daily, quarterly, yearly; and the most days in them.
_NAMES = (
    (re.compile(r"(?P<year>\d{4})-(?P<month>[a-z]{3,9})", re.IGNORECASE), 31),
    (re.compile(r"Week-of-Mon-(?P<year>\d{4})(?P<number>\d\d)(?P<day>\d\d)", re.IGNORECASE), 7),
    (re.compile(r"(?P<year>\d{4})(?P<number>\d\d)(?P<day>\d\d)"), 1),
    (re.compile(r"(?P<year>\d{4})q(?P<quarter>[1-4])", re.IGNORECASE), 92),
    (re.compile(r"(?P<year>\d{4})"), 366),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """One file of an archive.

    Attributes:
        name: "2021-August", "Week-of-Mon-20210802"; the same whether packed or not.
        url: Where it is now: the newest one changes from .txt to .txt.gz some night.
        start: The first instant it is for.
        end: An instant after the last one; not much after it.
    """

    name: str
    url: str
    start: datetime
    end: datetime

    @property
    def key(self) -> tuple[str, str]:
        """Return what volumes are ordered by, and cursors hold."""
        return self.start.isoformat(), self.name

    @property
    def other_url(self) -> str:
        """Name the address that it has after, or had before, it was packed."""
        return self.url.removesuffix(".gz") if self.url.endswith(".gz") else f"{self.url}.gz"

    def page_url(self, page: str) -> str:
        """Name the address of one of its pages: "thread.html", "000123.html"."""
        return urljoin(self.url, f"{self.name}/{page}")


def read_volumes(html: str, base_url: str) -> tuple[Volume, ...]:
    """Find the volumes that an index links, the oldest first; links that lead elsewhere are none."""
    found: dict[str, Volume] = {}
    for href in _hrefs(html):
        url = _inside(base_url, href)
        match = _TEXT_FILE.fullmatch(url.rpartition("/")[2]) if url else None
        times = _times_of(match["name"]) if match else None
        if match and times and len(found) < MOST_VOLUMES:
            volume = Volume(name=match["name"], url=url, start=times[0], end=times[1])
            found.setdefault(volume.name, volume)
    return tuple(sorted(found.values(), key=lambda volume: volume.key))


def read_pages(html: str) -> tuple[str, ...]:
    """Find the message pages that a volume's page links, in the order of the archive."""
    names = {href.rpartition("/")[2] for href in _hrefs(html)}
    return tuple(sorted((name for name in names if _PAGE.fullmatch(name)), key=lambda name: int(name[:-5])))


def is_archive(html: str) -> bool:
    """Tell whether a page is an archive's index, though it may link no volume yet."""
    sample = html[:20_000].lower()
    return "pipermail" in sample or "no messages have been posted to this list yet" in sample


def _hrefs(html: str) -> Iterator[str]:
    return (match[1] for match in _HREF.finditer(html))


def _inside(base_url: str, href: str) -> str:
    """Join an address with its base; "" when it leaves the archive's own folder."""
    try:
        url = urljoin(base_url, href)
        parts, base = urlsplit(url), urlsplit(base_url)
    except ValueError:
        return ""
    folder = base.path.rpartition("/")[0] + "/"
    is_inside = (parts.scheme, parts.netloc) == (base.scheme, base.netloc) and parts.path.startswith(folder)
    return url if is_inside and not parts.query and ".." not in parts.path else ""


def _times_of(name: str) -> tuple[datetime, datetime] | None:
    """Read from a volume's name when it begins and ends."""
    match, days = next(
        ((match, days) for pattern, days in _NAMES if (match := pattern.fullmatch(name))), (None, 0)
    )
    if match is None:
        return None
    parts = match.groupdict()
    month = int(parts.get("number") or 1)
    if parts.get("quarter"):
        month = int(parts["quarter"]) * 3 - 2
    if parts.get("month"):
        month = next((number for number, word in enumerate(_MONTHS, 1) if word == parts["month"].lower()), 0)
    try:
        start = datetime(int(parts["year"]), month, int(parts.get("day") or 1), tzinfo=UTC)
        return start, start + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
