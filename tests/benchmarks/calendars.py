"""Score the occurrence engine on cases with known answers, and time it beside recurring-ical-events.

python -m tests.benchmarks.calendars                            the repository's own cases and bombs
python -m tests.benchmarks.calendars CASES.jsonl …              other cases
python -m tests.benchmarks.calendars --predict CASES.jsonl      one JSON object a line, in order
"""

import argparse
import dataclasses
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import icalendar
import recurring_ical_events

from bot.meetings.feed import read_feed
from tests.benchmarks.calendar_cases import Case, expand_case, is_right, read_cases

FIXTURES = Path(__file__).parent.parent / "fixtures/ics"
OWN = (FIXTURES / "cases.jsonl", FIXTURES / "bombs.jsonl")
SYNTHETIC = FIXTURES / "synth500.ics"
WINDOW = (datetime(2025, 11, 1, tzinfo=UTC), datetime(2025, 11, 1, tzinfo=UTC) + timedelta(days=90))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds to parse a calendar and expand ninety days of it, the best of some runs, and what came out."""

    ours: float
    theirs: float
    our_number: int
    their_number: int

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.calendars", description=__doc__)
    parser.add_argument("cases", nargs="*", type=Path, metavar="CASES.jsonl", help="cases to score")
    parser.add_argument(
        "--predict", type=Path, metavar="CASES.jsonl", help="print what is found, a line each"
    )
    given = parser.parse_args(arguments)
    if given.predict is not None:
        predict(read_cases(given.predict))
        return 0
    score(case for path in given.cases or OWN for case in read_cases(path))
    timing = measure(SYNTHETIC.read_bytes())
    print(f"\n{SYNTHETIC.name}, parsed and 90 days expanded, best of 3:")
    print(f"ours                   {timing.ours * 1000:7.1f} ms  {timing.our_number} occurrences")
    print(f"recurring-ical-events  {timing.theirs * 1000:7.1f} ms  {timing.their_number} occurrences")
    print(f"ours takes {timing.ratio:.2f} of its time")
    return 0


def predict(cases: Iterable[Case]) -> None:
    """Print what the engine makes of each case."""
    for case in cases:
        result = expand_case(case)
        line = {
            "id": case.id,
            "occurrences": [dataclasses.asdict(item) for item in result.items],
            "problems": result.problems,
            "ms": round(result.seconds * 1000, 3),
        }
        print(json.dumps(line, ensure_ascii=False, separators=(",", ":")))


def score(cases: Iterable[Case]) -> None:
    """Print how many cases come out right, by origin, and which do not."""
    right: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    for case in cases:
        is_bomb = case.limit_seconds is not None
        groups = ["bombs"] if is_bomb else [case.origin, "all", *(["core"] if case.is_core else [])]
        seen.update(groups)
        if is_right(case, expand_case(case)):
            right.update(groups)
        else:
            wrong.append(f"{case.id} ({', '.join(case.tags)})")
    for group in sorted(seen):
        share = right[group] / seen[group]
        print(f"{group:12} {right[group]:4} of {seen[group]:4}  {share:6.1%}")
    if wrong:
        print("wrong: " + "; ".join(wrong))


def measure(data: bytes, *, runs: int = 3) -> Timing:
    """Time both engines on one calendar, in turns, in this process."""
    low, high = WINDOW

    def ours() -> int:
        return len(read_feed(data, window_from=low, window_to=high).expansion.occurrences)

    def theirs() -> int:
        return len(recurring_ical_events.of(icalendar.Calendar.from_ical(data)).between(low, high))

    mine, other = [], []
    for _ in range(runs):
        mine.append(_timed(ours))
        other.append(_timed(theirs))
    return Timing(
        ours=min(seconds for seconds, _ in mine),
        theirs=min(seconds for seconds, _ in other),
        our_number=mine[0][1],
        their_number=other[0][1],
    )


def _timed(run: Callable[[], int]) -> tuple[float, int]:
    started = time.perf_counter()
    number = run()
    return time.perf_counter() - started, number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
