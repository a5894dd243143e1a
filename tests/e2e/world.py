"""The whole bot in a simulated Discord, with a wiki on this machine: what the tests in this folder act in.

A `World` is one running bot. A `Stage` is a guild of its own in it, with its people, so that tests share a bot
and nothing else. What the bot shows is read through `Seen`, which is the same for both card styles.
"""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import simcord
from discord import app_commands
from simcord.results import InteractionResult, ResponseMessage

from bot.app import App, build
from bot.errors import UserError
from bot.faq.models import PageKind
from bot.faq.pages import Loaded, NewPage
from config.community import Community
from config.settings import load_settings
from tests.loopback_http import LoopbackServer, reply

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
_TEXT, _BUTTON, _SELECT = 10, 2, 3
_COMPONENTS_V2 = 1 << 15

Shown = InteractionResult | ResponseMessage | discord.Message


@dataclass(slots=True)
class Clock:
    """The time as the bot sees it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


class Failures(logging.Handler):
    """What the bot logged as its own fault."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record with its traceback."""
        self.records.append(logging.Formatter().format(record))


@dataclass(frozen=True, slots=True)
class Control:
    """A button, or a select with its options."""

    label: str
    custom_id: str
    url: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as a reader sees it, in either style."""

    id: int
    text: str
    controls: tuple[Control, ...]
    is_private: bool
    files: tuple[str, ...]
    pinged: tuple[int, ...]

    @property
    def labels(self) -> list[str]:
        """The buttons' labels, in order."""
        return [control.label for control in self.controls if not control.options]

    @property
    def options(self) -> list[str]:
        """The labels of the select's options."""
        return [label for control in self.controls for label, _ in control.options]

    def control(self, label: str, nth: int = 0) -> Control:
        """Return the nth control of a label."""
        return [control for control in self.controls if control.label == label][nth]


@dataclass(slots=True)
class World:
    """One running bot with the world around it."""

    app: App
    env: simcord.Env
    server: LoopbackServer
    clock: Clock
    failures: Failures
    settings: dict[str, str]
    community: Community = field(default_factory=Community)
    _apps: list[AsyncExitStack] = field(default_factory=list)

    def stage(self) -> "Stage":
        """Make a guild with two channels and its people, and a stranger in a guild of their own."""
        env = self.env
        guild = env.create_guild(name="Harbour Group")
        channels = {name: guild.create_text_channel(name) for name in ("general", "help")}
        editors = guild.create_role("Editors")
        managers = guild.create_role(
            "Chairs", permissions=discord.Permissions(manage_guild=True, manage_messages=True)
        )
        moderators = guild.create_role("Moderators", permissions=discord.Permissions(manage_messages=True))

        def join(name: str, *roles: simcord.RoleHandle) -> simcord.MemberActor:
            return guild.add_member(env.create_user(name), roles=list(roles))

        return Stage(
            world=self,
            guild=guild,
            general=channels["general"],
            help=channels["help"],
            editors=editors,
            ada=join("ada"),
            bob=join("bob"),
            editor=join("edie", editors),
            moderator=join("max", moderators),
            manager=join("mona", managers),
        )

    def seen(self, shown: Shown) -> Seen:
        """Read what somebody is shown; of an interaction, its first answer."""
        if isinstance(shown, InteractionResult):
            assert shown.response is not None, f"no answer to be seen: {shown!r}"
            shown = shown.response
        channel_id = shown.channel_id if isinstance(shown, ResponseMessage) else shown.channel.id
        return _read(self.env.backend.get_message(channel_id, shown.id))

    async def restart(self) -> None:
        """Stop the bot and start it anew on the same store."""
        old, new = self._apps.pop(), AsyncExitStack()
        settings = load_settings(self.settings, env_file=Path("none.env"))
        app = await new.enter_async_context(build(settings, self.community, clock=self.clock))
        await self.env.restart_bot(app.client)
        await old.aclose()
        self._apps.append(new)
        self.app = app


