"""Measure the FAQ's search on labelled sets, beside what others would use; or print what it predicts.

python -m tests.benchmarks.faq                                  the repository's own sets, as a table
python -m tests.benchmarks.faq SET.json …                       other sets
python -m tests.benchmarks.faq --predict SET.json [--autocomplete]   one JSON object a line, in order
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bot.faq.search import build_index
from tests.benchmarks.figures import Figures, Outcome, reckon
from tests.benchmarks.labelled import LabelledSet, read_set
from tests.benchmarks.rivals import Finder, finders
from tests.benchmarks.variants import VARIANTS, vary

OWN_SETS = Path(__file__).parent.parent / "fixtures/faq/sets"
_LIMIT = 5
_HEADINGS = ("P@1", "MRR@5", "R@5", "AUROC", "prec", "right", "oos ans", "oos sil", "p50 ms", "p99 ms")


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.faq", description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, metavar="SET.json", help="sets to measure")
    parser.add_argument("--predict", type=Path, metavar="SET.json", help="print what is found, a line each")
    parser.add_argument("--autocomplete", action="store_true", help="take the last word as half typed")
    given = parser.parse_args(arguments)
    if given.predict is not None:
        predict(read_set(given.predict), is_half_typed=given.autocomplete)
        return 0
    for path in given.sets or sorted(OWN_SETS.glob("*.json")):
        measure(read_set(path))
    print(
        "prec: of the answers given, right. right: of the questions in scope, rightly answered.\n"
        "oos ans, oos sil: of the questions out of scope, answered and kept silent.\n"
        "rapidfuzz answers from 80 on, as most bots do; FTS5's scores tell nothing."
    )
    return 0


def predict(labelled: LabelledSet, *, is_half_typed: bool) -> None:
    """Print what the search says to each question of a set."""
    index = build_index(labelled.entries)
    for question in labelled.questions:
        started = time.perf_counter()
        result = index.search(question.text, limit=_LIMIT, prefix=is_half_typed)
        milliseconds = (time.perf_counter() - started) * 1000
        line = {
            "ranked": [
                [labelled.ids[labelled.position(match.entry_id)], round(match.score, 6)]
                for match in result.matches
            ],
            "band": result.band.value,
            "ms": round(milliseconds, 3),
        }
        print(json.dumps(line, separators=(",", ":")))


def measure(labelled: LabelledSet) -> None:
    """Print a set's table: each variant of its questions, each system."""
    outside = sum(1 for question in labelled.questions if question.gold is None)
    inside = len(labelled.questions) - outside
    size = f"{len(labelled.entries)} entries, {inside} questions in scope, {outside} out of scope"
    print(f"{labelled.name}: {size}")
    print(f"{'':12}{'':22}" + "".join(f"{heading:>8}" for heading in _HEADINGS))
    made: dict[str, Finder] = {}
    built: list[str] = []
    for name, make in finders(labelled.entries).items():
        started = time.perf_counter()
        made[name] = make()
        built.append(f"{name} {(time.perf_counter() - started) * 1000:.0f} ms")
    texts = tuple(question.text for question in labelled.questions)
    for variant in VARIANTS:
        varied = vary(texts, variant)
        for name, find in made.items():
            figures = reckon(_outcomes(labelled, varied, variant, find))
            print(f"{variant:12}{name:22}" + "".join(f"{_shown(value):>8}" for value in _values(figures)))
    print(f"made ready in: {', '.join(built)}\n")


def _outcomes(labelled: LabelledSet, texts: Sequence[str], variant: str, find: Finder) -> list[Outcome]:
    outcomes = []
    for question, text in zip(labelled.questions, texts, strict=True):
        started = time.perf_counter()
        reply = find(text, variant)
        milliseconds = (time.perf_counter() - started) * 1000
        found = [labelled.position(entry_id) for entry_id, _ in reply.ranked]
        outcomes.append(
            Outcome(
                is_in_scope=question.gold is not None,
                rank=found.index(question.gold) if question.gold in found else None,
                score=reply.ranked[0][1] if reply.ranked else 0.0,
                band=reply.band,
                milliseconds=milliseconds,
            )
        )
    return outcomes


def _values(figures: Figures) -> tuple[float | None, ...]:
    return (
        *(figures.hit, figures.reciprocal, figures.recall, figures.auroc),
        *(figures.precision, figures.rightly, figures.answered, figures.silent),
        *(figures.p50, figures.p99),
    )


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}" if value < 10 else f"{value:.1f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
