"""A guild of its own with its people, so that tests share a running bot and nothing else."""

from dataclasses import dataclass
from typing import Any

import discord
import simcord
from simcord.results import InteractionResult

from bot.faq.models import PageKind
from bot.faq.pages import Loaded, NewPage
from tests.e2e.seen import Seen, read_message
from tests.e2e.world import Shown, World
from tests.loopback_http import reply

_COMPONENTS_V2 = 1 << 15


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
        button = {"type": 2, "style": 1, "label": "Old", "custom_id": custom_id}
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
            read_message(message)
            for message in messages
            if message.author_id == backend.bot_user.id and not message.is_ephemeral
        ]


def make_stage(world: World) -> Stage:
    """Make a guild with two channels and its people, and a stranger in a guild of their own."""
    env = world.env
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
        world=world,
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
