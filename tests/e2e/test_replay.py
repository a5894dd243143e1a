"""Every id and every button of one server, used in another: nothing is found there, and no row changes."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.chat.custom_ids import Signer
from bot.delivery.post import Action
from bot.storage.keys import get_or_create_secret
from bot.storage.schema import METADATA
from cogs._permissions import PERMISSIONS
from tests.e2e.list_archive import archive
from tests.e2e.pages import FAQ
from tests.e2e.stage import Stage, make_stage
from tests.e2e.test_permissions import ARGUMENTS, NEEDS_INPUT
from tests.loopback_http import reply

STALE = "That button is out of date. Run the command again."
KINDS = sorted(name for name in PERMISSIONS.names() if re.fullmatch(r"[a-z]+\.[a-z_]+", name))
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nX-WR-CALNAME:Theirs\r\nBEGIN:VEVENT\r\n"
    "UID:1@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260105T150000Z\r\nDTEND:20260105T160000Z\r\n"
    "SUMMARY:Secret call\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Neighbours:
    ours: Stage
    theirs: Stage


@pytest_asyncio.fixture(loop_scope="module")
async def pair(faq: Stage) -> Neighbours:
    theirs = make_stage(faq.world)
    await theirs.follow(FAQ, title="Theirs")
    theirs.world.server.answers(f"/{theirs.id}/c.ics", reply(CALENDAR.encode()))
    followed = await theirs.told("calendar follow", url=theirs.url("c.ics"))
    assert "Secret call" in followed.text
    await theirs.told("list follow", url=archive(theirs).url, name="Their list")
    preview = await theirs.run("meeting add", title="Their meeting", when="2026-02-03 15:00 UTC")
    await theirs.press(preview, "Confirm", by=theirs.manager)
    return Neighbours(faq, theirs)


async def rows(stage: Stage) -> Rows:
    """Return everything that is stored."""
    async with stage.world.app.database.reading() as connection:
        return {
            table.name: sorted(map(tuple, await connection.execute(select(table))), key=repr)
            for table in METADATA.sorted_tables
        }


def changed(before: Rows, after: Rows) -> list[str]:
    return [name for name in before if before[name] != after[name]]


async def test_every_kind_of_button_signed_for_another_server_is_stale_here(pair: Neighbours) -> None:
    signer = Signer(await get_or_create_secret(pair.ours.world.app.database, "custom_ids"))
    before = await rows(pair.ours)
    for kind in KINDS:
        action = Action(kind=kind, args=ARGUMENTS.get(kind, ()))
        custom_id = signer.sign(action, guild_id=pair.theirs.id)
        pressed = await pair.ours.manager.click(pair.ours.plant(custom_id), label="Old")
        seen = pair.ours.world.seen(pressed)
        assert (seen.text, seen.is_private) == (STALE, True), kind
    assert changed(before, await rows(pair.ours)) == []


def forgeries(custom_id: str, other: str) -> dict[str, str]:
    """Return what somebody might make of a rightly signed one."""
    content, _, mac = custom_id.rpartition("~")
    flipped = mac[:-1] + ("A" if mac[-1] != "A" else "B")
    return {
        "altered": f"{content}~{flipped}",
        "cut off": custom_id[:-1],
        "unsigned": content,
        "another's": f"{content}~{other.rpartition('~')[2]}",
        "longer": f"{content}:1~{mac}",
    }


@pytest.mark.parametrize("kind", KINDS)
async def test_no_forged_button_of_any_kind_is_heard(pair: Neighbours, kind: str) -> None:
    signer = Signer(await get_or_create_secret(pair.ours.world.app.database, "custom_ids"))
    signed, other = (
        signer.sign(Action(kind=each, args=ARGUMENTS.get(each, ())), guild_id=pair.ours.id)
        for each in (kind, KINDS[KINDS.index(kind) - 1])
    )
    before = await rows(pair.ours)
    for name, forged in forgeries(signed, other).items():
        pressed = await pair.ours.manager.click(pair.ours.plant(forged), label="Old")
        seen = pair.ours.world.seen(pressed)
        assert (seen.text, seen.is_private) == (STALE, True), name
    assert changed(before, await rows(pair.ours)) == []


# What names a row, and one that is not there: everything but what opens a form or turns a page of nothing.
STALE_KINDS = sorted(
    kind for kind in KINDS if kind not in NEEDS_INPUT and {"0", "k", "nothing"} & set(ARGUMENTS.get(kind, ()))
)


@pytest.mark.parametrize("kind", STALE_KINDS)
async def test_a_button_of_what_is_gone_changes_nothing(pair: Neighbours, kind: str) -> None:
    signer = Signer(await get_or_create_secret(pair.ours.world.app.database, "custom_ids"))
    custom_id = signer.sign(Action(kind=kind, args=ARGUMENTS[kind]), guild_id=pair.ours.id)
    before = await rows(pair.ours)
    pressed = await pair.ours.manager.click(pair.ours.plant(custom_id), label="Old")
    if pressed.response is not None and pressed.modal is None:
        assert pair.ours.world.seen(pressed).pinged == ()
    # That it was pressed is counted, as any question is.
    assert set(changed(before, await rows(pair.ours))) <= {"faq_usage"}


# The commands that take an id, and the option it comes in.
IDS = [
    ("faq edit", "entry"),
    ("faq remove", "entry"),
    ("faq source remove", "page"),
    ("faq source refresh", "page"),
    ("calendar preview", "calendar"),
    ("calendar refresh", "calendar"),
    ("calendar unfollow", "calendar"),
    ("calendar settings", "calendar"),
    ("meeting edit", "meeting"),
    ("meeting cancel", "meeting"),
    ("meeting skip", "meeting"),
    ("list unfollow", "list"),
    ("list latest", "list"),
    ("list digest", "list"),
    ("list live", "list"),
]
MORE = {"list digest": {"when": "daily 09:00"}}  # what a command needs beside the id


@pytest.mark.parametrize(("command", "option"), IDS)
async def test_an_id_of_another_server_is_not_found_here(pair: Neighbours, command: str, option: str) -> None:
    offered = await pair.theirs.choices(command, option, "", by=pair.theirs.manager)
    assert offered, "there is nothing of theirs to try"
    ours = await pair.ours.choices(command, option, "", by=pair.ours.manager)
    assert set(offered.values()).isdisjoint(ours.values())
    before = await rows(pair.ours)
    for value in offered.values():
        result = await pair.ours.run(command, **{option: value}, **MORE.get(command, {}))
        assert result.modal is None
        seen = pair.ours.world.seen(result)
        assert seen.is_private
        assert not re.search(r"Secret call|Their meeting|Theirs|Their list", seen.text), seen.text
    assert changed(before, await rows(pair.ours)) == []
