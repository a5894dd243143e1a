"""Who may do what: each command, menu, button and form for each kind of member, as the tables say."""

from collections.abc import Sequence

import discord
import pytest
import simcord
from discord import app_commands

from bot.chat.permissions import Level
from cogs._permissions import PERMISSIONS
from tests.e2e.presses import ARGUMENTS, FORMS, VALUES, fill
from tests.e2e.stage import Stage
from tests.e2e.wire import changed, open_wire, rows

# Who may do something does not depend on how cards are drawn.
pytestmark = pytest.mark.parametrize("style", ["components"], indirect=True)

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


MEMBER, EDITOR, MANAGER = Level
# What each may use; which command needs which level stands in tests/unit/chat/test_permissions.py.
MAY = {
    "a plain member": {MEMBER},
    "one who may do all but manage the server": {MEMBER},
    "one of the editors' role": {MEMBER, EDITOR},
    "one with Manage Server": {MEMBER, EDITOR, MANAGER},
    "an administrator": {MEMBER, EDITOR, MANAGER},
    "the owner": {MEMBER, EDITOR, MANAGER},
}
_HELD = {
    "one who may do all but manage the server": discord.Permissions.all()
    & ~discord.Permissions(manage_guild=True, administrator=True),
    "one with Manage Server": discord.Permissions(manage_guild=True),
    "an administrator": discord.Permissions(administrator=True),
}


def make_person(stage: Stage, who: str) -> simcord.MemberActor:
    """Return a member of a kind; the owner has no role at all."""
    roles = [stage.guild.create_role(who, permissions=_HELD[who])] if who in _HELD else []
    roles += [stage.editors] if who == "one of the editors' role" else []
    person = stage.guild.add_member(stage.world.env.create_user("wanda"), roles=roles)
    if who == "the owner":
        stage.world.env.backend.get_guild(stage.id).owner_id = person.id
    return person


async def show_to_everyone(stage: Stage) -> None:
    """Let Discord offer every command to all, as an admin may: what counts is the bot's own check."""
    for registered in await stage.world.app.client.tree.fetch_commands():
        stage.guild.set_command_permissions(registered, {stage.guild.default_role: True})


REFUSALS = {
    EDITOR: "That is for <@&{editors}> and for members with Manage Server.",
    MANAGER: "That needs the Manage Server permission.",
}


def is_refused(stage: Stage, result: simcord.InteractionResult, needed: Level) -> bool:
    """Tell whether somebody was told that it is not for them, privately and in the right words."""
    if result.modal is not None or result.response is None:
        return False
    seen = stage.world.seen(result)
    refusals = {level: text.format(editors=stage.editors.id) for level, text in REFUSALS.items()}
    if seen.text not in refusals.values():
        return False
    assert (seen.is_private, seen.pinged, seen.text) == (True, (), refusals[needed])
    return True


async def run(stage: Stage, by: simcord.MemberActor, command: str) -> simcord.InteractionResult:
    """Run a command or a message's menu."""
    if command in MENUS:
        return await by.context_menu(stage.general, command, stage.general.last_message)
    return await by.slash(stage.general, command, **OPTIONS.get(command, {}))


def needing(names: Sequence[str], levels: set[Level]) -> list[str]:
    return [name for name in names if PERMISSIONS.required(name) in levels]


@pytest.mark.parametrize("who", MAY)
async def test_a_command_is_for_those_the_table_names(faq: Stage, who: str) -> None:
    await faq.name_editors()
    await show_to_everyone(faq)
    person, may = make_person(faq, who), MAY[who]
    await faq.bob.send(faq.general, "How can I join the harbour group?")
    before = await rows(faq)
    for command in needing((*COMMANDS, *MENUS), set(Level) - may):
        assert is_refused(faq, await run(faq, person, command), PERMISSIONS.required(command)), command
    assert changed(before, await rows(faq)) == []
    for command in needing((*COMMANDS, *MENUS), may):
        await faq.name_editors()  # `/faq editors` cleared the role
        if command in MENUS:
            await faq.bob.send(faq.general, "How can I join the harbour group?")
        result = await run(faq, person, command)
        assert result.acknowledged, command
        assert not is_refused(faq, result, PERMISSIONS.required(command)), command


@pytest.mark.parametrize("who", MAY)
async def test_a_button_menu_or_form_is_for_those_the_table_names(faq: Stage, who: str) -> None:
    await faq.name_editors()
    person, may = make_person(faq, who), MAY[who]
    wire = await open_wire(faq, person)
    ids = {kind: wire.sign(kind, fill(ARGUMENTS.get(kind, ()))) for kind in ACTIONS}
    before = await rows(faq)
    for kind in needing(ACTIONS, set(Level) - may):
        result = await (wire.submit(ids[kind], {}) if kind in FORMS else wire.press(ids[kind]))
        assert is_refused(faq, result, PERMISSIONS.required(kind)), kind
    assert changed(before, await rows(faq)) == []
    for kind in needing(ACTIONS, may):
        values = fill([VALUES[kind]]) if kind in VALUES else ()
        form = FORMS.get(kind)
        result = await (wire.press(ids[kind], values) if form is None else wire.submit(ids[kind], form))
        assert not is_refused(faq, result, PERMISSIONS.required(kind)), kind


@pytest.mark.parametrize("who", MAY)
async def test_what_is_not_for_somebody_offers_them_no_choices(faq: Stage, who: str) -> None:
    await faq.name_editors()
    await show_to_everyone(faq)
    person, may = make_person(faq, who), MAY[who]
    offered = {}
    for command in faq.world.app.client.tree.walk_commands():
        for option in command.parameters if isinstance(command, app_commands.Command) else ():
            if option.autocomplete:
                name = command.qualified_name
                offered[name] = await person.autocomplete(faq.general, name, option.display_name, "")
    kept = {name for name in offered if PERMISSIONS.required(name) not in may}
    assert {name for name in kept if offered[name]} == set()
    assert offered["faq ask"]
    assert bool(offered["faq edit"]) is (EDITOR in may)
    assert bool(offered["faq source remove"]) is (MANAGER in may)


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
