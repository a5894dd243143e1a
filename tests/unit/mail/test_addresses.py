"""No full e-mail address is ever shown, however it is written; names, words and links stay."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import bot.text
from bot.mail.addresses import mask_address, mask_addresses
from bot.text.markdown import clean

LOCALES = Path(bot.text.__path__[0]) / "locale"
FULL_ADDRESS = re.compile(r"[\w.+-](?: ?[@＠﹫] |[@＠﹫])[^\W\d_][\w-]*\.[^\W\d_]{2,24}(?![\w-])")
PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *(
                    "ann",
                    "ann.lee",
                    "@",
                    "＠",
                    " (a) ",
                    "(at)",
                    "[at]",
                    " at ",
                    "x.org",
                    "lists.example.org",
                    "<",
                    ">",
                ),
                *(
                    "(",
                    ")",
                    "mailto:",
                    "https://",
                    "/",
                    "?e=",
                    "%40",
                    "\u200b",
                    " ",
                    "\n",
                    '"',
                    "Ann Lee ",
                    "[dot]org",
                ),
                *("&#64;", ":", ".", "wrote:"),
            ]
        ),
        st.text(max_size=5),
    ),
    max_size=24,
).map("".join)


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("Ann Lee <ann@example.org> wrote", "Ann Lee wrote"),
        ('"Lee, Ann" <ann@example.org>', '"Lee, Ann"'),
        ("write to <ann@example.org> now", "write to a…@example.org now"),
        ("ann@example.org", "a…@example.org"),
        ("ann @example.org", "a…@example.org"),
        ("ann.lee7 @route.handler", "a…@route.handler"),
        ("ann@host", "a…@host"),
        ("(ann@example.org)", "a…@example.org"),
        ("Ann Lee (ann@example.org) said", "Ann Lee said"),
        ("ann at example.org (Ann Lee)", "Ann Lee"),
        ("From: ann at example.org", "From: a…@example.org"),
        ("<ann at example.org>", "a…@example.org"),
        ("> ann at example.org wrote:", "> a…@example.org wrote:"),
        ("ann.lee at example.org is hers", "a…@example.org is hers"),
        ("please ask glyph at example.com about it", "please ask g…@example.com about it"),
        ("ann (a) example.org", "a…@example.org"),
        ("ann(a)example.org", "a…@example.org"),
        ("ann[at]example[dot]org", "a…@example.org"),
        ("ann [ at ] example [ dot ] org", "a…@example.org"),
        ("ann(ät)example.org", "a…@example.org"),
        ("ann -at- example -dot- org, please", "a…@example.org, please"),
        ("ann _at_ example _dot_ org", "a…@example.org"),
        ("ann *at* example.org", "a…@example.org"),
        ("ann AT example DOT org (Ann)", "Ann"),
        ("ann＠example.org", "a…@example.org"),
        ("ann @ example.org", "a…@example.org"),
        ("ann&#64;example.org", "a…@example.org"),
        ("ann@\u200bexample.org", "a…@example.org"),
        ("ann@example.org<mailto:ann@example.org>", "a…@example.org"),
        ("Ann [mailto:ann@example.org] wrote", "Ann wrote"),
        ("mailto:ann@example.org?subject=hi", "a…@example.org"),
        ('"ann lee"@example.org', "a…@example.org"),
        ("ann@[127.0.0.1]", "a…@[127.0.0.1]"),
        ("ann@b.org@c.org", "a…@b.org"),
        ("Signed-off-by: Ann Lee <ann@example.org>", "Signed-off-by: Ann Lee"),
        ("ann@example.org, bob@example.net.", "a…@example.org, b…@example.net."),
        ("https://ann:secret@example.org/x", "https://example.org/x"),
        ("https://example.org/?e=ann@example.org&a=1", "https://example.org/?e=a…@example.org&a=1"),
        ("https://example.org/?e=ann%40example.org", "https://example.org/?e=a…@example.org"),
        (
            "https://example.org/r/20240304.091244abc@mail.example.org/",
            "https://example.org/r/20240304.091244abc%40mail.example.org/",
        ),
    ],
)
def test_address_becomes_a_name_or_a_mask(text: str, scrubbed: str) -> None:
    assert mask_addresses(text) == scrubbed
    assert mask_addresses(scrubbed) == scrubbed


@pytest.mark.parametrize(
    "text",
    [
        "look at example.org for it",
        "we meet ( at ) noon",
        "look *at* this",
        "look at example.org",
        "we meet at noon at the hall.",
        "the wiki at example.org has it",
        "it fails at main.py",
        "we were at home.Then it rained",
        "start at 9.am",
        "see you (at ten)",
        "@property",
        "A @ B.T",
        "react@18.2.0",
        "the rate is 5 @ 3.20",
        "https://example.org/@ann",
        "cats (a) and dogs (b)",
    ],
)
def test_what_is_no_address_stays(text: str) -> None:
    assert mask_addresses(text) == text


@given(PIECES)
@example('"a"@b.cc@d.ee')
@example("https://a@b.cc/%40a@b.cc")
def test_no_full_address_survives(text: str) -> None:
    scrubbed = mask_addresses(text)

    assert not FULL_ADDRESS.search(scrubbed)
    assert not FULL_ADDRESS.search(clean(scrubbed))


@given(
    st.text(alphabet=st.characters(exclude_characters="@＠﹫%&"), max_size=60).filter(
        lambda t: "at" not in t.lower()
    )
)
def test_text_without_a_sign_stays(text: str) -> None:
    written = re.sub(r"\(a\)", "", text)

    assert mask_addresses(written) == clean(written)


@pytest.mark.parametrize(
    "unit", ["a@", "@", "a@b.cc ", "<", "a at ", "a(a)b.", "https://", "(a)", '"', "a@b", ".a@b.cc<"]
)
def test_time_is_linear(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        start = time.process_time()
        mask_addresses(text)
        return time.process_time() - start

    small, large = (min(seconds(length) for _ in range(3)) for length in (8_000, 64_000))
    assert large < small * 20 + 0.02


def test_mask_tells_two_addresses_apart() -> None:
    assert mask_address("Ann@Example.org") == "A…@Example.org"
    assert mask_address("<bob@example.org>") == "b…@example.org"


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_advice_about_sources_is_not_taken_for_addresses(language: str) -> None:
    notes = (LOCALES / language / "noted.po").read_text("utf-8")
    assert notes
    assert mask_addresses(notes) == clean(notes)
