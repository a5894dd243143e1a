from dataclasses import dataclass, field
from typing import Any

import discord
import pytest

from bot.chat.custom_ids import Signer
from bot.chat.router import Press, Router
from bot.delivery.post import Action
from bot.errors import UserError
from bot.text.catalogue import load_texts

GUILD = 1001
SIGNER = Signer(b"k" * 32)
TEXTS = load_texts()
STALE = TEXTS("error.stale_button")
FORMS = {"faq.form": ("question",), "faq.where": ("where",)}


@dataclass
class Interaction:
    """An interaction as the gateway delivers it."""

    data: dict[str, Any] | None
    type: discord.InteractionType = discord.InteractionType.component
    guild_id: int | None = GUILD
    locale: discord.Locale = discord.Locale.american_english


@dataclass
class Desk:
    """What reached the handlers, and what was reported to people."""

    presses: list[Press] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    permitted: list[str] = field(default_factory=list)

    async def handle(self, interaction: Interaction, press: Press) -> None:
        self.presses.append(press)

    async def fail(self, interaction: Interaction, press: Press) -> None:
        raise RuntimeError("broken")

    async def permit(self, interaction: Interaction, name: str) -> None:
        self.permitted.append(name)
        if name == "faq.take":
            raise UserError("for editors")

    async def report(self, interaction: Interaction, error: Exception) -> None:
        self.reports.append(str(error))

    def router(self) -> Router:
        handlers = {
            "faq.open": self.handle,
            "faq.form": self.handle,
            "faq.where": self.handle,
            "faq.take": self.handle,
            "faq.bad": self.fail,
        }
        shapes = {"faq.take": 1}
        return Router(
            SIGNER, handlers, shapes=shapes, forms=FORMS, permit=self.permit, report=self.report, texts=TEXTS
        )


def signed(kind: str, *args: str, guild_id: int = GUILD) -> str:
    return SIGNER.sign(Action(kind=kind, args=args), guild_id=guild_id)


async def dispatched(data: dict[str, Any] | None, **parts: Any) -> Desk:
    desk = Desk()
    await desk.router().dispatch(Interaction(data=data, **parts))
    return desk


async def test_a_button_brings_its_arguments() -> None:
    desk = await dispatched({"custom_id": signed("faq.open", "e1", "k1"), "component_type": 2})
    assert desk == Desk(presses=[Press(args=("e1", "k1"))], permitted=["faq.open"])


@pytest.mark.parametrize("args", [(), ("1", "2")])
async def test_one_with_the_arguments_of_another_version_is_stale(args: tuple[str, ...]) -> None:
    desk = await dispatched({"custom_id": signed("faq.take", *args), "component_type": 2})
    assert desk == Desk(reports=[STALE])


async def test_a_select_brings_its_values() -> None:
    desk = await dispatched({"custom_id": signed("faq.open"), "component_type": 3, "values": ["e7"]})
    assert desk.presses == [Press(args=(), values=("e7",))]


@pytest.mark.parametrize(
    "components",
    [
        [{"type": 18, "id": 1, "component": {"type": 4, "custom_id": "question", "value": "Why?"}}],
        [{"type": 1, "components": [{"type": 4, "custom_id": "question", "value": "Why?"}]}],
        [{"type": 10, "id": 1}, {"type": 18, "component": {"custom_id": "question", "value": "Why?"}}],
    ],
    ids=["labels", "rows", "beside text"],
)
async def test_a_form_brings_its_fields(components: list[dict[str, Any]]) -> None:
    data = {"custom_id": signed("faq.form"), "components": components}
    desk = await dispatched(data, type=discord.InteractionType.modal_submit)
    assert desk.presses == [Press(args=(), fields={"question": "Why?"})]


