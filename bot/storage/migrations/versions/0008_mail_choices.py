"""Create the tables of what channels and members choose of the lists."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

# A number that SQLite compares as its INTEGER.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FOLLOW = ("guild_id", "list_id", "channel_id")


def upgrade() -> None:
    """Create the tables."""
    _create_choices()
    _create_watches()


def _create_choices() -> None:
    op.create_table(
        "mail_choice",
        *_keys(*_FOLLOW),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("rules", sa.Text, nullable=False),
        sa.Column("paused_at", sa.BigInteger),
        sa.Column("ping", sa.Text, nullable=False),
        sa.Column("role_id", _ID),
        sa.Column("is_declared", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint(*_FOLLOW, name="pk_mail_choice"),
        _of_follow("mail_choice"),
    )
    op.create_index("ix_mail_choice_list_id", "mail_choice", ["list_id"])
    op.create_table(
        "mail_mute",
        *_keys(*_FOLLOW, "thread"),
        sa.Column("muted_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(*_FOLLOW, "thread", name="pk_mail_mute"),
        _of_follow("mail_mute"),
    )
    op.create_index("ix_mail_mute_list_id", "mail_mute", ["list_id"])


def _create_watches() -> None:
    op.create_table(
        "mail_watch",
        *_keys("guild_id", "user_id"),
        sa.Column("stem", sa.Text, nullable=False),
        sa.Column("word", sa.Text, nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "user_id", "stem", name="pk_mail_watch"),
    )
    op.create_index("ix_mail_watch_user_id", "mail_watch", ["user_id"])
    keys = ("guild_id", "user_id", "list_id", "thread")
    op.create_table(
        "mail_watch_note",
        *_keys(*keys, "email_id"),
        sa.Column("word", sa.Text, nullable=False),
        sa.Column("found_at", sa.BigInteger, nullable=False),
        sa.Column("settled_at", sa.BigInteger),
        sa.PrimaryKeyConstraint(*keys, name="pk_mail_watch_note"),
        sa.ForeignKeyConstraint(
            ["list_id"], ["mail_list.id"], name="fk_mail_watch_note_mail_list", ondelete="CASCADE"
        ),
    )
    for name in ("settled_at", "list_id", "user_id"):
        op.create_index(f"ix_mail_watch_note_{name}", "mail_watch_note", [name])


def _keys(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, _ID, autoincrement=False, nullable=False) for name in names]


def _of_follow(table: str) -> sa.ForeignKeyConstraint:
    columns = [f"mail_follow.{name}" for name in _FOLLOW]
    return sa.ForeignKeyConstraint(_FOLLOW, columns, name=f"fk_{table}_mail_follow", ondelete="CASCADE")
