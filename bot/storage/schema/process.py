"""Name the tables of the process and its guilds."""

from sqlalchemy import Column, Table

from bot.storage.columns import Id, Instant, PlainText
from bot.storage.schema.metadata import METADATA, required_text

meta = Table(
    "meta",
    METADATA,
    Column("key", PlainText, primary_key=True),
    required_text("value"),
)

guild = Table(
    "guild",
    METADATA,
    Column("guild_id", Id, primary_key=True, autoincrement=False),
    Column("joined_at", Instant),
    Column("left_at", Instant),
    Column("greeted_at", Instant),
    Column("editor_role_id", Id),
    Column("help_channel_id", Id),
    Column("admin_channel_id", Id),
    Column("status_channel_id", Id),  # where the status card stands that edits itself
    Column("zone", PlainText),  # IANA; none: UTC
    Column("language", PlainText),  # ISO 639-1; none: English
)
