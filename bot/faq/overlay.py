"""Lay what editors wrote in chat over the pages' entries, and lift it when the pages have it too."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.faq.models import AliasState, Entry, LearnedAlias, Overlay, OverlayKind
from bot.text.markdown import without_mentions


def apply_overlays(entries: Sequence[Entry], overlays: Iterable[Overlay]) -> tuple[Entry, ...]:
    """Return the entries as members see them: replaced, hidden and added ones applied."""
    changes = {overlay.entry_id: overlay for overlay in overlays}
    seen: list[Entry] = []
    for entry in entries:
        change = changes.pop(entry.id, None)
        if change is None:
            seen.append(entry)
        elif change.kind is not OverlayKind.HIDE:
            seen.append(_rewritten(entry, change))
    added = (change for change in changes.values() if change.kind is not OverlayKind.HIDE)
    return (*seen, *(_made(change) for change in added))


def add_learned(entries: Iterable[Entry], aliases: Iterable[LearnedAlias]) -> tuple[Entry, ...]:
    """Return the entries with the active learned phrasings among their aliases."""
    phrasings: dict[str, list[str]] = {}
    for alias in aliases:
        if alias.state is AliasState.ACTIVE:
            phrasings.setdefault(alias.entry_id, []).append(alias.phrasing)
    return tuple(
        replace(entry, aliases=(*entry.aliases, *phrasings[entry.id])) if entry.id in phrasings else entry
        for entry in entries
    )


def plan_folding(
    entries: Iterable[Entry], overlays: Iterable[Overlay]
) -> tuple[tuple[Overlay, Entry | None], ...]:
    """Return the overlays that the pages have caught up with, each with the page's entry it became.

    An added entry folds when a page asks the same question: the page is the source of truth, its wording
    wins. A replaced one folds when the page says the same, or no longer has the entry under another
    question; a hidden one when the entry is gone.
    """
    by_id: dict[str, Entry] = {}
    by_question: dict[str, Entry] = {}
    for entry in entries:
        by_id[entry.id] = entry
        by_question[_letters(entry.question)] = entry
    folded: list[tuple[Overlay, Entry | None]] = []
    for overlay in overlays:
        successor = _caught_up(overlay, by_id, by_question)
        if successor or (overlay.kind is OverlayKind.HIDE and overlay.entry_id not in by_id):
            folded.append((overlay, successor))
    return tuple(folded)


def _caught_up(
    overlay: Overlay, by_id: Mapping[str, Entry], by_question: Mapping[str, Entry]
) -> Entry | None:
    match overlay.kind:
        case OverlayKind.ADD:
            return by_question.get(_letters(overlay.question))
        case OverlayKind.REPLACE:
            candidate = by_id.get(overlay.entry_id) or by_question.get(_letters(overlay.question))
            return candidate if candidate and _says_the_same(overlay, candidate) else None
        case OverlayKind.HIDE:
            return None


def _says_the_same(overlay: Overlay, entry: Entry) -> bool:
    """Compare with the page's plain text and with its Markdown, which alone has the links' addresses."""
    answer = _letters(overlay.answer)
    is_same_question = _letters(entry.question) == _letters(overlay.question)
    return is_same_question and answer in (_letters(entry.text), _letters(entry.answer))


def _rewritten(entry: Entry, change: Overlay) -> Entry:
    return replace(
        entry,
        question=change.question,
        answer=without_mentions(change.answer),
        text=change.answer,
        aliases=change.aliases,
    )


def _made(change: Overlay) -> Entry:
    return Entry(
        id=change.entry_id,
        question=change.question,
        answer=without_mentions(change.answer),
        text=change.answer,
        aliases=change.aliases,
        section=change.section,
    )


def _letters(text: str) -> str:
    """Reduce to letters and digits: the same words typed in two syntaxes are the same."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())
