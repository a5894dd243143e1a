"""Name the tables of the meetings: calendars, their dates, reminders, cards, and who answered.

A calendar is one that is followed by its address, or that of a channel, for meetings made in chat. Every
row names its guild beside its calendar, so that none can stand in another guild than the calendar it is of.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    UniqueConstraint,
    text,
)

from bot.storage.columns import Id, Instant, Json, PlainText
from bot.storage.schema.metadata import METADATA, required_number, required_text


def _owner() -> tuple[Column[int], Column[int]]:
    return (
        Column("guild_id", Id, primary_key=True, autoincrement=False),
        Column("calendar_id", Id, primary_key=True, autoincrement=False),
    )


def _date() -> tuple[Column[str], Column[str]]:
    """Return the key of a date: the series, and where its rule first put it."""
    return Column("uid", PlainText, primary_key=True), Column("original", PlainText, primary_key=True)


def _of_calendar() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["guild_id", "calendar_id"], ["meeting_calendar.guild_id", "meeting_calendar.id"], ondelete="CASCADE"
    )


meeting_calendar = Table(
    "meeting_calendar",
    METADATA,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("guild_id", Id, nullable=False),
    required_text("kind"),
    required_text("place"),  # a feed's address, often a secret; the channel's id for meetings made in chat
    required_text("name"),
    required_text("found_name"),
    Column("channel_id", Id, nullable=False),
    Column("settings", Json, nullable=False),
    Column("is_declared", Boolean, nullable=False),
    required_text("etag"),
    required_text("last_modified"),
    required_text("content_hash"),  # of the body as it came
    required_text("fingerprint"),  # of what it means
    Column("body", LargeBinary),  # compressed; laid out anew each night, for the horizon moves
    Column("timezones", Json, nullable=False),  # the zones that only this calendar knows
    Column("problems", Json, nullable=False),
    Column("checked_at", Instant),
    Column("loaded_at", Instant),
    Column("expanded_at", Instant),
    Column("next_check_at", Instant),
    required_number("failures"),
    required_text("error"),
    Column("move", Json),  # where its address leads for good, as its server says
    required_text("held"),  # why what was read is not believed yet; the old dates stay
    required_text("held_fingerprint"),
    required_number("held_times"),
    UniqueConstraint("guild_id", "kind", "place"),
    UniqueConstraint("guild_id", "id", name="uq_meeting_calendar_guild_id_id"),
    Index("ix_meeting_calendar_next_check_at", "next_check_at"),
    sqlite_autoincrement=True,  # an unfollowed calendar's number is never used again: old buttons name it
)

meeting_series = Table(
    "meeting_series",
    METADATA,
    *_owner(),
    Column("uid", PlainText, primary_key=True),
    Column("settings", Json, nullable=False),  # what is other than for the rest of the calendar
    _of_calendar(),
)

meeting_typed = Table(
    "meeting_typed",
    METADATA,
    *_owner(),
    Column("uid", PlainText, primary_key=True),
    Column("recurrence", PlainText, primary_key=True),  # the date that it replaces; empty: the meeting itself
    Column("meeting", Json, nullable=False),
    Column("changed_at", Instant, nullable=False),
    _of_calendar(),
)

meeting_version = Table(
    "meeting_version",
    METADATA,
    *_owner(),
    Column("hash", PlainText, primary_key=True),
    Column("meeting", Json, nullable=False),
    Column("links", Json, nullable=False),
    _of_calendar(),
)

meeting_date = Table(
    "meeting_date",
    METADATA,
    *_owner(),
    *_date(),
    required_text("token"),  # short for uid and original, for buttons
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    required_text("version"),
    Column("occurrence", Json, nullable=False),  # without its meeting, which is the version's
    _of_calendar(),
    Index("ix_meeting_date_starts_at", "guild_id", "starts_at"),
)

meeting_reminder = Table(
    "meeting_reminder",
    METADATA,
    *_owner(),
    *_date(),
    Column("rule", PlainText, primary_key=True),
    Column("channel_id", Id, primary_key=True, autoincrement=False),
    Column("starts_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("late_after", Instant),
    Column("cutoff_at", Instant, nullable=False),
    required_text("state"),
    required_text("reason"),
    _of_calendar(),
    # What is pending is little beside what was posted.
    Index(
        "ix_meeting_reminder_due_at",
        "due_at",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
)

meeting_card = Table(
    "meeting_card",
    METADATA,
    *_owner(),
    *_date(),
    Column("channel_id", Id, primary_key=True, autoincrement=False),
    required_text("token"),
    required_text("key"),  # the outbox's, of the newest card
    required_text("rule"),
    required_text("stage"),
    required_number("edits"),
    required_text("looks"),  # equal for dates that are announced only once
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("next_at", Instant),  # when it is to be drawn anew by itself
    Column("content", Json, nullable=False),  # all that it is drawn from: the feed may drop the date
    _of_calendar(),
    Index("ix_meeting_card_next_at", "next_at"),
    Index("ix_meeting_card_looks", "guild_id", "channel_id", "looks"),
)

meeting_answer = Table(
    "meeting_answer",
    METADATA,
    *_owner(),
    *_date(),
    Column("user_id", Id, primary_key=True, autoincrement=False),
    required_text("answer"),
    Column("answered_at", Instant, nullable=False),
    Column("forget_at", Instant, nullable=False),
    _of_calendar(),
    Index("ix_meeting_answer_forget_at", "forget_at"),
)

meeting_subscriber = Table(
    "meeting_subscriber",
    METADATA,
    *_owner(),
    Column("uid", PlainText, primary_key=True),
    Column("user_id", Id, primary_key=True, autoincrement=False),
    Column("since", Instant, nullable=False),
    _of_calendar(),
)
