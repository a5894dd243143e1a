"""Say how sure a search is, from the shape of its evidence: a logistic, fitted over labelled sets."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.faq.models import Band
from bot.faq.search.evidence import Evidence, Query
from bot.faq.search.weights import QUESTION_WORD, STOP_WORD

# Fitted by scripts/fit_confidence.py. The order is that of `features`.
INTERCEPT = -4.204
COEFFICIENTS = (7.356, 3.129, 3.764, 2.484, -0.528, -4.554, 0.285, -0.45, 0.36)
ANSWER_FROM = 0.4
SUGGEST_FROM = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """How likely the first match answers the question, and the band that follows."""

    probability: float
    band: Band


def features(query: Query, ranked: Sequence[Evidence]) -> tuple[float, ...]:
    """Return what the confidence is judged by: the best match's evidence, its lead, and the query's words."""
    first = ranked[0]
    second = ranked[1].score if len(ranked) > 1 else 0.0
    third = ranked[2].score if len(ranked) > 2 else 0.0
    content = [term for term in query.terms if term.weight > max(STOP_WORD, QUESTION_WORD)]
    unknown = sum(term.weight for term in content if not term.stems)
    return (
        first.score,
        first.score - second,
        first.score - third,
        first.words,
        first.characters,
        first.in_question,
        first.coverage,
        unknown / query.total if query.total else 1.0,
        min(1.0, len(content) / 6),
    )


def judge(query: Query, ranked: Sequence[Evidence]) -> Confidence:
    """Judge a ranking; without a match there is nothing to say."""
    if not ranked:
        return Confidence(probability=0.0, band=Band.SILENT)
    values = features(query, ranked)
    score = INTERCEPT + sum(weight * value for weight, value in zip(COEFFICIENTS, values, strict=True))
    probability = 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
    if probability >= ANSWER_FROM:
        return Confidence(probability=probability, band=Band.ANSWER)
    band = Band.SUGGEST if probability >= SUGGEST_FROM else Band.SILENT
    return Confidence(probability=probability, band=band)
