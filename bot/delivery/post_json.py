"""Write posts as JSON and read them back, so that the outbox can keep them.

Each part carries its class's name, and leaves out what has its default: a post stored by an older version
then reads as it was meant. Reading builds the classes anew, so what breaks a limit cannot be read either.
"""

import base64
import binascii
import enum
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from types import MappingProxyType

from bot.delivery.post import Action, Attachment, Block, Button, Option, Post, Topic

_CLASS = "is"
_BYTES = "base64"
_KNOWN: Mapping[str, type] = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (Post, Topic, Attachment, Button, Option, Action, *typing.get_args(Block))
    }
)


def to_json(post: Post) -> dict[str, object]:
    """Return a post as a value that JSON can hold."""
    written = _write(post)
    assert isinstance(written, dict)  # noqa: S101 (a dataclass is written as one)
    return written


def from_json(value: object) -> Post:
    """Return the post that `to_json` wrote.

    Raises:
        ValueError: It is no such post, breaks a limit, or was written by a newer version.
    """
    try:
        post = _read(value)
    except (TypeError, KeyError, AttributeError, binascii.Error, RecursionError) as error:
        raise ValueError(f"this is no stored post: {error}") from error
    if not isinstance(post, Post):
        raise ValueError("this is no stored post")
    return post


def _write(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        parts = {each.name: getattr(value, each.name) for each in fields(value)}
        kept = {each.name for each in fields(value) if parts[each.name] != _default(each)}
        return {_CLASS: type(value).__name__, **{name: _write(parts[name]) for name in parts if name in kept}}
    if isinstance(value, tuple):
        return [_write(each) for each in value]
    if isinstance(value, bytes):
        return {_BYTES: base64.b64encode(value).decode()}
    return value


def _read(value: object) -> object:
    if isinstance(value, list):
        return tuple(_read(each) for each in value)
    if not isinstance(value, dict):
        return value
    if _BYTES in value:
        return base64.b64decode(value[_BYTES], validate=True)
    kind = _KNOWN[value[_CLASS]]
    parts = {name: _read(part) for name, part in value.items() if name != _CLASS}
    for each in fields(kind):
        default = _default(each)
        if each.name in parts and isinstance(default, enum.Enum):
            parts[each.name] = type(default)(parts[each.name])
    return kind(**parts)


def _default(of: Field[typing.Any]) -> object:
    return of.default if of.default is not MISSING else MISSING
