"""`/setup`: who and where, sources seen before they are kept, and what the bot lacks, by feature."""

from datetime import timedelta

from tests.e2e.list_archive import Letter, ListArchive
from tests.e2e.pages import FAQ
from tests.e2e.stage import Stage
from tests.e2e.world import START
from tests.loopback_http import reply

CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nX-WR-CALNAME:Harbour calls\r\nBEGIN:VEVENT\r\n"
    "UID:1@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260105T150000Z\r\nDTEND:20260105T160000Z\r\n"
    "SUMMARY:Weekly call @everyone\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


async def test_a_page_is_seen_first_and_kept_when_it_is_confirmed(stage: Stage) -> None:
    stage.serve(FAQ)
    panel = await stage.run("setup")
    assert stage.world.seen(panel).is_private
    assert "FAQ pages: 0" in stage.world.seen(panel).text
    form = await stage.press(panel, "FAQ page", by=stage.manager)
    preview = await stage.manager.submit_modal(form, {"url": stage.url()})
    seen = stage.world.seen(preview)
    assert seen.is_private
    assert "Questions found: " in seen.text
    assert "How can I join the harbour group?" in seen.text
    assert (await stage.world.app.pages.list_pages(stage.id)) == ()
    kept = await stage.press(preview, "Follow it", by=stage.manager)
    assert "How can I join the harbour group?" in stage.world.seen(kept).text
    assert len(await stage.world.app.pages.list_pages(stage.id)) == 1
    twice = await stage.press(preview, "Follow it", by=stage.manager)
    assert stage.world.seen(twice).text.startswith("That preview is no longer known.")
    assert len(await stage.world.app.pages.list_pages(stage.id)) == 1
    assert "How can I join" in (await stage.answer("How can I join the harbour group?")).text


async def test_a_calendar_is_seen_first_with_its_dates_and_pings_nobody(stage: Stage) -> None:
    stage.world.server.answers(f"/{stage.id}/c.ics", reply(CALENDAR.encode()))
    panel = await stage.run("setup")
    form = await stage.press(panel, "Calendar", by=stage.manager)
    values = {"url": stage.url("c.ics"), "channel": [stage.general]}
    preview = await stage.manager.submit_modal(form, values)
    seen = stage.world.seen(preview)
    assert "Dates in the next weeks: 1" in seen.text
    assert "Weekly call" in seen.text
    assert (seen.pinged, "@everyone" in seen.text) == ((), False)
    assert stage.url("c.ics") not in seen.text
    await stage.press(preview, "Follow it", by=stage.manager)
    (calendar,) = await stage.world.app.meetings.calendars.list_calendars(stage.id)
    assert calendar.channel_id == stage.general.id


async def test_an_empty_calendar_has_no_dates_and_says_what_to_look_at(stage: Stage) -> None:
    empty = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nEND:VCALENDAR\r\n"
    stage.world.server.answers(f"/{stage.id}/e.ics", reply(empty.encode()))
    form = await stage.press(await stage.run("setup"), "Calendar", by=stage.manager)
    values = {"url": stage.url("e.ics"), "channel": [stage.general]}
    seen = stage.world.seen(await stage.manager.submit_modal(form, values))
    assert "No dates in the next weeks." in seen.text
    assert "shared with all details" in seen.text
    assert "0" not in seen.text
    assert "Follow it" in seen.labels
    assert await stage.world.app.meetings.calendars.list_calendars(stage.id) == ()


