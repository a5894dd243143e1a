"""Recognise reStructuredText by its marks: underlined titles, directives, roles, `references`_."""

import re

_SURE = re.compile(
    r"^={2,60}(?: +={2,60})+ *$|^\.\. [\w:+\-]{1,40}::|^\.\. _[^:\n]{1,100}:|^\.\. \|[^|\n]{1,60}\| "
    r"|(?<!`)``[^`\n]{1,200}``(?!`)"
    r"|`__?(?=[\s.,;:)]|$)"
    r"|:[a-z][\w:\-]{1,30}:`[^`\n]{1,200}`|^:(?:orphan|Question|Answer|Author|Date|Version):|::[ \t]*$"
    r"|^[^\s#].{2,200}\n(?P<mark>[~^\"'`+:.*_])(?P=mark){2,}[ \t]*$",
    re.MULTILINE,
)
_HINT = re.compile(r"^\S.{1,200}\n[=\-~^\"'`+]{3,}[ \t]*$|^#\. |^\.\. \S|^={4}[ =]*$", re.MULTILINE)
_FOREIGN = re.compile(
    r"^#{1,6}[ ]|^```|\]\((?:https?:|/|#)|^={2,6}[^=\n]{0,80}[^=\s][^=\n]{0,120}={2,6}[ \t]*$|'''|\[\["
    r"|<!doctype|<html"
    r"|^={2,5}[ ]\S|</\w+>",
    re.MULTILINE | re.IGNORECASE,
)
_ENOUGH = 6


def looks_like(text: str) -> float:
    """Tell how much a text looks like reStructuredText."""
    sure = _count(_SURE, text)
    score = (
        (0.5 if sure > 1 else 0.25 * sure)
        + 0.05 * sure
        + 0.04 * _count(_HINT, text)
        - 0.12 * _count(_FOREIGN, text)
    )
    return max(0.0, min(0.95, score))


def _count(pattern: re.Pattern[str], text: str) -> int:
    """Count matches up to the number from which more say nothing."""
    return sum(1 for _, _ in zip(range(_ENOUGH), pattern.finditer(text), strict=False))
