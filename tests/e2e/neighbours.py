"""Two servers on one bot, with a row of each in every table: what tests of separation act between."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import discord
from discord import app_commands
from sqlalchemy import Boolean, Integer, LargeBinary, Table

from bot.storage.columns import Id, Instant, Json
from bot.storage.schema import METADATA
from bot.storage.traces import OF_LISTS, OF_PROCESS
from tests.e2e.list_archive import Letter, ListArchive
from tests.e2e.pages import FAQ
from tests.e2e.stage import Stage, make_stage
from tests.e2e.wire import Rows, rows
from tests.e2e.world import World
from tests.loopback_http import reply

SECRETS = ("Secret call", "Secret tide", "Secret Sam", "Their ", "their own words")
"""What stands in the neighbour's sources, and may be seen there alone."""

_FIRST = 7_000_000
# What every row that is made up is called: whichever table is asked for it, it is there.
_MADE_UP = 8_000_000
_MADE_UP_TEXT = "foreign8"
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nX-WR-CALNAME:{name}\r\nBEGIN:VEVENT\r\n"
    "UID:1@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260105T150000Z\r\nDTEND:20260105T160000Z\r\n"
    "SUMMARY:{name}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
_TOML = '[[guild]]\nid = {guild_id}\nzone = "Europe/Berlin"\n'


@dataclass(frozen=True)
class Neighbours:
    """Two servers.

    Attributes:
        own: Ids of things of ours, by what they name; `foreign` of theirs.
        handed_out: Every id of theirs that a table or a list of choices gives.
    """

    ours: Stage
    theirs: Stage
    own: dict[str, str]
    foreign: dict[str, str]
    handed_out: tuple[str, ...]


async def make_neighbours(world: World) -> Neighbours:
    """Furnish two servers; no two ids of theirs and ours are the same number, whatever table they are of."""
    ours, theirs = make_stage(world), make_stage(world)
    own = await _furnish(ours, "Our")
    before = await rows(ours)
    shared = {value for found in (await offers(ours)).values() for value in found}
    await _count_from(ours)
    foreign = await _furnish(theirs, "Their")
    offered = {value for found in (await offers(theirs)).values() for value in found}
    await _make_up(theirs)
    stored = _ids(before, await rows(theirs), theirs.id)
    handed_out = (offered - shared) | stored | set(foreign.values())
    # Threads are counted in each list anew: a small number alone names nothing.
    names = {
        each for each in handed_out if len(each) <= 100 and not (each.isdecimal() and int(each) < _FIRST)
    }
    return Neighbours(ours, theirs, own, foreign, tuple(sorted(names)))


def string_options(stage: Stage) -> dict[tuple[str, str], bool]:
    """Return every option that takes any text, by its command; True: choices are offered for it."""
    return {
        (command.qualified_name, option.display_name): option.autocomplete
        for command in stage.world.app.client.tree.walk_commands()
        if isinstance(command, app_commands.Command)
        for option in command.parameters
        if option.type is discord.AppCommandOptionType.string and not option.choices
    }


