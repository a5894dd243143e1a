"""Put a thread's mails into the order in which people read them: a reply below what it answers."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.mail.threads import Envelope, ancestors_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A mail's place in its thread: under its nearest ancestor that is at hand; "" at the top."""

    key: str
    parent: str
    depth: int


def find_parent(envelope: Envelope, known: Collection[str]) -> str:
    """Return the nearest ancestor that is at hand; "" when there is none."""
    return next((name for name in ancestors_of(envelope) if name in known and name != envelope.key), "")


def order_thread(envelopes: Iterable[Envelope]) -> tuple[Placed, ...]:
    """Order a thread for reading: each mail, then its replies, the elder ones first.

    References that go round in a circle are cut where the youngest mail closes it.
    """
    mails = {envelope.key: envelope for envelope in envelopes}
    by_age = sorted(mails.values(), key=lambda envelope: (envelope.at, envelope.key))
    parents = _choose_parents(by_age, mails)
    children: dict[str, list[str]] = {}
    for envelope in reversed(by_age):  # the stack below gives them back in order
        children.setdefault(parents[envelope.key], []).append(envelope.key)
    placed: list[Placed] = []
    waiting = [(key, 0) for key in children.get("", ())]
    while waiting:
        key, depth = waiting.pop()
        placed.append(Placed(key=key, parent=parents[key], depth=depth))
        waiting += ((child, depth + 1) for child in children.get(key, ()))
    return tuple(placed)


def _choose_parents(by_age: Iterable[Envelope], mails: Collection[str]) -> dict[str, str]:
    """Give each mail a parent that is no descendant of it."""
    parents: dict[str, str] = {}
    tops: dict[str, str] = {}

    def top_of(key: str) -> str:
        """Follow the parents upwards; what was walked is kept short (path halving)."""
        while key in tops:
            above = tops[key]
            tops[key] = tops.get(above, above)
            key = above
        return key

    for envelope in by_age:
        parent = find_parent(envelope, mails)
        if parent and top_of(parent) == envelope.key:
            parent = ""
        parents[envelope.key] = parent
        if parent:
            tops[envelope.key] = parent
    return parents
