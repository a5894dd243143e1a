"""Fit the constants of bot.faq.search.confidence over labelled sets, and tell how well they carry over.

python -m tests.benchmarks.fit_confidence SET.json SET.json …

Each set is judged by a fit over the other ones; the constants to paste come from all. Every set counts the
same, and in each the questions in scope as much as those out of scope, so that no set's size decides.
"""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.faq.search import build_index
from bot.faq.search.confidence import ANSWER_FROM, features
from bot.faq.search.words import words_of
from tests.benchmarks.labelled import read_set
from tests.benchmarks.variants import PLAIN, SHORT, TYPO, vary

_RIDGE = 1e-5
_STEPS = 30
_VARIANTS = (PLAIN, TYPO, SHORT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One question: its features, whether the first match is right, and whether any entry is."""

    features: tuple[float, ...]
    is_right: bool
    is_in_scope: bool


Samples = dict[str, tuple[Sample, ...]]


def main(paths: Sequence[str]) -> int:
    """Print each set's figures by a fit over the others, then the constants from all."""
    by_set = {path: _samples(Path(path)) for path in paths}
    for held, judged in by_set.items():
        others = [samples for path, samples in by_set.items() if path != held]
        if others:
            constants = fit(others)
            for variant, samples in judged.items():
                print(f"{Path(held).stem:12}{variant:8}{_judged(samples, constants)}")
    constants = fit(list(by_set.values()))
    print(f"INTERCEPT = {constants[0]:.3f}")
    print(f"COEFFICIENTS = ({', '.join(f'{value:.3f}' for value in constants[1:])})")
    return 0


def fit(sets: Sequence[Samples]) -> list[float]:
    """Return the logistic's constants, the intercept first: Newton's method with a small ridge."""
    weighted = [pair for samples in sets for variant in samples.values() for pair in _weighted(variant)]
    total = sum(weight for _, weight in weighted)
    rows = [((1.0, *one.features), one.is_right, weight / total) for one, weight in weighted]
    constants = [0.0] * len(rows[0][0])
    for _ in range(_STEPS):
        constants = _stepped(rows, constants)
    return constants


def _samples(path: Path) -> Samples:
    labelled = read_set(path)
    index = build_index(labelled.entries)
    texts = tuple(question.text for question in labelled.questions)
    samples: Samples = {}
    for variant in _VARIANTS:
        found = []
        for question, text in zip(labelled.questions, vary(texts, variant), strict=True):
            ranked = index.evidence(words_of(text))
            right = bool(ranked) and labelled.position(ranked[0][0]) == question.gold
            values = features([evidence for _, evidence in ranked]) if ranked else (0.0,) * 4
            found.append(Sample(features=values, is_right=right, is_in_scope=question.gold is not None))
        samples[variant] = tuple(found)
    return samples


def _weighted(samples: Sequence[Sample]) -> list[tuple[Sample, float]]:
    inside = sum(1 for one in samples if one.is_in_scope)
    return [(one, 1 / inside if one.is_in_scope else 1 / (len(samples) - inside)) for one in samples]


def _stepped(
    rows: Sequence[tuple[tuple[float, ...], bool, float]], constants: Sequence[float]
) -> list[float]:
    size = len(constants)
    slope = [-_RIDGE * value for value in constants]
    curve = [[_RIDGE if row == column else 0.0 for column in range(size)] for row in range(size)]
    for values, is_right, weight in rows:
        likely = _logistic(sum(a * b for a, b in zip(constants, values, strict=True)))
        error, spread = weight * (is_right - likely), weight * likely * (1 - likely)
        for row in range(size):
            slope[row] += error * values[row]
            for column in range(size):
                curve[row][column] += spread * values[row] * values[column]
    step = _solved(curve, slope)
    return [value + change for value, change in zip(constants, step, strict=True)]


def _solved(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    """Solve a small positive definite system by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    for pivot in range(len(rows)):
        head = rows[pivot][pivot]
        rows[pivot] = [value / head for value in rows[pivot]]
        for number in range(len(rows)):
            factor = rows[number][pivot]
            if number != pivot and factor:
                rows[number] = [a - factor * b for a, b in zip(rows[number], rows[pivot], strict=True)]
    return [row[-1] for row in rows]


def _judged(samples: Sequence[Sample], constants: Sequence[float]) -> str:
    def likely(one: Sample) -> float:
        return _logistic(constants[0] + sum(a * b for a, b in zip(constants[1:], one.features, strict=True)))

    answered = [one for one in samples if likely(one) >= ANSWER_FROM]
    inside = sum(1 for one in samples if one.is_in_scope)
    outside = len(samples) - inside
    right = sum(1 for one in answered if one.is_right)
    wrongly = sum(1 for one in answered if not one.is_in_scope)
    return (
        f"answered out of scope {100 * wrongly / max(1, outside):5.1f} %   "
        f"right when answered {100 * right / max(1, len(answered)):5.1f} %   "
        f"rightly answered {100 * right / max(1, inside):5.1f} %"
    )


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
