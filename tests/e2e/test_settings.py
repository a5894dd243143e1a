"""`/settings`: one private panel where each change acts at once."""

from dataclasses import dataclass

import discord
import pytest

from bot.chat.router import Press
from bot.errors import UserError
from tests.e2e.settings_panel import ADMIN, EDITORS, HELP, STATUS, open_panel
from tests.e2e.stage import Stage, make_stage

STALE = "That button is out of date. Run the command again."


async def test_the_panel_is_private_and_begins_empty(stage: Stage) -> None:
    panel = await open_panel(stage)
    assert panel.seen.is_private
    assert panel.lines("Admin channel:")[0] == "**Admin channel:** none"
    assert panel.lines("Time zone:")[0] == "**Time zone:** UTC · 12:00"
    assert panel.lines("Editors:")[0] == "**Editors:** no role"
    assert panel.lines("Help channel:")[0] == "**Help channel:** none"
    assert panel.lines("Status card:")[0] == "**Status card:** none"
    assert panel.seen.pinged == ()


@pytest.mark.parametrize(
    ("label", "line"), [(ADMIN, "Admin channel:"), (HELP, "Help channel:"), (STATUS, "Status card:")]
)
async def test_a_channel_is_picked_and_taken_back_at_once(stage: Stage, label: str, line: str) -> None:
    panel = await open_panel(stage)
    await panel.pick(label, stage.help)
    assert panel.lines(line)[0] == f"**{line}** {stage.help.mention}"
    assert panel.seen.control(label).chosen == (stage.help.id,)
    assert (await open_panel(stage)).lines(line) == panel.lines(line)
    await panel.pick(label)
    assert panel.lines(line)[0] == f"**{line}** none"
    assert panel.seen.control(label).chosen == ()
    assert (await open_panel(stage)).lines(line) == panel.lines(line)


async def test_the_help_channel_is_where_people_are_sent(faq: Stage) -> None:
    place = faq.guild.create_text_channel("ask-a-human")
    await (await open_panel(faq)).pick(HELP, place)
    assert f"Ask a person in {place.mention}." in (await faq.answer("xylophone zebra")).text


async def test_the_editors_role_is_picked_and_taken_back_at_once(stage: Stage) -> None:
    panel = await open_panel(stage)
    await panel.pick(EDITORS, stage.editors)
    assert panel.lines("Editors:")[0] == f"**Editors:** {stage.editors.mention}"
    assert panel.seen.control(EDITORS).chosen == (stage.editors.id,)
    assert (await stage.run("faq add", by=stage.editor)).modal is not None
    await panel.pick(EDITORS)
    assert (await stage.run("faq add", by=stage.editor)).modal is None


async def test_everyone_cannot_be_editors(stage: Stage) -> None:
    panel = await open_panel(stage)
    said = stage.world.seen(await panel.pick(EDITORS, stage.guild.default_role))
    assert said.text == "That would let everyone edit. Name a role that only editors have."
    assert panel.lines("Editors:")[0] == "**Editors:** no role"


async def test_a_role_that_is_gone_is_said_and_not_offered(stage: Stage) -> None:
    role = stage.guild.create_role("Short-lived")
    await (await open_panel(stage)).pick(EDITORS, role)
    await discord.utils.get(stage.world.app.client.get_guild(stage.id).roles, id=role.id).delete()
    panel = await open_panel(stage)
    assert panel.lines("Editors:")[-1] == "🔴 That role is gone. Pick another, or none."
    assert panel.seen.control(EDITORS).chosen == ()


async def test_missing_permissions_are_named_at_once(stage: Stage) -> None:
    closed = stage.guild.create_text_channel("closed")
    me = stage.world.app.client.get_guild(stage.id).me
    channel = stage.world.app.client.get_channel(closed.id)
    await channel.set_permissions(
        me, view_channel=True, embed_links=False, attach_files=False, send_messages_in_threads=False
    )
    panel = await open_panel(stage)
    for label, line in ((ADMIN, "Admin channel:"), (STATUS, "Status card:")):
        await panel.pick(label, closed)
        assert panel.lines(line)[-1] == (
            "🔴 The bot lacks there: **Embed Links**, **Attach Files**, **Send Messages in Threads**. "
            "Allow it in Edit Channel › Permissions; open `/settings` again to check."
        )
    await channel.set_permissions(me, overwrite=None)
    assert "🔴" not in (await open_panel(stage)).seen.text
    await channel.set_permissions(me, view_channel=False)
    named = (await open_panel(stage)).lines("Admin channel:")[-1]
    assert "**View Channel**, **Send Messages**, **Read Message History**" in named
    assert "**Create Public Threads**" in named


async def test_a_channel_that_is_gone_is_said_and_not_offered(stage: Stage) -> None:
    place = stage.guild.create_text_channel("short-lived")
    await (await open_panel(stage)).pick(ADMIN, place)
    await stage.world.app.client.get_channel(place.id).delete()
    panel = await open_panel(stage)
    assert panel.lines("Admin channel:")[-1] == "🔴 That channel is gone. Pick another, or none."
    assert panel.seen.control(ADMIN).chosen == ()


