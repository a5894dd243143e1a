"""`/meeting add`, `edit`, `cancel`, `skip`: previews, questions, and what becomes of them."""

import re

import pytest
from simcord.results import InteractionResult

from tests.e2e.seen import Seen
from tests.e2e.stage import Stage, make_stage
from tests.e2e.world import Shown

TUESDAY = 1767711600  # 6 January 2026, 10:00 in New York
WEEK = 7 * 24 * 3600
GONE = "That preview is out of date"


async def make(stage: Stage, **options: str) -> Seen:
    """Make a meeting as a manager, and confirm it."""
    preview = await stage.run("meeting add", **options)
    return await pressed(stage, preview, "Confirm")


async def pressed(stage: Stage, shown: Shown, label: str) -> Seen:
    """Press a button of a preview; read what the message has become, or the refusal."""
    result = await stage.press(shown, label, by=stage.manager)
    return stage.world.seen(result)


async def call(stage: Stage) -> None:
    made = await make(stage, title="Interop call", when="every Tuesday 10am ET", duration="45 min")
    assert made.text.startswith("Made: **Interop call**")


async def starts(stage: Stage) -> list[int]:
    """Return the starts of all dates of the coming month that take place."""
    text = (await stage.told("meeting list", span="month")).text
    return [int(each) for each in re.findall(r"^- <t:(\d+):F>", text, re.MULTILINE)]


async def dates(stage: Stage, command: str) -> list[str]:
    """Return what autocomplete offers as the values of a command's dates."""
    return list((await stage.choices(command, "meeting", "", by=stage.manager)).values())


async def test_a_meeting_is_previewed_and_made(stage: Stage) -> None:
    options = {"title": "Interop call", "when": "every other Tuesday 10am ET", "duration": "45 min"}
    preview = await stage.run("meeting add", **options, link="https://zoom.us/j/123456789", agenda="Consent")
    seen = stage.world.seen(preview)
    assert seen.is_private
    lines = seen.text.splitlines()
    assert lines[-8:-5] == [
        "10:00 in New York · 45 min",
        "Join: https://zoom.us/j/123456789",
        "Agenda: Consent",
    ]
    assert lines[-5:] == [f"- <t:{TUESDAY + number * 2 * WEEK}:F>" for number in range(5)]
    assert await starts(stage) == []
    made = await pressed(stage, preview, "Confirm")
    assert made.text == (
        f"Made: **Interop call**, first on <t:{TUESDAY}:F>. Reminders go to {stage.general.mention}."
    )
    assert await starts(stage) == [TUESDAY, TUESDAY + 2 * WEEK]


async def test_confirming_twice_makes_one_meeting(stage: Stage) -> None:
    preview = await stage.run("meeting add", title="Call", when="6 January 15:00 UTC")
    buttons = stage.world.seen(preview).control("Confirm").custom_id
    await pressed(stage, preview, "Confirm")
    again = await stage.manager.click(stage.plant(buttons), custom_id=buttons)
    assert GONE in stage.world.seen(again).text
    assert await starts(stage) == [TUESDAY]


async def test_a_preview_can_be_confirmed_after_a_restart(stage: Stage) -> None:
    preview = await stage.run("meeting add", title="Call", when="tomorrow 15:00 UTC")
    await stage.world.restart()
    assert (await pressed(stage, preview, "Confirm")).text.startswith("Made: **Call**")
    assert await starts(stage) == [1767366000]


async def test_a_preview_can_be_discarded(stage: Stage) -> None:
    preview = await stage.run("meeting add", title="Call", when="tomorrow 15:00 UTC")
    button = stage.world.seen(preview).control("Discard").custom_id
    assert (await pressed(stage, preview, "Discard")).text == "Nothing was changed."
    again = await stage.manager.click(stage.plant(button), custom_id=button)
    assert stage.world.seen(again).text == "Nothing was changed."
    assert await starts(stage) == []


