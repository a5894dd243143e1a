"""Say once how values become columns, so that no repository can forget a rule.

Instants are whole microseconds since 1970 in UTC. Text loses what a database cannot hold: NUL characters
(PostgreSQL refuses them) and lone surrogates (no encoding has them). Ids outside 64 bits, which only
somebody's forged input holds, are NULL in a comparison and so match no row.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LARGEST = 2**63 - 1


def storable(text: str) -> str:
    """Return a text as a database can hold it: without NUL, lone surrogates replaced."""
    text = text.replace("\0", "")
    if text.isascii():
        return text
    # Pairs of surrogates, as JavaScript's escapes leave them, become the character they mean.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _storable(text: str | None) -> str | None:
    return None if text is None else storable(text)


def to_microseconds(instant: datetime) -> int:
    """Return an instant as the database holds it."""
    return (instant - _EPOCH) // _MICROSECOND


def from_microseconds(number: int) -> datetime:
    """Return an instant from what the database holds."""
    return _EPOCH + number * _MICROSECOND


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as microseconds since 1970 in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Turn an instant into a number."""
        return None if value is None else to_microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (the signature is SQLAlchemy's)
        """Turn a number into an instant."""
        return None if value is None else from_microseconds(value)


class PlainText(TypeDecorator[str]):
    """A text of any length."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (the signature is SQLAlchemy's)
        """Leave out what a database cannot hold."""
        return _storable(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:  # noqa: ARG002 (the signature is SQLAlchemy's)
        """Return what is applied to each value; without SQLAlchemy's call around it: most are texts."""
        return _storable


class Json(TypeDecorator[object]):
    """Lists, mappings, texts and numbers as JSON; escaped to ASCII, which every database holds as it is."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (the signature is SQLAlchemy's)
        """Write JSON."""
        if value is None:
            return None
        if value == ():  # as most lists of a mail are
            return "[]"
        written = _JSON.encode(value)
        return _JSON.encode(storable_json(value)) if "\\u" in written else written

    def process_result_value(self, value: str | None, dialect: Dialect) -> object | None:  # noqa: ARG002 (the signature is SQLAlchemy's)
        """Read JSON."""
        return None if value is None else json.loads(value)


class Id(TypeDecorator[int]):
    """A whole number of 64 bits: a snowflake, or a row's own number."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[int]:
        """Use SQLite's INTEGER, the only type whose primary key counts by itself there."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002 (the signature is SQLAlchemy's)
        """Let a number that no row can have match none."""
        return value if value is not None and -_LARGEST <= value <= _LARGEST else None


def storable_json(value: Any) -> Any:
    """Return lists, mappings, texts and numbers as a database, a message and a log can hold them."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {storable(str(key)): storable_json(each) for key, each in value.items()}
    if isinstance(value, Iterable):
        return [storable_json(each) for each in value]
    return value


_JSON = json.JSONEncoder(separators=(",", ":"), default=storable_json)
"""What needs no cleaning is written in one go; where it escapes a character, it may be one that has to be."""
