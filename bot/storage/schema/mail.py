"""Name the tables of the mailing lists: lists, where they are read, who follows them, mails, threads.

A list is kept once, however many guilds follow it. The full-text search has a table of its own form on each
engine, which bot.storage.text_search alone reads and writes; its rows live exactly as long as the bodies.
"""

from sqlalchemy import (
    DDL,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    UniqueConstraint,
    event,
    false,
    text,
)

from bot.storage.columns import Id, Instant, Json, PlainText
from bot.storage.schema.metadata import METADATA, required_number, required_text


def _of_list() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["list_id"], ["mail_list.id"], ondelete="CASCADE")


mail_list = Table(
    "mail_list",
    METADATA,
    Column("id", Id, primary_key=True, autoincrement=True),
    required_text("name"),
    required_text("identifier"),  # List-Id's, as its mails bear it
    required_text("address"),  # List-Post's; never shown in public
    required_text("archive_url"),
    Column("is_private", Boolean, nullable=False),
    Column("next_thread", Id, nullable=False),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,  # a removed list's number is never used again: old buttons name it
)

mail_source = Table(
    "mail_source",
    METADATA,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("list_id", Id, nullable=False),
    required_text("kind"),
    required_text("address"),
    Column("cursor", Json, nullable=False),  # moved in the transaction that stores what was read
    Column("is_complete", Boolean, nullable=False),  # it was read to its end once
    Column("created_at", Instant, nullable=False),
    Column("checked_at", Instant),
    Column("succeeded_at", Instant),
    Column("next_check_at", Instant),
    required_number("failures"),
    required_text("error"),
    Column("problems", Json, nullable=False),
    Column("move", Json),  # where its address leads for good, as its server says
    UniqueConstraint("kind", "address"),
    _of_list(),
    Index("ix_mail_source_list_id", "list_id"),
    Index("ix_mail_source_next_check_at", "next_check_at"),
    sqlite_autoincrement=True,
)

mail_follow = Table(
    "mail_follow",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("list_id", Id, primary_key=True, autoincrement=False),
    Column("channel_id", Id, primary_key=True, autoincrement=False),
    Column("followed_at", Instant, nullable=False),
    Column("is_declared", Boolean, nullable=False),  # community.toml declares it; chat cannot change it
    Column(
        "name", PlainText, nullable=False, server_default=""
    ),  # what the guild calls it; "" as it is called
    Column("is_private", Boolean, nullable=False, server_default=false()),  # the guild said so
    _of_list(),
    Index("ix_mail_follow_list_id", "list_id"),
)

mail_email = Table(
    "mail_email",
    METADATA,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("list_id", Id, nullable=False),
    required_text("key"),
    Column("thread", Id, nullable=False),
    Column("at", Instant, nullable=False),  # when it was sent, as far as that can be believed
    Column("stored_at", Instant, nullable=False),
    required_text("author_name"),
    required_text("author_hash"),  # a keyed hash of the address; the address itself is not kept
    required_text("subject"),
    required_text("topic"),
    required_text("topic_key"),
    Column("tags", Json, nullable=False),
    required_text("in_reply_to"),
    Column("references", Json, nullable=False),
    Column("sent_at", Instant),
    required_text("permalink"),
    required_text("topic_link"),
    Column("attachments", Json, nullable=False),
    required_number("size"),
    *(
        Column(name, Boolean, nullable=False)
        for name in (
            "is_reply",
            "is_forward",
            "is_orphan",
            "is_auto_submitted",
            "is_bot",
            "is_private",
            "is_encrypted",
            "is_patch",
            "has_calendar",
        )
    ),
    UniqueConstraint("list_id", "key"),
    _of_list(),
    Index("ix_mail_email_thread", "list_id", "thread"),
    Index("ix_mail_email_at", "list_id", "at"),
    Index("ix_mail_email_stored_at", "list_id", "stored_at"),
    Index(
        "ix_mail_email_topic_key",
        "list_id",
        "topic_key",
        "at",
        sqlite_where=text("topic_key != ''"),
        postgresql_where=text("topic_key != ''"),
    ),
    sqlite_autoincrement=True,
)

mail_body = Table(
    "mail_body",
    METADATA,
    Column("email_id", Id, primary_key=True, autoincrement=False),
    required_text("text"),  # the whole of it; what replies quote is found by it
    required_text("own"),  # "" where is_whole says that they are the whole text
    required_text("in_context"),  # "" where it is as the own words
    Column("is_all_quoted", Boolean, nullable=False),
    Column("patch", Json),
    Column("expires_at", Instant, nullable=False),
    Column("is_whole", Boolean, nullable=False, server_default=false()),
    ForeignKeyConstraint(["email_id"], ["mail_email.id"], ondelete="CASCADE"),
    Index("ix_mail_body_expires_at", "expires_at"),
)

# The thread of every id that was seen, also of those that mails only refer to.
mail_id = Table(
    "mail_id",
    METADATA,
    Column("list_id", Id, primary_key=True, autoincrement=False),
    Column("id", PlainText, primary_key=True),
    Column("thread", Id, nullable=False),
    _of_list(),
    Index("ix_mail_id_thread", "list_id", "thread"),
    sqlite_with_rowid=False,
)

# Threads that turned out to be part of an elder one; what was posted for the younger leads on from here.
mail_merge = Table(
    "mail_merge",
    METADATA,
    Column("list_id", Id, primary_key=True, autoincrement=False),
    Column("younger", Id, primary_key=True, autoincrement=False),
    Column("elder", Id, nullable=False),
    Column("merged_at", Instant, nullable=False),
    _of_list(),
    Index("ix_mail_merge_elder", "list_id", "elder"),
)

# Authors whose mails a guild does not show, because they asked for it.
mail_opt_out = Table(
    "mail_opt_out",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("author_hash", PlainText, primary_key=True),
    required_text("author_name"),
    Column("since", Instant, nullable=False),
)

# The bytes of mails that could not be read, so that a newer version may try again; bounded for each list.
mail_aside = Table(
    "mail_aside",
    METADATA,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("list_id", Id, nullable=False),
    Column("content", LargeBinary, nullable=False),
    required_text("reason"),
    required_text("version"),  # which one could not read it
    Column("set_aside_at", Instant, nullable=False),
    _of_list(),
    Index("ix_mail_aside_list_id", "list_id"),
    sqlite_autoincrement=True,
)

# What was looked for, while people turn its pages: it is too long for a button.
mail_query = Table(
    "mail_query",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("token", PlainText, primary_key=True),
    Column("query", Json, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Index("ix_mail_query_asked_at", "asked_at"),
)

_SEARCH = {
    "sqlite": (
        "CREATE VIRTUAL TABLE mail_search USING fts5(subject, author, words, tokenize = 'porter unicode61')",
        """CREATE TRIGGER mail_search_follows AFTER DELETE ON mail_body
        BEGIN DELETE FROM mail_search WHERE rowid = old.email_id; END""",
    ),
    "postgresql": (
        """CREATE TABLE mail_search (
            id bigint PRIMARY KEY REFERENCES mail_body (email_id) ON DELETE CASCADE,
            words tsvector NOT NULL
        )""",
        "CREATE INDEX ix_mail_search_words ON mail_search USING gin (words)",
    ),
}
for _dialect, _statements in _SEARCH.items():
    for _statement in _statements:
        _ddl = DDL(_statement)  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it so
        event.listen(METADATA, "after_create", _ddl.execute_if(dialect=_dialect))
