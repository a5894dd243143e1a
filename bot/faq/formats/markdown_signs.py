"""Recognise Markdown by its marks: "#" headings, fences, `[label](address)`."""

import re

_SURE = re.compile(
    r"^#{1,6}[ ]+[^\s#]"
    r"|^ {0,3}```[\w+#.\-]{0,20}[ \t]*$"
    r"|(?<!\[)\[[^\[\]\n]{1,200}\]\((?:https?://|/|#|\.{0,2}/|[\w\-]{1,60}\.(?:md|html))[^()\n]{0,300}\)"
    r"|^\[[^\[\]\n]{1,100}\]:[ ]+\S+$"
    r"|^(?:!!!|\?\?\?\+?)[ ]\w",
    re.MULTILINE,
)
_HINT = re.compile(
    r"^[-*+][ ]\S|^\d{1,3}\.[ ]\S|\*\*\S[^*\n]{0,200}\S\*\*|(?<!`)`[^`\n]{1,100}`(?![`_])|^>[ ]|^-{3}$"
    r"|^={3,}$",
    re.MULTILINE,
)
_FOREIGN = re.compile(
    r"^={1,6}[^=\n]{0,80}[^=\s][^=\n]{0,120}={1,6}[ \t]*$|^\.\. [\w\-|]{1,40}|^\.\. _|``[^`\n]{1,100}``"
    r"|`_\b|'''"
    r"|\[\[[^\[\]\n]{1,200}\]\]"
    r"|^\{\||<!doctype|<html|^:\w[\w ]{0,30}:[ \n]|^\[[\w.\"\-]{1,100}\]$|^={2,5}[ ]\S",
    re.MULTILINE | re.IGNORECASE,
)
_ENOUGH = 6


def looks_like(text: str) -> float:
    """Tell how much a text looks like Markdown; plain text with nothing else to it does a little."""
    sure = _count(_SURE, text)
    score = (0.5 if sure else 0.1) + 0.05 * sure + 0.04 * _count(_HINT, text) - 0.1 * _count(_FOREIGN, text)
    return max(0.05, min(0.9, score))


def _count(pattern: re.Pattern[str], text: str) -> int:
    """Count matches up to the number from which more say nothing."""
    return sum(1 for _, _ in zip(range(_ENOUGH), pattern.finditer(text), strict=False))
