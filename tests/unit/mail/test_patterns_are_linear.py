"""Every pattern that looks at mail takes a time that grows as the text does, whatever the text holds."""

import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

import bot.mail.quotes
from bot.faq import questions
from bot.mail import addresses, excerpt, personal_links, subjects
from bot.mail.mime import authors

MODULES = [
    *(
        importlib.import_module(f"bot.mail.quotes.{found.name}")
        for found in pkgutil.iter_modules(bot.mail.quotes.__path__)
    ),
    addresses,
    excerpt,
    personal_links,
    authors,
    subjects,
    questions,  # a page's headings are somebody else's text as well
]
UNITS = ("a", " ", "-", ">", "1:", "a@", "1 - ", "<a ", "\\S - |", "@@ -1,1 ", "--- a", "(a/b; ")
SMALL, LARGE = 8_000, 64_000


def patterns() -> Iterator[tuple[ModuleType, str, re.Pattern[str]]]:
    for module in MODULES:
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                yield module, name, value


def applied(module: ModuleType, name: str, pattern: re.Pattern[str]) -> Callable[[str], object]:
    """Return the way the module asks the pattern: at the start only, or all over."""
    source = inspect.getsource(module)
    is_everywhere = any(f"{name}.{verb}" in source for verb in ("search", "sub", "findall", "finditer"))
    return pattern.findall if is_everywhere else pattern.match


def attacks(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    """Yield texts that begin as the pattern likes it, then repeat one thing, and end badly."""
    literal = re.sub(r"\\.|\(\?.|[\[\](){}|?*+^$.<>=!]", "", pattern.pattern)[:12]
    for unit in (*UNITS, literal or "x"):
        yield literal + (unit * (length // len(unit) + 1))[:length] + "\x00"


def seconds(ask: Callable[[str], object], text: str) -> float:
    best = 1.0
    for _ in range(3):
        start = time.process_time()
        ask(text)
        best = min(best, time.process_time() - start)
    return best


def test_patterns_are_found() -> None:
    assert len(list(patterns())) > 25


@pytest.mark.parametrize(
    ("module", "name", "pattern"),
    [pytest.param(*found, id=f"{found[0].__name__.rpartition('.')[2]}.{found[1]}") for found in patterns()],
)
def test_pattern_is_linear(module: ModuleType, name: str, pattern: re.Pattern[str]) -> None:
    ask = applied(module, name, pattern)
    for small, large in zip(attacks(pattern, SMALL), attacks(pattern, LARGE), strict=True):
        baseline = seconds(re.compile(r"(?:\d|[^\x00])*?\x00").match, large)
        took = seconds(ask, large)
        assert took < seconds(ask, small) * (LARGE / SMALL) * 3 + baseline * 3
        assert took < baseline * 150
