"""Read the gateway's events so that one that cannot be read ends nothing."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

logger = logging.getLogger(__name__)

Parse = Callable[[Any], None]

_INTERACTION = "INTERACTION_CREATE"
_REMEMBERED = 5_000


def spare_events(parsers: dict[str, Any]) -> None:
    """Leave out what discord.py cannot read: left alone, it ends the connection and with it the process.

    An interaction that comes a second time, as may be after a resume, is left out too: it was acted upon.

    Args:
        parsers: discord.py's own, by the names of the events; each is wrapped in its place.
    """
    for name, parse in list(parsers.items()):
        parsers[name] = _spared(name, _once(parse) if name == _INTERACTION else parse)


def _once(parse: Parse) -> Parse:
    """Read each of an id once."""
    seen: OrderedDict[Any, None] = OrderedDict()

    def read(data: Any) -> None:
        identity = data["id"]
        if identity in seen:
            logger.info("left out an interaction that came before", extra={"action": _INTERACTION})
            return
        seen[identity] = None
        if len(seen) > _REMEMBERED:
            seen.popitem(last=False)
        parse(data)

    return read


def _spared(name: str, parse: Parse) -> Parse:
    def read(data: Any) -> None:
        try:
            parse(data)
        except Exception as error:  # noqa: BLE001 (the boundary for events: one of them hides no other)
            logger.warning(
                "left out an event that cannot be read: %s", type(error).__name__, extra={"action": name}
            )

    return read
