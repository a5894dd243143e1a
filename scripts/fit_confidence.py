"""Fit how sure the FAQ's search is over labelled sets; print the constants for bot/faq/search/confidence.py.

    python -m scripts.fit_confidence SET.json SET.json …

Every set, and within it what is in and out of scope, counts the same, in plain, mistyped and short variants.
The report leaves one set out at a time: what it says of a set, it learned from the others.
"""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.faq.search import build_index
from bot.faq.search.confidence import features
from tests.benchmarks.labelled import LabelledSet, read_set
from tests.benchmarks.variants import PLAIN, SHORT, TYPO, vary

_VARIANTS = (PLAIN, TYPO, SHORT)
_ANSWER_FROM = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
_SUGGEST_FROM = (0.05, 0.08, 0.12, 0.16, 0.2)
# Keeps a coefficient from growing without end where few questions decide it.
_RIDGE = 1e-3
_STEPS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question: what its search found (None: nothing), and whether the first match is right."""

    values: tuple[float, ...] | None
    is_right: bool
    is_in_scope: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A logistic."""

    intercept: float
    coefficients: tuple[float, ...]

    def probability(self, case: Case) -> float:
        """Return how likely the case's first match is right."""
        if case.values is None:
            return 0.0
        score = self.intercept + sum(
            factor * value for factor, value in zip(self.coefficients, case.values, strict=True)
        )
        return _logistic(score)


Cases = dict[str, list[Case]]


def main(paths: Sequence[Path]) -> None:
    """Fit, report, print."""
    cases = {labelled.name: _cases(labelled) for labelled in map(read_set, paths)}
    if len(cases) > 1:
        left_out = {name: fit([of for other, of in cases.items() if other != name]) for name in cases}
        _report(cases, left_out)
    model = fit(list(cases.values()))
    print(f"INTERCEPT = {model.intercept:.3f}")
    print(f"COEFFICIENTS = ({', '.join(f'{value:.3f}' for value in model.coefficients)})")


def _cases(labelled: LabelledSet) -> Cases:
    index = build_index(labelled.entries)
    texts = tuple(question.text for question in labelled.questions)
    cases: Cases = {}
    for variant in _VARIANTS:
        cases[variant] = []
        for question, text in zip(labelled.questions, vary(texts, variant), strict=True):
            findings = index.weigh(text)
            found = findings.asked is not None
            cases[variant].append(
                Case(
                    values=features(findings.asked, findings.ranked) if findings.asked else None,
                    is_right=found and labelled.position(findings.found[0][0].id) == question.gold,
                    is_in_scope=question.gold is not None,
                )
            )
    return cases


def fit(training: Sequence[Cases]) -> Model:
    """Fit a ridge logistic by Newton's method, on features brought to mean 0 and deviation 1."""
    rows: list[tuple[float, ...]] = []
    right: list[float] = []
    shares: list[float] = []
    for cases in (of for one in training for of in one.values()):
        inside = sum(1 for case in cases if case.is_in_scope)
        for case in cases:
            if case.values is not None:
                rows.append(case.values)
                right.append(float(case.is_right))
                shares.append(1 / inside if case.is_in_scope else 1 / (len(cases) - inside))
    whole = sum(shares)
    shares = [share / whole for share in shares]
    columns = list(zip(*rows, strict=True))
    means = [_mean(column, shares) for column in columns]
    spreads = [
        math.sqrt(_mean([(value - mean) ** 2 for value in column], shares)) or 1.0
        for column, mean in zip(columns, means, strict=True)
    ]
    scaled = [
        (1.0, *((value - mean) / spread for value, mean, spread in zip(row, means, spreads, strict=True)))
        for row in rows
    ]
    found = _newton(scaled, right, shares)
    coefficients = [value / spread for value, spread in zip(found[1:], spreads, strict=True)]
    shift = sum(value * mean for value, mean in zip(coefficients, means, strict=True))
    return Model(intercept=found[0] - shift, coefficients=tuple(coefficients))


def _newton(
    rows: Sequence[tuple[float, ...]], right: Sequence[float], shares: Sequence[float]
) -> list[float]:
    size = len(rows[0])
    found = [0.0] * size
    for _ in range(_STEPS):
        slope = [_RIDGE * value if at else 0.0 for at, value in enumerate(found)]
        curve = [[_RIDGE if one == other and one else 0.0 for other in range(size)] for one in range(size)]
        for row, is_right, share in zip(rows, right, shares, strict=True):
            likely = _logistic(sum(factor * value for factor, value in zip(found, row, strict=True)))
            error, bend = share * (likely - is_right), share * likely * (1 - likely)
            for one, value in enumerate(row):
                slope[one] += error * value
                bent, line = bend * value, curve[one]
                for other in range(one + 1):
                    line[other] += bent * row[other]
        for one in range(size):
            for other in range(one):
                curve[other][one] = curve[one][other]
        step = _solve(curve, slope)
        found = [value - change for value, change in zip(found, step, strict=True)]
        if max(map(abs, step)) < 1e-6:
            break
    return found


def _solve(matrix: Sequence[Sequence[float]], values: Sequence[float]) -> list[float]:
    """Solve a linear system by Gauss's elimination with pivots."""
    rows = [[*row, value] for row, value in zip(matrix, values, strict=True)]
    size = len(rows)
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for row in range(size):
            if row != at:
                factor = rows[row][at]
                rows[row] = [value - factor * by for value, by in zip(rows[row], rows[at], strict=True)]
    return [row[-1] for row in rows]


def _report(cases: dict[str, Cases], models: dict[str, Model]) -> None:
    print("Left out: precision of answers | out of scope answered | in scope answered rightly (%)")
    columns = [(name, variant) for name in cases for variant in _VARIANTS]
    print(f"{'from':>6}" + "".join(f"{name[:9] + ' ' + variant:>17}" for name, variant in columns))
    for threshold in _ANSWER_FROM:
        shown = [_answers(cases[name][variant], models[name], threshold) for name, variant in columns]
        print(f"{threshold:6}" + "".join(f"{one:>17}" for one in shown))
    print("Left out: kept silent, out of scope | in scope (%)")
    for threshold in _SUGGEST_FROM:
        shown = [_silences(cases[name][variant], models[name], threshold) for name, variant in columns]
        print(f"{threshold:6}" + "".join(f"{one:>17}" for one in shown))


def _answers(cases: Sequence[Case], model: Model, threshold: float) -> str:
    given = [case for case in cases if model.probability(case) >= threshold]
    right = sum(1 for case in given if case.is_right)
    inside = sum(1 for case in cases if case.is_in_scope)
    wrong = sum(1 for case in given if not case.is_in_scope)
    shares = (right / max(1, len(given)), wrong / max(1, len(cases) - inside), right / max(1, inside))
    return " | ".join(f"{100 * share:.0f}" for share in shares)


def _silences(cases: Sequence[Case], model: Model, threshold: float) -> str:
    silent = [case for case in cases if model.probability(case) < threshold]
    inside = sum(1 for case in cases if case.is_in_scope)
    wrong = sum(1 for case in silent if case.is_in_scope)
    shares = ((len(silent) - wrong) / max(1, len(cases) - inside), wrong / max(1, inside))
    return " | ".join(f"{100 * share:.0f}" for share in shares)


def _logistic(score: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def _mean(values: Sequence[float], shares: Sequence[float]) -> float:
    return sum(value * share for value, share in zip(values, shares, strict=True))


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
