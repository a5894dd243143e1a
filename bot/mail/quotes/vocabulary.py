"""Write lists of words and phrases in many languages so that they read as lists and not as punctuation."""

import re
from collections.abc import Iterable


def phrases(*lines: str) -> tuple[str, ...]:
    """Return what stands between the bars of some lines."""
    return tuple(phrase for line in lines for phrase in line.split("|"))


def either(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
