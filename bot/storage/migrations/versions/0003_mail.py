"""Create the tables of the mailing lists, and their full-text search."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0003"
down_revision = "0002"

# A row number that SQLite counts up by itself has to be its INTEGER.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

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


def _required(name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _of_list(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["list_id"], ["mail_list.id"], name=f"fk_{table}_mail_list", ondelete="CASCADE"
    )


def upgrade() -> None:
    """Create everything."""
    _create_lists()
    _create_emails()
    _create_threads()
    op.create_table(
        "mail_opt_out",
        sa.Column("guild_id", _ID, autoincrement=False, nullable=False),
        *(_required(name, sa.Text) for name in ("author_hash", "author_name")),
        _required("since", sa.BigInteger),
        sa.PrimaryKeyConstraint("guild_id", "author_hash", name="pk_mail_opt_out"),
    )
    for statement in _SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)


def _create_lists() -> None:
    op.create_table(
        "mail_list",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        *(_required(name, sa.Text) for name in ("name", "identifier", "address", "archive_url")),
        _required("is_private", sa.Boolean),
        _required("next_thread", _ID),
        _required("created_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_mail_list"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "mail_source",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        _required("list_id", _ID),
        *(_required(name, sa.Text) for name in ("kind", "address", "cursor")),
        _required("is_complete", sa.Boolean),
        _required("created_at", sa.BigInteger),
        *(sa.Column(name, sa.BigInteger) for name in ("checked_at", "succeeded_at", "next_check_at")),
        _required("failures", sa.Integer),
        *(_required(name, sa.Text) for name in ("error", "problems")),
        sa.PrimaryKeyConstraint("id", name="pk_mail_source"),
        sa.UniqueConstraint("kind", "address", name="uq_mail_source"),
        _of_list("mail_source"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mail_source_list_id", "mail_source", ["list_id"])
    op.create_index("ix_mail_source_next_check_at", "mail_source", ["next_check_at"])
    op.create_table(
        "mail_follow",
        *(
            sa.Column(name, _ID, autoincrement=False, nullable=False)
            for name in ("guild_id", "list_id", "channel_id")
        ),
        _required("followed_at", sa.BigInteger),
        _required("is_declared", sa.Boolean),
        sa.PrimaryKeyConstraint("guild_id", "list_id", "channel_id", name="pk_mail_follow"),
        _of_list("mail_follow"),
    )
    op.create_index("ix_mail_follow_list_id", "mail_follow", ["list_id"])


def _create_emails() -> None:
    texts = (
        "author_name",
        "author_hash",
        "subject",
        "topic",
        "topic_key",
        "tags",
        "in_reply_to",
        "references",
    )
    marks = (
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
    op.create_table(
        "mail_email",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        _required("list_id", _ID),
        _required("key", sa.Text),
        _required("thread", _ID),
        *(_required(name, sa.BigInteger) for name in ("at", "stored_at")),
        *(_required(name, sa.Text) for name in texts),
        sa.Column("sent_at", sa.BigInteger),
        *(_required(name, sa.Text) for name in ("permalink", "topic_link", "attachments")),
        _required("size", sa.Integer),
        *(_required(name, sa.Boolean) for name in marks),
        sa.PrimaryKeyConstraint("id", name="pk_mail_email"),
        sa.UniqueConstraint("list_id", "key", name="uq_mail_email"),
        _of_list("mail_email"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mail_email_thread", "mail_email", ["list_id", "thread"])
    op.create_index("ix_mail_email_at", "mail_email", ["list_id", "at"])
    op.create_index("ix_mail_email_stored_at", "mail_email", ["list_id", "stored_at"])
    has_topic = sa.text("topic_key != ''")
    op.create_index(
        "ix_mail_email_topic_key",
        "mail_email",
        ["list_id", "topic_key", "at"],
        sqlite_where=has_topic,
        postgresql_where=has_topic,
    )
    op.create_table(
        "mail_body",
        sa.Column("email_id", _ID, autoincrement=False, nullable=False),
        *(_required(name, sa.Text) for name in ("text", "own", "in_context")),
        _required("is_all_quoted", sa.Boolean),
        sa.Column("patch", sa.Text),
        _required("expires_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("email_id", name="pk_mail_body"),
        sa.ForeignKeyConstraint(
            ["email_id"], ["mail_email.id"], name="fk_mail_body_mail_email", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_mail_body_expires_at", "mail_body", ["expires_at"])


def _create_threads() -> None:
    op.create_table(
        "mail_id",
        sa.Column("list_id", _ID, autoincrement=False, nullable=False),
        _required("id", sa.Text),
        _required("thread", _ID),
        sa.PrimaryKeyConstraint("list_id", "id", name="pk_mail_id"),
        _of_list("mail_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_mail_id_thread", "mail_id", ["list_id", "thread"])
    op.create_table(
        "mail_merge",
        *(sa.Column(name, _ID, autoincrement=False, nullable=False) for name in ("list_id", "younger")),
        _required("elder", _ID),
        _required("merged_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("list_id", "younger", name="pk_mail_merge"),
        _of_list("mail_merge"),
    )
    op.create_index("ix_mail_merge_elder", "mail_merge", ["list_id", "elder"])