async def test_a_list_is_seen_first_with_its_newest_subjects_and_no_address(stage: Stage) -> None:
    archive = ListArchive(stage)
    subjects = ("Old", "Write to ann@example.org", "*Tides* @everyone", "Harbour")
    archive.put(
        *(
            Letter(subject=subject, body="x", name=f"m{number}", at=START - timedelta(hours=50 - number))
            for number, subject in enumerate(subjects)
        )
    )
    form = await stage.press(await stage.run("setup"), "Mailing list", by=stage.manager)
    values = {"url": archive.url, "channel": [stage.general]}
    preview = await stage.manager.submit_modal(form, values)
    seen = stage.world.seen(preview)
    lines = [line for line in seen.text.splitlines() if line]
    first = lines.index("Newest mails:")
    assert lines[first : first + 4] == [
        "Newest mails:",
        "- Harbour · 2025-12-30",
        "- \\*Tides\\* @\u200beveryone · 2025-12-30",
        "- Write to a…@example.org · 2025-12-30",
    ]
    assert seen.pinged == ()
    assert await stage.world.app.mail.service.list_all(stage.id) == ()
    await stage.press(preview, "Follow it", by=stage.manager)
    (followed,) = await stage.world.app.mail.service.list_all(stage.id)
    assert followed.mailing_list.name == "dev"


async def test_who_wants_not_to_be_shown_is_not_shown_in_a_preview_either(stage: Stage) -> None:
    archive = ListArchive(stage)
    archive.put(
        Letter(subject="Harbour", body="x", name="h", at=START - timedelta(hours=9)),
        Letter(subject="Tides", body="x", author="bo at example.org (Bo)", at=START - timedelta(hours=8)),
    )
    await stage.told("list follow", url=archive.url)
    await stage.told("privacy author", name="Ann Archer")
    await stage.told("list unfollow", list="dev")
    form = await stage.press(await stage.run("setup"), "Mailing list", by=stage.manager)
    values = {"url": archive.url, "channel": [stage.general]}
    text = stage.world.seen(await stage.manager.submit_modal(form, values)).text
    assert "- Tides · 2026-01-01" in text
    assert "Harbour ·" not in text


async def test_what_is_left_is_not_kept(stage: Stage) -> None:
    stage.serve(FAQ)
    form = await stage.press(await stage.run("setup"), "FAQ page", by=stage.manager)
    preview = await stage.manager.submit_modal(form, {"url": stage.url()})
    await stage.press(preview, "Leave it", by=stage.manager)
    assert await stage.world.app.pages.list_pages(stage.id) == ()


async def test_what_cannot_be_read_says_why(stage: Stage) -> None:
    stage.world.server.answers(f"/{stage.id}/faq.md", reply(status=404))
    form = await stage.press(await stage.run("setup"), "FAQ page", by=stage.manager)
    said = stage.world.seen(await stage.manager.submit_modal(form, {"url": stage.url()}))
    assert said.text.startswith("That cannot be followed: ")
    assert "404" in said.text


async def test_the_panel_sets_the_zone_and_works_after_a_restart(stage: Stage) -> None:
    panel = await stage.run("setup")
    await stage.world.restart()
    form = await stage.press(panel, "Change the time zone", by=stage.manager)
    await stage.manager.submit_modal(form, {"zone": "Berlin"})
    assert "Europe/Berlin" in (await stage.told("setup")).text


async def test_a_preview_that_a_restart_forgot_says_what_to_do(stage: Stage) -> None:
    stage.serve(FAQ)
    form = await stage.press(await stage.run("setup"), "FAQ page", by=stage.manager)
    preview = await stage.manager.submit_modal(form, {"url": stage.url()})
    await stage.world.restart()
    said = stage.world.seen(await stage.press(preview, "Follow it", by=stage.manager))
    assert said.text.startswith("That preview is no longer known. Press the button in `/setup` again")


async def test_what_is_missing_is_named_by_feature_with_what_to_click(stage: Stage) -> None:
    channel = stage.world.app.client.get_channel(stage.general.id)
    assert f"✅ Answers in {channel.mention}" in (await stage.told("setup")).text
    await channel.set_permissions(channel.guild.me, embed_links=False)
    text = (await stage.told("setup")).text
    assert f"🔴 Answers in {channel.mention}: the bot lacks **Embed Links**" in text
    assert "➜ Edit Channel › Permissions" in text
