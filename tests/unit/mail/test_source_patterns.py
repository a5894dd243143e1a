"""Every pattern of the sources takes a time that grows as the text does, for archives are strangers'."""

import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

import bot.mail.sources

UNITS = (
    "a",
    " ",
    "<",
    "a@",
    "/",
    "\n",
    "\n ",
    ";",
    "href=",
    "<link ",
    "<a ",
    "/list/a",
    "&",
    "<!--",
    "Received:\n ",
)
LENGTH = 64_000
MOST_SECONDS = 0.5  # quadratic work takes minutes


AnyPattern = re.Pattern[str] | re.Pattern[bytes]


def patterns() -> Iterator[tuple[str, AnyPattern, bool]]:
    """Yield each pattern, and whether it is looked for all over a text."""
    for found in pkgutil.iter_modules(bot.mail.sources.__path__):
        module = importlib.import_module(f"bot.mail.sources.{found.name}")
        source = inspect.getsource(module)
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                verbs = ("search", "sub", "findall", "finditer")
                yield f"{found.name}.{name}", value, any(f"{name}.{verb}" in source for verb in verbs)


def test_patterns_are_found() -> None:
    assert len(list(patterns())) > 25


@pytest.mark.parametrize(
    ("pattern", "is_everywhere"), [pytest.param(*each[1:], id=each[0]) for each in patterns()]
)
def test_pattern_is_linear(pattern: AnyPattern, is_everywhere: bool) -> None:
    literal = re.sub(r"\\.|\(\?.|[\[\](){}|?*+^$.<>=!]", "", str(pattern.pattern))[:12]
    for unit in (*UNITS, literal):
        text = literal + (unit * (LENGTH // max(len(unit), 1) + 1))[:LENGTH] + "\x00"
        attack = text.encode() if isinstance(pattern.pattern, bytes) else text
        started = time.process_time()
        (pattern.findall if is_everywhere else pattern.fullmatch)(attack)
        assert time.process_time() - started < MOST_SECONDS, unit
