"""`/setup`: who and where, sources seen before they are kept, and what the bot lacks, by feature."""

from tests.e2e.pages import FAQ
from tests.e2e.stage import Stage
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
