"""What the search owes everybody: exact matches win, typos are mended, and nothing makes it raise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.faq.models import Band, Entry, Match, Why
from bot.faq.search import build_index, normalise, worth_offering
from bot.faq.search.background import load_background
from bot.faq.search.words import words_of


def entry(id_: str, question: str, answer: str = "", *aliases: str, language: str = "english") -> Entry:
    return Entry(id=id_, question=question, answer=answer, text=answer, aliases=aliases, language=language)


ENTRIES = (
    entry("join1", "How do I join the mailing list?", "Send an empty mail to the list's address."),
    entry("call1", "When are the calls?", "Every second Tuesday at 15:00 UTC.", "meeting times"),
    entry("min1", "Where do I find the minutes?", "On the wiki, two days after the call."),
    entry("lic1", "Which licence do you use?", "Apache-2.0 for code, CC BY for texts."),
    entry("what1", "What’s the purpose?", "To agree on how harbour data should look."),
    entry("ent1", "What is the Enterprise Edition?", "A paid variant."),
    entry("hub1", "Where is the github repository?", "It is linked on the wiki."),
)
INDEX = build_index(ENTRIES)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("When are the calls?", "call1"),
        ("when are the calls", "call1"),
        ("meeting times", "call1"),
        ("min1", "min1"),
        ("What's the purpose", "what1"),
        ("what’s the purpose?", "what1"),
    ],
)
def test_the_same_words_win_outright(query: str, wanted: str) -> None:
    result = INDEX.search(query)
    assert result.band is Band.ANSWER
    assert (result.matches[0].entry_id, result.matches[0].score, result.matches[0].why) == (
        wanted,
        1.0,
        Why.EXACT,
    )


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("mailling list join", "join1"),  # a letter too many
        ("licnece", "lic1"),  # two letters swapped
        ("minuts", "min1"),  # a letter missing
        ("find the minutse", "min1"),
        ("EE", "ent1"),  # initials
        ("git hub repo", "hub1"),  # written apart
        ("subscribe to the mails", "join1"),  # synonyms
        ("tuesday", "call1"),  # only in the answer
    ],
)
def test_other_words_for_it_find_it(query: str, wanted: str) -> None:
    assert INDEX.search(query).matches[0].entry_id == wanted


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("min", "min1"), ("lice", "lic1"), ("where do I find the mi", "min1"), ("mail", "join1")],
)
def test_half_typed_words_find_it(typed: str, wanted: str) -> None:
    assert INDEX.search(typed, prefix=True).matches[0].entry_id == wanted


@pytest.mark.parametrize(
    "query", ["", "   ", "?!", "…", "\x00", "the of and", "wxyzzy", "🎉" * 500, "a " * 5000]
)
def test_what_says_nothing_is_answered_with_nothing_sure(query: str) -> None:
    assert INDEX.search(query).band is not Band.ANSWER


def test_an_empty_faq_is_silent() -> None:
    assert build_index(()).search("anything").matches == ()
    assert build_index(()).likeness()("one thing", "one thing") == 1.0


def test_each_language_is_stemmed_by_its_own_rules() -> None:
    index = build_index(
        (*ENTRIES, entry("de1", "Wo finde ich die Protokolle?", "Im Wiki.", language="german"))
    )
    assert index.search("protokollen finden").matches[0].entry_id == "de1"
    assert index.search("minutes").matches[0].entry_id == "min1"


@given(st.text(max_size=300), st.integers(1, 10), st.booleans())
def test_any_text_may_be_asked(query: str, limit: int, prefix: bool) -> None:
    result = INDEX.search(query, limit=limit, prefix=prefix)
    scores = [match.score for match in result.matches]
    assert len(scores) <= limit
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({match.entry_id for match in result.matches}) == len(scores)


@given(st.permutations(ENTRIES), st.sampled_from(["where is the wiki", "join calls", "licence of the code"]))
def test_the_order_of_entries_does_not_matter(entries: list[Entry], query: str) -> None:
    assert build_index(entries).search(query) == INDEX.search(query)


@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_is_a_share_and_the_same_both_ways(first: str, second: str) -> None:
    likeness = INDEX.likeness()(first, second)
    assert 0 <= likeness <= 1
    assert likeness == pytest.approx(INDEX.likeness()(second, first))
    assert INDEX.likeness()(first, first) == 1.0


def test_similar_questions_are_alike_and_others_are_not() -> None:
    assert INDEX.likeness()("where are the minutes", "where can I find minutes") > 0.55
    assert INDEX.likeness()("where are the minutes", "which licence is it") < 0.3


def test_normalise_makes_spellings_one() -> None:
    assert normalise("  What’s  the PURPOSE ？") == normalise("what's the purpose")
    assert words_of("E-mail & COVID-19, C++ or Node.js") == ("email", "covid", "19", "c++", "or", "node.js")


def test_common_words_are_known_and_names_are_not() -> None:
    background = load_background()
    assert background.level("the") == 99
    assert (background.level("zebra") or 0) < (background.level("people") or 0)
    assert background.level("kubernetes") is None


def test_the_subject_of_a_faq_says_less_than_what_is_asked_about_it() -> None:
    asked = ["What is Quayside?", "Why use Quayside?", "What does Quayside cost?", "Who makes Quayside?"]
    asked += [
        f"How do I {verb} Quayside?" for verb in ("install", "update", "configure", "remove", "back up")
    ]
    index = build_index([entry(str(number), text) for number, text in enumerate(asked)])
    assert index.search("why is quayside so good").matches[0].entry_id == "1"
    assert index.search("the costs of quayside").matches[0].entry_id == "2"


def test_what_is_far_behind_the_best_is_not_worth_offering() -> None:
    matches = tuple(
        Match(entry_id=str(score), score=score, why=Why.KEYWORD) for score in (0.8, 0.5, 0.31, 0.1)
    )
    assert worth_offering(matches) == matches[:2]
    assert worth_offering(()) == ()
