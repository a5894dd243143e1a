"""Recognise HTML, and the login pages that servers send in a page's place."""

import re

from bot.text.html import Tag, tokenize

_DOCUMENT = re.compile(
    r"\s*(?:<!--(?:(?!-->).){0,2000}-->\s*){0,5}(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_STORAGE = re.compile(r"<ac:structured-macro\b|<ri:page\b|<ac:link\b")
_BLOCK_TAG = re.compile(
    r"</?(?:p|h[1-6]|ul|ol|li|div|dl|dt|dd|table|tr|td|section|article|details|summary|strong|br|hr|a"
    r"|em)(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
_OTHER = re.compile(r"^(?:#{1,6}[ ]|={2,6}[^=\n]|[*\-] |```|\.\. )|\]\(|\[\[|'''", re.MULTILINE)
_ENOUGH = 40
_LITTLE_TEXT = 1500
_SILENT = frozenset({"script", "style", "noscript", "title"})


def looks_like(text: str) -> float:
    """Tell how much a text looks like HTML."""
    if _DOCUMENT.match(text):
        return 0.98
    if _STORAGE.search(text):
        return 0.95
    if not text.lstrip().startswith("<"):
        return 0.05
    tags = sum(1 for _, _ in zip(range(_ENOUGH), _BLOCK_TAG.finditer(text), strict=False))
    other = sum(1 for _, _ in zip(range(_ENOUGH), _OTHER.finditer(text), strict=False))
    lines = min(_ENOUGH, text.count("\n") + 1)
    return max(0.1, 0.9 - 0.15 * other) if tags >= max(2, lines // 3) else 0.1


def looks_like_login(text: str) -> bool:
    """Tell whether a page asks for a password and says little else."""
    asks = False
    said = 0
    silent = ""
    for token in tokenize(text):
        if isinstance(token, Tag):
            silent = token.name if token.name in _SILENT and not token.is_end else ""
            asks = asks or (token.name == "input" and token.attributes.get("type", "").lower() == "password")
        elif not silent:
            said += len(token.text.strip())
            if said > _LITTLE_TEXT:
                return False
    return asks
