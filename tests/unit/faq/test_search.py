"""The search as its callers see it: what is found, how sure it is, and that nothing upsets it."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.faq.models import Band, Entry, Why
from bot.faq.search import Index, build_index


def entry(key: str, question: str, text: str = "", *aliases: str, language: str = "english") -> Entry:
    return Entry(id=key, question=question, answer=text, text=text, aliases=aliases, language=language)


FAQ = (
    entry("join", "How do I join the working group?", "Subscribe to the mailing list and come to a call."),
    entry("calls", "When are the calls?", "Every second Tuesday at 15:00 UTC.", "dial-in details"),
    entry("minutes", "Where are the minutes published?", "On the wiki, within three days."),
    entry("licence", "What’s the licence of the specification?", "Creative Commons Attribution."),
    entry("leave", "How do I leave the mailing list?", "Write “unsubscribe” to the list's address."),
    entry("github", "Is the code on GitHub?", "Yes; pull requests are welcome."),
    entry("forum", "What is the forum?", "A place to ask."),
    entry("ask", "How do I ask in the forum?", "Sign in and press the button."),
    entry("sponsor", "How can my company sponsor the group?", "Write to the treasurer."),
)
INDEX = build_index(FAQ)


def first(query: str, *, index: Index = INDEX, prefix: bool = False) -> str:
    matches = index.search(query, prefix=prefix).matches
    return matches[0].entry_id if matches else ""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("when is the next call", "calls", id="other words around"),
        pytest.param("joining your group", "join", id="another form of the word"),
        pytest.param("where can i read the minutes", "minutes", id="longer"),
        pytest.param("minutes", "minutes", id="one word"),
        pytest.param("unsubscribe", "leave", id="a synonym, and in the answer"),
        pytest.param("license", "licence", id="the other spelling"),
        pytest.param("creative commons", "licence", id="only in the answer"),
        pytest.param("treasurer", "sponsor", id="one word of the answer"),
        pytest.param("wehre are the mintues", "minutes", id="letters swapped"),
        pytest.param("sponser", "sponsor", id="a wrong letter"),
        pytest.param("liecnce of the specifcation", "licence", id="two mistyped words"),
        pytest.param("is the code on git hub", "github", id="one word written as two"),
        pytest.param("mailinglist leave", "leave", id="two words written as one"),
        pytest.param("what is the forum", "forum", id="question words tell these two apart"),
        pytest.param("how do i ask in the forum", "ask", id="and the other way round"),
        pytest.param("MINUTES PUBLISHED???", "minutes", id="case and punctuation"),
    ],
)
def test_search_finds_the_entry(query: str, expected: str) -> None:
    assert first(query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("how do i join the working group", "join"),
        ("  How do I JOIN the working group ?! ", "join"),
        ("What's the licence of the specification?", "licence"),
        ("what’s the licence of the specification", "licence"),
        ("Dial-in   details", "calls"),
        ("leave", "leave"),
        ("github", "github"),
    ],
)
def test_question_alias_and_id_match_exactly_and_answer(query: str, expected: str) -> None:
    result = INDEX.search(query)

    best = result.matches[0]
    assert (result.band, best.entry_id, best.score, best.why) == (Band.ANSWER, expected, 1.0, Why.EXACT)
    assert all(match.score < 1.0 for match in result.matches[1:])


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("minu", "minutes"),
        ("where are the min", "minutes"),
        ("spon", "sponsor"),
        ("leave the mai", "leave"),
        ("specifi", "licence"),
    ],
)
def test_half_typed_last_word_is_completed(typed: str, expected: str) -> None:
    assert first(typed, prefix=True) == expected


def test_why_tells_a_match_in_the_question_from_one_in_the_answer() -> None:
    in_question = INDEX.search("published minutes").matches[0]
    in_answer = INDEX.search("treasurer").matches[0]

    assert (in_question.why, in_answer.why) == (Why.KEYWORD, Why.ANSWER)


def test_answer_that_has_every_word_beats_a_question_that_is_akin_to_one() -> None:
    index = build_index(
        [
            entry("wall", "Where are the pictures?", "In the hall."),
            entry("desk", "What is at the desk?", "A laptop with each photo."),
            entry("lunch", "When is lunch?", "At noon, in the kitchen."),
        ]
    )

    assert first("laptop photo", index=index) == "desk"


def test_one_word_itself_in_an_answer_beats_two_that_are_only_akin() -> None:
    index = build_index(
        [
            entry("shop", "What can I do here?", "Purchase pictures at the desk."),
            entry("wall", "What is on the wall?", "A photo of the harbour."),
            entry("lunch", "When is lunch?", "At noon, in the hall."),
        ]
    )

    assert first("buy photo", index=index) == "wall"


@pytest.mark.parametrize("query", ["how do I cook rice", "what's the weather in Lisbon", "hello", "lol"])
def test_question_about_something_else_is_not_answered(query: str) -> None:
    assert INDEX.search(query).band is not Band.ANSWER


@pytest.mark.parametrize(
    "query", ["where are minutes published", "when are the call", "how to leave the mailing list"]
)
def test_nearly_the_question_is_answered(query: str) -> None:
    assert INDEX.search(query).band is Band.ANSWER


@pytest.mark.parametrize("query", ["", " ", "?!", "\x00", "🤷", "---", "'" * 50])
def test_query_without_words_finds_nothing(query: str) -> None:
    result = INDEX.search(query)

    assert (result.band, result.matches) == (Band.SILENT, ())


def test_stop_words_alone_still_find() -> None:
    index = build_index([entry("who", "Who are we?"), entry("what", "What is it about?")])

    assert first("who we are", index=index) == "who"
    assert first("what about it", index=index) == "what"


def test_empty_index_finds_nothing_and_still_compares() -> None:
    index = build_index(())

    assert index.search("anything").matches == ()
    assert index.likeness()("How do I join?", "how to join") > 0.6


def test_german_words_are_stemmed_as_german() -> None:
    index = build_index(
        [
            entry("treffen", "Wann finden die Treffen statt?", language="german"),
            entry("haeuser", "Welche Häuser gehören dem Verein?", language="german"),
        ]
    )

    assert first("das Haus des Vereins", index=index) == "haeuser"
    assert first("wann ist das treffen", index=index) == "treffen"


def test_languages_side_by_side_are_searched_together() -> None:
    index = build_index([*FAQ, entry("beitrag", "Wie hoch ist der Beitrag?", language="german")])

    assert first("beitrag hoch", index=index) == "beitrag"
    assert first("minutes", index=index) == "minutes"


def test_unknown_language_is_searched_all_the_same() -> None:
    index = build_index([entry("one", "nuqneH tlhIngan", language="klingon")])

    assert first("tlhIngan", index=index) == "one"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How do I install it?", "how to install this"),
        ("Can I use your logo?", "may i use the logo"),
        ("Where are the minutes?", "where are the minuts"),
    ],
)
def test_similarity_joins_what_means_the_same(one: str, other: str) -> None:
    assert INDEX.likeness()(one, other) > 0.5
    assert INDEX.likeness()(one, other) == pytest.approx(INDEX.likeness()(other, one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How do I join the call?", "How do I pay the fee?"),
        ("who is the chair?", "when is the next release?"),
        ("", "anything"),
    ],
)
def test_similarity_keeps_apart_what_does_not(one: str, other: str) -> None:
    assert INDEX.likeness()(one, other) < 0.4


@given(st.text(max_size=700), st.integers(min_value=0, max_value=12), st.booleans())
@settings(max_examples=150, deadline=None)
def test_any_text_gives_a_sorted_result_within_the_limit(query: str, limit: int, prefix: bool) -> None:
    matches = INDEX.search(query, limit=limit, prefix=prefix).matches

    scores = [match.score for match in matches]
    assert len(matches) <= limit
    assert len({match.entry_id for match in matches}) == len(matches)
    assert all(0.0 <= score <= 1.0 for score in scores)
    assert scores == sorted(scores, reverse=True)


@given(st.text(max_size=120), st.text(max_size=120))
@settings(max_examples=100, deadline=None)
def test_similarity_is_a_share_for_any_texts(one: str, other: str) -> None:
    assert 0.0 <= INDEX.likeness()(one, other) <= 1.0


@given(st.lists(st.text(max_size=60), max_size=6), st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_entries_can_be_indexed(texts: list[str], query: str) -> None:
    index = build_index([entry(f"e{number}", text, text[::-1], text) for number, text in enumerate(texts)])

    assert len(index.search(query, limit=3).matches) <= 3


@given(
    st.randoms(use_true_random=False), st.sampled_from(["minutes of the call", "join", "the list", "mintes"])
)
@settings(max_examples=25, deadline=None)
def test_order_of_entries_does_not_matter(dice: random.Random, query: str) -> None:
    shuffled = list(FAQ)
    dice.shuffle(shuffled)

    assert build_index(shuffled).search(query) == INDEX.search(query)


def test_huge_query_costs_no_more_than_its_beginning() -> None:
    beginning = "where are the minutes published " * 12

    assert INDEX.search(beginning + "x" * 1_000_000).matches[0].entry_id == "minutes"


def test_index_is_shared_by_threads() -> None:
    queries = ["minutes", "mintes of the call", "sponsor", "git hub"] * 50
    alone = [INDEX.search(query) for query in queries]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(INDEX.search, queries)) == alone