async def test_what_can_be_taken_in_two_ways_is_asked(stage: Stage) -> None:
    question = await stage.run("meeting add", title="Call", when="every 2nd Tuesday 10am ET")
    seen = stage.world.seen(question)
    assert seen.labels == ["Every 2 weeks", "Once a month", "Discard"]
    assert f"1. **Every 2 weeks**: <t:{TUESDAY}:F>" in seen.text
    assert f"2. **Once a month**: <t:{TUESDAY + WEEK}:F>" in seen.text
    preview = await stage.press(question, "Once a month", by=stage.manager)
    made = await pressed(stage, preview, "Confirm")
    assert made.text.startswith("Made:")
    assert await starts(stage) == [TUESDAY + WEEK]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"when": "soonish"}, "I cannot make out “soonish”."),
        ({"when": "1 January 2020 10:00 UTC"}, "That is past"),
        ({"when": "Tuesday 10:00", "duration": "a while"}, "A meeting can last up to two days."),
        ({"when": "Tuesday 10:00", "link": "zoom"}, "That is no address."),
        (
            {"when": "Tuesday 10:00", "link": "https://zoom.us/s/123?zak=abc"},
            "is one person's own, or starts the meeting as its host",
        ),
        ({"when": "Tuesday 10:00", "link": "https://zoom.us/pricing"}, "That address lets nobody in"),
        ({"when": "Tuesday 10:00", "zone": "Nowhere"}, "“Nowhere” names no time zone"),
        ({"when": "every Tuesday 10:00", "repeat": "weekly"}, "The time says already how often it meets."),
    ],
)
async def test_what_cannot_be_used_says_what_to_write(
    stage: Stage, options: dict[str, str], said: str
) -> None:
    seen = await stage.told("meeting add", title="Call", **options)
    assert seen.is_private
    assert said in seen.text
    assert await starts(stage) == []


async def test_a_repetition_and_a_zone_are_options_too(stage: Stage) -> None:
    await make(stage, title="Call", when="6 January 10:00", zone="New York", repeat="every 2 weeks")
    assert await starts(stage) == [TUESDAY, TUESDAY + 2 * WEEK]


async def test_the_preview_says_whom_a_change_of_clocks_moves(stage: Stage) -> None:
    await stage.run("settings", zone="Berlin")
    preview = await stage.told(
        "meeting add", title="Call", when="every Tuesday 10am ET starting 3 March 2026"
    )
    lines = [line for line in preview.text.splitlines() if line.startswith("- <t:")]
    assert ["earlier" in line or "later" in line for line in lines] == [False, True, False, False, True]
    assert "**One hour earlier than last week** for Europe/Berlin" in lines[1]


async def test_one_date_is_skipped_and_put_back(stage: Stage) -> None:
    await call(stage)
    first, *_ = await dates(stage, "meeting skip")
    skipped = await stage.run("meeting skip", meeting=first)
    assert stage.world.seen(skipped).text.startswith(f"Cancelled: **Interop call** on <t:{TUESDAY}:F>.")
    assert (await starts(stage))[0] == TUESDAY + WEEK
    listed = (await stage.told("meeting list")).text
    assert f"- ~~<t:{TUESDAY}:F> · Interop call~~ cancelled" in listed
    assert "takes place after all" in (await pressed(stage, skipped, "Undo")).text
    assert (await starts(stage))[0] == TUESDAY


async def test_cancelling_asks_whether_one_or_all(stage: Stage) -> None:
    await call(stage)
    first, *_ = await dates(stage, "meeting cancel")
    asked = await stage.run("meeting cancel", meeting=first)
    assert stage.world.seen(asked).labels == ["Cancel this date", "Cancel the whole series", "Leave it"]
    assert (await pressed(stage, asked, "Leave it")).text == "Nothing was changed."
    assert (await starts(stage))[0] == TUESDAY
    asked = await stage.run("meeting cancel", meeting=first)
    await pressed(stage, asked, "Cancel this date")
    assert (await starts(stage))[0] == TUESDAY + WEEK
    asked = await stage.run("meeting cancel", meeting="Interop call")
    await pressed(stage, asked, "Cancel the whole series")
    assert await starts(stage) == []


async def test_a_single_meeting_is_cancelled_without_a_question_about_a_series(stage: Stage) -> None:
    await make(stage, title="Once", when="6 January 15:00 UTC")
    asked = await stage.run("meeting cancel", meeting="Once")
    assert stage.world.seen(asked).labels == ["Cancel the meeting", "Leave it"]
    await pressed(stage, asked, "Cancel the meeting")
    assert await starts(stage) == []


async def test_one_date_is_moved(stage: Stage) -> None:
    await call(stage)
    first, *_ = await dates(stage, "meeting edit")
    preview = await stage.run("meeting edit", meeting=first, when="7 January 11:00")
    seen = stage.world.seen(preview)
    assert seen.labels == ["Only this date", "The whole series", "Discard"]
    assert f"New time: <t:{TUESDAY + 25 * 3600}:F>" in seen.text
    assert (await pressed(stage, preview, "Only this date")).text.startswith("Changed: **Interop call**")
    assert (await starts(stage))[:2] == [TUESDAY + 25 * 3600, TUESDAY + WEEK]


