"""Hold what every table belongs to, and the shorthands its columns are written in."""

from sqlalchemy import Column, Integer, MetaData

from bot.storage.columns import PlainText

# The newest migration's number; a store that says more was written by a newer version.
VERSION = "0014"

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s",
    }
)


def required_text(name: str) -> Column[str]:
    """Return a column for a text that is always there; empty says none."""
    return Column(name, PlainText, nullable=False)


def required_number(name: str) -> Column[int]:
    """Return a column for a whole number that is always there."""
    return Column(name, Integer, nullable=False)
