"""Find which occurrence of a newer calendar is which of an older one: by key, by place, then by nearness.

A calendar's server gives the same meeting another identity for reasons of its own: Google splits a series
at each "this and following", an editor makes it anew, an exported feed changes its domain. A meeting with the
same title at the same time is the same meeting to those who go there.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.meetings.models import Occurrence

REACH = timedelta(days=4)
"""How far a date may be moved and still be the same one: within its week."""

_MAX_LOOKS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """What belongs together, what is gone, and what is new."""

    pairs: tuple[tuple[Occurrence, Occurrence], ...]
    gone: tuple[Occurrence, ...]
    new: tuple[Occurrence, ...]


def pair_occurrences(before: Iterable[Occurrence], after: Iterable[Occurrence]) -> Pairing:
    """Pair the occurrences of two states of a calendar."""
    pairer = _Pairer(drop_twins(before), drop_twins(after))
    pairer.match(lambda one: one.key)
    pairer.match(lambda one: (one.key.uid, one.starts_at, one.is_all_day))
    pairer.match(lambda one: (title_of(one), one.starts_at, one.is_all_day))
    for identity in (_uid, title_of):
        pairer.match_nearest(identity)
    return pairer.result()


def drop_twins(occurrences: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    """Leave one of those that are the same to people: a split beside a moved date shows a meeting twice."""
    kept: dict[tuple[object, ...], Occurrence] = {}
    for one in sorted(occurrences, key=lambda one: (one.is_cancelled, one.key)):
        kept.setdefault((one.key.uid, title_of(one), one.start, one.end), one)
    return tuple(sorted(kept.values(), key=lambda one: (one.starts_at, one.key)))


def title_of(one: Occurrence) -> str:
    """Return a title for comparison: spaces and letter case mean nothing."""
    return " ".join(one.summary.split()).casefold()


def _uid(one: Occurrence) -> str:
    return one.key.uid


class _Pairer:
    def __init__(self, before: Sequence[Occurrence], after: Sequence[Occurrence]) -> None:
        self._gone = list(before)
        self._new = list(after)
        self._pairs: list[tuple[Occurrence, Occurrence]] = []

    def match(self, place: Callable[[Occurrence], tuple[object, ...]]) -> None:
        """Pair those that are in the same place."""
        waiting: dict[tuple[object, ...], list[Occurrence]] = {}
        for one in self._new:
            waiting.setdefault(place(one), []).append(one)
        self._take({id(old): found.pop(0) for old in self._gone if (found := waiting.get(place(old)))})

    def match_nearest(self, identity: Callable[[Occurrence], str]) -> None:
        """Pair those with the same identity that are nearest to each other, the nearest pairs first."""
        groups: dict[str, list[Occurrence]] = {}
        for one in self._new:
            groups.setdefault(identity(one), []).append(one)
        starts = {name: [one.starts_at for one in group] for name, group in groups.items()}
        near: list[tuple[timedelta, int, Occurrence, Occurrence]] = []
        for old in self._gone:
            name = identity(old)
            if name in groups:
                low = _first_within(starts[name], old.starts_at)
                for other in groups[name][low : low + _MAX_LOOKS]:
                    near.append((abs(other.starts_at - old.starts_at), len(near), old, other))
        taken: dict[int, Occurrence] = {}
        used: set[int] = set()
        for distance, _, old, other in sorted(near, key=lambda item: item[:2]):
            if distance <= REACH and id(old) not in taken and id(other) not in used:
                taken[id(old)] = other
                used.add(id(other))
        self._take(taken)

    def result(self) -> Pairing:
        """Return what was found."""
        return Pairing(pairs=tuple(self._pairs), gone=tuple(self._gone), new=tuple(self._new))

    def _take(self, found: dict[int, Occurrence]) -> None:
        used = {id(other) for other in found.values()}
        self._pairs += [(old, found[id(old)]) for old in self._gone if id(old) in found]
        self._gone = [old for old in self._gone if id(old) not in found]
        self._new = [one for one in self._new if id(one) not in used]


def _first_within(starts: list[datetime], start: datetime) -> int:
    return bisect_left(starts, start - REACH)