@dataclass(frozen=True, slots=True)
class Stage:
    """A guild with its people."""

    world: World
    guild: simcord.GuildHandle
    general: simcord.ChannelHandle
    help: simcord.ChannelHandle
    editors: simcord.RoleHandle
    ada: simcord.MemberActor
    bob: simcord.MemberActor
    editor: simcord.MemberActor
    moderator: simcord.MemberActor
    manager: simcord.MemberActor

    @property
    def id(self) -> int:
        """The guild's id."""
        return self.guild.id

    async def name_editors(self) -> None:
        """Let the manager name the editors' role."""
        await self.manager.slash(self.general, "faq editors", role=self.editors)

    async def follow(self, page: str, name: str = "faq.md", title: str = "Harbour FAQ") -> Loaded:
        """Follow a page that the wiki serves from now on."""
        self.serve(page, name)
        url = self.url(name)
        new = NewPage(kind=PageKind.URL, location=url, title=title)
        return await self.world.app.pages.add(self.id, new, now=self.world.clock())

    def serve(self, page: str, name: str = "faq.md", **headers: str) -> None:
        """Put a page on the wiki."""
        fields = {"Content-Type": "text/plain; charset=utf-8", **headers}
        self.world.server.answers(f"/{self.id}/{name}", reply(page.encode(), headers=fields))

    def url(self, name: str = "faq.md") -> str:
        """Name the address of a page on the wiki."""
        return self.world.server.url(f"/{self.id}/{name}")

    async def ask(
        self, question: str, *, by: simcord.MemberActor | None = None, **options: Any
    ) -> InteractionResult:
        """Ask in the general channel."""
        return await (by or self.ada).slash(self.general, "faq ask", question=question, **options)

    async def answer(self, question: str, *, by: simcord.MemberActor | None = None, **options: Any) -> Seen:
        """Ask, and read the answer."""
        return self.world.seen(await self.ask(question, by=by, **options))

    async def run(
        self, command: str, *, by: simcord.MemberActor | None = None, **options: Any
    ) -> InteractionResult:
        """Run a command in the general channel, as the manager unless said."""
        return await (by or self.manager).slash(self.general, command, **options)

    async def told(self, command: str, *, by: simcord.MemberActor | None = None, **options: Any) -> Seen:
        """Run a command, and read the answer: the last one where there are several."""
        result = await self.run(command, by=by, **options)
        return self.world.seen(result.followups[-1] if result.followups else result)

    async def press(
        self, shown: Shown, label: str, *, by: simcord.MemberActor | None = None, nth: int = 0
    ) -> InteractionResult:
        """Press a button by its label, or its emoji where it has none."""
        message = shown.response if isinstance(shown, InteractionResult) else shown
        custom_id = self.world.seen(message).control(label, nth).custom_id
        return await (by or self.ada).click(message, custom_id=custom_id)

    async def pick(
        self, shown: Shown, label: str, *, by: simcord.MemberActor | None = None
    ) -> InteractionResult:
        """Pick from a select by the option's label."""
        message = shown.response if isinstance(shown, InteractionResult) else shown
        (menu,) = (control for control in self.world.seen(message).controls if control.options)
        return await (by or self.ada).select(message, [dict(menu.options)[label]], custom_id=menu.custom_id)

    async def add(
        self, question: str, answer: str, aliases: str = "", *, by: simcord.MemberActor | None = None
    ) -> Seen:
        """Add an entry by the form, as the manager unless said."""
        form = await self.run("faq add", by=by)
        values = {"question": question, "answer": answer, "aliases": aliases}
        return self.world.seen(await (by or self.manager).submit_modal(form, values))

    async def choices(
        self,
        command: str,
        option: str,
        typed: str,
        *,
        by: simcord.MemberActor | None = None,
    ) -> dict[str, str]:
        """Type into an option; return what is offered, values by names."""
        offered = await (by or self.ada).autocomplete(self.general, command, option, typed)
        return {choice["name"]: choice["value"] for choice in offered}

    async def entry_id(self, question: str) -> str:
        """Return an entry's id, as autocomplete gives it."""
        faq = await self.world.app.service.faq(self.id)
        (found,) = (entry.id for entry in faq.entries.values() if entry.question == question)
        return found

    def plant(self, custom_id: str) -> discord.Message:
        """Make a message of the bot with a button that carries any id, as an old message might."""
        backend = self.world.env.backend
        button = {"type": _BUTTON, "style": 1, "label": "Old", "custom_id": custom_id}
        row = {"type": 1, "components": [button]}
        is_card = self.world.settings["CARD_STYLE"] == "components"
        backend.create_message(
            self.general.id,
            backend.bot_user.id,
            "" if is_card else "old",
            components=[{"type": 17, "components": [row]}] if is_card else [row],
            flags=_COMPONENTS_V2 if is_card else 0,
        )
        return self.general.last_message

    def public(self) -> list[Seen]:
        """Return what the bot has posted in the general channel for all to see."""
        backend = self.world.env.backend
        messages = sorted(backend.messages.get(self.general.id, {}).values(), key=lambda message: message.id)
        return [
            _read(message)
            for message in messages
            if message.author_id == backend.bot_user.id and not message.is_ephemeral
        ]


