"""Name the table of mails that are missing where an archive numbers them."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Table

from bot.storage.columns import Id, Instant, PlainText
from bot.storage.schema.metadata import METADATA, required_number

mail_gap = Table(
    "mail_gap",
    METADATA,
    Column("list_id", Id, primary_key=True, autoincrement=False),
    Column("series", PlainText, primary_key=True),
    Column("first", Id, primary_key=True, autoincrement=False),
    Column("last", Id, nullable=False),
    Column("found_at", Instant, nullable=False),
    required_number("tries"),
    Column("next_try_at", Instant, nullable=False),
    Column("settled_at", Instant),  # NULL: it is looked for
    Column("is_found", Boolean, nullable=False),
    ForeignKeyConstraint(["list_id"], ["mail_list.id"], ondelete="CASCADE"),
    Index("ix_mail_gap_next_try_at", "next_try_at"),
)
