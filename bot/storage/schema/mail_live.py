"""Name the tables of live mode: channels that get each mail, their threads, what became of every mail."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Table

from bot.storage.columns import Id, Instant, PlainText
from bot.storage.schema.metadata import METADATA, required_text

# What became of a mail in a channel that follows its list; one row for each way in which it is told there.
mail_disposition = Table(
    "mail_disposition",
    METADATA,
    Column("email_id", Id, primary_key=True, autoincrement=False),
    Column("channel_id", Id, primary_key=True, autoincrement=False),
    Column("way", PlainText, primary_key=True),
    Column("guild_id", Id, nullable=False),
    Column("list_id", Id, nullable=False),
    required_text("fate"),
    required_text("reason"),
    required_text("outbox_key"),  # the post that tells of it; empty: none does
    Column("at", Instant, nullable=False),
    ForeignKeyConstraint(["email_id"], ["mail_email.id"], ondelete="CASCADE"),
    Index("ix_mail_disposition_at", "channel_id", "list_id", "way", "at"),
)

mail_live = Table(
    "mail_live",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("list_id", Id, primary_key=True, autoincrement=False),
    Column("channel_id", Id, primary_key=True, autoincrement=False),
    Column("since", Instant, nullable=False),
    Column("is_declared", Boolean, nullable=False),
    ForeignKeyConstraint(
        ["guild_id", "list_id", "channel_id"],
        ["mail_follow.guild_id", "mail_follow.list_id", "mail_follow.channel_id"],
        ondelete="CASCADE",
    ),
)

# The Discord thread of a mail thread in a channel, by its topic's key; it stays the elder's when two merge.
mail_live_thread = Table(
    "mail_live_thread",
    METADATA,
    Column("channel_id", Id, primary_key=True, autoincrement=False),
    Column("list_id", Id, primary_key=True, autoincrement=False),
    Column("thread", Id, primary_key=True, autoincrement=False),
    Column("guild_id", Id, nullable=False),
    required_text("topic"),
    Column("is_followed", Boolean, nullable=False),  # somebody asked for this thread, live mode or not
    Column("since", Instant, nullable=False),
    ForeignKeyConstraint(["list_id"], ["mail_list.id"], ondelete="CASCADE"),
    Index("ix_mail_live_thread_list", "list_id", "thread"),
)
