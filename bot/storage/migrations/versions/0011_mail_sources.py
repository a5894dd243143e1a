"""Let each guild name a list and close it; keep the mails that could not be read, and what was looked for."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

# A number that SQLite compares as its INTEGER.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns and create the tables."""
    op.add_column("mail_follow", sa.Column("name", sa.Text, nullable=False, server_default=""))
    op.add_column(
        "mail_follow", sa.Column("is_private", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_table(
        "mail_aside",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("list_id", _ID, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("set_aside_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["mail_list.id"], name="fk_mail_aside_mail_list", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mail_aside_list_id", "mail_aside", ["list_id"])
    op.create_table(
        "mail_query",
        sa.Column("guild_id", _ID, autoincrement=False, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "token", name="pk_mail_query"),
    )
    op.create_index("ix_mail_query_asked_at", "mail_query", ["asked_at"])
