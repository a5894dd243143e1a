"""Wire the connection to Discord, and show on it what the features bring."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.admission import Admission
from bot.chat.client import ARRIVED_AT, Client, Permit
from bot.chat.conversation import Conversation
from bot.chat.custom_ids import Signer
from bot.chat.guilds import Guilds
from bot.chat.limiter import Limiter, Pace
from bot.chat.permissions import Level, PermissionTable
from bot.chat.presenter import Presenter
from bot.chat.reports import Reporter
from bot.chat.requests import RequestWatch
from bot.chat.router import Handler, Router
from bot.chat.shards import Shards
from bot.chat.translating import CommandTranslator, describe_commands
from bot.storage.guilds import SETTINGS_BELL, GuildRepository
from bot.storage.keys import get_or_create_secret
from bot.storage.leases import wait_for_turn
from bot.storage.meta import get_meta, set_meta
from bot.wiring.feature import Commands, RecurringJob
from bot.wiring.ground import Declared, Ground
from cogs._costs import COSTS
from cogs._permissions import PERMISSIONS
from cogs._shapes import FORMS, SHAPES

_COMMAND_CHECK = timedelta(minutes=5)
_SETTINGS = timedelta(minutes=1)  # what another process was told is rung for; this is the safety net


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatParts:
    """What the features need to speak with people."""

    client: Client
    watch: RequestWatch
    presenter: Presenter
    conversation: Conversation
    guilds: Guilds
    guild_repository: GuildRepository
    permissions: PermissionTable
    reporter: Reporter
    signer: Signer
    limiter: Limiter
    admission: Admission
    permit: Permit


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """What the trial adds to the bot.

    Attributes:
        levels: Who may use its commands and buttons.
    """

    levels: Mapping[str, Level]
    commands: Callable[[Ground, ChatParts], Commands]


async def build_chat(
    ground: Ground, *, extra: Extra | None = None, shards: Shards | None = None, pace: Pace | None = None
) -> ChatParts:
    """Build the connection; nothing is connected yet."""
    permissions = PERMISSIONS.extended(extra.levels) if extra else PERMISSIONS
    database = ground.database
    signer = Signer(await get_or_create_secret(database, "custom_ids"))
    declared = Declared(ground, lambda guild: {guild.id: guild.settings})
    guild_repository = GuildRepository(database, declared=declared)
    ground.languages.replace(await guild_repository.list_languages())
    guilds = Guilds(
        database=database,
        repository=guild_repository,
        permissions=permissions,
        texts=ground.texts,
        languages=ground.languages,
    )
    reporter = Reporter(ground.texts)
    limiter = Limiter(COSTS, texts=ground.texts, pace=pace)
    admission = Admission(ground.texts)

    async def permit(interaction: discord.Interaction, name: str) -> None:
        await guilds.permit(interaction, name)
        arrived_at: float = interaction.extras[ARRIVED_AT]
        # What is offered while a person types comes from memory, and comes with every key.
        if interaction.type is discord.InteractionType.autocomplete:
            await admission.admit(arrived_at, typing=interaction.user.id)
            return
        await limiter.admit(name, guild_id=interaction.guild_id or 0, user_id=interaction.user.id)
        await admission.admit(arrived_at)

    async def recall(key: str) -> str | None:
        return await get_meta(database, key)

    async def remember(key: str, value: str) -> None:
        await set_meta(database, key, value)

    watch = RequestWatch()
    presenter = Presenter(signer, ground.settings.card_style)
    client = Client(
        watch=watch,
        listens_to_mentions=ground.settings.listen_to_mentions,
        permit=permit,
        report=reporter.report,
        recall=recall,
        remember=remember,
        shards=shards,
        take_turn=partial(wait_for_turn, database) if database.is_shared else None,
    )
    return ChatParts(
        client=client,
        watch=watch,
        presenter=presenter,
        conversation=Conversation(presenter, ground.texts),
        guilds=guilds,
        guild_repository=guild_repository,
        permissions=permissions,
        reporter=reporter,
        signer=signer,
        limiter=limiter,
        admission=admission,
        permit=permit,
    )


async def show(ground: Ground, chat: ChatParts, features: Iterable[Commands]) -> None:
    """Give the client every feature's commands, and lead their buttons to their handlers."""
    handlers: dict[str, Handler] = {}
    groups: dict[str, app_commands.Group] = {}
    for feature in features:
        if feature.group and feature.group not in groups:
            groups[feature.group] = app_commands.Group(name=feature.group, description="-")
            chat.client.tree.add_command(groups[feature.group])
        for cog in feature.cogs:
            if feature.group:
                _join(groups[feature.group], cog)
            else:
                await chat.client.add_cog(cog)
        for menu in feature.menus:
            chat.client.tree.add_command(menu)
        handlers.update(feature.handlers)
    router = Router(
        chat.signer,
        handlers,
        shapes=SHAPES,
        forms=FORMS,
        permit=chat.permit,
        report=chat.reporter.report,
        texts=ground.texts,
    )
    chat.client.add_listener(router.dispatch, "on_interaction")
    describe_commands(chat.client.tree, ground.texts)
    await chat.client.tree.set_translator(CommandTranslator(ground.texts))


def _join(group: app_commands.Group, cog: commands.Cog) -> None:
    """Make a cog's commands subcommands of a group."""
    for command in cog.get_app_commands():
        group.add_command(command)


def chat_jobs(ground: Ground, chat: ChatParts) -> tuple[RecurringJob, ...]:
    """Return what keeps Discord's copy of the commands up to date, and what is remembered of guilds."""

    async def sync_commands(_now: datetime) -> None:
        if chat.client.user is not None:
            await chat.client.sync_commands()

    async def read_settings(_now: datetime) -> None:
        if ground.database.is_shared:
            chat.guilds.forget()
        ground.languages.replace(await chat.guild_repository.list_languages())

    return (
        RecurringJob(name="commands", interval=_COMMAND_CHECK, run=sync_commands),
        RecurringJob(name=SETTINGS_BELL, interval=_SETTINGS, run=read_settings),
    )
