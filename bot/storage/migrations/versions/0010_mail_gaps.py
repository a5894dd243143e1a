"""Create the table of mails that are missing where an archive numbers them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

# A number that SQLite compares as its INTEGER.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "mail_gap",
        sa.Column("list_id", _ID, autoincrement=False, nullable=False),
        sa.Column("series", sa.Text, nullable=False),
        sa.Column("first", _ID, autoincrement=False, nullable=False),
        sa.Column("last", _ID, nullable=False),
        sa.Column("found_at", sa.BigInteger, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_try_at", sa.BigInteger, nullable=False),
        sa.Column("settled_at", sa.BigInteger),
        sa.Column("is_found", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("list_id", "series", "first", name="pk_mail_gap"),
        sa.ForeignKeyConstraint(
            ["list_id"], ["mail_list.id"], name="fk_mail_gap_mail_list", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_mail_gap_next_try_at", "mail_gap", ["next_try_at"])
