"""Name the tables of the way out to Discord: leases, posts, lanes, threads by topic, incidents."""

from sqlalchemy import Boolean, Column, Index, Table, UniqueConstraint, text

from bot.storage.columns import Id, Instant, Json, PlainText
from bot.storage.schema.metadata import METADATA, required_number, required_text

lease = Table(
    "lease",
    METADATA,
    Column("name", PlainText, primary_key=True),
    required_text("owner"),
    Column("until", Instant, nullable=False),
)

outbox = Table(
    "outbox",
    METADATA,
    Column("id", Id, primary_key=True, autoincrement=True),
    required_text("key"),
    Column("guild_id", Id, nullable=False),
    Column("channel_id", Id, nullable=False),  # a direct message's is the user's id
    Column("is_direct", Boolean, nullable=False),
    required_text("kind"),
    required_text("verb"),
    required_text("target_key"),  # the earlier post that this one edits, removes or replies to
    required_text("topic"),  # the thread it belongs to; empty: the channel itself
    required_text("topic_name"),
    Column("due_at", Instant, nullable=False),
    Column("post", Json, nullable=False),
    Column("late_after", Instant),
    Column("late_post", Json),
    Column("cutoff_at", Instant),
    required_text("fold_group"),
    required_text("fold_line"),
    required_text("state"),
    required_text("reason"),
    required_number("attempts"),
    Column("created_at", Instant, nullable=False),
    Column("sending_at", Instant),  # when the first try of unknown outcome began; none: nothing is in doubt
    Column("next_try_at", Instant),
    Column("ended_at", Instant),
    Column("sent_channel_id", Id),
    Column("message_id", Id),
    UniqueConstraint("key"),
    # What is open is little beside thirty days of what is done.
    Index(
        "ix_outbox_open",
        "channel_id",
        "due_at",
        "id",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index(
        "ix_outbox_due",
        "due_at",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    # Only what ended long ago is looked for by it: what is enqueued costs nothing here.
    Index(
        "ix_outbox_ended",
        "ended_at",
        sqlite_where=text("ended_at IS NOT NULL"),
        postgresql_where=text("ended_at IS NOT NULL"),
    ),
    Index("ix_outbox_guild", "guild_id", "state"),
    sqlite_autoincrement=True,
)

lane = Table(
    "lane",
    METADATA,
    Column("channel_id", Id, primary_key=True, autoincrement=False),
    Column("guild_id", Id, nullable=False),
    required_text("state"),
    required_text("reason"),
    required_number("failures"),
    Column("last_success_at", Instant),
    Column("last_error_at", Instant),
    required_text("last_error"),
    Column("next_try_at", Instant),
    required_text("owner"),
    Column("owned_until", Instant),
)

topic_thread = Table(
    "topic_thread",
    METADATA,
    Column("channel_id", Id, primary_key=True, autoincrement=False),
    Column("topic", PlainText, primary_key=True),
    Column("guild_id", Id, nullable=False),
    Column("thread_id", Id, nullable=False),
    Column("opened_at", Instant, nullable=False),
)

incident = Table(
    "incident",
    METADATA,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("guild_id", Id, nullable=False),
    required_text("subject"),  # what is broken: "lane:123", "faq:7"; one open incident each
    required_text("what"),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Index(
        "ix_incident_open",
        "guild_id",
        "subject",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)