async def offers(stage: Stage) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the choices that a manager is offered, by command and option."""
    return {
        (command, option): tuple((await stage.choices(command, option, "", by=stage.manager)).values())
        for (command, option), is_offered in string_options(stage).items()
        if is_offered
    }


async def _furnish(stage: Stage, whose: str) -> dict[str, str]:
    """Use the bot as a server would; return the ids that buttons carry."""
    secret = "Secret" if whose == "Their" else "Open"
    await stage.name_editors()
    await stage.follow(FAQ, title=f"{whose} FAQ")
    stage.world.server.answers(f"/{stage.id}/c.ics", reply(_CALENDAR.format(name=f"{secret} call").encode()))
    assert "call" in (await stage.told("calendar follow", url=stage.url("c.ics"))).text
    archive = ListArchive(stage)
    archive.put(
        Letter(f"{secret} tide", "Shared words", author=f"x at example.org ({secret} Sam)", name=secret)
    )
    await stage.told("list follow", url=archive.url, name=f"{whose} list")
    preview = await stage.run("meeting add", title=f"{whose} meeting", when="2026-02-03 15:00 UTC")
    await stage.press(preview, "Confirm", by=stage.manager)
    draft = await stage.run("meeting add", title=f"{whose} meeting", when="2026-02-04 15:00 UTC")
    await stage.add(f"What are {whose.lower()} own words?", f"{whose} own words.")
    await stage.ask(f"xylophone {whose.lower()} zebra")
    panel = await stage.run("setup")
    seen_first = await stage.manager.submit_modal(
        await stage.press(panel, "FAQ page", by=stage.manager), {"url": stage.url()}
    )
    planned = await stage.run(
        "config import", file=("community.toml", _TOML.format(guild_id=stage.id).encode())
    )
    made, thread = (
        await _first(stage, "meeting edit", "meeting"),
        await _first(stage, "list thread", "thread"),
    )
    calendar, date = made.split(".")
    list_id, number = thread.split("-")
    stored = await rows(stage)
    return {
        "calendar": calendar,
        "date": date,
        "channel": str(stage.general.id),
        "role": str(stage.editors.id),
        "draft": _carried(stage, draft, "meeting.confirm"),
        "preview": _carried(stage, seen_first, "setup.confirm"),
        "import": _carried(stage, planned, "config.take"),
        "entry": await _first(stage, "faq edit", "entry"),
        "page": await _first(stage, "faq source remove", "page"),
        "question": _value(stored, "faq_question", "query_key", guild_id=stage.id),
        "list": list_id,
        "thread": number,
        "conversation": thread,
        "email": _value(stored, "mail_email", "id", list_id=int(list_id), thread=int(number)),
        # These have rows that are made up: see below.
        "query": _MADE_UP_TEXT,
        "issue": str(_MADE_UP),
        "post": str(_MADE_UP),
        "instant": str(int(_NOW.timestamp()) * 1_000_000),
    }


async def _first(stage: Stage, command: str, option: str) -> str:
    return next(iter((await stage.choices(command, option, "", by=stage.manager)).values()))


def _carried(stage: Stage, shown: Any, kind: str) -> str:
    (custom_id,) = (
        each.custom_id
        for each in stage.world.seen(shown.followups[-1] if shown.followups else shown).controls
        if each.custom_id.startswith(f"{kind}:")
    )
    return custom_id.rpartition("~")[0].split(":")[1]


def _value(stored: Rows, table: str, column: str, **where: int) -> str:
    names = METADATA.tables[table].c.keys()
    found = (dict(zip(names, row, strict=True)) for row in stored[table])
    return str(next(row[column] for row in found if all(row[name] == where[name] for name in where)))


async def _count_from(stage: Stage) -> None:
    """Let numbers of new rows begin anew, far from those that were given."""
    async with stage.world.app.database.writing() as connection:
        await connection.exec_driver_sql("DELETE FROM sqlite_sequence")
        for index, table in enumerate(METADATA.sorted_tables):
            await connection.exec_driver_sql(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table.name, _FIRST + 1000 * index)
            )


async def _make_up(stage: Stage) -> None:
    """Put a row into every table, so that there is one even of what nobody used."""
    made: dict[str, dict[str, Any]] = {}
    async with stage.world.app.database.writing() as connection:
        for table in METADATA.sorted_tables:
            if table.name in OF_PROCESS or table.name == "guild":
                continue
            made[table.name] = _row(table, stage.id, made)
            await connection.execute(table.insert().values(made[table.name]))


def _row(table: Table, guild_id: int, made: dict[str, dict[str, Any]]) -> dict[str, Any]:
    row = {}
    for column in table.c:
        parents = [key.column for key in column.foreign_keys]
        if column.name == "guild_id":
            row[column.name] = guild_id
        elif parents:
            row[column.name] = made[parents[0].table.name][parents[0].name]
        else:
            row[column.name] = _made_up(column.type)
    return row | ({"state": "failed"} if table.name == "outbox" else {})


def _made_up(kind: Any) -> Any:
    match kind:
        case Instant():
            return _NOW
        case Boolean():
            return False
        case Json():
            return {}
        case LargeBinary():
            return b"x"
        case Id() | Integer():
            return _MADE_UP
    return _MADE_UP_TEXT


def _ids(before: Rows, after: Rows, guild_id: int) -> set[str]:
    """Return what names rows of theirs: their keys, and what other rows call them by."""
    found = set()
    for table in METADATA.sorted_tables:
        new = set(map(repr, after[table.name])) - set(map(repr, before[table.name]))
        theirs = [
            dict(zip(table.c.keys(), row, strict=True)) for row in after[table.name] if repr(row) in new
        ]
        owned = [row for row in theirs if row.get("guild_id", guild_id) == guild_id]
        assert owned or table.name in OF_PROCESS, f"no row of theirs in {table.name}"
        assert table.name in OF_PROCESS | OF_LISTS or "guild_id" in table.c, table.name
        names = {
            each.name
            for each in table.c
            if each.primary_key or each.name.endswith(("id", "key", "token")) or each.unique
        } - {"guild_id"}
        if table.name not in OF_PROCESS:
            found |= {str(row[name]) for row in owned for name in names if row[name] not in (None, "")}
    return found
