"""Tell the time: the one place that asks the machine for it; everybody else is told."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present; every other part gets it as an argument."""
    return datetime.now(UTC)  # noqa: TID251 (the one place that reads the clock)
