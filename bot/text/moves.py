"""Learn where an address has moved for good: a permanent redirect is believed once it has stood for a day.

One answer proves little: a server that is being set up redirects everything for an hour. And a redirect is
kept only within its host, for whoever answers there could have sent the same page anyway.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import SplitResult, urlsplit

from bot.text.catalogue import Texts
from bot.text.links import find_host
from bot.text.markdown import escape

LEAST_LOOKS = 3
LEAST_TIME = timedelta(days=1)
KEPT = timedelta(days=30)
"""So long the new address alone is asked; then the old one again, which may have changed its mind."""

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where an address leads for good, as far as its server says; both may be secret.

    Attributes:
        looks: How many looks in a row found it so.
        since: When the first of them was.
        is_settled: That was often and long enough to be believed.
    """

    url: str = field(repr=False)
    looks: int
    since: datetime
    is_settled: bool = False


def plan_move(address: str, known: Move | None, moved_to: str, now: datetime) -> Move | None:
    """Return what is known of an address's move after a look that went well.

    Args:
        address: The one that was given.
        known: What was known before; the look began at `current_address` of it.
        moved_to: Where that look was led by permanent redirects alone; "" if it was not.
        now: The present.
    """
    if known is not None and not moved_to and _is_followed(address, known):
        return known if now - known.since < KEPT else None
    if not moved_to or moved_to == address:
        return None
    if known is None or known.url != moved_to:
        return Move(url=moved_to, looks=1, since=now)
    looks = known.looks + 1
    is_settled = known.is_settled or (looks >= LEAST_LOOKS and now - known.since >= LEAST_TIME)
    return Move(url=moved_to, looks=looks, since=known.since, is_settled=is_settled)


def current_address(address: str, known: Move | None) -> str:
    """Return the address to ask: the new one once its move is settled, and safe to follow unasked."""
    return known.url if known is not None and _is_followed(address, known) else address


def tell_move(texts: Texts, address: str, known: Move | None) -> str:
    """Say of a settled move that a person has to follow it, where it leads to another server; else "".

    Only the server is named: the rest of an address may be a secret, the old one's as well as the new one's.
    """
    if known is None or not known.is_settled or _is_followed(address, known):
        return ""
    port = _port(urlsplit(known.url))
    host = find_host(known.url) + ("" if port in _PORTS.values() else f":{port}")
    return f"↪️ {texts('source.moved', host=escape(host, at_line_start=False))}"


def carry_move(address: str, asked: str, moved_to: str) -> str:
    """Return where an address is now, from where something else beneath it has moved.

    "" when that tells nothing: it did not move, or became something else on its way.
    """
    shared = next(
        (at for at, (one, other) in enumerate(zip(address, asked, strict=False)) if one != other),
        min(len(address), len(asked)),
    )
    tail = asked[shared:]
    if not moved_to or not moved_to.endswith(tail):
        return ""
    return moved_to.removesuffix(tail) + address[shared:]


def write_move(move: Move | None) -> list[Any] | None:
    """Return a move as JSON."""
    return None if move is None else [move.url, move.looks, move.since.isoformat(), move.is_settled]


def read_move(value: Sequence[Any] | None) -> Move | None:
    """Return a move from its JSON."""
    if value is None:
        return None
    url, looks, since, is_settled = value
    return Move(url=url, looks=looks, since=datetime.fromisoformat(since), is_settled=is_settled)


def _is_followed(address: str, known: Move) -> bool:
    return known.is_settled and _is_safe(address, known.url)


def _is_safe(old: str, new: str) -> bool:
    """Tell whether a move stays on its server: the same host and port, or from http to https."""
    before, after = _split(old), _split(new)
    if before is None or after is None or before.hostname != after.hostname:
        return False
    ports = _port(before), _port(after)
    if before.scheme == after.scheme:
        return ports[0] == ports[1]
    return (before.scheme, after.scheme) == ("http", "https") and ports == (80, 443)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        return parts if parts.hostname and _port(parts) else None
    except ValueError:
        return None


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS.get(parts.scheme, 0)
