"""Following pages: by address, by upload, what is refused, the list, and removal."""

from pathlib import Path

import pytest

from config.sections.faq import FORMATS
from tests.e2e.pages import ANSWERS, FAQ, JOIN, MEETINGS
from tests.e2e.stage import Stage
from tests.loopback_http import reply

EXAMPLE = Path(__file__).parent.parent.parent / "config/example/faq.dokuwiki.txt"


async def test_an_address_alone_is_enough(stage: Stage) -> None:
    stage.serve(FAQ)
    said = await stage.told("faq source add", url=stage.url())
    assert said.is_private
    assert "Following Harbour FAQ" in said.text
    assert "Found 6 questions (markdown, marked by level-3 headings):" in said.text
    assert f"- {JOIN}" in said.text
    assert ANSWERS[0] in (await stage.answer(JOIN)).text


async def test_a_dokuwiki_address_is_asked_for_its_source(stage: Stage) -> None:
    page = "====== FAQ ======\n\n**Who are you?**\n\nThe harbour group.\n\n**Where are you?**\n\nAt sea.\n"
    stage.serve(page, "doku.php")
    said = await stage.told("faq source add", url=stage.url("doku.php?id=team:faq"))
    assert "Found 2 questions (dokuwiki, marked by bold lines):" in said.text
    assert stage.world.server.requests[-1].target.endswith("doku.php?id=team:faq&do=export_raw")
    link = stage.url("doku.php?id=team:faq")
    assert f"[open the page]({link}" in (await stage.answer("Who are you?")).text


async def test_an_upload_is_followed(stage: Stage) -> None:
    said = await stage.told("faq source add", upload=("our faq.md", FAQ.encode()))
    assert "Found 6 questions" in said.text
    card = await stage.answer(JOIN)
    assert ANSWERS[0] in card.text
    assert "open the page" not in card.text


async def test_the_example_page_is_read_whole(stage: Stage) -> None:
    said = await stage.told("faq source add", upload=(EXAMPLE.name, EXAMPLE.read_bytes()))
    assert "(dokuwiki, marked by " in said.text
    assert "❌" not in said.text


async def test_what_marks_a_question_can_be_said(stage: Stage) -> None:
    page = "# FAQ\n\n### Who?\n\nWe.\n\n**Not a question**\n\nReally.\n\n### Where?\n\nHere.\n"
    stage.serve(page)
    said = await stage.told("faq source add", url=stage.url(), questions="bold")
    assert "Found 1 question (markdown, marked by bold lines):" in said.text


@pytest.mark.parametrize("name", FORMATS)
async def test_every_format_offered_is_known(stage: Stage, name: str) -> None:
    stage.serve(FAQ)
    said = await stage.told("faq source add", url=stage.url(), format=name)
    assert "There is no FAQ format" not in said.text


@pytest.mark.parametrize("both", [True, False])
async def test_one_of_address_and_file_is_needed(stage: Stage, both: bool) -> None:
    options = {"url": stage.url(), "upload": ("a.md", b"x")} if both else {}
    assert (await stage.told("faq source add", **options)).text == "Give either `url:` or `upload:`."


async def test_a_page_is_followed_once(faq: Stage) -> None:
    said = await faq.told("faq source add", url=faq.url())
    assert "already" in said.text
    assert (await faq.told("faq source list")).text.count("6 questions") == 1


REFUSED = {
    "no question": (reply(b"# About\n\nWe are the harbour group.\n"), "no question"),
    "empty": (reply(b""), "That page was not added: "),
    "gone": (reply(status=404), "404"),
    "a login page": (
        reply(
            b"<html><head><title>Log in</title></head><body><form action='/login' method='post'>"
            b"<input name='user'><input type='password' name='password'></form></body></html>",
            headers={"Content-Type": "text/html"},
        ),
        "log",
    ),
    "binary": (reply(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40), "That page was not added: "),
    "huge": (reply(b"### Q?\n\nA\n\n" * 200_000), "MB"),
}


