"""Recognise MediaWiki by its marks: even runs of "=", `'''bold'''`, `[http://… label]`, templates."""

import re

_SURE = re.compile(
    r"^(={2,5})(?!=)[^=\n]{0,80}[^=\s][^=\n]{0,120}(?<!=)\1[ \t]*$"
    r"|'''[^'\n]{1,300}'''"
    r"|(?<!\[)\[https?://[^\s\[\]]{1,500}[ ][^\[\]\n]{1,300}\](?!\()"
    r"|^\{\||\{\{[A-Z#:][^{}\n]{0,200}\}\}|__(?:NO)?TOC__|\[\[(?:Category|File|Image):|^#REDIRECT"
    r"|<(?:nowiki|syntaxhighlight|ref)\b",
    re.MULTILINE,
)
_HINT = re.compile(r"^[*#:;]{1,4}[ ]?\S|''\w[^'\n]{0,200}''|\[\[[^\[\]\n]{1,200}\]\]", re.MULTILINE)
_FOREIGN = re.compile(
    r"^={1,6}(?!=)[^=\n]{1,200}$|^#{2,6}[ ]|^```|\]\(https?:|^\.\. [\w\-]+::|\\\\(?:[ ]|$)|^(?: {2}"
    r"|\t)[*\-][ ]|~~[A-Z]{4,}~~"
    r"|\*\*\S[^*\n]{0,200}\*\*|<!doctype|<html",
    re.MULTILINE | re.IGNORECASE,
)
_ENOUGH = 6


def looks_like(text: str) -> float:
    """Tell how much a text looks like MediaWiki."""
    sure = _count(_SURE, text)
    score = (0.5 if sure else 0.0) + 0.06 * sure + 0.03 * _count(_HINT, text) - 0.12 * _count(_FOREIGN, text)
    return max(0.0, min(0.95, score))


def _count(pattern: re.Pattern[str], text: str) -> int:
    """Count matches up to the number from which more say nothing."""
    return sum(1 for _, _ in zip(range(_ENOUGH), pattern.finditer(text), strict=False))
