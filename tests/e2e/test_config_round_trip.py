"""Whatever a server has set goes out, into an empty server, and out again as the same text."""

import random
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.storage.schema import METADATA
from config.community import Guild
from config.sections.calendars import DeclaredCalendar
from config.sections.faq import DeclaredPage
from config.sections.lists import DeclaredList
from config.sections.meetings import WISH_KEYS, DeclaredMeetings, DeclaredWishes
from config.sections.phrasings import DeclaredPhrasings
from config.sections.series import SERIES_KEYS, DeclaredSeries
from config.sections.settings import SETTINGS_KEYS, DeclaredSettings
from config.writing import write_guild
from tests.e2e.calendars import event
from tests.e2e.list_archive import Letter, ListArchive
from tests.e2e.pages import FAQ, JOIN
from tests.e2e.stage import Stage, make_stage
from tests.e2e.test_config import bring_in, export, moved
from tests.e2e.world import START, World
from tests.loopback_http import reply
from tests.unit.operations.exported_columns import EXPORTED

SEEDS = range(1, 5)
# A private list needs a hidden channel, and a chart is there unless it is taken away.
UNSET = {"mail_follow.is_private", "mail_digest.has_chart"}
LEADS = (timedelta(days=2), timedelta(hours=3), timedelta(minutes=20), timedelta())
# A list's files are the operator's; its address by which it is known is `url`.
OPERATORS = {"mbox", "maildir", "line"}


class Chance:
    """Values for what can be set, or None; the first server has everything."""

    def __init__(self, seed: int) -> None:
        self._random, self._has_all = random.Random(seed), seed == 1

    def maybe(self, *values):
        """Return one of the values, or None."""
        return self._random.choice(values if self._has_all else (None, *values))

    def wishes(self, stage: Stage) -> DeclaredWishes:
        """Return how meetings are announced."""
        leads = LEADS if self._has_all else self.maybe(LEADS, LEADS[1:], ())
        pings = self.maybe(((leads[0], stage.editors.id),)) if leads else None
        return DeclaredWishes(
            leads=leads,
            pings=pings,
            remind_role=self.maybe(stage.editors.id),
            shows_passcode=self.maybe(True),
            zones=self.maybe(("Asia/Tokyo", "Europe/Berlin")),
            clean_up=self.maybe("all", "none"),
            has_weekly_post=self.maybe(True),
            has_events=self.maybe(True),
        )

    def series(self, stage: Stage) -> tuple[DeclaredSeries, ...]:
        """Return what is other for single meetings."""
        found = DeclaredSeries(
            uid="Open call",
            leads=LEADS if self._has_all else self.maybe(LEADS, ()),
            pings=self.maybe(((LEADS[0], stage.editors.id),)),
            channel_id=self.maybe(stage.general.id),
            shows_passcode=self.maybe(True, False),
            is_muted=self.maybe(True),
            skipped=self.maybe(("20260305T150000Z", "20260312", "")),
        )
        kept = found.pings if found.leads is None or LEADS[0] in found.leads else None
        return (replace(found, pings=kept),) if found.known() else ()

    def settings(self, stage: Stage) -> DeclaredSettings:
        """Return what `/settings` offers."""
        return DeclaredSettings(
            zone=self.maybe("Asia/Tokyo", "Europe/Berlin"),
            admin_channel=self.maybe(stage.help.id),
            editors_role=self.maybe(stage.editors.id),
            help_channel=self.maybe(stage.general.id, stage.help.id),
            status_channel=self.maybe(stage.help.id),
            language=self.maybe("en"),
        )

    def list(self, stage: Stage, url: str) -> DeclaredList:
        """Return a list as a channel follows it."""
        digest, ping = self.maybe("weekdays 09:00", "after 10 threads"), self.maybe("highlights", "threads")
        return DeclaredList(
            url=url,
            channel=stage.help.id,
            name=self.maybe('The "builders" \\ ☂') or "",
            is_private=False,
            digest=digest or "",
            zone=(self.maybe("Europe/Berlin") or "") if digest else "",
            quiet=self.maybe(True) if digest else None,
            chart=self.maybe(False) if digest else None,
            is_live=bool(self.maybe(True)),
            mode=self.maybe("highlight") or "",
            authors=self.maybe("Ann, -Bob*") or "",
            subjects=self.maybe("harbour, /v[0-9]+/") or "",
            tags=self.maybe("vote") or "",
            patches=self.maybe("without", "only") or "",
            bots=self.maybe("without", "only") or "",
            ping=ping or "",
            ping_role=stage.editors.id if ping else None,
        )


def wish(stage: Stage, chance: Chance) -> Guild:
    """Return settings as a guild may have them, of sources that are there."""
    stage.serve(FAQ)
    archive = ListArchive(stage)
    archive.put(Letter(subject="Harbour", body="Shall we?"))
    path = f"/{stage.id}/public/group.ics"
    calendar = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{event('Open call', START)}END:VCALENDAR\r\n"
    stage.world.server.answers(path, reply(calendar.encode()))
    page = DeclaredPage(
        url=stage.url(),
        title=chance.maybe("Die Häfen") or "",
        format=chance.maybe("markdown") or "auto",
        questions=chance.maybe("h2") or "auto",
        language=chance.maybe("german") or "english",
    )
    # What is a question there depends on what marks one.
    question = "People" if page.questions == "h2" else JOIN
    asked = DeclaredPhrasings(question=question, asked=("Boot fahren", 'sign "up"'))
    return Guild(
        id=stage.id,
        settings=chance.settings(stage),
        faq=(page,),
        phrasings=chance.maybe((asked,)) or (),
        lists=(chance.list(stage, archive.url),),
        calendar=(
            DeclaredCalendar(
                url=stage.world.server.url(path),
                name=chance.maybe("Calls") or "",
                channel=stage.help.id,
                wishes=chance.wishes(stage),
                series=chance.series(stage),
            ),
        ),
        meeting=DeclaredMeetings(channel=chance.maybe(stage.general.id), wishes=chance.wishes(stage)),
    )


