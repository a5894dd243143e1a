"""Create the tables of what members do about meetings: drafts, and usual wishes."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

# A number that SQLite compares as its INTEGER.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "meeting_draft",
        sa.Column("guild_id", _ID, autoincrement=False, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "token", name="pk_meeting_draft"),
    )
    op.create_index("ix_meeting_draft_made_at", "meeting_draft", ["made_at"])
    op.create_table(
        "meeting_default",
        sa.Column("guild_id", _ID, autoincrement=False, nullable=False),
        sa.Column("channel_id", _ID),
        sa.Column("settings", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name="pk_meeting_default"),
    )
