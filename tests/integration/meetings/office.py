"""A bot without Discord that follows a calendar on this machine, with a clock that is moved by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bot.app import App, build
from bot.delivery.models import OutboxRow, State
from bot.delivery.outbox import read_row
from bot.delivery.post import Words
from bot.delivery.post_json import from_json
from bot.meetings.following import NewCalendar
from bot.storage.schema import outbox
from config.community import Community
from config.settings import load_settings
from tests.loopback_http import LoopbackServer, reply

GUILD, CHANNEL = 111, 7
START = datetime(2026, 11, 18, 9, tzinfo=UTC)


def event(uid="call", start="20261119T150000Z", **lines):
    """Write a VEVENT of an hour; other lines by their names, with _ for -."""
    fields = {"UID": uid, "DTSTAMP": "20261101T000000Z", "SUMMARY": "Call", "DURATION": "PT1H", **lines}
    body = "".join(f"{name.replace('_', '-')}:{value}\r\n" for name, value in fields.items() if value)
    return f"BEGIN:VEVENT\r\nDTSTART:{start}\r\n{body}END:VEVENT\r\n"


def calendar(*events):
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Group\r\n{''.join(events)}END:VCALENDAR\r\n"


@dataclass
class Clock:
    """The time, as the test has it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Office:
    """What the tests act in."""

    app: App
    server: LoopbackServer
    clock: Clock
    path: str = "/private-secret/group.ics"

    @property
    def url(self) -> str:
        return self.server.url(self.path)

    def serve(self, *events, **headers) -> None:
        self.server.answers(self.path, reply(calendar(*events).encode(), headers=headers))

    def answer(self, *actions) -> None:
        self.server.answers(self.path, *actions)

    async def follow(self, **wishes):
        new = NewCalendar(place=self.url, channel_id=CHANNEL, **wishes)
        return await self.app.meetings.calendars.follow(GUILD, new, now=self.clock())

    async def calendar(self):
        (found,) = await self.app.meetings.calendars.list_calendars(GUILD)
        return found

    async def dates(self):
        found = await self.app.meetings.calendars.list_next(
            await self.calendar(), now=self.clock(), limit=100
        )
        return [date.occurrence for date in found]

    async def look(self, **span) -> None:
        """Let time pass, and look at what is due."""
        self.clock.now += timedelta(**span)
        await self.app.meetings.looker.refresh_due(self.clock())
        await self.app.meetings.reminding.tick(self.clock())

    async def until(self, moment: datetime, *, step: timedelta = timedelta(minutes=5)) -> None:
        """Let time pass in steps, ticking at each."""
        while self.clock.now < moment:
            self.clock.now = min(moment, self.clock.now + step)
            await self.app.meetings.reminding.tick(self.clock())

    async def rows(self) -> list[OutboxRow]:
        columns = (outbox.c[name] for name in OutboxRow.__slots__)
        async with self.app.database.reading() as connection:
            return [read_row(row) for row in await connection.execute(select(*columns).order_by(outbox.c.id))]

    async def said(self) -> list[str]:
        """Return what goes to the channel: what is done, the title and the first words."""
        return [said_by(row) for row in await self.rows() if row.state is not State.DROPPED]


def said_by(row: OutboxRow) -> str:
    if not row.post:
        return f"{row.verb}"
    post = from_json(row.post)
    words = next((block.markdown for block in post.blocks if isinstance(block, Words)), "")
    return f"{row.verb} {post.title} | {words.splitlines()[0]}"


@asynccontextmanager
async def open_office(folder: Path, url: str, clock: Clock, server: LoopbackServer) -> AsyncIterator[Office]:
    values = {
        "DATA_DIR": str(folder / "data"),
        "CONFIG_DIR": str(folder),
        "ALLOW_PRIVATE_NETS": "127.0.0.0/8",
        "DATABASE_URL": url,
    }
    settings = load_settings(values, env_file=folder / "none.env")
    async with build(settings, Community(), clock=clock) as app:
        yield Office(app, server, clock)
