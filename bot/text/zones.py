"""Find time zones by the words people use: a city, a country, an abbreviation, an IANA name, with typos.

What zones there are, and in which country, says the tzdata package, so that a container without a system
database answers the same.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Self

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.text.zone_words import ABBREVIATIONS, CITIES

UTC = "UTC"

_ZERO = ("Etc/UTC", "Etc/GMT")
_MAX_TYPED = 60
_SHORTEST_FUZZY = 4
_FUZZY_CUTOFF = 0.7
_OFFSET = re.compile(r"(?:utc|gmt)?\s?[+\-−]\s?\d")
_SEPARATORS = re.compile(r"[\s/_,.()\-]+")


class Zones:
    """The zones, and what they are called.

    Args:
        countries: The zones of each country, by its English name; the most populous come first.
        links: Other names that IANA keeps for zones.
        offsets: The zones without a place, which are found by their whole name alone.
    """

    def __init__(
        self,
        *,
        countries: Mapping[str, tuple[str, ...]],
        links: Mapping[str, str],
        offsets: Iterable[str],
    ) -> None:
        names = [UTC, *(zone for zones in countries.values() for zone in zones)]
        self._names = {name.casefold(): name for name in (*offsets, *names) if name not in links}
        self._links = {alias.casefold(): zone for alias, zone in links.items()}
        self._phrases: dict[str, tuple[str, ...]] = {}
        for name in names:
            self._add(name.rpartition("/")[2], name)
            self._add(name, name)
        for alias, zone in links.items():
            self._add(alias.rpartition("/")[2], zone)
        for country, zones in countries.items():
            self._add(country, *zones)
        for zone, cities in CITIES.items():
            for city in cities:
                self._add(city, zone)
        # An abbreviation means what people mean by it, not the zone of that name in the database.
        self._phrases |= ABBREVIATIONS

    @classmethod
    def load(cls) -> Self:
        """Read the tables of the tzdata package."""
        folder = resources.files("tzdata").joinpath("zoneinfo")
        names = {row[0]: row[1] for row in _rows(folder.joinpath("iso3166.tab").read_text("utf-8"))}
        countries: dict[str, tuple[str, ...]] = {}
        for code, _, zone, *_ in _rows(folder.joinpath("zone.tab").read_text("utf-8")):
            countries[names[code]] = (*countries.get(names[code], ()), zone)
        known = frozenset(zone for zones in countries.values() for zone in zones)
        rules = [line.split(" ") for line in folder.joinpath("tzdata.zi").read_text("utf-8").splitlines()]
        links = {row[2]: row[1] for row in rules if row[0] == "L" and row[2] not in known}
        return cls(
            countries=countries,
            links={
                **{alias: zone if zone in known else UTC for alias, zone in links.items()},
                **dict.fromkeys(_ZERO, UTC),
            },
            offsets=[row[1] for row in rules if row[0] == "Z" and row[1].startswith("Etc/GMT")],
        )

    def find(self, words: str) -> str | None:
        """Return the zone that the words name beyond doubt; None when they name several, or none."""
        typed = words.strip()[:_MAX_TYPED].casefold()
        if typed in self._names:
            return self._names[typed]
        found = self._phrases.get(_plain(words), ())
        if found:
            return found[0] if len(found) == 1 else None
        return self._links.get(typed)

    def search(self, words: str, *, limit: int = 25) -> tuple[str, ...]:
        """Return the zones that may be meant, the likeliest first; none typed gives none."""
        typed = _plain(words)
        if not typed:
            return ()
        found: dict[str, None] = {}
        sure = self.find(words)
        for zones in ((sure,) if sure else (), *self._by_rank(typed)):
            found.update(dict.fromkeys(zones))
            if len(found) >= limit:
                break
        return tuple(found)[:limit]

    def _by_rank(self, typed: str) -> Iterable[tuple[str, ...]]:
        """Yield what is called so; begins so; has a word that begins so; is written nearly so."""
        yield self._phrases.get(typed, ())
        for phrase, zones in self._phrases.items():
            if phrase.startswith(typed):
                yield zones
        for phrase, zones in self._phrases.items():
            if f" {typed}" in phrase:
                yield zones
        if len(typed) >= _SHORTEST_FUZZY:
            near = process.extract(
                typed,
                self._phrases.keys(),
                scorer=OSA.normalized_similarity,
                score_cutoff=_FUZZY_CUTOFF,
                limit=10,
            )
            for phrase, _, _ in near:
                yield self._phrases[phrase]

    def _add(self, phrase: str, *zones: str) -> None:
        plain = _plain(phrase)
        known = self._phrases.get(plain, ())
        self._phrases[plain] = (*known, *(zone for zone in zones if zone not in known))


def is_offset(words: str) -> bool:
    """Tell whether somebody wrote an offset, which knows no summer time."""
    return _OFFSET.match(words.strip()[:_MAX_TYPED].casefold()) is not None


def _plain(words: str) -> str:
    """Return words without case, accents and separators."""
    parted = unicodedata.normalize("NFKD", words[:_MAX_TYPED].casefold())
    letters = "".join(character for character in parted if not unicodedata.combining(character))
    return _SEPARATORS.sub(" ", letters).strip()


def _rows(table: str) -> Iterable[list[str]]:
    return (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
