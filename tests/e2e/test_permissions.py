"""Who may do what: every command and every kind of button for every level, exactly as the table says."""

import pytest
import simcord

from bot.chat.custom_ids import Signer
from bot.chat.permissions import Level
from bot.delivery.post import Action
from bot.storage.keys import get_or_create_secret
from cogs._permissions import PERMISSIONS
from tests.e2e.stage import Stage

ACTIONS = sorted(name for name in PERMISSIONS.names() if "." in name)
MENUS = ("Answer from the FAQ", "Add to the FAQ")
COMMANDS = sorted(PERMISSIONS.names() - set(ACTIONS) - set(MENUS))
OPTIONS = {
    "list digest": {"when": "daily"},
    "faq ask": {"question": "How can I join the harbour group?"},
    "faq edit": {"entry": "nothing"},
    "faq remove": {"entry": "nothing"},
    "faq source add": {"url": "ftp://example.org"},
    "faq source remove": {"page": "0"},
    "faq source refresh": {"page": "0"},
    "calendar follow": {"url": "ftp://example.org"},
    "calendar preview": {"calendar": "0"},
    "calendar settings": {"calendar": "0"},
    "calendar unfollow": {"calendar": "0"},
    "meeting add": {"title": "Call", "when": "tomorrow 15:00 UTC"},
    "meeting edit": {"meeting": "nothing"},
    "meeting cancel": {"meeting": "nothing"},
    "meeting skip": {"meeting": "nothing"},
    "list follow": {"url": "ftp://example.org"},
    "list explain": {"link": "a@example.org"},
    "list search": {"words": "harbour"},
    "list thread": {"thread": "harbour"},
    "config import": {"file": ("community.toml", b"")},
    "list mute": {"thread": "harbour"},
    "list reply": {"thread": "harbour"},
    "list ping": {"when": "never"},
    "privacy author": {"name": "nobody"},
}


def people(stage: Stage) -> dict[Level, simcord.MemberActor]:
    return {Level.MEMBER: stage.ada, Level.EDITOR: stage.editor, Level.MANAGER: stage.manager}


def refusals(stage: Stage) -> tuple[str, str]:
    return (
        f"That is for <@&{stage.editors.id}> and for members with Manage Server.",
        "That needs the Manage Server permission.",
    )


def is_refused(stage: Stage, result: simcord.InteractionResult, needed: Level) -> bool:
    if result.modal is not None:
        return False
    seen = stage.world.seen(result)
    if seen.text not in refusals(stage):
        return False
    assert seen.is_private
    assert seen.pinged == ()
    assert seen.text == refusals(stage)[0 if needed is Level.EDITOR else 1]
    return True


async def show_to_everyone(stage: Stage, command: str) -> None:
    """Let Discord offer a command to all, as an admin may: what counts is the bot's own check."""
    registered = {each.name: each for each in await stage.world.app.client.tree.fetch_commands()}
    top = registered[command.partition(" ")[0]]
    stage.guild.set_command_permissions(top, {stage.guild.default_role: True})


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_command_is_for_those_the_table_names(faq: Stage, command: str) -> None:
    needed = PERMISSIONS.required(command)
    await show_to_everyone(faq, command)
    for level, person in people(faq).items():
        await faq.name_editors()
        result = await person.slash(faq.general, command, **OPTIONS.get(command, {}))
        assert is_refused(faq, result, needed) is (level < needed), level


@pytest.mark.parametrize("menu", MENUS)
async def test_a_message_menu_is_for_those_the_table_names(faq: Stage, menu: str) -> None:
    await faq.name_editors()
    message = await faq.bob.send(faq.general, "How can I join the harbour group?")
    needed = PERMISSIONS.required(menu)
    for level, person in people(faq).items():
        result = await person.context_menu(faq.general, menu, message)
        assert is_refused(faq, result, needed) is (level < needed), level


