"""Recognise DokuWiki by its marks: it shares headings with MediaWiki and bold with Markdown."""

import re

_SURE = re.compile(
    r"^[ \t]{0,4}={2,6}[^=\n]{1,200}={2,6}[ \t]*$"
    r"|~~(?:NOTOC|NOCACHE|CLOSETOC|DISCUSSION)[:~]"
    r"|<nowiki>|\{\{(?:page|section)>"
    r"|\\\\(?:[ ]|$)"
    r"|\[\[[^\[\]|\n]{1,200}\|[^\[\]\n]{1,200}\]\]"
    r"|<(?:code|file)(?:[ ][\w.\- ]{1,60})?>",
    re.MULTILINE,
)
_HINT = re.compile(
    r"^(?: {2}|\t)[ \t]{0,8}[*\-][ ]|^\^[^\n]{1,300}\^[ \t]*$|(?<!:)//\w[^/\n]{0,200}\w//|''\w", re.MULTILINE
)
_FOREIGN = re.compile(
    r"^#{1,6}[ ]|^```|\]\(https?:|^\.\. [\w\-]+::|'''|<!doctype|<html|^\{\|"
    r"|^(?:[#:;][#:;*]{0,3}|\*)[ ]?[\w\['\"]"
    r"|\{\{[A-Z][^{}|>\n]{0,80}[|}]|\[\[(?:Category|File|Help|Wikipedia|User|Image):"
    r"|\[https?://[^\s\]]{1,300}[ ]"
    r"|:(?:ref|doc|class|func|meth):`",
    re.MULTILINE | re.IGNORECASE,
)
_ENOUGH = 5


def looks_like(text: str) -> float:
    """Tell how much a text looks like DokuWiki."""
    sure = _count(_SURE, text)
    score = (0.5 if sure else 0.0) + 0.06 * sure + 0.04 * _count(_HINT, text) - 0.12 * _count(_FOREIGN, text)
    return max(0.0, min(0.95, score))


def _count(pattern: re.Pattern[str], text: str) -> int:
    """Count matches up to the number from which more say nothing."""
    return sum(1 for _, _ in zip(range(_ENOUGH), pattern.finditer(text), strict=False))
