"""Whoever reads German or Spanish reads no English: commands, buttons, posts, where there is all of it."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import timedelta

import pytest
import pytest_asyncio
import simcord
from simcord.results import InteractionResult

from bot.text.languages import ENGLISH, LANGUAGES
from tests.e2e.calendars import event, pass_time, serve
from tests.e2e.list_archive import Letter, ListArchive
from tests.e2e.stage import Stage, make_stage
from tests.e2e.test_permissions import COMMANDS, OPTIONS
from tests.e2e.world import World, open_world

LOCALES = {"de": "de", "es": "es-ES"}
# Words of English that are none of German or Spanish; what the tests' sources say has none of them.
ENGLISH_WORDS = re.compile(
    r"\b(?:the|and|are|with|this|from|which|your|you|that|its|their|cannot|could|nothing|there|what|when"
    r"|where|how|here|only|yet|of|for|than|more|every|each|reads?|is|not|before|after|days?|hours?|minutes?"
    r"|weeks?|line|page|found|left|none|all|dates?|starts?|off|on|to|by|or|reminders?|digest)\b",
    re.IGNORECASE,
)
# What is typed or pasted as it stands: commands, code, phrases to type, addresses, names, keys of the file.
AS_IT_STANDS = re.compile(
    r"`[^`]*`|„[^“]*“|«[^»]*»|/[a-z]+(?: [a-z]+)*|https?://\S+|<[^>]*>|[\w.-]+@[\w.-]+|\w+[._]\w+"
)
PAGE = (
    """# Hafen

### Wo liegen Boote?

TODO

### Wo liegen Boote?

Am Kai, siehe [dort](ftp://example.org/x) und [da](#nirgends), **fett.

### Leer?

### """
    + "Wie " * 30
    + """lang?

@everyone

### Lang?

"""
    + "Wasser " * 700
)
BROKEN = (
    "BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:Ohne\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:b\r\nSUMMARY:Regel\r\nDTSTART:20260105T150000Z\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:c\r\nSUMMARY:Zone\r\nDTSTART;TZID=Atlantis:20260105T150000\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:d\r\nSUMMARY:Dauer\r\nDTSTART:20260105T150000Z\r\nDURATION:lang\r\n"
    "EXDATE:nie\r\nRDATE:immer\r\nEND:VEVENT\r\nKaputt\r\n"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=sorted(set(LANGUAGES) - {ENGLISH}))
