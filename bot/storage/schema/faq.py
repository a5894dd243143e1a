"""Name the tables of the FAQ: pages, entries, and what is learned from use."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    UniqueConstraint,
)

from bot.storage.columns import Id, Instant, Json, PlainText
from bot.storage.schema.metadata import METADATA, required_number, required_text

faq_page = Table(
    "faq_page",
    METADATA,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("guild_id", Id, nullable=False),
    required_text("kind"),
    required_text("location"),
    required_text("title"),
    required_text("link"),
    required_text("format"),
    required_text("questions"),
    required_text("language"),
    required_text("found_format"),
    required_text("found_marker"),
    required_text("etag"),
    required_text("last_modified"),
    required_text("content_hash"),
    Column("edited_at", Instant),
    Column("loaded_at", Instant),
    Column("checked_at", Instant),
    Column("next_check_at", Instant),
    required_number("failures"),
    required_text("error"),
    Column("problems", Json, nullable=False),
    Column("move", Json),  # where its address leads for good, as its server says
    Column("is_declared", Boolean, nullable=False),
    Column("content", LargeBinary),  # an upload's bytes, which can be had nowhere else
    UniqueConstraint("guild_id", "kind", "location"),
    UniqueConstraint("guild_id", "id", name="uq_faq_page_guild_id_id"),  # what faq_entry refers to
    Index("ix_faq_page_next_check_at", "next_check_at"),
    sqlite_autoincrement=True,  # a removed page's number is never used again: old buttons name it
)

faq_entry = Table(
    "faq_entry",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("id", PlainText, primary_key=True),
    Column("page_id", Id, nullable=False),
    required_number("position"),
    required_text("question"),
    required_text("answer"),
    required_text("text"),
    required_text("section"),
    required_text("anchor"),
    required_number("line"),
    Column("aliases", Json, nullable=False),
    required_text("language"),
    # Both columns, so that an entry cannot stand in another guild than its page.
    ForeignKeyConstraint(["guild_id", "page_id"], ["faq_page.guild_id", "faq_page.id"], ondelete="CASCADE"),
    Index("ix_faq_entry_page", "guild_id", "page_id", "position"),
)

faq_overlay = Table(
    "faq_overlay",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("entry_id", PlainText, primary_key=True),
    required_text("kind"),
    required_text("question"),
    required_text("answer"),
    Column("aliases", Json, nullable=False),
    required_text("section"),
    Column("changed_at", Instant, nullable=False),
)

faq_alias = Table(
    "faq_alias",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("query_key", PlainText, primary_key=True),
    Column("entry_id", PlainText, primary_key=True),
    required_text("phrasing"),
    required_text("state"),
    Column("changed_at", Instant, nullable=False),
)

faq_vote = Table(
    "faq_vote",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("query_key", PlainText, primary_key=True),
    Column("entry_id", PlainText, primary_key=True),
    Column("voter", PlainText, primary_key=True),  # a salted hash, never a user's id
    Column("expires_at", Instant, nullable=False),
    ForeignKeyConstraint(
        ["guild_id", "query_key", "entry_id"],
        ["faq_alias.guild_id", "faq_alias.query_key", "faq_alias.entry_id"],
        ondelete="CASCADE",
        onupdate="CASCADE",
    ),
    Index("ix_faq_vote_expires_at", "expires_at"),
)

faq_question = Table(
    "faq_question",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("query_key", PlainText, primary_key=True),
    required_text("phrasing"),
    required_number("count"),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    required_text("state"),
    Index("ix_faq_question_state", "guild_id", "state", "last_at"),
)

faq_usage = Table(
    "faq_usage",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("entry_id", PlainText, primary_key=True),
    required_number("shown"),
    required_number("helpful"),
    required_number("not_it"),
    Column("last_at", Instant, nullable=False),
)
