"""Say how sure a search is, from the shape of its evidence: a logistic, fitted over labelled sets."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.faq.models import Band
from bot.faq.search import weights
from bot.faq.search.evidence import Evidence

# Fitted by `python -m tests.benchmarks.fit_confidence`. The order is that of `features`.
INTERCEPT = -3.053
COEFFICIENTS = (7.752, 10.608, -3.006, -0.222)
ANSWER_FROM = 0.44
SUGGEST_FROM = 0.13


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """How likely the first match answers the question, and the band that follows."""

    probability: float
    band: Band


def features(ranked: Sequence[Evidence]) -> tuple[float, ...]:
    """Return what the confidence is judged by.

    The best match's score, its lead over the next one, how much of the query its question has, and how much
    its weightiest shared word says. More features fit the labelled sets better, and others worse: these are
    what is left when each set is judged by a fit over the other ones.
    """
    first = ranked[0]
    second = ranked[1].score if len(ranked) > 1 else 0.0
    return (first.score, first.score - second, first.in_question, first.strongest)


def judge(ranked: Sequence[Evidence]) -> Confidence:
    """Judge a ranking; without a match there is nothing to say."""
    if not ranked:
        return Confidence(probability=0.0, band=Band.SILENT)
    score = INTERCEPT + sum(
        weight * value for weight, value in zip(COEFFICIENTS, features(ranked), strict=True)
    )
    probability = 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
    # What shares nothing but empty words with an entry's question is no reason to assert it.
    says_something = ranked[0].strongest > max(weights.QUESTION_WORD, weights.STOP_WORD)
    if probability >= ANSWER_FROM and says_something:
        return Confidence(probability=probability, band=Band.ANSWER)
    band = Band.SUGGEST if probability >= SUGGEST_FROM else Band.SILENT
    return Confidence(probability=probability, band=band)
