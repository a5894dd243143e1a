"""community.toml is changed while the bot runs: it is taken up by itself, or said to be wrong."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery.models import State
from bot.wiring.declaring import COMMUNITY_JOB
from config.community import FILE_NAME
from tests.e2e.calendars import event, serve
from tests.e2e.list_archive import Letter, ListArchive
from tests.e2e.pages import FAQ, JOIN
from tests.e2e.settings_panel import open_panel
from tests.e2e.stage import Stage, make_stage
from tests.e2e.world import World, open_world

DECLARED = "That is set in community.toml, by whoever runs the bot; it can only be changed there."

pytestmark = pytest.mark.asyncio(loop_scope="function")


async def look(world: World) -> None:
    """Let the job look at the file, and what it wakes run."""
    await world.app.scheduler.run_now(COMMUNITY_JOB)
    await world.app.scheduler.run_due()


async def pages_of(stage: Stage) -> list[tuple[str, bool]]:
    pages = await stage.world.app.pages.list_pages(stage.id)
    return sorted((page.location.rpartition("/")[2], page.is_declared) for page in pages)


async def test_changed_file_is_taken_up_marked_and_left_again(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        stage = make_stage(world)
        await stage.follow(FAQ, "chat.md")
        stage.serve(FAQ, "declared.md")
        file = tmp_path / FILE_NAME
        file.write_text(
            f'[[guild]]\nid = {stage.id}\nzone = "Asia/Tokyo"\neditors_role = {stage.editors.id}\n'
            f'[[guild.faq]]\nurl = "{stage.url("declared.md")}"\n'
        )
        await look(world)
        assert await pages_of(stage) == [("chat.md", False), ("declared.md", True)]
        panel = await open_panel(stage)
        assert panel.lines("Time zone:")[0] == "**Time zone:** Asia/Tokyo · 21:00"
        assert panel.seen.text.count("Set in community.toml; it can only be changed there.") == 2
        file.unlink()  # the guild is declared no longer: nothing of it stays but what was made in chat
        await look(world)
        assert await pages_of(stage) == [("chat.md", False)]
        assert (await open_panel(stage)).lines("Time zone:")[0] == "**Time zone:** UTC · 12:00"


async def test_list_takes_the_name_and_the_privacy_that_the_file_gives_it(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        stage = make_stage(world)
        archive = ListArchive(stage)
        archive.put(Letter(subject="Harbour", body="Shall we?"))
        await stage.told("list follow", url=archive.url)
        declared = (
            f'[[guild]]\nid = {stage.id}\n[[guild.list]]\nurl = "{archive.url}"\nchannel = {stage.help.id}\n'
        )
        for more, expected in (
            ("", ("dev", False)),
            ('name = "Builders"\n', ("Builders", False)),
            ('name = "Builders"\nprivate = true\n', ("Builders", True)),
            ("", ("dev", False)),
        ):
            (tmp_path / FILE_NAME).write_text(declared + more)
            await look(world)
            (found,) = await world.app.mail.service.list_all(stage.id)
            assert (found.mailing_list.name, found.mailing_list.is_private) == expected
        (tmp_path / FILE_NAME).unlink()
        await look(world)
        (found,) = await world.app.mail.service.list_all(stage.id)
        assert [follow.channel_id for follow in found.follows] == [stage.general.id]


async def test_wrong_file_keeps_what_was_and_is_told_once(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        stage = make_stage(world)
        file, good = tmp_path / FILE_NAME, f"[[guild]]\nid = {stage.id}\nadmin_channel = {stage.help.id}\n"
        file.write_text(good)
        await look(world)
        file.write_text(f"{good}zome = 'Asia/Tokyo'\nfaq = 3\n")
        await look(world)
        for _ in range(2):
            await world.app.scheduler.run_now("incidents")
        assert (await world.app.delivery.outbox.count(stage.id)).get(State.QUEUED) == 1
        status = (await stage.told("status")).text
        assert "🔴 **community.toml** cannot be used as it is now, and what it said before goes on." in status
        assert r"2 things are wrong: community.toml:4: unknown key 'zome'; did you mean zone?" in status
        assert str(tmp_path) not in status
        file.write_text(good)
        await look(world)
        await world.app.scheduler.run_now("incidents")
        assert "community.toml" not in (await stage.told("status")).text
        world.failures.records.clear()  # the wrong file was logged, as it should be


async def test_what_is_declared_of_one_meeting_is_marked_and_kept_from_chat(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        stage = make_stage(world)
        calls = (
            event(title, world.clock.now + timedelta(hours=30), rule="FREQ=WEEKLY;COUNT=4")
            for title in ("Harbour call", "Tide call")
        )
        declared = (
            f"[[guild]]\nid = {stage.id}\n[guild.meeting]\nweekly = true\nchannel = {stage.help.id}\n"
            f'[[guild.calendar]]\nurl = "{serve(stage, *calls)}"\n'
            f"channel = {stage.help.id}\npasscode = true\nremind_role = {stage.editors.id}\n"
        )
        series = (
            f'[[guild.calendar.series]]\nuid = "Harbour call"\nchannel = {stage.general.id}\nmuted = true\n'
        )
        (tmp_path / FILE_NAME).write_text(declared)
        await look(world)
        before = await stage.run("meeting settings", meeting="Harbour call")
        (tmp_path / FILE_NAME).write_text(declared + series)
        await look(world)
        panel = await stage.run("meeting settings", meeting="Harbour call")
        seen = world.seen(panel)
        assert f"**Channel:** {stage.general.mention} · *set in community.toml*" in seen.text
        assert seen.text.count("*set in community.toml*") == 2
        assert seen.labels == ["Role to ping: none. Pick one", "Reminders", "Passcode shown"]
        assert world.seen(await stage.press(before, "Mute", by=stage.manager)).text == DECLARED
        assert DECLARED in world.seen(await bring(stage, series.replace("true", "false"), world)).text
        assert (
            "*set in community.toml*" not in (await stage.told("meeting settings", meeting="Tide call")).text
        )
        # What it leaves open is the managers' still, and what it says no longer is theirs again.
        await stage.press(panel, "Passcode shown", by=stage.manager)
        (tmp_path / FILE_NAME).write_text(declared)
        await look(world)
        seen = await stage.told("meeting settings", meeting="Harbour call")
        assert "*set in community.toml*" not in seen.text
        assert {"Muted", "Passcode hidden", "As the calendar"} <= set(seen.labels)
        of_calendar = await stage.told("calendar settings", calendar="Harbour calls")
        assert f"**Channel:** {stage.help.mention} · *set in community.toml*" in of_calendar.text
        assert "Passcode shown · *set in community.toml*" in of_calendar.text
        assert {"Passcode shown", "Remind me gives the role … (none: a private note)"} & set(
            of_calendar.labels
        ) == set()
        usual = await stage.told("meeting settings")
        assert usual.text.count("*set in community.toml*") == 2
        assert "Weekly post: on" not in usual.labels


async def test_ways_to_ask_that_are_declared_are_known_marked_and_kept_from_chat(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        stage = make_stage(world)
        await stage.follow(FAQ)
        asked = f'[[guild]]\nid = {stage.id}\n[[guild.phrasing]]\nquestion = "{JOIN}"\nasked = ["quokka"]\n'
        (tmp_path / FILE_NAME).write_text(
            f'{asked}[[guild.phrasing]]\nquestion = "Why?"\nasked = ["because"]\n'
        )
        await look(world)
        assert JOIN in (await stage.answer("quokka")).text
        panel = await stage.told("faq aliases")
        assert "Set in community.toml; it can only be changed there." in panel.text
        assert panel.labels == []
        (tmp_path / FILE_NAME).write_text(f"[[guild]]\nid = {stage.id}\n")
        await look(world)
        open_panel = await stage.run("faq aliases")
        (tmp_path / FILE_NAME).write_text(asked)
        await look(world)
        assert world.seen(await stage.press(open_panel, "Revoke", by=stage.manager)).text == DECLARED
        assert JOIN in (await stage.answer("quokka")).text


async def bring(stage: Stage, series: str, world: World) -> object:
    """Import another wish for one meeting of the guild's only calendar, and confirm."""
    (calendar,) = await world.app.meetings.calendars.list_calendars(stage.id)
    text = (
        f'[[guild]]\nid = {stage.id}\n[[guild.calendar]]\nurl = "private:{calendar.id}"\n'
        f"channel = {stage.help.id}\n{series}"
    )
    shown = await stage.run("config import", file=("community.toml", text.encode()))
    return await stage.press(shown, "Make this change", by=stage.manager)