async def test_a_series_is_moved_and_renamed(stage: Stage) -> None:
    await call(stage)
    first, second, *_ = await dates(stage, "meeting edit")
    await stage.run("meeting skip", meeting=second)
    preview = await stage.run("meeting edit", meeting=first, title="Bridge call")
    assert stage.world.seen(preview).labels == ["Only this date", "The whole series", "Discard"]
    await pressed(stage, preview, "The whole series")
    listed = (await stage.told("meeting list", span="month")).text
    assert "Interop" not in listed
    assert f"- ~~<t:{TUESDAY + WEEK}:F> · Bridge call~~ cancelled" in listed
    preview = await stage.run("meeting edit", meeting=first, when="every Wednesday 10am ET")
    assert "The series would be:" in stage.world.seen(preview).text
    await pressed(stage, preview, "The whole series")
    wednesday = TUESDAY + 24 * 3600
    assert await starts(stage) == [wednesday + number * WEEK for number in range(4)]


async def test_a_series_is_moved_as_one_of_its_dates_is(stage: Stage) -> None:
    await call(stage)
    _, second, *_ = await dates(stage, "meeting edit")
    preview = await stage.run("meeting edit", meeting=second, when="14 January 11:00")
    assert "The series would be:" in stage.world.seen(preview).text
    await pressed(stage, preview, "The whole series")
    assert await starts(stage) == [TUESDAY + 25 * 3600 + number * WEEK for number in range(4)]


async def test_a_weekday_alone_is_that_of_the_week_of_the_date_moved(stage: Stage) -> None:
    await call(stage)
    _, second, *_ = await dates(stage, "meeting edit")
    preview = await stage.told("meeting edit", meeting=second, when="Thursday 10:00")
    assert f"New time: <t:{TUESDAY + WEEK + 2 * 24 * 3600}:F>" in preview.text


async def test_a_monthly_series_takes_a_new_hour_and_no_other_day(stage: Stage) -> None:
    await make(stage, title="Board", when="second Tuesday of the month 15:00 UTC")
    preview = await stage.told("meeting edit", meeting="Board", when="14 January 15:00")
    assert preview.labels == ["Only this date", "Discard"]
    assert "every Thursday 11:00" in preview.text
    preview = await stage.told("meeting edit", meeting="Board", when="13 January 16:00")
    assert preview.labels == ["Only this date", "The whole series", "Discard"]


async def test_words_of_one_date_alone_are_changed(stage: Stage) -> None:
    await call(stage)
    first, *_ = await dates(stage, "meeting edit")
    preview = await stage.run("meeting edit", meeting=first, title="Demo day", duration="2 h")
    await pressed(stage, preview, "Only this date")
    text = (await stage.told("meeting list", span="month")).text
    assert [line.count("Demo day") for line in text.splitlines()[-4:]] == [1, 0, 0, 0]
    assert "2 h" in (await stage.told("meeting next")).text


async def test_meetings_are_found_by_their_titles(stage: Stage) -> None:
    await call(stage)
    await make(stage, title="Other call", when="8 January 15:00 UTC")
    offered = await stage.choices("meeting skip", "meeting", "inter", by=stage.manager)
    assert next(iter(offered)) == "Tue 6 Jan 15:00 · Interop call"
    assert all(name.endswith("Interop call") for name in offered)
    assert "Several meetings" in (await stage.told("meeting skip", meeting="call")).text
    for wrong in ("nothing", "1.nothing", "99999999999999999999.x", ".", "٣.x"):
        assert "There is no such meeting ahead." in (await stage.told("meeting skip", meeting=wrong)).text
    nothing = await stage.told("meeting edit", meeting="Other")
    assert nothing.text == "Say what to change: a title, a time, a length, a link or an agenda."


async def test_another_guild_sees_and_changes_nothing(stage: Stage) -> None:
    await call(stage)
    first, *_ = await dates(stage, "meeting skip")
    other = make_stage(stage.world)
    assert await starts(other) == []
    assert await dates(other, "meeting skip") == []
    assert "There is no such meeting" in (await other.told("meeting skip", meeting=first)).text
    assert (await starts(stage))[0] == TUESDAY


async def test_hostile_words_stay_words(stage: Stage) -> None:
    title = "@everyone <@&1> [x](https://evil.example) ~~`"
    preview: InteractionResult = await stage.run("meeting add", title=title, when="6 January 15:00 UTC")
    seen = stage.world.seen(preview)
    assert seen.pinged == ()
    assert "](https://evil" not in seen.text
    made = await pressed(stage, preview, "Confirm")
    assert "](https://evil" not in made.text
    assert "](https://evil" not in (await stage.told("meeting list", public=True)).text
