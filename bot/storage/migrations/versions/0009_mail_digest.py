"""Create the tables of the digests: which are wanted, what waits to be told, what was told."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

# A row number that SQLite counts up by itself has to be its INTEGER.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "mail_digest",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        *(sa.Column(name, _ID, nullable=False) for name in ("guild_id", "list_id", "channel_id")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("rule", "zone")),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("says_quiet", "has_chart", "is_declared")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("created_at", "told_until")),
        sa.PrimaryKeyConstraint("id", name="pk_mail_digest"),
        sa.UniqueConstraint("guild_id", "list_id", "channel_id", name="uq_mail_digest"),
        _refers("mail_digest", "list_id", "mail_list"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mail_digest_list_id", "mail_digest", ["list_id"])
    op.create_table(
        "mail_digest_issue",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        *(sa.Column(name, _ID, nullable=False) for name in ("guild_id", "digest_id")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("since", "until")),
        sa.Column("rounds", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("edits", sa.Integer, nullable=False),
        sa.Column("posted_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mail_digest_issue"),
        _refers("mail_digest_issue", "digest_id", "mail_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mail_digest_issue_digest_id", "mail_digest_issue", ["digest_id"])
    op.create_index("ix_mail_digest_issue_posted_at", "mail_digest_issue", ["posted_at"])
    op.create_table(
        "mail_digest_email",
        *(
            sa.Column(name, _ID, autoincrement=False, nullable=name == "issue_id")
            for name in ("digest_id", "email_id", "guild_id", "issue_id")
        ),
        sa.PrimaryKeyConstraint("digest_id", "email_id", name="pk_mail_digest_email"),
        _refers("mail_digest_email", "digest_id", "mail_digest"),
        _refers("mail_digest_email", "email_id", "mail_email"),
        _refers("mail_digest_email", "issue_id", "mail_digest_issue"),
    )
    op.create_index("ix_mail_digest_email_issue_id", "mail_digest_email", ["issue_id", "digest_id"])
    op.create_index("ix_mail_digest_email_email_id", "mail_digest_email", ["email_id"])


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{other}", ondelete="CASCADE")
