"""Create the tables of live mode, and the ledger of what became of each mail."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

# A number that SQLite compares as its INTEGER.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, _ID, autoincrement=False, nullable=False)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "mail_disposition",
        _key("email_id"),
        _key("channel_id"),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("guild_id", _ID, nullable=False),
        sa.Column("list_id", _ID, nullable=False),
        sa.Column("fate", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("outbox_key", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("email_id", "channel_id", "way", name="pk_mail_disposition"),
        sa.ForeignKeyConstraint(
            ["email_id"], ["mail_email.id"], name="fk_mail_disposition_mail_email", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_mail_disposition_at", "mail_disposition", ["channel_id", "list_id", "way", "at"])
    op.create_table(
        "mail_live",
        _key("guild_id"),
        _key("list_id"),
        _key("channel_id"),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("is_declared", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "list_id", "channel_id", name="pk_mail_live"),
        sa.ForeignKeyConstraint(
            ["guild_id", "list_id", "channel_id"],
            ["mail_follow.guild_id", "mail_follow.list_id", "mail_follow.channel_id"],
            name="fk_mail_live_mail_follow",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "mail_live_thread",
        _key("channel_id"),
        _key("list_id"),
        _key("thread"),
        sa.Column("guild_id", _ID, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("is_followed", sa.Boolean, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "list_id", "thread", name="pk_mail_live_thread"),
        sa.ForeignKeyConstraint(
            ["list_id"], ["mail_list.id"], name="fk_mail_live_thread_mail_list", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_mail_live_thread_list", "mail_live_thread", ["list_id", "thread"])
