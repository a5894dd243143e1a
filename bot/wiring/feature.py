"""Name what a feature hands over to be put together: commands that people see, jobs that nobody does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from discord import app_commands
from discord.ext import commands

from bot.chat.router import Handler
from bot.scheduling import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """What a feature shows in Discord.

    Attributes:
        group: The command whose subcommands its cogs' commands are, together with those of other features
            that name the same; "" where the cogs bring their own names.
        handlers: What its buttons, selects and forms lead to, by the action's kind.
    """

    group: str = ""
    cogs: tuple[commands.Cog, ...] = ()
    menus: tuple[app_commands.ContextMenu, ...] = ()
    handlers: Mapping[str, Handler] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringJob:
    """What a feature does by itself, at an interval."""

    name: str
    interval: timedelta
    run: Job
