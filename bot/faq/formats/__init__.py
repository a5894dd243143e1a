"""Register the syntaxes that FAQ pages are written in, and choose the one that a page uses.

Each format is a stranger to the others: a module with a `FORMAT`, one line in `FORMATS`, and a folder of
fixtures under tests/fixtures/faq/formats. Importing this package imports every parser, so only the worker
process does (through bot.faq.loading).
"""

from bot.errors import SourceError
from bot.faq.formats import asciidoc, data, dokuwiki, html, markdown, mediawiki, rest
from bot.faq.formats.contract import Format

AUTO = "auto"

# In order of trust: of two formats that a text looks alike, the earlier one is taken.
FORMATS: tuple[Format, ...] = (
    dokuwiki.FORMAT,
    mediawiki.FORMAT,
    rest.FORMAT,
    data.FORMAT,
    asciidoc.FORMAT,
    markdown.FORMAT,
    html.FORMAT,
)

SAMPLE_CHARACTERS = 65_536
"""How much of a page recognition looks at."""

_BONUS_NAME = 0.35
_BONUS_MEDIA_TYPE = 0.35
_BONUS_HINT = 0.25


def choose(*, declared: str, name: str, media_type: str, text: str) -> Format:
    """Return the format that is declared, or else the one that the page looks most like.

    Args:
        declared: A format's name, or "auto".
        name: The page's address or file name.
        media_type: What the server called it, with or without parameters.
        text: The page.

    Raises:
        SourceError: No format has the declared name.
    """
    wanted = declared.strip().lower() or AUTO
    if wanted != AUTO:
        for candidate in FORMATS:
            if candidate.name == wanted:
                return candidate
        known = ", ".join((AUTO, *(each.name for each in FORMATS)))
        raise SourceError(f"There is no FAQ format {declared[:40]!r}. Use one of: {known}.", permanent=True)
    sample = text[:SAMPLE_CHARACTERS]
    place = name.strip().lower()
    kind = media_type.partition(";")[0].strip().lower()
    return max(FORMATS, key=lambda each: _score(each, place=place, kind=kind, sample=sample))


def _score(candidate: Format, *, place: str, kind: str, sample: str) -> float:
    path = place.partition("#")[0].partition("?")[0]
    score = candidate.looks_like(sample)
    if path.endswith(candidate.extensions):
        score += _BONUS_NAME
    if kind in candidate.media_types:
        score += _BONUS_MEDIA_TYPE
    if any(hint in place for hint in candidate.hints):
        score += _BONUS_HINT
    return score
