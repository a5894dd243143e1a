from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.faq.models import AliasState, Entry, LearnedAlias, Overlay, OverlayKind
from bot.faq.overlay import add_learned, apply_overlays, plan_folding

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GUILD = 1001


def entry(identifier: str, question: str = "", answer: str = "") -> Entry:
    text = answer or f"Answer {identifier}."
    return Entry(
        id=identifier, question=question or f"Question {identifier}?", answer=text, text=text, page_id=1
    )


def overlay(identifier: str, kind: OverlayKind, question: str = "", answer: str = "") -> Overlay:
    return Overlay(
        guild_id=GUILD,
        entry_id=identifier,
        kind=kind,
        question=question,
        answer=answer,
        aliases=("other words",),
        changed_at=NOW,
    )


PAGE = (entry("e1"), entry("e2"), entry("e3"))


def test_without_overlays_the_page_shows() -> None:
    assert apply_overlays(PAGE, ()) == PAGE


def test_a_hidden_entry_is_gone() -> None:
    assert apply_overlays(PAGE, [overlay("e2", OverlayKind.HIDE)]) == (PAGE[0], PAGE[2])


def test_a_replaced_entry_keeps_its_place_page_and_id() -> None:
    change = overlay("e2", OverlayKind.REPLACE, "Better?", "Much **better**.")
    better = replace(
        PAGE[1],
        question="Better?",
        answer="Much **better**.",
        text="Much **better**.",
        aliases=("other words",),
    )
    assert apply_overlays(PAGE, [change]) == (PAGE[0], better, PAGE[2])


def test_an_added_entry_comes_last_and_stands_on_no_page() -> None:
    added = apply_overlays(PAGE, [overlay("c9", OverlayKind.ADD, "New?", "Yes.")])[-1]
    assert (added.id, added.question, added.answer, added.page_id) == ("c9", "New?", "Yes.", 0)
    assert added.aliases == ("other words",)


def test_a_replacement_outlives_the_entry_it_covered() -> None:
    change = overlay("gone", OverlayKind.REPLACE, "Still?", "Yes.")
    assert [shown.question for shown in apply_overlays(PAGE[:1], [change])] == ["Question e1?", "Still?"]


def test_hiding_what_is_not_there_changes_nothing() -> None:
    assert apply_overlays(PAGE, [overlay("gone", OverlayKind.HIDE)]) == PAGE


@pytest.mark.parametrize("kind", [OverlayKind.ADD, OverlayKind.REPLACE])
def test_what_is_typed_in_chat_pings_nobody(kind: OverlayKind) -> None:
    change = overlay("e1", kind, "Who?", "Ask @everyone, <@123> or <@&456>.")
    shown = next(shown for shown in apply_overlays(PAGE, [change]) if shown.id == "e1")
    for mention in ("@everyone", "<@123>", "<@&456>"):
        assert mention not in shown.answer


@pytest.mark.parametrize(
    ("state", "aliases"),
    [
        (AliasState.ACTIVE, ("how do i get in",)),
        (AliasState.CANDIDATE, ()),
        (AliasState.REVOKED, ()),
    ],
)
def test_only_active_learned_words_count(state: AliasState, aliases: tuple[str, ...]) -> None:
    learned = LearnedAlias(
        guild_id=GUILD,
        query_key="k",
        entry_id="e2",
        phrasing="how do i get in",
        state=state,
        people=2,
        changed_at=NOW,
    )
    assert [shown.aliases for shown in add_learned(PAGE, [learned])] == [(), aliases, ()]


FOLDS = {
    "added, and the page asks the same": (
        overlay("c9", OverlayKind.ADD, "Is  it *free*?", "Yes."), entry("e4", "Is it free?", "No."), "e4",
    ),
    "added, and the page asks something else": (
        overlay("c9", OverlayKind.ADD, "Is it free?", "Yes."), entry("e4", "Is it fast?"), None,
    ),
    "replaced, and the page says the same": (
        overlay("e1", OverlayKind.REPLACE, "Is it free?", "**Yes**, it is."),
        entry("e1", "Is it free?", "Yes, it is."),
        "e1",
    ),
    "replaced, and the page says it under a new id": (
        overlay("gone", OverlayKind.REPLACE, "Is it free?", "Yes."), entry("e4", "Is it free?", "Yes!"), "e4",
    ),
    "replaced, and the page still says something else": (
        overlay("e1", OverlayKind.REPLACE, "Is it free?", "Yes."), entry("e1", "Is it free?", "No."), None,
    ),
    "replaced with a link, and the page has it": (
        overlay("e1", OverlayKind.REPLACE, "Where?", "On [the list](https://lists.example.org/x)."),
        replace(
            entry("e1", "Where?"),
            answer="On [the list](<https://lists.example.org/x>).",
            text="On the list.",
        ),
        "e1",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "on_page", "successor"), FOLDS.values(), ids=FOLDS)
def test_when_an_overlay_folds_into_the_page(change: Overlay, on_page: Entry, successor: str | None) -> None:
    folded = [(overlay.entry_id, entry and entry.id) for overlay, entry in plan_folding([on_page], [change])]
    assert folded == ([(change.entry_id, successor)] if successor else [])


@pytest.mark.parametrize(("identifier", "is_folded"), [("e1", False), ("gone", True)])
def test_a_hidden_entry_folds_when_the_pages_no_longer_have_it(identifier: str, is_folded: bool) -> None:
    hidden = overlay(identifier, OverlayKind.HIDE)
    assert plan_folding(PAGE, [hidden]) == (((hidden, None),) if is_folded else ())
