"""Ids that last: over reloads, rewording, reordering; and that no two entries share one."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.faq.identity import carry_ids
from bot.faq.models import Entry

TEXTS = st.text(min_size=1, max_size=30)


def entry(question: str, text: str = "", *, anchor: str = "", section: str = "") -> Entry:
    return Entry(id="", question=question, answer=text, text=text, anchor=anchor, section=section, page_id=7)


ENTRIES = st.lists(st.builds(entry, TEXTS, TEXTS), max_size=12)
PAGE = (
    entry("Who may join?", "Everyone who sails in the bay and keeps a log of what they see."),
    entry("What does it cost?", "Nothing at all, because the port pays for the ship and for the printing."),
    entry("Is it safe?", "Yes."),
    entry("Is it fun?", "Yes."),
)


def ids(entries: tuple[Entry, ...]) -> dict[str, str]:
    return {each.question: each.id for each in entries}


def test_new_ids_are_short_and_the_same_everywhere() -> None:
    first, second = carry_ids(PAGE, ()), carry_ids(PAGE, ())

    assert first == second
    assert all(0 < len(each.id) <= 16 for each in first)


def test_an_id_is_never_mistaken_for_a_word() -> None:
    page = [entry(f"Question {number}?", f"Answer {number}.") for number in range(300)]
    assert not [each.id for each in carry_ids(page, ()) if each.id.isalpha()]


def test_new_wording_keeps_the_id() -> None:
    old = carry_ids(PAGE, ())
    reworded = replace(PAGE[0], question="Can anybody become a member?")

    assert carry_ids((reworded, *PAGE[1:]), old)[0].id == old[0].id


def test_small_change_keeps_the_id_of_a_short_answer() -> None:
    old = carry_ids(PAGE, ())
    reworded = replace(PAGE[2], question="Is it really safe?")

    assert carry_ids((*PAGE[:2], reworded, PAGE[3]), old)[2].id == old[2].id


def test_anchor_keeps_the_id_when_all_else_changes() -> None:
    old = carry_ids((entry("Old words", "Old answer", anchor="join"),), ())

    assert carry_ids((entry("New phrase", "Something else", anchor="join"),), old)[0].id == old[0].id


def test_different_question_with_the_same_short_answer_is_new() -> None:
    old = carry_ids((entry("May I bring a dog?", "Yes."),), ())

    assert carry_ids((entry("Where is the quay?", "Yes."),), old)[0].id != old[0].id


def test_same_question_in_two_sections_keeps_both_ids() -> None:
    page = (entry("Why?", "Because of tides.", section="A"), entry("Why?", "Because of wind.", section="B"))
    old = carry_ids(page, ())
    again = carry_ids((page[1], page[0]), old)

    assert [each.id for each in again] == [old[1].id, old[0].id]


def test_taken_id_is_not_given_again() -> None:
    first = carry_ids(PAGE, ())
    second = carry_ids(PAGE, (), taken=frozenset(each.id for each in first))

    assert not {each.id for each in first} & {each.id for each in second}


@given(ENTRIES)
def test_reload_keeps_all_ids(page: list[Entry]) -> None:
    old = carry_ids(page, ())

    assert carry_ids(page, old) == old
    assert len({each.id for each in old}) == len(old)


@given(ENTRIES, st.randoms(use_true_random=False))
def test_reordering_keeps_ids(page: list[Entry], random: object) -> None:
    unique = tuple({each.question: each for each in page}.values())
    old = carry_ids(unique, ())
    shuffled = list(unique)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    if len({tuple(sorted(each.question.casefold().split())) for each in unique}) == len(unique):
        assert {each.id for each in carry_ids(shuffled, old)} == {each.id for each in old}


@given(ENTRIES, ENTRIES)
def test_ids_are_unique_whatever_changes(before: list[Entry], after: list[Entry]) -> None:
    result = carry_ids(after, carry_ids(before, ()))

    assert len({each.id for each in result}) == len(result)
    assert [replace(each, id="") for each in result] == after


def test_large_page_changed_throughout_is_done_at_once() -> None:
    old = carry_ids([entry(f"Question {n}?", f"Answer {n}") for n in range(2000)], ())
    new = carry_ids([entry(f"Other thing {n} entirely?", f"Reply {n} again") for n in range(2000)], old)

    assert len({each.id for each in new}) == 2000
