import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.search_terms import MAX_TERMS, Term, fold_words, parse_terms


def term(*words: str, is_excluded: bool = False, is_prefix: bool = False) -> Term:
    return Term(words=words, is_excluded=is_excluded, is_prefix=is_prefix)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("Budget vote", (term("budget"), term("vote"))),
        ('"budget vote" 2025', (term("budget", "vote"), term("2025"))),
        ("“budget vote”", (term("budget", "vote"),)),
        ("vote -draft", (term("vote"), term("draft", is_excluded=True))),
        ('vote -"first draft"', (term("vote"), term("first", "draft", is_excluded=True))),
        ("meet*", (term("meet", is_prefix=True),)),
        ("follow-up", (term("follow", "up"),)),
        ("lib/foo_bar.c", (term("lib", "foo", "bar", "c"),)),
        ("Grüße, Žižek", (term("grusse"), term("zizek"))),
        ("会議", (term("会", "議"),)),
        ("vote vote VOTE", (term("vote"),)),
        ('"never closed', (term("never"), term("closed"))),
        ("OR AND NOT (NEAR", (term("near"),)),
        ("-draft", (term("draft", is_excluded=True),)),
        ("the budget of the group", (term("budget"), term("group"))),
        ("to be or not to be", (term("to"), term("be"), term("or"), term("not"))),
        ('"the budget"', (term("the", "budget"),)),
        ('*** "" - :', ()),
        ("", ()),
    ],
)
def test_terms_are_what_was_typed(typed: str, terms: tuple[Term, ...]) -> None:
    assert parse_terms(typed) == terms


def test_very_long_question_is_bounded() -> None:
    assert len(parse_terms(" ".join(f"w{number}" for number in range(1000)))) == MAX_TERMS


@given(st.text(max_size=400))
def test_any_question_becomes_folded_words(typed: str) -> None:
    for each in parse_terms(typed):
        assert each.words
        assert all(word.isalnum() and fold_words(word) == word for word in each.words)


@given(st.text(max_size=200))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold_words(fold_words(text)) == fold_words(text)
