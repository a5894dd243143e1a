"""Decide in which order what is kept of dates goes to their new keys: a whole calendar may get other ones."""

from collections.abc import Collection, Iterable

from bot.meetings.models import OccurrenceKey

Pair = tuple[OccurrenceKey, OccurrenceKey]


def plan_rekeying(pairs: Iterable[Pair], known: Collection[OccurrenceKey]) -> tuple[Pair, ...]:
    """Return the pairs of old and new keys of which something is kept, each once its new key is free.

    A series that is shifted by a day makes a chain: what was Monday's goes to Tuesday after what was
    Tuesday's has gone to Wednesday. Where the new key has its own, the old one keeps what it has.
    """
    taken = set(known)
    waiting = {new: old for old, new in pairs if old in taken}
    free = [new for new in waiting if new not in taken]
    ordered: list[Pair] = []
    while free:
        new = free.pop()
        old = waiting.pop(new)
        ordered.append((old, new))
        if old in waiting:
            free.append(old)
    return tuple(ordered)
