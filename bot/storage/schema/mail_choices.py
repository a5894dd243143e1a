"""Name the tables of what channels and members choose of the lists: filters, muted threads, watch words."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Table

from bot.storage.columns import Id, Instant, Json, PlainText
from bot.storage.schema.metadata import METADATA, required_text


def _of_follow() -> ForeignKeyConstraint:
    """Let what a channel chose end with its follow."""
    key = ("guild_id", "list_id", "channel_id")
    return ForeignKeyConstraint(key, [f"mail_follow.{name}" for name in key], ondelete="CASCADE")


mail_choice = Table(
    "mail_choice",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("list_id", Id, primary_key=True, autoincrement=False),
    Column("channel_id", Id, primary_key=True, autoincrement=False),
    required_text("mode"),
    Column("rules", Json, nullable=False),
    Column("paused_at", Instant),
    required_text("ping"),
    Column("role_id", Id),
    Column("is_declared", Boolean, nullable=False),  # community.toml declares the rules
    _of_follow(),
    Index("ix_mail_choice_list_id", "list_id"),
)

# A thread keeps the number under which it was muted; what it is part of by now, mail_merge tells.
mail_mute = Table(
    "mail_mute",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("list_id", Id, primary_key=True, autoincrement=False),
    Column("channel_id", Id, primary_key=True, autoincrement=False),
    Column("thread", Id, primary_key=True, autoincrement=False),
    Column("muted_at", Instant, nullable=False),
    _of_follow(),
    Index("ix_mail_mute_list_id", "list_id"),
)

mail_watch = Table(
    "mail_watch",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("user_id", Id, primary_key=True, autoincrement=False),
    Column("stem", PlainText, primary_key=True),
    required_text("word"),
    Column("added_at", Instant, nullable=False),
    Index("ix_mail_watch_user_id", "user_id"),
)

# That a member is to hear, or has heard, of a thread; there is at most one note a day.
mail_watch_note = Table(
    "mail_watch_note",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("user_id", Id, primary_key=True, autoincrement=False),
    Column("list_id", Id, primary_key=True, autoincrement=False),
    Column("thread", Id, primary_key=True, autoincrement=False),
    Column("email_id", Id, nullable=False),
    required_text("word"),
    Column("found_at", Instant, nullable=False),
    Column("settled_at", Instant),  # NULL: nobody has looked yet whether the member may see the list
    ForeignKeyConstraint(["list_id"], ["mail_list.id"], ondelete="CASCADE"),
    Index("ix_mail_watch_note_settled_at", "settled_at"),
    Index("ix_mail_watch_note_list_id", "list_id"),
    Index("ix_mail_watch_note_user_id", "user_id"),
)
