"""Every pattern of the program, found unasked, takes a time that grows as the text does (S15)."""

import ast
import re
import time
from pathlib import Path

import pytest

from tests.patterns import ROOT, VERBS, Found, attacks, calls_in, modules, patterns, sources, within

LENGTHS = (500, 5_000, 64_000)
# What is slower is timed again, at half the length: quadratic work at 64 kB takes 100 ms to 20 s.
SUSPICIOUS_SECONDS = 0.03
MOST_SECONDS = 1.0
MOST_TIMES = 3.0

# Made of parts in a function: each of them of constants alone, or of words that are escaped.
MADE_IN_FUNCTIONS = {
    ("bot/faq/writing_dokuwiki.py", "f'</(?={tag}>)'"),  # one of the names of tags
    ("bot/meetings/dial_in.py", "'|'.join(patterns)"),  # called with constants, as the module is read
    ("bot/meetings/providers.py", "f'(?:.+\\\\.)?(?:{hosts})'"),  # likewise
    ("bot/meetings/providers.py", "pattern"),  # likewise
    ("bot/text/noted.py", "''.join(parts)"),  # the catalogue's own sentences
    ("config/logging.py", "'|'.join(map(re.escape, longest_first))"),  # the operator's secrets
}


@pytest.fixture(scope="module")
def found() -> list[Found]:
    return patterns()


def seconds(pattern: Found, text: str | bytes, times: int = 1) -> float:
    """Return the best of several times, of the processor's time: others may be using the machine."""
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        pattern.ask(text)
        best = min(best, time.process_time() - began)
    return best


def is_slow(pattern: Found, number: int, length: int) -> bool:
    """Tell whether twice the text takes more than three times as long."""
    whole, half = (list(attacks(pattern, each))[number] for each in (length, length // 2))
    took = seconds(pattern, whole, 3)
    return took > MOST_SECONDS or took > MOST_TIMES * seconds(pattern, half, 3)


def slow_text(pattern: Found) -> str | bytes | None:
    """Find a text that holds a pattern up; the short ones first, for they show the worst."""
    for length in LENGTHS:
        for number, text in enumerate(attacks(pattern, length)):
            if seconds(pattern, text) > SUSPICIOUS_SECONDS and is_slow(pattern, number, length):
                return text[:60]
    return None


def test_every_pattern_is_found(found: list[Found]) -> None:
    assert len(found) > 500
    missed = []
    for module in modules():
        text = sources()[Path(module.__file__ or "").relative_to(ROOT)]
        for node in ast.parse(text).body if "re.compile(" in text else ():
            if isinstance(node, ast.Assign | ast.AnnAssign) and any(calls_in(node, "compile")):
                held = vars(module)
                missed += [(module.__name__, each) for each in targets(node) if not any(within(held[each]))]
    assert missed == []


def targets(node: ast.Assign | ast.AnnAssign) -> list[str]:
    given = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [each.id for each in given if isinstance(each, ast.Name)]


def test_every_pattern_is_tried_with_ten_texts_and_more(found: list[Found]) -> None:
    assert {len(set(attacks(each, 500))) >= 10 for each in found} == {True}


def test_every_pattern_is_linear(found: list[Found]) -> None:
    slow = {each.where: text for each in found if (text := slow_text(each)) is not None}
    assert slow == {}


@pytest.mark.parametrize(
    ("pattern", "verb"),
    [
        (r"\s*x", "search"),
        (r"\s*b?\s*c", "match"),
    ],
)
def test_slow_pattern_is_noticed(pattern: str, verb: str) -> None:
    made = Found("here", re.compile(pattern), frozenset({verb}))
    assert any(is_slow(made, number, 3_000) for number in range(10))


def test_patterns_made_of_parts_are_known() -> None:
    """A pattern that a function makes may hold a stranger's words: each such place is listed."""
    made = {
        (str(path), ast.unparse(call.args[0]))
        for path, text in sources().items()
        if "re." in text
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for call in calls_in(node, "compile", *VERBS)
        if not isinstance(call.args[0], ast.Constant)
    }
    assert made == MADE_IN_FUNCTIONS


def test_patterns_of_members_go_to_re2_alone() -> None:
    """Its engine takes linear time whatever the pattern; the module that asks it takes no other for that.

    The other one that knows it looks for phrases of our own.
    """
    asks = {
        str(path)
        for path, text in sources().items()
        if re.search(r"^(?:import|from) re2\b", text, re.MULTILINE)
    }
    assert asks == {"bot/mail/filters.py", "bot/mail/quotes/vocabulary.py"}
    assert not re.search(
        r"^import re$|^from re import|\bregex\b", sources()[Path("bot/mail/filters.py")], re.MULTILINE
    )
