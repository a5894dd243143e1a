"""`/meeting next`, `list`, `calendar`: what is coming, privately unless asked, by pages and months."""

import re
from datetime import timedelta
from typing import Any

from tests.e2e.seen import Seen
from tests.e2e.stage import Stage

TUESDAY = 1767711600  # 6 January 2026, 15:00 UTC
WEEK = 7 * 24 * 3600


async def make(stage: Stage, title: str, when: str, **options: str) -> None:
    preview = await stage.run("meeting add", title=title, when=when, **options)
    await stage.press(preview, "Confirm", by=stage.manager)


async def asked(stage: Stage, command: str, **options: object) -> Seen:
    return await stage.told(command, by=stage.ada, **options)


async def test_without_meetings_it_is_said_what_to_do(stage: Stage) -> None:
    assert "`/meeting add` makes a meeting" in (await asked(stage, "meeting next")).text
    assert "Nothing is planned in that time." in (await asked(stage, "meeting list")).text
    assert "No meetings are known in this month." in (await asked(stage, "meeting calendar")).text


async def test_the_next_meeting_is_a_card_with_what_follows(stage: Stage) -> None:
    await make(stage, "Harbour call", "every Tuesday 15:00 UTC", link="https://meet.example.org/harbour")
    await make(stage, "Tide tables", "5 January 15:00 UTC")
    seen = await asked(stage, "meeting next")
    assert seen.is_private
    assert "Tide tables" in seen.text.splitlines()[0]
    assert f"- <t:{TUESDAY}:F> · **Harbour call** · [Join](https://meet.example.org/harbour)" in seen.text
    assert seen.labels[-5:] == ["I'll be there", "Maybe", "Can't", "Add to calendar", "Remind me"]
    public = await asked(stage, "meeting next", public=True)
    assert not public.is_private


async def test_a_meeting_under_way_is_shown_until_it_is_over(stage: Stage) -> None:
    await make(stage, "Now call", "today 13:00 UTC", duration="1 h")
    clock = stage.world.clock
    before = clock.now
    try:
        clock.now = before + timedelta(minutes=90)
        assert "**Now**, started" in (await asked(stage, "meeting next")).text
        clock.now = before + timedelta(hours=2)
        assert "Nothing is planned" in (await asked(stage, "meeting next")).text
    finally:
        clock.now = before


async def test_a_long_list_has_pages(stage: Stage) -> None:
    for hour in range(6):
        await make(stage, f"Call {hour}", f"every Tuesday {10 + hour}:00 UTC")
    listed = await stage.run("meeting list", by=stage.ada, span="month")
    seen = stage.world.seen(listed)
    assert seen.text.count("- <t:") == 10
    assert "Page 1 of 3" in seen.text
    assert seen.labels == ["Later ▶"]
    second = await stage.press(listed, "Later ▶")
    seen = stage.world.seen(second)
    assert "Page 2 of 3" in seen.text
    assert seen.labels == ["◀ Earlier", "Later ▶"]
    last = stage.world.seen(await stage.press(second, "Later ▶"))
    assert (last.text.count("- <t:"), last.labels) == (4, ["◀ Earlier"])


async def test_turning_what_all_see_leaves_it_as_it_is(stage: Stage) -> None:
    for hour in range(6):
        await make(stage, f"Call {hour}", f"every Tuesday {10 + hour}:00 UTC")
    listed = await stage.run("meeting list", by=stage.ada, span="month", public=True)
    turned = stage.world.seen(await stage.press(listed, "Later ▶", by=stage.bob))
    assert turned.is_private
    assert "Page 2 of 3" in turned.text
    assert "Page 1 of 3" in stage.world.seen(listed).text


async def test_the_month_is_a_picture_with_the_same_facts_in_words(stage: Stage) -> None:
    await make(stage, "Harbour call", "every Tuesday 15:00 UTC")
    shown = await stage.run("meeting calendar", by=stage.ada)
    seen = stage.world.seen(shown)
    assert seen.is_private
    assert seen.files == ("meetings-2026-01.png",)
    assert "January 2026" in seen.text
    starts = re.findall(r"^- <t:(\d+):F> · \*\*Harbour call\*\*", seen.text, re.MULTILINE)
    assert [int(each) for each in starts] == [TUESDAY + number * WEEK for number in range(4)]
    assert seen.labels == ["◀ December", "▶ February"]
    (attachment,) = stored(stage, seen).attachments
    assert attachment["description"] == (
        "January 2026, times in UTC: "
        "Tue 6 15:00 Harbour call; Tue 13 15:00 Harbour call; "
        "Tue 20 15:00 Harbour call; Tue 27 15:00 Harbour call"
    )


async def test_months_are_turned_as_far_as_dates_are_known(stage: Stage) -> None:
    await make(stage, "Harbour call", "every Tuesday 15:00 UTC")
    shown = await stage.run("meeting calendar", by=stage.ada)
    february = await stage.press(shown, "▶ February")
    seen = stage.world.seen(february)
    assert seen.files == ("meetings-2026-02.png",)
    assert re.search(r"-# Dates are known until <t:\d+:D>\.", seen.text)
    assert seen.labels == ["◀ January"]
    back = stage.world.seen(await stage.press(february, "◀ January"))
    assert back.files == ("meetings-2026-01.png",)


async def test_the_month_is_that_of_the_guilds_clocks(stage: Stage) -> None:
    await stage.run("settings", zone="Auckland")
    await make(stage, "Late call", "31 January 15:00 UTC")
    shown = stage.world.seen(await stage.run("meeting calendar", by=stage.ada))
    assert "Late call" not in shown.text
    february = await stage.press(await stage.run("meeting calendar", by=stage.ada), "▶ February")
    (attachment,) = stored(stage, stage.world.seen(february)).attachments
    assert "Sun 1 04:00 Late call" in attachment["description"]


def stored(stage: Stage, seen: Seen) -> Any:
    """Return the message as Discord keeps it."""
    return stage.world.env.backend.get_message(stage.general.id, seen.id)