@pytest.mark.parametrize(("picked", "value"), [(["7"], "7"), ([], "")])
async def test_a_forms_menu_brings_what_was_picked(picked: list[str], value: str) -> None:
    menu = {"type": 18, "id": 1, "component": {"type": 8, "custom_id": "where", "values": picked}}
    data = {"custom_id": signed("faq.where"), "components": [menu]}
    desk = await dispatched(data, type=discord.InteractionType.modal_submit)
    assert desk.presses == [Press(args=(), fields={"where": value})]


@pytest.mark.parametrize(
    "components",
    [
        None,
        "text",
        [5, None],
        [{"type": 18, "component": None}],
        [{"type": 1, "components": {"custom_id": "question"}}],
        [{"type": 18, "component": {"type": 4, "custom_id": ["question"], "value": "x"}}],
        [{"type": 18, "component": {"type": 4, "custom_id": "question", "value": None}}],
        [{"type": 18, "component": {"type": 4, "custom_id": "other", "value": "x"}}],
    ],
    ids=repr,
)
async def test_a_form_with_anything_else_in_it_is_an_empty_one(components: Any) -> None:
    data = {"custom_id": signed("faq.form"), "components": components}
    desk = await dispatched(data, type=discord.InteractionType.modal_submit)
    assert desk == Desk(presses=[Press(args=(), fields={"question": ""})], permitted=["faq.form"])


async def test_a_field_is_no_longer_than_discord_lets_it_be() -> None:
    field = {"type": 18, "component": {"type": 4, "custom_id": "question", "value": "x" * 9000}}
    data = {"custom_id": signed("faq.form"), "components": [field]}
    desk = await dispatched(data, type=discord.InteractionType.modal_submit)
    assert desk.presses == [Press(args=(), fields={"question": "x" * 4000})]


@pytest.mark.parametrize("values", [None, 5, "7", {"7": 1}])
async def test_values_that_are_no_list_are_none(values: Any) -> None:
    desk = await dispatched({"custom_id": signed("faq.open"), "component_type": 3, "values": values})
    assert desk.presses == [Press(args=())]


@pytest.mark.parametrize(
    ("kind", "sent_as"),
    [("faq.form", discord.InteractionType.component), ("faq.open", discord.InteractionType.modal_submit)],
)
async def test_a_form_is_no_button_and_a_button_no_form(kind: str, sent_as: discord.InteractionType) -> None:
    assert await dispatched({"custom_id": signed(kind)}, type=sent_as) == Desk(reports=[STALE])


@pytest.mark.parametrize(
    "custom_id",
    [
        "",
        "faq.open",
        "faq.open:e1~AAAAAAAAAAAA",
        signed("faq.open", "e1").replace("e1", "e2"),
        signed("faq.open", "e1", guild_id=GUILD + 1),
        signed("faq.unknown", "e1"),
    ],
    ids=["none", "unsigned", "forged", "altered", "another guild's", "of a kind that is gone"],
)
async def test_what_is_not_ours_is_answered_as_stale(custom_id: str) -> None:
    assert await dispatched({"custom_id": custom_id}) == Desk(reports=[STALE])


async def test_a_button_in_a_direct_message_is_stale() -> None:
    assert (await dispatched({"custom_id": signed("faq.open")}, guild_id=None)).reports == [STALE]


async def test_who_may_not_is_told_and_nothing_happens() -> None:
    desk = await dispatched({"custom_id": signed("faq.take", "1")})
    assert desk == Desk(reports=["for editors"], permitted=["faq.take"])


async def test_a_broken_handler_is_reported_and_raises_nothing() -> None:
    assert (await dispatched({"custom_id": signed("faq.bad")})).reports == ["broken"]


@pytest.mark.parametrize(
    "kind",
    [
        discord.InteractionType.ping,
        discord.InteractionType.application_command,
        discord.InteractionType.autocomplete,
    ],
)
async def test_commands_are_not_the_routers_business(kind: discord.InteractionType) -> None:
    assert await dispatched({"custom_id": signed("faq.open")}, type=kind) == Desk()


async def test_an_interaction_without_data_is_stale() -> None:
    assert (await dispatched(None)).reports == [STALE]