ARGUMENTS = {
    "privacy.show_author": ("0",),
    "setup.add": ("faq",),
    "setup.typed": ("faq",),
    "setup.confirm": ("k",),
    "setup.discard": ("k",),
    "calendar.take": ("0",),
    "calendar.channel": ("0",),
    "calendar.role": ("0",),
    "calendar.remind": ("0",),
    "calendar.clean_up": ("0",),
    "calendar.times": ("0",),
    "calendar.typed": ("0",),
    "calendar.toggle": ("0", "weekly"),
    "meeting.choose": ("k", "0"),
    "meeting.confirm": ("k", ""),
    "meeting.discard": ("k",),
    "meeting.change_one": ("k", ""),
    "meeting.change_all": ("k", ""),
    "meeting.cancel_one": ("1", "k"),
    "meeting.cancel_all": ("1", "k"),
    "meeting.restore": ("1", "k"),
    "meeting.page": ("week", "0"),
    "meeting.month": ("2026-01",),
    "meeting.answer": ("1", "k", "going"),
    "meeting.add": ("1", "k"),
    "meeting.add_series": ("1", "k"),
    "meeting.remind": ("1", "k"),
    "meeting.phones": ("1", "k"),
    "faq.pick": ("nothing", "k"),
    "faq.none": ("k",),
    "faq.helpful": ("nothing", "k"),
    "faq.not_it": ("nothing", "k"),
    "faq.bin": ("1", "nothing"),
    "faq.turn": ("0", ""),
    "faq.save": ("nothing",),
    "faq.restore": ("nothing",),
    "faq.gap_draft": ("k",),
    "faq.gap_answer": ("k",),
    "faq.gap_which": ("k",),
    "faq.gap_same": ("k",),
    "faq.gap_dismiss": ("k",),
    "faq.gaps_turn": ("0",),
    "faq.aliases_turn": ("0",),
    "faq.alias_confirm": ("k", "nothing"),
    "faq.alias_revoke": ("k", "nothing"),
    "faq.take": ("0",),
    "list.turn_found": ("k", "0"),
    "list.turn_latest": ("", "0"),
    "list.turn_thread": ("0", "0", "0"),
    "digest.read": ("0",),
    "digest.turn": ("0", "0", "0"),
    "digest.follow": ("0",),
    "digest.follow_thread": ("0",),
    "digest.mute": ("0",),
    "digest.mute_thread": ("0",),
    "live.more": ("0", "0", "0", "0"),
    "live.turn": ("0", "0", "0", "0"),
    "reply.how": ("0", "0"),
    "choice.clear": ("1", "1"),
    "choice.unmute": ("1", "1"),
    "single.announce": ("1", "k"),
    "single.channel": ("1", "k"),
    "single.role": ("1", "k"),
    "single.times": ("1", "k"),
    "single.toggle": ("1", "k", "mute"),
    "single.typed": ("1", "k"),
    "status.retry": ("0",),
    "status.drop": ("0",),
}
# Their presses need a value or a form, which a button cannot bring; the refusal comes before that matters.
NEEDS_INPUT = {
    "setup.typed",
    "setup.zone_typed",
    "faq.open",
    "list.open",
    "faq.create",
    "faq.save",
    "faq.gap_answer",
    "faq.gap_same",
    "settings.zone_typed",
    "settings.zone_pick",
}


async def signed(stage: Stage, kind: str) -> str:
    signer = Signer(await get_or_create_secret(stage.world.app.database, "custom_ids"))
    return signer.sign(Action(kind=kind, args=ARGUMENTS.get(kind, ())), guild_id=stage.id)


@pytest.mark.parametrize("kind", ACTIONS)
async def test_a_button_is_for_those_the_table_names(faq: Stage, kind: str) -> None:
    await faq.name_editors()
    needed = PERMISSIONS.required(kind)
    custom_id = await signed(faq, kind)
    for level, person in people(faq).items():
        if level >= needed and kind in NEEDS_INPUT:
            continue
        result = await person.click(faq.plant(custom_id), label="Old")
        if result.response is None:
            assert level >= needed  # it redrew the message, or took it away
            continue
        assert is_refused(faq, result, needed) is (level < needed), level


NO_EDITORS = (
    "That needs the Manage Server permission. An admin can also name an editors' role with `/faq editors`."
)


async def test_without_an_editors_role_editing_needs_manage_server(faq: Stage) -> None:
    said = await faq.told("faq add", by=faq.editor)
    assert said.text == NO_EDITORS


async def test_the_editors_role_is_named_and_cleared(faq: Stage) -> None:
    said = await faq.told("faq editors", role=faq.editors)
    assert (said.text, said.pinged) == (f"Members with {faq.editors.mention} may edit the FAQ now.", ())
    assert (await faq.run("faq add", by=faq.editor)).modal is not None
    cleared = await faq.told("faq editors")
    assert cleared.text == "Only members with Manage Server may edit the FAQ now."
    assert (await faq.told("faq add", by=faq.editor)).text == NO_EDITORS


async def test_everyone_cannot_be_editors(faq: Stage) -> None:
    said = await faq.told("faq editors", role=faq.guild.default_role)
    assert said.text == "That would let everyone edit. Name a role that only editors have."
    assert (await faq.told("faq add", by=faq.ada)).text == NO_EDITORS


async def test_a_form_opened_before_the_role_was_taken_away_saves_nothing(faq: Stage) -> None:
    await faq.name_editors()
    form = await faq.run("faq add", by=faq.editor)
    await faq.run("faq editors")
    said = await faq.editor.submit_modal(form, {"question": "Mine?", "answer": "Yes."})
    assert faq.world.seen(said).text == NO_EDITORS
    assert "Mine?" not in (await faq.told("faq browse")).options


async def test_the_helpers_channel_is_where_people_are_sent(faq: Stage) -> None:
    place = faq.guild.create_text_channel("ask-a-human")
    said = await faq.told("faq helpers", channel=place)
    assert place.mention in said.text
    assert f"Ask a person in {place.mention}." in (await faq.answer("xylophone zebra")).text
    await faq.run("faq helpers")
    assert f"Ask a person in {faq.help.mention}." in (await faq.answer("xylophone zebra")).text


async def test_admin_commands_answer_privately(faq: Stage) -> None:
    for command in COMMANDS:
        if command == "faq ask":
            continue
        result = await faq.run(command, **OPTIONS.get(command, {}))
        assert result.modal is not None or faq.world.seen(result).is_private, command
    assert faq.public() == []