@pytest.mark.parametrize(("answer", "reason"), REFUSED.values(), ids=REFUSED)
async def test_a_page_that_cannot_be_used_is_refused_with_the_reason(
    stage: Stage, answer: bytes, reason: str
) -> None:
    stage.world.server.answers(f"/{stage.id}/faq.md", answer)
    said = await stage.told("faq source add", url=stage.url())
    assert said.is_private
    assert said.text.startswith("That page was not added: ")
    assert reason in said.text
    assert "No FAQ page yet" in (await stage.told("faq source list")).text


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/faq",
        "https://169.254.169.254/latest/meta-data",
        "http://[::1]/faq",
        "http://example.org/faq",
        "https://example.org:22/faq",
        "ftp://example.org/faq",
        "file:///etc/passwd",
        "/etc/passwd",
        "config/example/faq.dokuwiki.txt",
        "javascript:alert(1)",
        "https://",
        "not an address",
        "https://user:secret@example.org/faq",
    ],
)
async def test_an_address_that_may_not_be_reached_is_refused(stage: Stage, url: str) -> None:
    said = await stage.told("faq source add", url=url)
    assert said.text.startswith("That page was not added: ")
    assert "secret" not in said.text
    assert said.pinged == ()


async def test_an_upload_that_is_too_large_is_refused(stage: Stage) -> None:
    said = await stage.told("faq source add", upload=("a.md", b"### Q?\n\nA\n\n" * 200_000))
    assert "That file is too large; 2 MB is the limit." in said.text


async def test_the_list_shows_pages_and_how_they_fare(faq: Stage) -> None:
    card = await faq.told("faq source list")
    assert card.is_private
    assert "**Harbour FAQ**" in card.text
    assert f"[open the page]({faq.url()})" in card.text
    assert "6 questions · read <t:" in card.text


async def test_pages_are_completed_for_those_who_may(faq: Stage) -> None:
    offered = await faq.choices("faq source remove", "page", "harb", by=faq.manager)
    assert list(offered) == ["Harbour FAQ"]
    assert await faq.choices("faq source remove", "page", "", by=faq.ada) == {}


async def test_a_removed_page_answers_no_more(faq: Stage) -> None:
    (page,) = (await faq.choices("faq source remove", "page", "", by=faq.manager)).values()
    said = await faq.told("faq source remove", page=page)
    assert said.text == "No longer following Harbour FAQ. Its entries are gone."
    assert "There is no FAQ here yet" in (await faq.answer(JOIN)).text


@pytest.mark.parametrize("page", ["999999", "0", "-1", "x", "٣", "9" * 30, "Harbour FAQ"])
async def test_a_page_that_is_not_there_is_said(faq: Stage, page: str) -> None:
    for command in ("faq source remove", "faq source refresh"):
        said = await faq.told(command, page=page)
        assert said.text == "No such page is followed here. `/faq source list` shows those that are."


async def test_two_pages_are_one_faq(faq: Stage) -> None:
    await faq.follow("# Second\n\n### Is there a second page?\n\nYes.\n", "second.md", title="Second")
    assert "7 questions in the FAQ" in (await faq.told("faq check")).text
    assert "Second" in (await faq.answer("Is there a second page?")).text
    assert ANSWERS[1] in (await faq.answer(MEETINGS)).text


async def test_the_check_shows_problems_with_their_lines_and_every_entry(stage: Stage) -> None:
    page = "# FAQ\n\n### Who are you?\n\nWe.\n\n### Where are you?\n\n### Who are you?\n\nWe again.\n"
    stage.serve(page)
    await stage.run("faq source add", url=stage.url())
    shown = await stage.run("faq check")
    card = stage.world.seen(shown)
    assert card.is_private
    assert "line " in card.text
    assert card.files == ("faq-entries.txt",)
    report = (await shown.response.attachments[0].read()).decode()
    assert "[3] Who are you?\n" in report
    assert "    We.\n" in report


async def test_a_check_of_a_clean_page_says_so(faq: Stage) -> None:
    assert "**Harbour FAQ**\n✅ No problems." in (await faq.told("faq check")).text
