"""Check the calendars that community.toml declares as files, offline: dates as read, and every problem."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from bot.errors import SourceError
from bot.faq.models import Severity
from bot.http.fetcher import Fetcher
from bot.meetings.calendars import CalendarKind, FollowedCalendar
from bot.meetings.feeds import FeedReader
from bot.meetings.snapshot import Snapshot
from bot.operations.advice import finding_of
from bot.operations.findings import CheckedCalendar, Finding
from bot.workers import Workers
from config.community import Community
from config.sections.calendars import DeclaredCalendar


async def check_calendars(
    community: Community,
    *,
    config_dir: Path,
    workers: Workers,
    fetcher: Fetcher,
    clock: Callable[[], datetime],
) -> tuple[tuple[CheckedCalendar, ...], tuple[Finding, ...]]:
    """Return each declared calendar as read, and what is wrong with it."""
    reader = FeedReader(fetcher=fetcher, workers=workers, config_dir=config_dir)
    calendars: list[CheckedCalendar] = []
    findings: list[Finding] = []
    for guild in community.guilds:
        for declared in guild.calendar:
            snapshot, found = await _read(reader, declared, config_dir, now=clock())
            findings += found
            calendars.append(
                CheckedCalendar(
                    guild_id=guild.id,
                    # An address is often a secret.
                    place=str(config_dir / declared.file) if declared.file else declared.name,
                    is_offline=bool(declared.file),
                    name=declared.name or (snapshot.name if snapshot else ""),
                    dates=_count_ahead(snapshot, clock()) if snapshot else None,
                )
            )
    return tuple(calendars), tuple(findings)


async def _read(
    reader: FeedReader, declared: DeclaredCalendar, config_dir: Path, *, now: datetime
) -> tuple[Snapshot | None, tuple[Finding, ...]]:
    if not declared.file:
        return None, ()
    place = str(config_dir / declared.file)
    calendar = FollowedCalendar(
        id=0, guild_id=0, kind=CalendarKind.FILE, place=declared.file, channel_id=declared.channel
    )
    try:
        body = await reader.read(calendar)
        snapshot = await reader.digest(body.packed, now=now, floating_zone="UTC") if body else None
    except SourceError as error:
        return None, (finding_of(str(error), where=place),)
    return snapshot, tuple(_problems(snapshot, place))


def _problems(snapshot: Snapshot | None, place: str) -> Iterable[Finding]:
    for problem in snapshot.problems if snapshot else ():
        yield Finding(
            where=f"{place}:{problem.line}" if problem.line else place,
            what=f"{problem.where}: {problem.what}" if problem.where else problem.what,
            severity=Severity.WARNING,
        )


def _count_ahead(snapshot: Snapshot, now: datetime) -> int:
    ones = (date.occurrence for date in snapshot.dates)
    return sum(not one.is_cancelled and one.ends_at > now for one in ones)
