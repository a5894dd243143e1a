"""Wire the doctor: for the command line, with a store that a bot may be using, and for `/doctor`."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import discord

from bot.chat.places import Sight, see
from bot.chat.portal import Portal
from bot.chat.remote_guilds import RemoteGuilds
from bot.delivery.queue import read_backlog
from bot.errors import SettingsError
from bot.faq.reader import PageReader
from bot.faq.repository import FaqRepository
from bot.http.fetcher import Fetcher
from bot.http.guard import Guard
from bot.mail.repository import MailRepository
from bot.mail.sources.contract import Access
from bot.meetings.feeds import FeedReader
from bot.meetings.repository import CalendarRepository
from bot.operations.advice import finding_of
from bot.operations.check import check, machine_of
from bot.operations.check_machine import check_machine, check_queue
from bot.operations.doctor import (
    IN_ALL_SECONDS,
    SOURCE_SECONDS,
    Deadline,
    Line,
    examine,
    examine_discord,
    examine_places,
    examine_sources,
)
from bot.operations.doctor_wanted import Readers, Stored, Wanted, gather_declared
from bot.operations.findings import Finding, Passed, Report
from bot.storage import migrate
from bot.storage.database import Database
from bot.storage.guilds import GuildRepository
from bot.storage.looking import look_at_store
from bot.storage.places import database_url
from bot.storage.schema import VERSION
from bot.text.catalogue import load_texts
from bot.wiring.chat import ChatParts
from bot.wiring.faq import FaqParts
from bot.wiring.feature import Commands
from bot.wiring.ground import Clock, Ground
from bot.wiring.mail import MailParts, login_of, secret_of
from bot.workers import Workers
from cogs.doctor import Doctor
from config.community import Community, load_community
from config.credentials import check_token
from config.logging import Redactor, secrets_of
from config.settings import Settings, read_settings

# Of the time for all, what sources leave: those that hang have to be given up and told of.
_TO_TELL = 0.5


async def run_doctor(
    *,
    clock: Clock,
    environ: Mapping[str, str] | None = None,
    env_file: Path,
    source_seconds: float = SOURCE_SECONDS,
    in_all: float = IN_ALL_SECONDS,
) -> Report:
    """Check offline, then examine what the settings and community.toml name, as far as they can be read."""
    deadline = Deadline(in_all)
    report = await check(clock=clock, environ=environ, env_file=env_file)
    settings, _told = read_settings(environ, env_file)
    try:
        community = load_community(settings.config_dir)
    except SettingsError:
        community = Community()  # what is wrong with it was said; the rest is looked at all the same
    redactor = Redactor(secrets_of(settings))
    lines = await doctor(settings, community, clock=clock, deadline=deadline, source_seconds=source_seconds)
    return report.with_lines(_without_secrets(line, redactor) for line in lines)


def _without_secrets(line: Line, redactor: Redactor) -> Line:
    what = redactor.redact(line.what)
    if isinstance(line, Passed):
        return replace(line, what=what)
    return replace(line, what=what, fix=redactor.redact(line.fix))


async def doctor(
    settings: Settings,
    community: Community,
    *,
    clock: Clock,
    deadline: Deadline,
    source_seconds: float = SOURCE_SECONDS,
) -> tuple[Line, ...]:
    """Examine everything that a person at a terminal wants to know; nothing is changed anywhere."""
    async with AsyncExitStack() as stack:
        fetcher = await stack.enter_async_context(
            Fetcher(guard=Guard(settings.allow_private_nets), clock=clock)
        )
        workers = await stack.enter_async_context(Workers())
        readers = _readers(settings, community, fetcher, workers, clock)
        stored, lines = await _open_store(stack, settings, clock)
        wanted = await _gather(community, readers, stored)
        token = _token(settings)
        in_all = deadline.left
        look = partial(examine_sources, wanted.sources, seconds=source_seconds, in_all=in_all - _TO_TELL)
        probes = [("sources", look)]
        if token:
            open_portal = partial(Portal, settings.discord_api_url, token)
            named = [guild.id for guild in community.guilds]
            probes.append(("Discord", partial(_ask_discord, open_portal, wanted, named, clock)))
        return (*lines, *await examine(probes, seconds=in_all))


def doctor_commands(ground: Ground, chat: ChatParts, *, mail: MailParts, faq: FaqParts) -> Commands:
    """Return `/doctor`."""
    stored = stored_of(ground, chat, faq=faq, mail=mail)

    async def examine_guild(guild: discord.Guild | None, guild_id: int) -> tuple[Line, ...]:
        deadline = Deadline()
        wanted = await stored.gather(guild_id, readers_of(ground))
        in_all = deadline.left

        async def look(_guild_id: int, channel_id: int) -> Sight | None:
            return see(guild, channel_id)

        async def machine() -> tuple[Line, ...]:
            return await asyncio.to_thread(_look_at_machine, ground)

        token = _token(ground.settings)
        open_portal = partial(Portal, ground.settings.discord_api_url, token)
        return await examine(
            [
                ("channels", partial(examine_places, wanted.places, look, ground.texts)),
                ("sources", partial(examine_sources, wanted.sources, in_all=in_all - _TO_TELL)),
                ("machine", machine),
                *([("Discord", partial(_ask_application, open_portal, ground.clock))] if token else []),
            ],
            seconds=in_all,
        )

    return Commands(cogs=(Doctor(examine=examine_guild, conversation=chat.conversation, texts=ground.texts),))


def stored_of(ground: Ground, chat: ChatParts, *, faq: FaqParts, mail: MailParts) -> Stored:
    """Return what is kept of guilds, for who looks at it."""
    return Stored(
        database=ground.database,
        guilds=chat.guild_repository,
        faq=faq.repository,
        mail=mail.repository,
        calendars=CalendarRepository(),
    )


def readers_of(ground: Ground) -> Readers:
    """Return what reads sources once, without keeping anything."""
    return _readers(ground.settings, ground.community, ground.fetcher, ground.workers, ground.clock)


def _look_at_machine(ground: Ground) -> tuple[Line, ...]:
    """Look at what the bot stands on; where that is, is the operator's business alone."""
    lines = check_machine(machine_of(ground.settings, ground.clock()))
    return tuple(
        replace(line, where=Path(line.where).name) if isinstance(line, Finding) else line for line in lines
    )


