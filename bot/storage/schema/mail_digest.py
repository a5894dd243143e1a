"""Name the tables of the digests: which are wanted, what waits to be told, what was told."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Table, UniqueConstraint

from bot.storage.columns import Id, Instant
from bot.storage.schema.metadata import METADATA, required_number, required_text

mail_digest = Table(
    "mail_digest",
    METADATA,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("guild_id", Id, nullable=False),
    Column("list_id", Id, nullable=False),
    Column("channel_id", Id, nullable=False),
    required_text("rule"),  # when it is due, as bot.text.cadence writes it
    required_text("zone"),  # "" for the guild's own
    Column("says_quiet", Boolean, nullable=False),  # one line when there was nothing; else silence
    Column("has_chart", Boolean, nullable=False),
    Column("is_declared", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("told_until", Instant, nullable=False),  # moved in the transaction that enqueues a digest
    UniqueConstraint("guild_id", "list_id", "channel_id"),
    ForeignKeyConstraint(["list_id"], ["mail_list.id"], ondelete="CASCADE"),
    Index("ix_mail_digest_list_id", "list_id"),
    sqlite_autoincrement=True,  # a number is never used again: old buttons and posts' keys name it
)

mail_digest_issue = Table(
    "mail_digest_issue",
    METADATA,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("guild_id", Id, nullable=False),
    Column("digest_id", Id, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    required_number("rounds"),
    required_text("key"),  # of its post in the outbox
    required_number("edits"),
    Column("posted_at", Instant, nullable=False),
    ForeignKeyConstraint(["digest_id"], ["mail_digest.id"], ondelete="CASCADE"),
    Index("ix_mail_digest_issue_digest_id", "digest_id"),
    Index("ix_mail_digest_issue_posted_at", "posted_at"),
    sqlite_autoincrement=True,
)

# Each mail that came while a digest was wanted, once: it waits until an issue tells of it.
mail_digest_email = Table(
    "mail_digest_email",
    METADATA,
    Column("digest_id", Id, primary_key=True, autoincrement=False),
    Column("email_id", Id, primary_key=True, autoincrement=False),
    Column("guild_id", Id, nullable=False),
    Column("issue_id", Id),
    ForeignKeyConstraint(["digest_id"], ["mail_digest.id"], ondelete="CASCADE"),
    ForeignKeyConstraint(["email_id"], ["mail_email.id"], ondelete="CASCADE"),
    ForeignKeyConstraint(["issue_id"], ["mail_digest_issue.id"], ondelete="CASCADE"),
    Index("ix_mail_digest_email_issue_id", "issue_id", "digest_id"),
    Index("ix_mail_digest_email_email_id", "email_id"),
)
