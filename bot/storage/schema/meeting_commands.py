"""Name the tables behind the commands about meetings: drafts, and what guilds usually want."""

from sqlalchemy import Column, Index, Table

from bot.storage.columns import Id, Instant, Json, PlainText
from bot.storage.schema.metadata import METADATA

meeting_draft = Table(
    "meeting_draft",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("token", PlainText, primary_key=True),
    Column("request", Json, nullable=False),  # what was typed; the rest is worked out anew from it
    Column("made_at", Instant, nullable=False),
    Index("ix_meeting_draft_made_at", "made_at"),
)

meeting_default = Table(
    "meeting_default",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("channel_id", Id),
    Column("settings", Json, nullable=False),
)