async def foreign(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """Make a server with everything, of people who read another language."""
    async with open_world(tmp_path_factory.mktemp("foreign")) as world:
        stage = make_stage(world)
        await furnish(stage)
        await stage.run("settings", language=request.param)
        speak(world, LOCALES[request.param])
        yield stage


def speak(world: World, locale: str) -> None:
    """Have Discord say in every interaction which language the member's client is in."""
    parsers = world.app.client._connection.parsers
    plain = parsers["INTERACTION_CREATE"]
    parsers["INTERACTION_CREATE"] = lambda data: plain({**data, "locale": locale})


async def furnish(stage: Stage) -> None:
    """Make one of everything, with something wrong in what can be wrong."""
    await stage.follow(PAGE, title="Hafen")
    await stage.name_editors()
    await stage.add("Wer putzt?", "Wir alle.", "Putzen")
    await stage.ask("Xylophon Zebra Quark")
    archive = ListArchive(stage)
    archive.put(Letter(subject="Hafen", body="Sollen wir?"))
    await stage.told("list follow", url=archive.url)
    await stage.told("list digest", when="weekdays 9:00", channel=stage.general)
    await stage.told("list filter", subjects="hafen", authors="Ann", patches="without")
    start = stage.world.clock.now + timedelta(hours=30)
    calls = event("Runde", start, rule="FREQ=WEEKLY;COUNT=4", DESCRIPTION="Themen: Kai")
    await stage.told("calendar follow", url=serve(stage, calls, BROKEN), name="Treffen")
    preview = await stage.run("meeting add", title="Kaffee", when="every Tuesday 15:00 UTC", duration="90min")
    await stage.press(preview, "Confirm", by=stage.manager)
    await stage.run("list watch", words="kai")
    (page,) = await stage.world.app.pages.list_pages(stage.id)
    calendars = await stage.world.app.meetings.calendars.list_calendars(stage.id)
    assert min(len(page.problems), len(calendars[0].problems)) > 5, "there is enough to be said"


async def options(stage: Stage, command: str) -> dict[str, object]:
    """Return what a command is given: what is there, where the table of permissions names what is not."""
    calendars = await stage.choices("calendar preview", "calendar", "", by=stage.manager)
    (entry,) = (await stage.choices("faq edit", "entry", "Wer", by=stage.manager)).values()
    there: dict[str, dict[str, object]] = {
        "calendar preview": {"calendar": next(iter(calendars.values()))},
        "calendar settings": {"calendar": next(iter(calendars.values()))},
        "faq ask": {"question": "Wo liegen Boote?"},
        "faq edit": {"entry": entry},
        "list search": {"words": "hafen"},
        "list thread": {"thread": "Hafen"},
        "list reply": {"thread": "Hafen"},
        "list mute": {"thread": "Hafen"},
        "list explain": {"link": "Hafen@example.org"},
        "meeting edit": {"meeting": "Kaffee", "title": "Tee"},
        "meeting cancel": {"meeting": "Kaffee"},
        "meeting skip": {"meeting": "Runde"},
        "meeting add": {"title": "Wein", "when": "tomorrow 15:00 UTC"},
        "faq source refresh": {},
        "config import": {"file": ("community.toml", b"[[guild]]\nid = 1\n")},
    }
    return there.get(command, OPTIONS.get(command, {}))


def english_in(lines: Iterable[str]) -> list[str]:
    """Return the lines with a word of English in them."""
    return [line for line in lines if ENGLISH_WORDS.search(AS_IT_STANDS.sub(" ", line))]


async def press_all(stage: Stage, result: InteractionResult) -> list[str]:
    """Press every button below an answer, pick the first of every menu, and return what is read then."""
    lines: list[str] = []
    for shown in filter(None, (result.response, *result.followups)):
        for control in stage.world.seen(shown).controls:
            try:
                if control.options:
                    values = [control.options[0][1]]
                    told = await stage.manager.select(shown, values, custom_id=control.custom_id)
                elif control.custom_id:
                    told = await stage.manager.click(shown, custom_id=control.custom_id)
                else:
                    continue
            except simcord.SetupError:
                continue  # a menu of channels or of roles, or what an earlier press has taken away
            lines += read(stage, told)
    return lines


def read(stage: Stage, result: InteractionResult) -> Iterator[str]:
    """Return all that a member reads of an answer, line by line."""
    for shown in filter(None, (result.response, *result.followups)):
        seen = stage.world.seen(shown)
        yield from seen.text.splitlines()
        for control in seen.controls:
            yield from (control.label, *(label for label, _ in control.options))
    if result.modal is not None:
        yield from _words(result.modal)


def _words(form: object) -> Iterator[str]:
    """Return what a form says, whatever its parts."""
    for value in form if isinstance(form, list) else form.values() if isinstance(form, dict) else ():
        yield from _words(value)
    if isinstance(form, dict):
        yield from (form[name] for name in ("title", "label", "description", "placeholder") if form.get(name))


def _lines(name: str, content: bytes) -> list[str]:
    """Return what people read of an attached file: of a file of settings, its comments."""
    lines = content.decode("utf-8", "replace").splitlines()
    if name.endswith(".toml"):
        return [line for line in lines if line.startswith("#")]
    return lines if name.endswith(".txt") else []


@pytest.mark.parametrize("command", COMMANDS)
async def test_an_answer_is_in_the_readers_language(foreign: Stage, command: str) -> None:
    result = await foreign.run(command, **await options(foreign, command))
    lines = [line for line in read(foreign, result) if line]
    assert lines, "there is something to read"
    for shown in filter(None, (result.response, *result.followups)):
        for attached in shown.attachments:
            lines += _lines(attached.filename, await attached.read())
    assert english_in(lines) == []
    assert english_in(await press_all(foreign, result)) == []


async def test_what_is_posted_by_itself_is_in_the_servers_language(foreign: Stage) -> None:
    before = len(foreign.public())
    await pass_time(foreign, timedelta(hours=34), step=timedelta(hours=2))
    posted = [seen for seen in foreign.public() if seen.text]
    assert len(posted) > before, "reminders came"
    lines = [line for seen in posted for line in (*seen.text.splitlines(), *seen.labels, *seen.options)]
    assert english_in(lines) == []
