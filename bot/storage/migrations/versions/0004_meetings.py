"""Create the tables of the meetings."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0004"
down_revision = "0003"

# A row number that SQLite counts up by itself has to be its INTEGER.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_DATE = ("uid", "original")


def _required(name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]] = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _key(name: str) -> sa.Column[Any]:
    return sa.Column(name, _ID, autoincrement=False, nullable=False)


def _create(name: str, keys: tuple[str | sa.Column[Any], ...], *columns: sa.Column[Any]) -> None:
    """Create a table of things that a calendar has."""
    parts = [_key("guild_id"), _key("calendar_id")]
    parts += [_required(key) if isinstance(key, str) else key for key in keys]
    op.create_table(
        name,
        *parts,
        *columns,
        sa.PrimaryKeyConstraint(*(part.name for part in parts), name=f"pk_{name}"),
        sa.ForeignKeyConstraint(
            ["guild_id", "calendar_id"],
            ["meeting_calendar.guild_id", "meeting_calendar.id"],
            name=f"fk_{name}_meeting_calendar",
            ondelete="CASCADE",
        ),
    )


def upgrade() -> None:
    """Create everything."""
    _create_calendars()
    _create("meeting_series", ("uid",), _required("settings"))
    changed_at = _required("changed_at", sa.BigInteger)
    _create("meeting_typed", ("uid", "recurrence"), _required("meeting"), changed_at)
    _create("meeting_version", ("hash",), *map(_required, ("meeting", "links")))
    _create(
        "meeting_date",
        _DATE,
        _required("token"),
        *(_required(name, sa.BigInteger) for name in ("starts_at", "ends_at")),
        *map(_required, ("version", "occurrence")),
    )
    op.create_index("ix_meeting_date_starts_at", "meeting_date", ["guild_id", "starts_at"])
    _create_reminders()
    _create_cards()
    _create(
        "meeting_answer",
        (*_DATE, _key("user_id")),
        _required("answer"),
        *(_required(name, sa.BigInteger) for name in ("answered_at", "forget_at")),
    )
    op.create_index("ix_meeting_answer_forget_at", "meeting_answer", ["forget_at"])
    _create("meeting_subscriber", ("uid", _key("user_id")), _required("since", sa.BigInteger))


def _create_calendars() -> None:
    op.create_table(
        "meeting_calendar",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        _required("guild_id", _ID),
        *map(_required, ("kind", "place", "name", "found_name")),
        _required("channel_id", _ID),
        _required("settings"),
        _required("is_declared", sa.Boolean),
        *map(_required, ("etag", "last_modified", "content_hash", "fingerprint")),
        sa.Column("body", sa.LargeBinary),
        *map(_required, ("timezones", "problems")),
        *(
            sa.Column(name, sa.BigInteger)
            for name in ("checked_at", "loaded_at", "expanded_at", "next_check_at")
        ),
        _required("failures", sa.Integer),
        *map(_required, ("error", "held", "held_fingerprint")),
        _required("held_times", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_calendar"),
        sa.UniqueConstraint("guild_id", "kind", "place", name="uq_meeting_calendar"),
        sa.UniqueConstraint("guild_id", "id", name="uq_meeting_calendar_guild_id_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_meeting_calendar_next_check_at", "meeting_calendar", ["next_check_at"])


def _create_reminders() -> None:
    _create(
        "meeting_reminder",
        (*_DATE, "rule", _key("channel_id")),
        *(_required(name, sa.BigInteger) for name in ("starts_at", "due_at")),
        sa.Column("late_after", sa.BigInteger),
        _required("cutoff_at", sa.BigInteger),
        *map(_required, ("state", "reason")),
    )
    is_pending = sa.text("state = 'pending'")
    op.create_index(
        "ix_meeting_reminder_due_at",
        "meeting_reminder",
        ["due_at"],
        sqlite_where=is_pending,
        postgresql_where=is_pending,
    )


def _create_cards() -> None:
    _create(
        "meeting_card",
        (*_DATE, _key("channel_id")),
        *map(_required, ("token", "key", "rule", "stage")),
        _required("edits", sa.Integer),
        _required("looks"),
        *(_required(name, sa.BigInteger) for name in ("starts_at", "ends_at")),
        sa.Column("next_at", sa.BigInteger),
        _required("content"),
    )
    op.create_index("ix_meeting_card_next_at", "meeting_card", ["next_at"])
    op.create_index("ix_meeting_card_looks", "meeting_card", ["guild_id", "channel_id", "looks"])
