"""Hold the connection to Discord: lean caches, no privileged intent, commands synced only on change."""

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket

from bot.chat.admission import UnansweredError
from bot.chat.conversation import SEND_ERRORS
from bot.chat.events import spare_events
from bot.chat.options import meant_command
from bot.chat.requests import RequestWatch
from bot.chat.shards import Shards, shard_of
from bot.errors import SettingsError
from bot.storage.columns import storable_json
from bot.text.languages import nearest_language, speak

logger = logging.getLogger(__name__)

_MOST_CONNECTIONS = 128
# The documented five seconds between identifies of one bucket (shard id modulo max_concurrency), and a little
# more: an identify that comes a millisecond early is refused, and costs ten.
_IDENTIFY_PAUSE_SECONDS = 5.25
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 60.0
# What Discord asks us to wait longer for is an error that the caller decides on.
_LONGEST_RATE_LIMIT_SECONDS = 60.0
_CANCELLED_SECONDS = 0.2
# Gateway close code 4004.
_AUTHENTICATION_FAILED = 4004
_REFUSED = (
    "DISCORD_TOKEN: Discord refuses this token; "
    "make a new one in the developer portal (Bot, Reset Token) and put it into .env."
)

ARRIVED_AT = "arrived_at"
"""When an interaction came in, by the event loop's clock: the key in its extras."""

Permit = Callable[[discord.Interaction, str], Awaitable[None]]
Report = Callable[[discord.Interaction, Exception], Awaitable[None]]
TakeTurn = Callable[[str, float], Awaitable[None]]
"""Waits for a turn of that name, and keeps others from the next for so many seconds."""

Remember = Callable[[str, str], Awaitable[None]]
Recall = Callable[[str], Awaitable[str | None]]


class CommandTree(app_commands.CommandTree["Client"]):
    """Check permission before every command, and report what goes wrong in one way."""

    async def interaction_check(self, interaction: discord.Interaction["Client"], /) -> bool:
        """Let pass who may use the command; autocomplete of others stays empty.

        What the command answers is in the person's language; discord.py makes a task of each interaction.
        """
        speak(nearest_language(str(interaction.locale)))
        # Before the options are taken from it: JSON written by hand can hold half of a character.
        interaction.data = storable_json(interaction.data)
        is_typing = interaction.type is discord.InteractionType.autocomplete
        try:
            command = meant_command(interaction, is_typing=is_typing)
            if command is not None:
                await interaction.client.permit(interaction, command.qualified_name)
        except UnansweredError:
            return False
        except Exception as error:  # noqa: BLE001 (the command tree's boundary)
            if is_typing:
                with contextlib.suppress(*SEND_ERRORS):
                    await interaction.response.autocomplete([])
            else:
                await interaction.client.report(interaction, error)
            return False
        return True

    async def on_error(
        self, interaction: discord.Interaction["Client"], error: app_commands.AppCommandError, /
    ) -> None:
        """Tell the person what went wrong."""
        await interaction.client.report(interaction, error)


