"""Bytes to entries: encodings, limits, pages that are none, and real pages where they are at hand."""

import gc
import os
import pickle
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.faq.formats import FORMATS
from bot.faq.loading import MAX_BYTES, MAX_LINES, parse_page
from bot.faq.models import Marker, ParsedPage, Severity

SAMPLES = os.environ.get("SAMPLES", "")  # noqa: TID251 (test material that not every machine has)
PAGE = "===== FAQ =====\n\n**Wo übt ihr?**\n\nAm Kai – täglich.\n"


def read(content: bytes, *, media_type: str = "text/plain", **given: object) -> ParsedPage:
    return parse_page(content, name="faq.txt", media_type=media_type, base_url="", **given)  # type: ignore[arg-type]


def whats(page: ParsedPage) -> list[str]:
    return [problem.what for problem in page.problems]


def test_page_yields_entries_in_its_language() -> None:
    page = read(PAGE.encode(), language="german")

    assert [(each.question, each.answer, each.language) for each in page.entries] == [
        ("Wo übt ihr?", "Am Kai – täglich.", "german")
    ]
    assert (page.format, page.marker, page.title, page.problems) == ("dokuwiki", Marker.BOLD, "FAQ", ())


@pytest.mark.parametrize(
    ("content", "media_type", "problem"),
    [
        (b"\xef\xbb\xbf" + PAGE.encode(), "text/plain", "the page starts with a byte order mark"),
        (PAGE.encode("utf-16"), "text/plain", "the page is written in UTF-16; UTF-8 is safer"),
        (PAGE.encode("windows-1252"), "text/plain", "some bytes are no UTF-8; they are read as Windows-1252"),
        (PAGE.encode("windows-1252"), "text/plain; charset=hex", "the declared encoding 'hex' does not fit"),
    ],
)
def test_odd_encoding_is_read_and_named(content: bytes, media_type: str, problem: str) -> None:
    page = read(content, media_type=media_type)

    assert page.entries[0].question == "Wo übt ihr?"
    assert problem in whats(page)


def test_declared_encoding_is_used() -> None:
    page = read("**Где мы?**\n\nЗдесь.\n".encode("koi8-r"), media_type='text/plain; charset="koi8-r"')

    assert page.entries[0].question == "Где мы?"
    assert page.problems == ()


def test_line_of_the_first_odd_byte_is_named() -> None:
    page = read(b"**Why?**\n\nBecause\nof t\xe9a.\n")

    assert [(each.line, each.severity) for each in page.problems] == [(4, Severity.WARNING)]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the page is empty"),
        (b" \n\t\n", "the page is empty"),
        (
            b"===== FAQ =====\n{{page>faq:1}}\n{{page>faq:2}}\n",
            "the page only includes others (faq:1, faq:2); add those instead",
        ),
        (
            b"Just a line of prose.\n",
            "no question was found: the page has no headings, bold lines, Q: lines, terms or folded parts",
        ),
    ],
)
def test_page_without_entries_says_why(content: bytes, problem: str) -> None:
    page = read(content, declared_format="dokuwiki")

    assert page.entries == ()
    assert [(each.what, each.line, each.severity) for each in page.problems] == [(problem, 0, Severity.ERROR)]


def test_login_page_is_recognised() -> None:
    login = b'<!DOCTYPE html>\n<html><title>FAQ</title><form><input type="password" name="p"></form></html>'

    page = read(login, media_type="text/html", declared_format="dokuwiki")

    assert whats(page) == [
        "the server sent a login page instead of the text; make the page readable for everyone"
    ]


def test_html_in_place_of_text_is_named() -> None:
    page = read(b"<html><body><h2>Why?</h2><p>So.</p></body></html>", declared_format="dokuwiki")

    assert page.entries == ()
    assert page.problems[0].severity is Severity.ERROR


def test_too_large_a_page_is_refused() -> None:
    with pytest.raises(SourceError, match="larger than 2 MB"):
        read(b"x" * (MAX_BYTES + 1))


def test_binary_is_refused() -> None:
    with pytest.raises(SourceError, match="no page of text"):
        read(bytes(range(256)) * 10)


def test_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SourceError, match="auto, dokuwiki") as caught:
        read(b"x", declared_format="wordstar")
    assert caught.value.permanent


def test_marker_that_the_page_does_not_have_is_answered_with_those_it_has() -> None:
    page = read(PAGE.encode(), questions=Marker.H3)

    assert whats(page) == ["no question is marked by h3; the page has: bold (1)"]


def test_endless_page_is_read_as_far_as_is_reasonable() -> None:
    page = read(b"**Why?**\n\nSo.\n\n" + b"x\n" * (MAX_LINES + 5), declared_format="dokuwiki")

    assert page.problems[-1].line == MAX_LINES
    assert page.entries[0].answer.startswith("So.")


def test_result_can_be_pickled() -> None:
    page = read(PAGE.encode())

    assert pickle.loads(pickle.dumps(page)) == page


@pytest.mark.parametrize("name", [each.name for each in FORMATS])
@given(st.text(max_size=300))
@settings(max_examples=60)
def test_text_never_raises_in_any_format(name: str, text: str) -> None:
    try:
        page = parse_page(
            text.encode("utf-8", "replace"), name="x", media_type="", base_url="", declared_format=name
        )
    except SourceError:
        return
    assert all(each.question and each.answer and each.id == "" for each in page.entries)
    assert all("\n" not in each.question for each in page.entries)


@pytest.mark.parametrize("name", [each.name for each in FORMATS])
@pytest.mark.parametrize(
    "unit",
    [
        "**",
        "[[",
        "((",
        "# a\n",
        "<b>",
        "|a\n",
        "- a\n",
        "> ",
        "`",
        "\n",
        "a?\n\n",
        "**Q?**\n\na\n\n",
        "Q: a?\nA: b\n",
    ],
)
def test_page_takes_time_in_proportion(name: str, unit: str) -> None:
    def seconds(count: int) -> float:
        content = (unit * (count // len(unit))).encode()
        gc.disable()
        try:
            start = time.process_time()
            parse_page(content, name="x", media_type="", base_url="", declared_format=name)
            return time.process_time() - start
        finally:
            gc.enable()

    small, large = (min(seconds(count) for _ in range(2)) for count in (8_000, 64_000))
    assert large < small * 32 + 0.1  # eight times as much; its square would be 64


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of real pages")
def test_seed_page_yields_its_five_questions() -> None:
    page = read((Path(SAMPLES) / "seed" / "faq.dokuwiki.txt").read_bytes())

    assert [each.question for each in page.entries] == [
        "What’s the purpose?",
        "Do you need to be a Hyperledger member?",
        "What topics will you cover?",
        "Where do the conversations take place?",
        "Is this an active pilot?",
    ]
    assert page.entries[2].answer.count("\n  - ") == 2
    assert page.entries[3].answer.endswith("join here: bit.ly/HyperledgerHealthcare")
    assert not any("----" in each.answer or "Home" in each.answer for each in page.entries)
    assert not any("\\" in each.answer for each in page.entries)
    assert page.problems == ()


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of real pages")
@pytest.mark.parametrize(("name", "count"), [("scooterhacking-faq.txt", 36), ("hspsh-faq.txt", 1)])
def test_real_dokuwiki_page_yields_its_questions(name: str, count: int) -> None:
    page = read((Path(SAMPLES) / "faq" / "pages" / "dokuwiki" / name).read_bytes())

    assert (page.format, len(page.entries)) == ("dokuwiki", count)
