"""Measure what the recurring looks cost on a PostgreSQL that holds very many guilds, and what is due there.

python -m tests.benchmarks.scaling postgresql://… [--guilds 10000] [--lists 3] [--calendars 2]

Fills an empty database as so many guilds leave it behind after a month: each follows some lists, each of
which ten guilds share, and some calendars with two meetings a week. Then asks what the processes ask at each
tick, many times. Prints one JSON object a line: rows and megabytes by table, posts by hour, milliseconds by
question. docs/scaling.md says what follows from it.
"""

import argparse
import asyncio
import json
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from statistics import quantiles
from typing import Any

from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery import lanes
from bot.delivery.models import Kind, State, Verb
from bot.mail.email_rows import hash_authors_with
from bot.mail.repository import MailRepository
from bot.meetings.calendars import CalendarKind, CalendarSettings
from bot.meetings.cards_repository import CardsRepository
from bot.meetings.planner import RowState
from bot.meetings.reminders_repository import RemindersRepository
from bot.meetings.repository import CalendarRepository
from bot.meetings.stored import to_json
from bot.storage import schema
from bot.storage.columns import Id, Instant, Json
from bot.storage.database import Database

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
_GUILDS_A_LIST = 10
_MAILS_A_LIST = 100
_DATES_A_CALENDAR = 10  # two a week, five weeks ahead
_LEADS = 3
_DAYS_KEPT = 30
_MEETING_POSTS_A_WEEK = 2 * _LEADS
_ASKED = 30
_FIRST_GUILD = 900_000_000_000_000_000


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.scaling", description=__doc__)
    parser.add_argument("url", help="an empty PostgreSQL database")
    parser.add_argument("--guilds", type=int, default=10_000)
    parser.add_argument("--lists", type=int, default=3, help="that each guild follows")
    parser.add_argument("--calendars", type=int, default=2, help="that each guild follows")
    given = parser.parse_args(arguments)
    asyncio.run(_measure(given))
    return 0