class Client(commands.AutoShardedBot):
    """The bot's connection.

    Args:
        watch: Sees every request, and says when Discord has come to refuse the token.
        listens_to_mentions: Ask for the unprivileged guild_messages intent, nothing else.
        permit: Raises UserError when a person may not use a command, by its qualified name.
        report: Tells a person what went wrong.
        recall: Reads a remembered value by key; `remember` writes one.
        shards: The part of the gateway that this process holds; None: all of it.
        take_turn: Waits until this process may identify in a bucket, where others on the token may do so too.
    """

    def __init__(
        self,
        *,
        watch: RequestWatch,
        listens_to_mentions: bool,
        permit: Permit,
        report: Report,
        recall: Recall,
        remember: Remember,
        shards: Shards | None = None,
        take_turn: TakeTurn | None = None,
    ) -> None:
        super().__init__(
            shard_ids=None if shards is None else list(shards.ids),  # type: ignore[arg-type]  # None: all
            shard_count=None if shards is None else shards.count,
            command_prefix=commands.when_mentioned,
            tree_cls=CommandTree,
            intents=intents(listens_to_mentions=listens_to_mentions),
            help_command=None,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.1,
            http_trace=watch.trace(),
            max_ratelimit_timeout=_LONGEST_RATE_LIMIT_SECONDS,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=False, private_channel=False
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )
        self._watch = watch
        self._shards = shards
        self._take_turn = take_turn
        self.permit = permit
        self.report = report
        self._recall = recall
        self._remember = remember
        self._identified_at: dict[int, float] = {}
        self._max_concurrency = 1
        self._syncing = asyncio.Lock()
        self._is_logged_in = False
        self._logged_in = asyncio.Event()
        self._closing = asyncio.Event()
        spare_events(self._connection.parsers)

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        """Note when each interaction came in, before anything else has its turn."""
        if event_name == "interaction":
            args[0].extras[ARRIVED_AT] = asyncio.get_running_loop().time()
        super().dispatch(event_name, *args, **kwargs)

    async def on_message(self, message: discord.Message, /) -> None:
        """Ignore prefix commands: the bot has none, and message text is not its business."""

    async def setup_hook(self) -> None:
        """Bring Discord's copy of the commands up to date before the gateway is opened."""
        try:
            await self.sync_commands()
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            logger.warning("commands not synced yet, trying again later: %s", _reason(error))
        self._logged_in.set()

    async def until_logged_in(self) -> None:
        """Wait until requests can be made; the gateway may still be closed."""
        await self._logged_in.wait()

    async def sync_commands(self) -> bool:
        """Sync the commands when their hash changed; return whether they were sent.

        The start and the job that looks after the commands may both come here while Discord is slow: only
        one of them sends.
        """
        if self.application_id is None:
            return False
        async with self._syncing:
            return await self._sync_changed()

    async def _sync_changed(self) -> bool:
        payload = [await self._payload_of(command) for command in self.tree.get_commands()]
        text = json.dumps(payload, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        key = f"command_tree:{self.application_id}"
        if await self._recall(key) == digest:
            return False
        await self.tree.sync()
        await self._remember(key, digest)
        logger.info("commands synced")
        return True

    async def _payload_of(
        self, command: app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu
    ) -> Mapping[str, object]:
        translator = self.tree.translator
        if translator is None:
            return command.to_dict(self.tree)
        return await command.get_translated_payload(self.tree, translator)

    async def find_gateway(self) -> None:
        """Ask where the gateway is, for every later identify too.

        discord.py falls back to the class attribute after an invalid session (op 9), so a proxy or test
        server that only the first connection knew would be left at that moment.
        """
        advised, address, limit = await self.http.get_bot_gateway()
        self.shard_count = advised if self._shards is None else self._shards.count
        self._max_concurrency = max(1, limit["max_concurrency"])
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address)

    async def stay_connected(self, token: str) -> None:
        """Log in and hold the gateway until closed; what passes by itself is waited out.

        Raises:
            SettingsError: Discord refuses the token, now or later; no retry would help.
        """
        await self._until_refused(self._persevere(token, self._hold_gateway))

    async def stay_logged_in(self, token: str) -> None:
        """Log in for REST calls alone, which need no gateway, and stay so until closed or cancelled.

        Raises:
            SettingsError: Discord refuses the token, now or later; no retry would help.
        """
        await self._until_refused(self._persevere(token, self._closing.wait))

    async def close(self) -> None:
        """Close the connection, and end whoever waits for that."""
        self._closing.set()
        await super().close()

    async def _until_refused(self, work: Coroutine[object, object, None]) -> None:
        connection = asyncio.create_task(work, name="connection")
        refusal = asyncio.create_task(self._watch.refused.wait(), name="refusal")
        try:
            await asyncio.wait({connection, refusal}, return_when=asyncio.FIRST_COMPLETED)
            if connection.done():
                connection.result()
            else:
                raise SettingsError([_REFUSED])
        finally:
            for task in (connection, refusal):
                await _end(task)

    async def _hold_gateway(self) -> None:
        await self.find_gateway()
        await self.connect(reconnect=True)

    async def _persevere(self, token: str, hold: Callable[[], Awaitable[object]]) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while not self.is_closed():
            try:
                await self._log_in(token)
                pause = _FIRST_PAUSE_SECONDS
                await hold()
            except discord.LoginFailure as error:
                raise SettingsError([_REFUSED]) from error
            except discord.ConnectionClosed as error:
                if error.code == _AUTHENTICATION_FAILED:
                    raise SettingsError([_REFUSED]) from error
                raise
            except (discord.GatewayNotFound, discord.HTTPException, aiohttp.ClientError, OSError) as error:
                logger.warning("Discord cannot be reached (%s); next try in %.0f s", _reason(error), pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _log_in(self, token: str) -> None:
        """Log in once; a failed try leaves a closed session that discord.py would not replace itself.

        `self.user` does not tell: discord.py sets it before it has asked for the application.
        """
        if self._is_logged_in:
            return
        # discord.py would open a connection for each of a thousand answers at once, and slow them all down:
        # so many are sent side by side, the rest in turn. The gateway's connections count as one host's.
        self.http.connector = aiohttp.TCPConnector(limit=0, limit_per_host=_MOST_CONNECTIONS)
        try:
            await self.login(token)
            self._is_logged_in = True
        except (discord.HTTPException, aiohttp.ClientError, OSError):
            await self.http.close()
            self.http.clear()
            self.http.connector = discord.utils.MISSING
            raise

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait as the session start limit asks, not five seconds flat: buckets identify side by side."""
        bucket = (shard_id or 0) % self._max_concurrency
        now = asyncio.get_running_loop().time()
        earliest = self._identified_at.get(bucket, now - _IDENTIFY_PAUSE_SECONDS) + _IDENTIFY_PAUSE_SECONDS
        self._identified_at[bucket] = max(now, earliest)
        if not initial and earliest > now:
            await asyncio.sleep(earliest - now)
        if self._take_turn is not None:
            await self._take_turn(f"identify {bucket}", _IDENTIFY_PAUSE_SECONDS)

    def is_ours(self, guild_id: int) -> bool:
        """Tell whether a guild belongs to a shard of this process."""
        return shard_of(guild_id, self.shard_count or 1) in self.shards


def intents(*, listens_to_mentions: bool) -> discord.Intents:
    """Return the guilds intent, and guild_messages where the operator wants mentions; never more."""
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.guild_messages = listens_to_mentions
    return wanted


def use_api(address: str) -> None:
    """Send REST calls to an address (with /api/v10), for a proxy or a test server."""
    discord.http.Route.BASE = address


def _reason(error: Exception) -> str:
    return f"HTTP {error.status}" if isinstance(error, discord.HTTPException) else type(error).__name__


async def _end(task: asyncio.Task[object]) -> None:
    """Cancel a task until it ends: while a shard identifies anew, discord.py swallows a cancellation."""
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=_CANCELLED_SECONDS)
    if not task.cancelled():
        task.exception()  # heard, so that the loop does not complain
