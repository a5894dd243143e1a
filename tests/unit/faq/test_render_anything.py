"""Whatever pages, members and editors hold, the editor's cards can be built and ping nobody."""

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.post import Action
from bot.faq.gaps import Gap
from bot.faq.models import AliasState, Entry, LearnedAlias, Page, Unanswered
from bot.faq.render_editing import (
    check_report,
    entry_form,
    page_name,
    render_aliases,
    render_check,
    render_gaps,
    render_loaded,
    render_pages,
    render_refreshed,
    render_same_as,
)
from bot.text.catalogue import load_texts
from tests.unit.faq.render_material import (
    MENTION,
    NOW,
    entries,
    few,
    many_entries,
    pages,
    text,
    words_of,
    words_of_form,
)

TEXTS = load_texts()


def asked(phrasing: str, count: int = 1, key: str = "k1") -> Unanswered:
    return Unanswered(guild_id=1, query_key=key, phrasing=phrasing, count=count, first_at=NOW, last_at=NOW)


def learned(state: AliasState, people: int = 1, key: str = "k1", phrasing: str = "get in") -> LearnedAlias:
    return LearnedAlias(
        guild_id=1,
        query_key=key,
        entry_id="e1",
        phrasing=phrasing,
        state=state,
        people=people,
        changed_at=NOW,
    )


@given(question=text, answer=text, aliases=st.lists(text, max_size=30))
def test_any_entry_can_be_edited(question: str, answer: str, aliases: list[str]) -> None:
    form = entry_form(TEXTS, Action(kind="faq.create"), question=question, answer=answer, aliases=aliases)
    assert not MENTION.search(form.fields[0].value)
    assert "question" in words_of_form(form).casefold()


@given(st.lists(text, min_size=1, max_size=7), st.lists(text, max_size=5))
def test_any_gaps_can_be_listed(phrasings: list[str], others: list[str]) -> None:
    gaps = [
        Gap(
            questions=(
                asked(phrasing, 2, f"k{index}"),
                *(asked(other, 1, f"o{index}-{place}") for place, other in enumerate(others)),
            )
        )
        for index, phrasing in enumerate(phrasings)
    ]
    assert not MENTION.search(words_of(render_gaps(TEXTS, gaps)))


@few
@given(many_entries(26), text)
def test_any_entry_can_be_picked_for_a_gap(listed: tuple[Entry, ...], phrasing: str) -> None:
    card = render_same_as(TEXTS, Gap(questions=(asked(phrasing),)), listed)
    assert not MENTION.search(words_of(card))


@given(st.lists(text, min_size=1, max_size=8), text, st.sampled_from(list(AliasState)))
def test_any_learned_words_can_be_listed(phrasings: list[str], question: str, state: AliasState) -> None:
    aliases = [learned(state, 2, f"k{index}", phrasing) for index, phrasing in enumerate(phrasings)]
    assert not MENTION.search(words_of(render_aliases(TEXTS, aliases, {"e1": question})))


@few
@given(page=pages(), listed=many_entries(10), is_new=st.booleans())
def test_any_first_load_can_be_told(page: Page, listed: tuple[Entry, ...], is_new: bool) -> None:
    assert not MENTION.search(words_of(render_loaded(TEXTS, page, listed, is_new=is_new)))


@few
@given(st.lists(pages(), min_size=1, max_size=25))
def test_any_pages_can_be_listed_and_checked(followed: list[Page]) -> None:
    assert not MENTION.search(words_of(render_pages(TEXTS, followed, {1: 2})))
    assert not MENTION.search(words_of(render_check(TEXTS, followed, "report", questions=2)))


@given(page=pages(), is_changed=st.booleans(), is_held=st.booleans())
def test_any_refresh_can_be_told(page: Page, is_changed: bool, is_held: bool) -> None:
    card = render_refreshed(TEXTS, page, count=2, is_changed=is_changed, is_held=is_held)
    assert not MENTION.search(words_of(card))
    assert page_name(TEXTS, page)


@few
@given(st.lists(pages(), min_size=1, max_size=3), st.lists(entries(), max_size=5))
def test_any_report_can_be_sent(followed: list[Page], listed: list[Entry]) -> None:
    card = render_check(TEXTS, followed, check_report(TEXTS, followed, listed), questions=len(listed))
    assert card.attachments[0].content.endswith(b"\n")