async def _measure(given: argparse.Namespace) -> None:
    async with Database(given.url) as database:
        await database.migrate()
        async with database.writing() as connection:
            for table, rows in _world(given.guilds, given.lists, given.calendars):
                remaining = iter(rows)
                while piece := list(islice(remaining, 5_000)):
                    await connection.execute(table.insert(), piece)
        await _say_sizes(database)
        _say(posts_an_hour=_posts_an_hour(given))
        for name, ask in _questions(database).items():
            _say(question=name, **await _times(ask))
    _say(rss_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def _world(guilds: int, lists: int, calendars: int) -> Iterator[tuple[Table, Iterable[dict[str, Any]]]]:
    """Return the rows of each table, those that others refer to first."""
    numbers = range(guilds)
    all_lists = max(1, guilds * lists // _GUILDS_A_LIST)
    mails = range(all_lists * _MAILS_A_LIST)
    dates = range(guilds * calendars * _DATES_A_CALENDAR)
    follows = ((n, 1 + (n * lists + k) % all_lists) for n in numbers for k in range(lists))
    yield schema.guild, (_row(schema.guild, n, guild_id=_guild(n), left_at=None) for n in numbers)
    yield schema.mail_list, (_row(schema.mail_list, n, id=n + 1) for n in range(all_lists))
    yield schema.mail_source, (_source(n) for n in range(all_lists))
    yield (
        schema.mail_follow,
        (_row(schema.mail_follow, n, guild_id=_guild(n), list_id=number) for n, number in follows),
    )
    yield schema.mail_email, (_email(n, all_lists) for n in mails)
    yield schema.mail_body, (_body(n) for n in mails)
    yield schema.meeting_calendar, (_calendar(n, calendars) for n in range(guilds * calendars))
    yield schema.meeting_date, (_date(schema.meeting_date, n, calendars) for n in dates)
    yield schema.meeting_reminder, (_reminder(n, k, calendars) for n in dates for k in range(_LEADS))
    yield schema.outbox, _posts(guilds, lists, calendars)


def _source(number: int) -> dict[str, Any]:
    row = _row(schema.mail_source, number, list_id=number + 1, error="", failures=0)
    address = f"https://lists.example.org/{number}/"
    return {**row, "address": address, "next_check_at": NOW + timedelta(seconds=number % 300)}


def _email(number: int, all_lists: int) -> dict[str, Any]:
    at = NOW - timedelta(minutes=number % 40_000)
    row = _row(schema.mail_email, number, list_id=1 + number % all_lists, key=f"{number}@example.org")
    return {
        **row,
        "at": at,
        "stored_at": at,
        "thread": number // 5,
        "subject": "A subject as long as most " * 2,
    }


def _body(number: int) -> dict[str, Any]:
    row = _row(schema.mail_body, number, email_id=number + 1, patch=None)
    return {**row, "text": "word " * 250, "own": "word " * 120}


def _calendar(number: int, calendars: int) -> dict[str, Any]:
    row = _row(schema.meeting_calendar, number, id=number + 1, guild_id=_guild(number // calendars))
    looks = {"next_check_at": NOW + timedelta(seconds=number % 600), "failures": 0, "error": ""}
    kind = {"kind": CalendarKind.FEED, "place": f"https://calendar.example.org/{number}.ics"}
    return {**row, **looks, **kind, "body": b"x" * 1_500, "settings": to_json(CalendarSettings())}


def _date(table: Table, number: int, calendars: int) -> dict[str, Any]:
    calendar = number // _DATES_A_CALENDAR
    guild_id = _guild(calendar // calendars)
    return _row(table, number, guild_id=guild_id, calendar_id=calendar + 1, starts_at=_start(number))


def _reminder(number: int, lead: int, calendars: int) -> dict[str, Any]:
    row = _date(schema.meeting_reminder, number, calendars)
    pending = {"state": RowState.PENDING, "reason": "", "due_at": _start(number)}
    return {**row, **pending, "rule": str(lead), "channel_id": _channel(number)}


def _start(number: int) -> datetime:
    """Spread the meetings over the hours of five weeks; a tenth of all begin at the same full hour."""
    hours = 24 * (number % _DATES_A_CALENDAR) if number % 10 == 0 else number % (24 * 35)
    return NOW + timedelta(hours=1 + hours)


def _posts(guilds: int, lists: int, calendars: int) -> Iterator[dict[str, Any]]:
    """Return what was posted in the thirty days that the outbox remembers."""
    a_day = guilds * (calendars * _MEETING_POSTS_A_WEEK // 7 + lists)
    for number in range(a_day * _DAYS_KEPT):
        at = NOW - timedelta(days=_DAYS_KEPT) + timedelta(seconds=number * 86_400 / a_day)
        guild = number % guilds
        row = _row(schema.outbox, number, key=f"post:{number}", guild_id=_guild(guild))
        what = {
            "kind": Kind.REMINDER,
            "verb": Verb.SEND,
            "post": {"text": "word " * 60},
            "late_post": None,
        }
        done = {"state": State.SENT, "due_at": at, "ended_at": at, "channel_id": _channel(guild)}
        yield {**row, **what, **done}


def _row(table: Table, number: int, **values: object) -> dict[str, Any]:
    """Return a row with some value in every column but one that counts by itself."""
    row = {column.name: _value(column, number) for column in table.c if column.autoincrement is not True}
    return {**row, **values}


def _value(column: Column[Any], number: int) -> object:
    match column.type:
        case Instant():
            return NOW
        case Boolean():
            return False
        case Json():
            return None if column.nullable else {}
        case LargeBinary():
            return b""
        case Id() | Integer():
            return number + 1
    return f"{column.name} {number}"


def _guild(number: int) -> int:
    return _FIRST_GUILD + (number << 22)


def _channel(number: int) -> int:
    return _guild(number) + 1


def _posts_an_hour(given: argparse.Namespace) -> dict[str, int]:
    """Reckon what leaves: all in one hour of the week on average, and what one full hour brings at once."""
    reminders = given.guilds * given.calendars * _MEETING_POSTS_A_WEEK
    digests = given.guilds * given.lists
    dates = given.guilds * given.calendars * 2
    return {
        "reminders": reminders // 168,
        "digests of a working day, all in one zone's nine o'clock": digests,
        "reminders at one full hour, a tenth of a week's": dates // 10,
    }


def _questions(database: Database) -> dict[str, Callable[[], Awaitable[object]]]:
    """Return what processes ask at each tick, or for each post."""
    calendars, reminders, cards = CalendarRepository(), RemindersRepository(), CardsRepository()
    lists = MailRepository(database, hash_authors_with("key"))
    soon = NOW + timedelta(seconds=30)

    def reading(ask: Callable[[AsyncConnection], Awaitable[object]]) -> Callable[[], Awaitable[object]]:
        async def read() -> object:
            async with database.reading() as connection:
                return await ask(connection)

        return read

    return {
        "calendars to look at": reading(lambda c: calendars.list_due(c, soon, 50)),
        "lists to look at": lambda: lists.list_due_sources(soon, 50),
        "next reminder": reading(reminders.find_next_due),
        "reminders due": reading(lambda c: reminders.list_due(c, NOW + timedelta(hours=1), 100)),
        "cards due": reading(lambda c: cards.list_due(c, soon, 100)),
        "channels with posts due": reading(
            lambda c: lanes.list_due(c, owner="me", now=NOW, busy=(), limit=100)
        ),
        "next post": reading(lambda c: lanes.find_next_due(c, now=NOW)),
    }


async def _times(ask: Callable[[], Awaitable[object]]) -> dict[str, float]:
    await ask()
    times = []
    for _ in range(_ASKED):
        started = time.perf_counter()
        await ask()
        times.append((time.perf_counter() - started) * 1000)
    found = quantiles(times, n=20)
    return {"p50_ms": round(found[9], 1), "p95_ms": round(found[18], 1)}


async def _say_sizes(database: Database) -> None:
    sizes = text(
        "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY 2 DESC LIMIT 12"
    )
    connection = await database.dedicated()
    await connection.execute(text("ANALYZE"))
    for name, size in (await connection.execute(sizes)).all():
        count = (await connection.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one()
        _say(table=name, rows=count, mb=round(size / 2**20))
    await connection.close()


def _say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
