"""Create the tables of the way out to Discord, and the guild's columns that it reads."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0002"
down_revision = "0001"

# A row number that SQLite counts up by itself has to be its INTEGER.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _required(name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    """Create everything."""
    for name, kind in (("admin_channel_id", _ID), ("status_channel_id", _ID), ("zone", sa.Text())):
        op.add_column("guild", sa.Column(name, kind))
    op.create_table(
        "lease",
        _required("name", sa.Text),
        _required("owner", sa.Text),
        _required("until", sa.BigInteger),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    _create_outbox()
    _create_lanes()
    _create_incidents()


def _create_outbox() -> None:
    texts = (
        "kind",
        "verb",
        "target_key",
        "topic",
        "topic_name",
        "fold_group",
        "fold_line",
        "state",
        "reason",
    )
    op.create_table(
        "outbox",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        _required("key", sa.Text),
        _required("guild_id", _ID),
        _required("channel_id", _ID),
        _required("is_direct", sa.Boolean),
        *(_required(name, sa.Text) for name in texts),
        _required("due_at", sa.BigInteger),
        _required("post", sa.Text),
        sa.Column("late_after", sa.BigInteger),
        sa.Column("late_post", sa.Text),
        sa.Column("cutoff_at", sa.BigInteger),
        _required("attempts", sa.Integer),
        _required("created_at", sa.BigInteger),
        *(sa.Column(name, sa.BigInteger) for name in ("sending_at", "next_try_at", "ended_at")),
        sa.Column("sent_channel_id", _ID),
        sa.Column("message_id", _ID),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox"),
        sqlite_autoincrement=True,
    )
    is_open = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["channel_id", "due_at", "id"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_outbox_due", "outbox", ["due_at"], sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("ix_outbox_ended", "outbox", ["ended_at"])
    op.create_index("ix_outbox_guild", "outbox", ["guild_id", "state"])


def _create_lanes() -> None:
    op.create_table(
        "lane",
        sa.Column("channel_id", _ID, autoincrement=False, nullable=False),
        _required("guild_id", _ID),
        *(_required(name, sa.Text) for name in ("state", "reason")),
        _required("failures", sa.Integer),
        *(sa.Column(name, sa.BigInteger) for name in ("last_success_at", "last_error_at")),
        _required("last_error", sa.Text),
        sa.Column("next_try_at", sa.BigInteger),
        _required("owner", sa.Text),
        sa.Column("owned_until", sa.BigInteger),
        sa.PrimaryKeyConstraint("channel_id", name="pk_lane"),
    )
    op.create_table(
        "topic_thread",
        sa.Column("channel_id", _ID, autoincrement=False, nullable=False),
        _required("topic", sa.Text),
        _required("guild_id", _ID),
        _required("thread_id", _ID),
        _required("opened_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("channel_id", "topic", name="pk_topic_thread"),
    )


def _create_incidents() -> None:
    op.create_table(
        "incident",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        _required("guild_id", _ID),
        *(_required(name, sa.Text) for name in ("subject", "what")),
        _required("opened_at", sa.BigInteger),
        sa.Column("closed_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
        sqlite_autoincrement=True,
    )
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_incident_open",
        "incident",
        ["guild_id", "subject"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
