"""Reading pages again: what changed is taken, what is broken keeps the last good version and says so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.faq.models import PageKind
from bot.faq.pages import NewPage
from bot.text.moves import Move
from tests.e2e.pages import ANSWERS, FAQ, JOIN, MEETINGS, page
from tests.e2e.stage import Stage
from tests.loopback_http import LoopbackServer, Request, Send, hang_up, redirect, reply

LOGIN = (
    b"<!doctype html><html><head><title>Log in</title></head><body><h1>Log in</h1>"
    b"<form action='/login' method='post'><input name='u'><input type='password' name='p'></form>"
    b"</body></html>"
)
HALF = page((JOIN, ANSWERS[0]), ("What is new?", "This."))


async def cut_off(request: Request, send: Send) -> None:
    """Send a part of what was announced, and close."""
    await send(reply(FAQ[:200].encode(), headers={"Content-Length": "9000"}))
    raise ConnectionAbortedError


BROKEN = {
    "it is gone": (reply(status=404), "404"),
    "its server hangs up": (hang_up, ""),
    "it is empty": (reply(b""), ""),
    "it has no question": (reply(b"# Harbour FAQ\n\nMoved.\n"), "no question"),
    "it is a login page": (reply(LOGIN, headers={"Content-Type": "text/html"}), ""),
    "it is cut off": (cut_off, ""),
    "it leads to a login page": (reply(status=302, headers={"Location": "/login"}), ""),
}


async def refreshed(stage: Stage) -> tuple[str, list[str]]:
    shown = await stage.run("faq source refresh")
    await stage.world.env.advance_time(30)  # pauses between tries
    seen = stage.world.seen(shown)
    return seen.text, seen.labels


async def test_a_changed_page_is_taken(faq: Stage) -> None:
    faq.serve(FAQ.replace(ANSWERS[1], "Every Monday."))
    text, _ = await refreshed(faq)
    assert "The page has changed; 6 questions now." in text
    assert "Every Monday." in (await faq.answer(MEETINGS)).text


async def test_an_unchanged_page_is_left_alone(faq: Stage) -> None:
    assert "Nothing new; 6 questions." in (await refreshed(faq))[0]


async def test_a_server_is_asked_only_for_changes(stage: Stage) -> None:
    path = f"/{stage.id}/faq.md"
    stage.world.server.answers(
        path, reply(FAQ.encode(), headers={"ETag": '"1"'}), reply(status=304, headers={"ETag": '"1"'})
    )
    await stage.run("faq source add", url=stage.url())
    assert "Nothing new; 6 questions." in (await refreshed(stage))[0]
    assert stage.world.server.requests[-1].headers["if-none-match"] == '"1"'


async def test_the_date_of_the_last_edit_is_shown(stage: Stage) -> None:
    stage.serve(FAQ, **{"Last-Modified": "Wed, 31 Dec 2025 12:00:00 GMT"})
    await stage.run("faq source add", url=stage.url())
    assert "edited <t:1767182400:D>" in (await stage.answer(JOIN)).text


@pytest.mark.parametrize(("answer", "reason"), BROKEN.values(), ids=BROKEN)
async def test_the_last_good_version_is_kept_when(faq: Stage, answer: object, reason: str) -> None:
    faq.world.server.answers(f"/{faq.id}/faq.md", answer)
    faq.world.server.answers("/login", reply(LOGIN, headers={"Content-Type": "text/html"}))
    text, labels = await refreshed(faq)
    assert "Harbour FAQ: not refreshed" in text
    assert "The last good version with its 6 questions is kept." in text
    assert reason in text
    assert labels == []
    assert ANSWERS[0] in (await faq.answer(JOIN)).text
    listed = await faq.told("faq source list")
    assert "⚠️ The last good version is kept: " in listed.text
    assert "⚠️" in (await faq.told("faq check")).text


async def test_a_page_that_recovers_is_no_longer_complained_about(faq: Stage) -> None:
    faq.world.server.answers(f"/{faq.id}/faq.md", reply(status=404))
    await refreshed(faq)
    faq.serve(FAQ)
    assert "Nothing new; 6 questions." in (await refreshed(faq))[0]
    assert "⚠️" not in (await faq.told("faq source list")).text


async def test_a_half_vanished_page_is_held_until_somebody_takes_it(faq: Stage) -> None:
    faq.serve(HALF)
    shown = await faq.run("faq source refresh")
    held = faq.world.seen(shown)
    assert "5 of the 6 questions are gone from the page at once" in held.text
    assert held.labels == ["Take the new version"]
    assert ANSWERS[1] in (await faq.answer(MEETINGS)).text
    taken = faq.world.seen(await faq.press(shown, "Take the new version", by=faq.manager))
    assert "The page has changed; 2 questions now." in taken.text
    assert "This." in (await faq.answer("What is new?")).text
    assert "⚠️" not in (await faq.told("faq source list")).text


async def test_a_held_page_may_come_back(faq: Stage) -> None:
    faq.serve(HALF)
    await refreshed(faq)
    faq.serve(FAQ)
    assert "Nothing new; 6 questions." in (await refreshed(faq))[0]


async def test_one_broken_page_does_not_hold_up_the_rest(faq: Stage) -> None:
    await faq.follow("# Second\n\n### Is there a second page?\n\nYes.\n", "second.md", title="Second")
    faq.world.server.answers(f"/{faq.id}/faq.md", reply(status=404))
    faq.serve("# Second\n\n### Is there a second page?\n\nStill.\n", "second.md")
    shown = await faq.run("faq source refresh")
    said = [faq.world.seen(part).text for part in (shown, *shown.followups)]
    assert [("not refreshed" in text, "has changed" in text) for text in said] == [
        (True, False),
        (False, True),
    ]
    assert all(part.ephemeral for part in shown.followups)
    assert "Still." in (await faq.answer("Is there a second page?")).text


async def test_one_page_can_be_refreshed_alone(faq: Stage) -> None:
    await faq.follow("# Second\n\n### Is there a second page?\n\nYes.\n", "second.md", title="Second")
    offered = await faq.choices("faq source refresh", "page", "sec", by=faq.manager)
    shown = await faq.run("faq source refresh", page=offered["Second"])
    assert "Nothing new; 1 question." in faq.world.seen(shown).text
    assert shown.followups == []


async def test_without_pages_there_is_nothing_to_refresh(stage: Stage) -> None:
    assert "/faq source add url:" in (await stage.told("faq source refresh")).text


async def test_an_upload_stays_as_it_was_given(stage: Stage) -> None:
    new = NewPage(kind=PageKind.UPLOAD, location="faq.md", content=FAQ.encode())
    await stage.world.app.pages.add(stage.id, new, now=stage.world.clock())
    assert "Nothing new; 6 questions." in (await refreshed(stage))[0]


async def test_entries_keep_their_ids_when_their_questions_are_reworded(faq: Stage) -> None:
    before = await faq.entry_id(MEETINGS)
    faq.serve(FAQ.replace(MEETINGS, "When are our weekly meetings held?"))
    await refreshed(faq)
    assert await faq.entry_id("When are our weekly meetings held?") == before


async def test_a_page_that_moved_within_its_server_is_asked_there(faq: Stage) -> None:
    new, server = f"/{faq.id}/new.md", faq.world.server
    faq.serve(FAQ, "new.md")
    server.answers(f"/{faq.id}/faq.md", redirect(new, 301))
    (page_,) = await faq.world.app.pages.list_pages(faq.id)
    for hours in (0, 12, 24, 25):
        asked = len(server.requests)
        loaded = await faq.world.app.pages.refresh(page_, now=faq.world.clock())
        page_ = replace(loaded.page, move=_earlier(loaded.page.move, hours=12))
        paths = [each.path for each in server.requests[asked:]]
        assert paths == ([new] if hours == 25 else [f"/{faq.id}/faq.md", new])
    assert "↪️" not in (await faq.told("faq source list")).text


async def test_a_page_that_moved_to_another_server_is_told(faq: Stage) -> None:
    async with LoopbackServer() as other:
        other.answers("/faq.md", reply(FAQ.encode(), headers={"Content-Type": "text/plain"}))
        faq.world.server.answers(f"/{faq.id}/faq.md", redirect(other.url("/faq.md"), 308))
        (page_,) = await faq.world.app.pages.list_pages(faq.id)
        for _ in range(3):
            assert "↪️" not in (await faq.told("faq source list")).text
            loaded = await faq.world.app.pages.refresh(page_, now=faq.world.clock())
            page_ = replace(loaded.page, move=_earlier(loaded.page.move, hours=12))
        assert f"has moved to 127.0.0.1:{other.port} for good" in (await faq.told("faq source list")).text


def _earlier(move: Move | None, *, hours: int) -> Move:
    """Let time have passed since a move was first seen: the world's clock is shared."""
    assert move is not None
    return replace(move, since=move.since - timedelta(hours=hours))
