"""Say in a reader's language what was noted in English: why a page, a calendar or a list could not be read.

Errors speak English, and so do the log and the store that keeps them: what is read today may be shown next
week, to people of several languages. The catalogue has each of their sentences as a text of its own, so that
what was noted is found again by its form, and the values in it are kept.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

PREFIX = "noted."
IN_WORDS = frozenset({"direction", "fault", "span", "use", "what"})
"""What is put into sentences in words that have texts of their own; all else is a name or a number."""
LISTED = frozenset({"use"})
"""Of these, several may stand side by side."""
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_LONGEST = 600
_LONGEST_VALUE = 300


class Sentences:
    """Find a sentence's text by what was noted."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Take the English texts by key."""
        # Those that say the most by themselves come first.
        ordered = sorted(texts.items(), key=lambda each: -len(_PLACEHOLDER.sub("", each[1])))
        self._forms = tuple((key, _form(text)) for key, text in ordered)

    def find(self, noted: str) -> tuple[str, Mapping[str, str]] | None:
        """Return the key of a sentence and the values in it; None for what no text has the form of."""
        if not noted or len(noted) > _LONGEST:
            return None
        return next(_matching(self._forms, noted), None)


def _matching(
    forms: Iterable[tuple[str, re.Pattern[str]]], noted: str
) -> Iterator[tuple[str, Mapping[str, str]]]:
    for key, form in forms:
        if match := form.fullmatch(noted):
            yield key, match.groupdict()


def _form(text: str) -> re.Pattern[str]:
    """Return what a text looks like with values in it."""
    literals = _PLACEHOLDER.split(text)
    parts = (
        f"(?P<{piece}>[^\n]{{1,{_LONGEST_VALUE}}}?)" if number % 2 else re.escape(piece)
        for number, piece in enumerate(literals)
    )
    return re.compile("".join(parts))