def settings_of(text: str) -> str:
    """Return a file without its notes."""
    return text[text.index("[[guild]]") :]


async def take(stage: Stage, text: str) -> None:
    """Import a file, and see that all of it was taken."""
    shown = await bring_in(stage, text)
    seen = stage.world.seen(shown)
    assert "Cannot be taken" not in seen.text
    (label,) = (label for label in seen.labels if label.startswith("Make"))
    done = stage.world.seen(await stage.press(shown, label, by=stage.manager))
    assert "Cannot be taken" not in done.text
    assert "Nothing: everything in it is so already." in stage.world.seen(await bring_in(stage, text)).text


@pytest.mark.parametrize("seed", SEEDS)
async def test_all_that_is_set_goes_into_an_empty_server_and_out_again_the_same(
    stage: Stage, world: World, seed: int
) -> None:
    written = write_guild(wish(stage, Chance(seed)))
    await take(stage, written)
    text = settings_of(await export(stage))
    missing = [line for line in written.splitlines() if line not in text.splitlines()]
    assert missing == [], "what was set is in the file, as it was written"
    other = make_stage(world)
    await take(other, moved(text, stage, other))
    assert settings_of(await export(other)) == moved(text, stage, other)
    if seed == 1:
        assert await unset_columns(other) == UNSET


async def unset_columns(stage: Stage) -> set[str]:
    """Return which of the columns that are said to be exported are as empty as before in a guild's rows."""
    unset = set()
    async with stage.world.app.database.reading() as connection:
        for table in (METADATA.tables[name] for name in EXPORTED):
            rows = (await connection.execute(select(table).where(table.c.guild_id == stage.id))).mappings()
            values = {name: row[name] for row in rows for name in EXPORTED[table.name]}
            unset |= {f"{table.name}.{name}" for name in EXPORTED[table.name] if not values.get(name)}
    return unset


async def test_the_richest_server_has_every_key_that_there_is(stage: Stage) -> None:
    """Whoever adds a setting adds it above: this is what makes sure that it is exported."""
    guild = wish(stage, Chance(1))
    assert [name for name in SETTINGS_KEYS if getattr(guild.settings, name) is None] == []
    for wishes in (guild.calendar[0].wishes, guild.meeting.wishes):
        assert set(wishes.known()) == set(WISH_KEYS.values())
    assert set(guild.calendar[0].series[0].known()) == set(SERIES_KEYS.values())
    unset = {each.name for each in fields(DeclaredList) if not getattr(guild.lists[0], each.name)}
    # A private list needs a hidden channel, and a chart is there unless it is taken away.
    assert unset == OPERATORS | {"is_private", "chart"}


async def test_what_the_file_has_no_words_for_is_counted_in_it(stage: Stage) -> None:
    await stage.follow(FAQ)
    await stage.add("Where do boats rest?", "At the quay.")
    await stage.run("meeting add", title="Quay call", when="every Tuesday 15:00 UTC")
    preview = await stage.run("meeting add", title="Tide call", when="every Tuesday 15:00 UTC")
    await stage.press(preview, "Confirm", by=stage.manager)
    panel = await stage.run("meeting settings", meeting="Tide call")
    await stage.press(panel, "Mute", by=stage.manager)
    notes = (await export(stage)).partition("[[guild]]")[0].splitlines()
    assert notes == [
        "# 1 FAQ entry was made, changed or hidden in chat, and is not in this file; /faq export gives it.",
        (
            "# 1 meeting made in chat has settings of its own (/meeting settings) or is muted; "
            "that is not in this file."
        ),
        (
            "# Meetings made in chat are not in this file; “Add to calendar” on a meeting's card gives it "
            "as a calendar file."
        ),
    ]


async def test_what_was_set_for_one_meeting_goes_along(stage: Stage, world: World) -> None:
    rule = "FREQ=WEEKLY;COUNT=4"
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{event('Open call', START, rule=rule)}END:VCALENDAR\r\n"
    path = f"/{stage.id}/public/single.ics"
    stage.world.server.answers(path, reply(text.encode()))
    await stage.told("calendar follow", url=stage.world.server.url(path), channel=stage.help)
    await stage.told("meeting skip", meeting="Open call")
    panel = await stage.run("meeting settings", meeting="Open call")
    picker = world.seen(panel).control("Where reminders go").custom_id
    await stage.manager.select(panel.response, [stage.general], custom_id=picker)
    await stage.press(panel, "Passcode hidden", by=stage.manager)
    exported = await export(stage)
    (block,) = (each for each in exported.split("\n\n") if each.startswith("[[guild.calendar.series]]"))
    assert block.splitlines()[1:] == [
        'uid = "Open call"',
        f"channel = {stage.general.id}",
        "passcode = true",
        f'skipped = ["{START:%Y-%m-%dT%H:%M:%SZ}"]',
    ]
    other = make_stage(world)
    await take(other, moved(settings_of(exported), stage, other))
    seen = world.seen(await other.run("meeting settings", meeting="Open call"))
    assert f"**Channel:** {other.general.mention} · *set for this meeting*" in seen.text
    # Left out of the file, it stays as it is; said otherwise, it is changed, and the diff says whose.
    assert "Nothing: everything" in world.seen(await bring_in(other, f"[[guild]]\nid = {other.id}\n")).text
    changed = moved(settings_of(exported), stage, other).replace("passcode = true", "muted = true")
    shown = world.seen(await bring_in(other, changed))
    assert "✏️ `calendar.series` Open call" in shown.text
