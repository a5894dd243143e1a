"""Name every table and column: the present shape of the store, which the migrations lead to.

A change here needs a numbered migration; a test compares the two on both engines.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
)

from bot.storage.columns import Id, Instant, Json, PlainText

# The newest migration's number; a store that says more was written by a newer version.
VERSION = "0001"

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s",
    }
)


def _text(name: str) -> Column[str]:
    return Column(name, PlainText, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


meta = Table(
    "meta",
    METADATA,
    Column("key", PlainText, primary_key=True),
    _text("value"),
)

guild = Table(
    "guild",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("joined_at", Instant),
    Column("left_at", Instant),
    Column("greeted_at", Instant),
    Column("editor_role_id", Id),
    Column("help_channel_id", Id),
)

faq_page = Table(
    "faq_page",
    METADATA,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("guild_id", Id, nullable=False),
    _text("kind"),
    _text("location"),
    _text("title"),
    _text("link"),
    _text("format"),
    _text("questions"),
    _text("language"),
    _text("found_format"),
    _text("found_marker"),
    _text("etag"),
    _text("last_modified"),
    _text("content_hash"),
    Column("edited_at", Instant),
    Column("loaded_at", Instant),
    Column("checked_at", Instant),
    Column("next_check_at", Instant),
    _number("failures"),
    _text("error"),
    Column("problems", Json, nullable=False),
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
    _number("position"),
    _text("question"),
    _text("answer"),
    _text("text"),
    _text("section"),
    _text("anchor"),
    _number("line"),
    Column("aliases", Json, nullable=False),
    _text("language"),
    # Both columns, so that an entry cannot stand in another guild than its page.
    ForeignKeyConstraint(["guild_id", "page_id"], ["faq_page.guild_id", "faq_page.id"], ondelete="CASCADE"),
    Index("ix_faq_entry_page", "guild_id", "page_id", "position"),
)

faq_overlay = Table(
    "faq_overlay",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("entry_id", PlainText, primary_key=True),
    _text("kind"),
    _text("question"),
    _text("answer"),
    Column("aliases", Json, nullable=False),
    _text("section"),
    Column("changed_at", Instant, nullable=False),
)

faq_alias = Table(
    "faq_alias",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("query_key", PlainText, primary_key=True),
    Column("entry_id", PlainText, primary_key=True),
    _text("phrasing"),
    _text("state"),
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
    _text("phrasing"),
    _number("count"),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    _text("state"),
    Index("ix_faq_question_state", "guild_id", "state", "last_at"),
)

faq_usage = Table(
    "faq_usage",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("entry_id", PlainText, primary_key=True),
    _number("shown"),
    _number("helpful"),
    _number("not_it"),
    Column("last_at", Instant, nullable=False),
)
