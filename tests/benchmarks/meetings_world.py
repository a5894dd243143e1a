"""Play many guilds with many calendars: their feeds, the store that follows them, what the bot costs."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import web

from bot.meetings.calendars import CalendarKind, CalendarSettings, FollowedCalendar
from bot.meetings.repository import CalendarRepository
from bot.storage.database import Database
from tests.crash.loopback_payloads import channels_of, guild_of
from tests.loopback_site import LoopbackSite

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_WORDS = "About this call: who leads, what was decided, where the notes are. " * 6
_NEWS_EVERY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How large it is, and when half of all meetings start at once."""

    guilds: int
    calendars: int
    meetings: int
    burst_at: datetime

    @property
    def at_once(self) -> int:
        """How many meetings start in the same minute."""
        return self.guilds * self.calendars * (self.meetings // 2)


class Feeds(LoopbackSite):
    """The feeds, three kinds in turn as there are outside: one answers 304; one sends the same bytes; one
    stamps every answer anew, as Google does. Of every fiftieth one meeting has a new agenda at each look.
    """

    def __init__(self, world: World, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._world = world
        self._clock = clock
        self.looks = 0

    def url(self, number: int) -> str:
        """Return the address of a calendar's feed."""
        return f"http://127.0.0.1:{self.port}/{number}.ics"

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Say what is answered where."""
        router.add_get("/{number}.ics", self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        self.looks += 1
        if number % 3 == 0 and request.headers.get("If-None-Match"):
            return web.Response(status=304)
        stamp = f"{self._clock():%Y%m%dT%H%M%SZ}" if number % 3 == 1 else "20261101T000000Z"
        news = f" News {self.looks}." if number % _NEWS_EVERY == 1 else ""
        headers = {"ETag": f'"{number}"'} if number % 3 == 0 else {}
        body = write_feed(self._world, number, stamp=stamp, news=news)
        return web.Response(body=body, content_type="text/calendar", headers=headers)


def write_feed(world: World, number: int, *, stamp: str, news: str = "") -> bytes:
    """Write a calendar: weekly meetings, half of which start at once, the others spread over the week."""
    events = []
    for place in range(world.meetings):
        is_spread = place >= world.meetings // 2
        start = world.burst_at + (
            timedelta(hours=3 + 7 * place, minutes=number % 60) if is_spread else timedelta()
        )
        events.append(
            f"BEGIN:VEVENT\r\nUID:{number}-{place}@example.org\r\nDTSTAMP:{stamp}\r\n"
            f"DTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY\r\n"
            f"SUMMARY:Call {number}-{place}\r\nLOCATION:https://zoom.us/j/9{number:05}{place:04}\r\n"
            f"DESCRIPTION:{_WORDS}{news if place == 0 else ''}\r\nEND:VEVENT\r\n"
        )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


async def follow_all(url: str, world: World, feeds: Feeds, *, first: datetime, spread: timedelta) -> None:
    """Follow every feed in a store that no bot has open; they are first looked at over a while."""
    blank = FollowedCalendar(
        id=0, guild_id=0, kind=CalendarKind.FEED, place="", channel_id=0,
        settings=CalendarSettings(leads=(timedelta(),)),
    )  # fmt: skip
    repository, total = CalendarRepository(), world.guilds * world.calendars
    async with Database(url) as database:
        await database.migrate()
        async with database.writing() as connection:
            for number in range(total):
                guild, place = divmod(number, world.calendars)
                draft = replace(
                    blank,
                    guild_id=int(guild_of(guild)),
                    channel_id=int(channels_of(guild)[place]),
                    place=feeds.url(number),
                    next_check_at=first + spread * number / total,
                )
                await repository.add_calendar(connection, draft)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a process and its children have used: seconds of a core, and megabytes now."""

    main_seconds: float
    child_seconds: float
    main_mb: float
    child_mb: float

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.main_seconds + self.child_seconds


def cost_of(pid: int) -> Cost:
    """Return what a process has cost so far (Linux)."""
    children = _children(pid)
    own, ended = _seconds(pid)
    return Cost(
        main_seconds=own,
        child_seconds=ended + sum(sum(_seconds(child)) for child in children),
        main_mb=_resident(pid),
        child_mb=sum(map(_resident, children)),
    )


def _children(pid: int) -> list[int]:
    found = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        own = [int(child) for child in (thread / "children").read_text().split()]
        found += own + [other for child in own for other in _children(child)]
    return found


def _seconds(pid: int) -> tuple[float, float]:
    """Return the seconds of a process itself, and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system, ended_user, ended_system = (int(fields[place]) / _TICKS for place in (11, 12, 13, 14))
    return user + system, ended_user + ended_system


def _resident(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / (1 << 20)
