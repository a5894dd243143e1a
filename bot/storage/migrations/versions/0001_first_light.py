"""Create the tables of the first version: guilds, FAQ pages, and what is learned from use."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None

# A row number that SQLite counts up by itself has to be its INTEGER.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _required(name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    """Create everything."""
    _create_process_tables()
    _create_faq_pages()
    _create_faq_entries()
    _create_learned()


def _create_process_tables() -> None:
    op.create_table(
        "meta",
        _required("key", sa.Text),
        _required("value", sa.Text),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )
    op.create_table(
        "guild",
        _required("guild_id", _ID),
        sa.Column("joined_at", sa.BigInteger),
        sa.Column("left_at", sa.BigInteger),
        sa.Column("greeted_at", sa.BigInteger),
        sa.Column("editor_role_id", _ID),
        sa.Column("help_channel_id", _ID),
        sa.PrimaryKeyConstraint("guild_id", name="pk_guild"),
    )


def _create_faq_pages() -> None:
    texts = "kind location title link format questions language found_format found_marker etag last_modified"
    op.create_table(
        "faq_page",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        _required("guild_id", _ID),
        *(_required(name, sa.Text) for name in (*texts.split(), "content_hash")),
        *(
            sa.Column(name, sa.BigInteger)
            for name in ("edited_at", "loaded_at", "checked_at", "next_check_at")
        ),
        _required("failures", sa.Integer),
        _required("error", sa.Text),
        _required("problems", sa.Text),
        _required("is_declared", sa.Boolean),
        sa.Column("content", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_faq_page"),
        sa.UniqueConstraint("guild_id", "kind", "location", name="uq_faq_page"),
        sa.UniqueConstraint("guild_id", "id", name="uq_faq_page_guild_id_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_faq_page_next_check_at", "faq_page", ["next_check_at"])


def _create_faq_entries() -> None:
    op.create_table(
        "faq_entry",
        _required("guild_id", _ID),
        _required("id", sa.Text),
        _required("page_id", _ID),
        _required("position", sa.Integer),
        *(_required(name, sa.Text) for name in ("question", "answer", "text", "section", "anchor")),
        _required("line", sa.Integer),
        _required("aliases", sa.Text),
        _required("language", sa.Text),
        sa.PrimaryKeyConstraint("guild_id", "id", name="pk_faq_entry"),
        sa.ForeignKeyConstraint(
            ["guild_id", "page_id"],
            ["faq_page.guild_id", "faq_page.id"],
            name="fk_faq_entry_faq_page",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_faq_entry_page", "faq_entry", ["guild_id", "page_id", "position"])
    op.create_table(
        "faq_overlay",
        _required("guild_id", _ID),
        *(
            _required(name, sa.Text)
            for name in ("entry_id", "kind", "question", "answer", "aliases", "section")
        ),
        _required("changed_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("guild_id", "entry_id", name="pk_faq_overlay"),
    )


def _create_learned() -> None:
    alias_key = ("guild_id", "query_key", "entry_id")
    op.create_table(
        "faq_alias",
        _required("guild_id", _ID),
        *(_required(name, sa.Text) for name in ("query_key", "entry_id", "phrasing", "state")),
        _required("changed_at", sa.BigInteger),
        sa.PrimaryKeyConstraint(*alias_key, name="pk_faq_alias"),
    )
    op.create_table(
        "faq_vote",
        _required("guild_id", _ID),
        *(_required(name, sa.Text) for name in ("query_key", "entry_id", "voter")),
        _required("expires_at", sa.BigInteger),
        sa.PrimaryKeyConstraint(*alias_key, "voter", name="pk_faq_vote"),
        sa.ForeignKeyConstraint(
            alias_key,
            [f"faq_alias.{name}" for name in alias_key],
            name="fk_faq_vote_faq_alias",
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
    )
    op.create_index("ix_faq_vote_expires_at", "faq_vote", ["expires_at"])
    op.create_table(
        "faq_question",
        _required("guild_id", _ID),
        _required("query_key", sa.Text),
        _required("phrasing", sa.Text),
        _required("count", sa.Integer),
        _required("first_at", sa.BigInteger),
        _required("last_at", sa.BigInteger),
        _required("state", sa.Text),
        sa.PrimaryKeyConstraint("guild_id", "query_key", name="pk_faq_question"),
    )
    op.create_index("ix_faq_question_state", "faq_question", ["guild_id", "state", "last_at"])
    op.create_table(
        "faq_usage",
        _required("guild_id", _ID),
        _required("entry_id", sa.Text),
        *(_required(name, sa.Integer) for name in ("shown", "helpful", "not_it")),
        _required("last_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("guild_id", "entry_id", name="pk_faq_usage"),
    )