async def _ask_application(open_portal: Callable[[], Portal], clock: Clock) -> tuple[Line, ...]:
    async with open_portal() as portal:
        return await examine_discord(portal, clock=clock)


async def _ask_discord(
    open_portal: Callable[[], Portal], wanted: Wanted, named: Iterable[int], clock: Clock
) -> tuple[Line, ...]:
    """Look at the application, then at the channels, of guilds that the bot is in."""
    async with open_portal() as portal:
        lines = await examine_discord(portal, clock=clock, named_guilds=named)
        if not any(isinstance(line, Passed) and line.check == "servers" for line in lines):
            return lines
        bot_id, _ = await portal.find_user()
        joined = {guild for guild, _ in await portal.list_guilds()}
        places = [place for place in wanted.places if place.guild_id in joined]
        look = RemoteGuilds(portal, bot_id).look
        return (*lines, *await examine_places(places, look, load_texts("en")))


async def _gather(community: Community, readers: Readers, stored: Stored | None) -> Wanted:
    wanted = Wanted()
    known: set[int] = set()
    if stored is not None:
        known = set(await stored.guilds.list_joined())
        for guild_id in sorted(known):
            wanted = wanted.joined_with(await stored.gather(guild_id, readers))
    for guild in community.guilds:
        wanted = wanted.joined_with(gather_declared(guild, readers))
    return wanted


async def _open_store(
    stack: AsyncExitStack, settings: Settings, clock: Clock
) -> tuple[Stored | None, tuple[Line, ...]]:
    """Open the store for looking; what is wrong with a SQLite file, the offline check has said."""
    machine = machine_of(settings, clock())
    if machine.store is not None:
        if not machine.store.exists():
            return None, ()
        look = look_at_store(machine.store, now=machine.now, seconds=0)
        if look.finding != "ok" or look.version != VERSION:
            return None, ()
    try:
        database = await stack.enter_async_context(Database(database_url(settings), only_looks=True))
    except SettingsError as error:
        return None, tuple(finding_of(problem, where="store") for problem in error.problems)
    lines = await _look_at_server(database, clock()) if machine.store is None else ()
    if any(isinstance(line, Finding) and line.where == "store" for line in lines):
        return None, lines
    return _stored(database), lines


async def _look_at_server(database: Database, now: datetime) -> tuple[Line, ...]:
    """Look at a PostgreSQL store."""
    async with database.reading() as connection:
        if await migrate.is_empty(connection):
            return (
                Finding(where="store", what="it is empty", fix="Start the bot once: it makes the tables"),
            )
        version = await migrate.find_version(connection)
    if version != VERSION:
        fix = "Start the bot once: it upgrades an older store; a newer one needs the newer version"
        return (Finding(where="store", what=f"its schema is {version}, and not {VERSION}", fix=fix),)
    backlog = await read_backlog(database, now)
    return (
        Passed(check="store", what=f"PostgreSQL answers, schema {version}"),
        *check_queue(backlog.due, backlog.oldest_unhindered_at, now),
    )


def _stored(database: Database, guilds: GuildRepository | None = None) -> Stored:
    return Stored(
        database=database,
        guilds=guilds or GuildRepository(database),
        faq=FaqRepository(database),
        mail=MailRepository(database, lambda address: address),  # nothing is stored here
        calendars=CalendarRepository(),
    )


def _readers(
    settings: Settings, community: Community, fetcher: Fetcher, workers: Workers, clock: Clock
) -> Readers:
    logins = [
        box
        for guild in community.guilds
        for box in guild.mailboxes
        if _is_set(settings, box.password, box.client_secret, box.refresh_token)
    ]
    keys = [key for guild in community.guilds for key in guild.archive_keys if _is_set(settings, key.key)]
    return Readers(
        pages=PageReader(fetcher=fetcher, workers=workers, config_dir=settings.config_dir),
        feeds=FeedReader(fetcher=fetcher, workers=workers, config_dir=settings.config_dir),
        access=Access(
            fetcher=fetcher,
            workers=workers,
            clock=clock,
            folder=settings.config_dir,
            mailboxes={box.name: login_of(settings, box) for box in logins},
            api_keys={key.host: secret_of(settings, key.key) for key in keys},
        ),
        clock=clock,
    )


def _is_set(settings: Settings, *variables: str) -> bool:
    """Tell whether all these are set; the check has named those that are not."""
    return all(variable in settings.secrets for variable in variables if variable)


def _token(settings: Settings) -> str:
    """Return the token if it has a token's form; the check has said what is wrong with another."""
    try:
        return check_token(settings.discord_token)
    except SettingsError:
        return ""
