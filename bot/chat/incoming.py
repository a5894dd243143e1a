"""Take what Discord hands over of an interaction: JSON can hold texts that no encoding has."""

from typing import Any

from bot.storage.columns import storable


def readable(value: Any) -> Any:
    """Return JSON whose texts can be stored, sent and logged: no NUL, no half of a character.

    A client of Discord's sends neither; a lone surrogate in what somebody wrote by hand becomes U+FFFD.
    """
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [readable(each) for each in value]
    if isinstance(value, dict):
        return {key: readable(each) for key, each in value.items()}
    return value
