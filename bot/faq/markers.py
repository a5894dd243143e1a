"""Infer what marks a question on a page: what would each mark yield, and how much of that asks?"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.faq.document import Block, Heading
from bot.faq.models import Marker
from bot.faq.pieces import HEADINGS, Piece, split_block
from bot.faq.questions import clean_question, looks_like_question

INFERABLE = frozenset({*HEADINGS, Marker.BOLD, Marker.Q, Marker.TERM, Marker.DETAILS})

# A mark that is often used counts even where few of its lines ask; one whose lines mostly ask may join it.
# Both numbers come from reading 42 real pages.
_BASE_SHARE = 0.35
_SECOND_SHARE = 0.7
_MOSTLY = 0.7
_LEAST_WORDS = 3
_EMPHASIS_ENDS = (":", ".", "!")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What marks the questions of a page.

    Attributes:
        marker: The main mark; AUTO when there is none.
        strict: The marks of which only those lines count that ask something.
        counts: How many candidates each mark has on the page.
    """

    marker: Marker = Marker.AUTO
    strict: frozenset[Marker] = frozenset()
    counts: tuple[tuple[Marker, int], ...] = ()

    @property
    def markers(self) -> frozenset[Marker]:
        """All marks that are looked for."""
        return self.strict | {self.marker}


@dataclass(slots=True)
class _Tally:
    """What one mark yields."""

    count: int = 0
    asking: int = 0

    @property
    def share(self) -> float:
        return self.asking / self.count if self.count else 0.0


def choose_markers(blocks: Sequence[Block], wanted: Marker, title: Heading | None) -> Choice:
    """Return what marks the questions: what is wanted, or what the page suggests.

    Args:
        blocks: The page.
        wanted: A marker, or AUTO.
        title: The heading that names the page; it asks nothing.
    """
    tallies = _tally(blocks, title)
    counts = tuple((marker, tallies[marker].count) for marker in Marker if marker in tallies)
    if wanted is not Marker.AUTO:
        is_mixed = wanted is Marker.BOLD and tallies.get(wanted, _Tally()).share >= _MOSTLY
        return Choice(marker=wanted, strict=frozenset({wanted} if is_mixed else ()), counts=counts)
    if not tallies:
        return Choice()
    if not any(tally.asking for tally in tallies.values()):
        return Choice(marker=_without_asking(tallies), counts=counts)
    best = max(tallies, key=lambda marker: tallies[marker].count * (_BASE_SHARE + tallies[marker].share))
    strict = {
        marker for marker, tally in tallies.items() if marker is not best and tally.share >= _SECOND_SHARE
    }
    if best is Marker.BOLD and tallies[best].share >= _MOSTLY:
        strict.add(best)
    return Choice(marker=best, strict=frozenset(strict), counts=counts)


def is_question(piece: Piece, choice: Choice) -> bool:
    """Tell whether a candidate is a question, given what marks questions on its page."""
    if piece.marker is None or piece.marker not in choice.markers:
        return False
    question = clean_question(piece.question)[0]
    if not any(character.isalnum() for character in question):
        return False
    if looks_like_question(question):
        return True
    if piece.marker is not choice.marker:
        return False
    if piece.marker is Marker.BOLD:
        # Among bold questions, "Note:" and "Important!" are emphasis; "Adding a member" is an entry.
        is_short = piece.marker in choice.strict and len(question.split()) < _LEAST_WORDS
        return not is_short and not question.endswith(_EMPHASIS_ENDS)
    return True


def _tally(blocks: Sequence[Block], title: Heading | None) -> dict[Marker, _Tally]:
    pieces = [piece for block in blocks if block is not title for piece in split_block(block, INFERABLE)]
    tallies: dict[Marker, _Tally] = {}
    for place, piece in enumerate(pieces):
        if piece.marker is None:
            continue
        question = clean_question(piece.question)[0]
        asks = looks_like_question(question)
        following = pieces[place + 1] if place + 1 < len(pieces) else None
        if not question or not (_has_answer(piece, following) or asks):
            continue
        if piece.marker is Marker.BOLD and not asks and question.endswith(_EMPHASIS_ENDS):
            continue
        tally = tallies.setdefault(piece.marker, _Tally())
        tally.count += 1
        tally.asking += asks
    return tallies


def _has_answer(piece: Piece, following: Piece | None) -> bool:
    return bool(piece.rest) or piece.is_whole or (following is not None and following.marker is None)


def _without_asking(tallies: dict[Marker, _Tally]) -> Marker:
    """Choose where nothing on the page asks: the deepest heading used twice, or what is used most."""
    for marker in reversed(HEADINGS):
        if marker in tallies and tallies[marker].count > 1:
            return marker
    return max(tallies, key=lambda marker: tallies[marker].count)
