"""What counts as the same text, and as a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.faq.search import normalise
from bot.faq.search.background import load_background
from bot.faq.search.words import words_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How do I join?", "how do i join"),
        ("  How\tdo \n I join ?! ", "how do i join"),
        ("What’s “new”", "what's \"new"),
        ("Straße", "strasse"),
        ("ﬁle ２", "file 2"),
        ("wi–fi", "wi-fi"),
        ("???", ""),
        ("", ""),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(st.text(max_size=200))
def test_normalise_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Can't log in", ("cannot", "log", "in")),
        ("the group's e-mail", ("the", "group", "email")),
        ("It doesn’t work", ("it", "does", "not", "work")),
        ("C++ or C# or node.js 3.11?", ("c++", "or", "c#", "or", "node.js", "3.11")),
        ("Übergrößen café", ("ubergrossen", "cafe")),
        ("open-source_code", ("open", "source", "code")),
        ("…", ()),
    ],
)
def test_words(text: str, expected: tuple[str, ...]) -> None:
    assert words_of(text) == expected


@pytest.mark.parametrize(
    ("common", "rare"), [("the", "group"), ("house", "aardvark"), ("how", "licence"), ("a", "zebra")]
)
def test_background_knows_how_common_words_are(common: str, rare: str) -> None:
    background = load_background()
    ranks = [background.level(word) for word in (common, rare)]

    assert None not in ranks
    assert ranks == sorted(ranks, reverse=True)


@pytest.mark.parametrize("word", ["mintues", "xqzt", "", "café", "3.11", "\n", " the"])
def test_background_does_not_know_what_is_no_english_word(word: str) -> None:
    assert load_background().level(word) is None