@asynccontextmanager
async def open_world(
    folder: Path,
    *,
    style: str = "components",
    community: Callable[[int], Community] | None = None,
    **more: str,
) -> AsyncIterator[World]:
    """Start the bot, and stop it; fail if it had an error of its own meanwhile."""
    values = {
        "DATA_DIR": str(folder / "data"),
        "CONFIG_DIR": str(folder),
        "ALLOW_PRIVATE_NETS": "127.0.0.0/8",
        "CARD_STYLE": style,
        **more,
    }
    clock, failures, stack = Clock(), Failures(), AsyncExitStack()
    logging.getLogger().addHandler(failures)
    try:
        async with LoopbackServer() as server:
            settings = load_settings(values, env_file=Path("none.env"))
            app = await stack.enter_async_context(build(settings, Community(), clock=clock))
            # Not simcord.run(): a fixture is set up and torn down in different contexts.
            env = simcord.Env(app.client, shard_count=1)
            await env.start()
            world = World(app, env, server, clock, failures, values, _apps=[stack])
            try:
                yield world
            finally:
                await env.shutdown()
            for left in world._apps:
                await left.aclose()
            assert not failures.records, "\n".join(failures.records)
            # What a person did wrong is an exception of the command for simcord.
            assert [error for error in env.errors if not _is_users_own(error)] == []
    finally:
        logging.getLogger().removeHandler(failures)


def _is_users_own(error: BaseException) -> bool:
    return isinstance(error, app_commands.CommandInvokeError) and isinstance(error.original, UserError)


def _read(message: Any) -> Seen:
    components = list(_walk(message.components))
    words = [message.content]
    for embed in message.embeds:
        words += [embed.get("title") or "", embed.get("description") or ""]
    words += [component["content"] for component in components if component["type"] == _TEXT]
    return Seen(
        id=message.id,
        text="\n".join(word for word in words if word),
        controls=tuple(_control(part) for part in components if part["type"] in (_BUTTON, _SELECT)),
        is_private=message.is_ephemeral,
        files=tuple(attachment["filename"] for attachment in message.attachments),
        pinged=tuple(message.ping_user_ids) + tuple(message.ping_role_ids) + (0,) * message.mention_everyone,
    )


def _walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in components:
        yield component
        yield from _walk(component.get("components", []))


def _control(part: dict[str, Any]) -> Control:
    emoji = (part.get("emoji") or {}).get("name") or ""
    return Control(
        label=part.get("label") or part.get("placeholder") or emoji,
        custom_id=part.get("custom_id") or "",
        url=part.get("url") or "",
        options=tuple((option["label"], option["value"]) for option in part.get("options") or ()),
    )
