"""Reckon what a search is worth from what it replied: ranks, confidence, time."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from bot.faq.models import Band


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One question's reply: the wanted entry's rank from 0 (None: not among the first), and what was said.

    `is_in_scope` is whether any entry answers the question.
    """

    is_in_scope: bool
    rank: int | None
    score: float
    band: Band | None
    milliseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one system over one set; shares in percent, None where there is nothing to tell.

    Attributes:
        auroc: How well the first score tells questions in scope from those out of scope.
        precision: Of the answers given, the share that is right.
        rightly: Of the questions in scope, the share answered rightly.
        answered: Of the questions out of scope, the share answered; `silent` likewise.
    """

    hit: float | None
    reciprocal: float | None
    recall: float | None
    auroc: float | None
    precision: float | None
    rightly: float | None
    answered: float | None
    silent: float | None
    p50: float
    p99: float


def reckon(outcomes: Sequence[Outcome]) -> Figures:
    """Reckon the figures."""
    inside = [one for one in outcomes if one.is_in_scope]
    outside = [one for one in outcomes if not one.is_in_scope]
    speaks = any(one.band is not None for one in outcomes)
    answers = [one for one in outcomes if one.band is Band.ANSWER]
    right = sum(1 for one in answers if one.rank == 0)
    times = sorted(one.milliseconds for one in outcomes) or [0.0]
    return Figures(
        hit=_share(sum(1 for one in inside if one.rank == 0), len(inside)),
        reciprocal=_share(sum(1 / (one.rank + 1) for one in inside if one.rank is not None), len(inside)),
        recall=_share(sum(1 for one in inside if one.rank is not None), len(inside)),
        auroc=_auroc([one.score for one in inside], [one.score for one in outside]),
        precision=_share(right, len(answers)),
        rightly=_share(right, len(inside)) if speaks else None,
        answered=_share(_count(outside, Band.ANSWER), len(outside)) if speaks else None,
        silent=_share(_count(outside, Band.SILENT), len(outside)) if speaks else None,
        p50=times[len(times) // 2],
        p99=times[int(len(times) * 0.99)],
    )


def _count(outcomes: Sequence[Outcome], band: Band) -> int:
    return sum(1 for one in outcomes if one.band is band)


def _share(part: float, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _auroc(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """Return how often a score from inside is above one from outside; ties count half."""
    if not inside or not outside:
        return None
    low = sorted(outside)
    above = sum(bisect_left(low, score) + bisect_right(low, score) for score in inside)
    return 100 * above / (2 * len(inside) * len(outside))