async def test_the_time_zone_is_taken_by_the_words_people_use(stage: Stage) -> None:
    panel = await open_panel(stage)
    for words, line in {
        "Berlin": "Europe/Berlin · 13:00",
        "ET": "America/New_York · 07:00",
        "Asia/Kolkata": "Asia/Kolkata · 17:30",
        "utc": "UTC · 12:00",
    }.items():
        await panel.type_zone(words)
        assert panel.lines("Time zone:")[0] == f"**Time zone:** {line}"
        assert (await open_panel(stage)).lines("Time zone:")[0] == f"**Time zone:** {line}"


async def test_a_typo_offers_the_zones_that_may_be_meant(stage: Stage) -> None:
    panel = await open_panel(stage)
    await panel.type_zone("new yrok")
    assert panel.lines("Time zone:")[0] == "**Time zone:** UTC · 12:00"
    (menu,) = (control for control in panel.seen.controls if control.options)
    assert menu.options[0] == ("America/New_York · 07:00", "America/New_York")
    await panel.pick("Which one is it?", "America/New_York")
    assert panel.lines("Time zone:")[0] == "**Time zone:** America/New_York · 07:00"
    assert "Change the time zone" in panel.seen.labels


async def test_none_of_the_offered_zones_asks_again(stage: Stage) -> None:
    panel = await open_panel(stage, zone="IST")
    assert panel.seen.options[:2] == ["Asia/Kolkata · 17:30", "Europe/Dublin · 12:00"]
    form = await panel.pick("Which one is it?", "?")
    await stage.manager.submit_modal(form, {"zone": "Tel Aviv"})
    assert panel.lines("Time zone:")[0] == "**Time zone:** Asia/Jerusalem · 14:00"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("UTC+2", "An offset does not know summer time. Name a city or a zone instead, like Berlin or ET."),
        ("xx**yy @everyone", "No time zone is called “xx\\*\\*yy"),
    ],
)
async def test_words_that_name_no_zone_change_nothing(stage: Stage, words: str, said: str) -> None:
    panel = await open_panel(stage)
    answer = stage.world.seen(await panel.type_zone(words))
    assert answer.is_private
    assert answer.pinged == ()
    assert answer.text.startswith(said)
    assert "@everyone" not in answer.text
    assert panel.lines("Time zone:")[0] == "**Time zone:** UTC · 12:00"


async def test_the_zone_option_completes_and_sets(stage: Stage) -> None:
    offered = await stage.choices("settings", "zone", "berl", by=stage.manager)
    assert offered["Europe/Berlin · 13:00"] == "Europe/Berlin"
    assert await stage.choices("settings", "zone", "", by=stage.manager) == {}
    panel = await open_panel(stage, zone="Europe/Berlin")
    assert panel.lines("Time zone:")[0] == "**Time zone:** Europe/Berlin · 13:00"


async def test_panels_controls_work_in_their_own_guild_alone(stage: Stage) -> None:
    other = make_stage(stage.world)
    theirs = (await open_panel(other)).seen
    for control in theirs.controls:
        pressed = await stage.manager.click(stage.plant(control.custom_id), label="Old")
        assert (stage.world.seen(pressed).text, stage.world.seen(pressed).is_private) == (STALE, True)


async def test_a_panel_left_open_obeys_only_who_may_still_change_it(stage: Stage) -> None:
    panel = await open_panel(stage)
    custom_id = panel.seen.control("Change the time zone").custom_id
    for person in (stage.ada, stage.editor, stage.moderator):
        said = stage.world.seen(await person.click(stage.plant(custom_id), label="Old"))
        assert "That needs the Manage Server permission." in said.text


@dataclass(frozen=True)
class MadeUp:
    """An interaction of a made-up client: Discord's own menus offer only what the guild has."""

    guild: discord.Guild


async def test_a_pick_of_what_the_guild_does_not_have_is_refused(stage: Stage) -> None:
    other = make_stage(stage.world)
    client = stage.world.app.client
    handlers = client.get_cog("SettingsPanel").handlers()
    interaction = MadeUp(client.get_guild(stage.id))
    for kind, foreign, said in (
        ("settings.admin_channel", other.help.id, "That channel cannot be used."),
        ("settings.status_channel", 1, "That channel cannot be used."),
        ("settings.editors_role", other.editors.id, "That role cannot be used."),
    ):
        with pytest.raises(UserError, match=said):
            await handlers[kind](interaction, Press(args=(), values=(str(foreign),)))
    assert "🔴" not in (await open_panel(stage)).seen.text


async def test_the_language_of_what_all_read_is_set_at_once(stage: Stage) -> None:
    assert (await open_panel(stage)).lines("Language:")[0] == "**Language:** English"
    panel = await open_panel(stage, language="de")
    assert panel.lines("Language:")[0] == "**Language:** Deutsch"
    assert (await open_panel(stage)).lines("Language:") == panel.lines("Language:")
