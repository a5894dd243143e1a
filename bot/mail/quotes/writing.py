"""Write the lines that stay, with no more than one blank line where something went."""

import re

from bot.mail.quotes.attributions import mark_attributions
from bot.mail.quotes.headers import mark_headers
from bot.mail.quotes.page import (
    BLANK,
    CUT,
    GAP,
    GOES,
    HEADS,
    QUOTE,
    STAYS,
    UNMARKED,
    Page,
    outliner,
    read_page,
)
from bot.mail.quotes.telltales import PHRASES

_QUOTED = outliner({QUOTE, UNMARKED, CUT})
_MARKS = "> \t|＞"
_MOST_BLANK = 2
_RUNS = re.compile(rf"\{STAYS}++(?:{GAP}{{1,{_MOST_BLANK}}}\{STAYS}++)*+")


def write_lines(page: Page, outline: str) -> str:
    """Return the lines that stay; the page's text itself, not a second one, where that is what they are.

    The latter makes half as much to send to another process of a mail that holds its author's words only.

    Args:
        page: The lines.
        outline: What is to become of each, as `Page.outline` says it.
    """
    lines = page.lines
    if not page.text.isascii():  # what looks blank may hold something that is not seen
        lines = ["" if fate == GAP else line for fate, line in zip(outline, lines, strict=True)]
    written: list[str] = []
    below = 0
    for run in _RUNS.finditer(outline):
        start, stop = run.span()
        if written:
            is_blank = GOES not in outline[below:start]
            written.extend([""] * (_MOST_BLANK if is_blank else 1))
        written.extend(lines[start:stop])
        below = stop
    text = "\n".join(written)
    return page.text if text == page.text else text


def write_all_quoted(page: Page) -> str:
    """Return what a mail that is nothing but a quote quotes, without who said so at each depth."""
    quoted = page.outline(_QUOTED)
    inner = read_page("".join(f"{bare.lstrip(_MARKS)}\n" for bare in page.bare))
    inner.read_low(PHRASES)
    mark_headers(inner)
    mark_attributions(inner)
    fates = list(zip(quoted, inner.kinds, strict=True))
    if not any(fate == STAYS and kind not in HEADS and kind != BLANK for fate, kind in fates):
        return ""
    return write_lines(page, "".join([GOES if kind in HEADS else fate for fate, kind in fates]))
