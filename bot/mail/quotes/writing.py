"""Write the lines that stay, with no more than one blank line where something went."""

from collections.abc import Sequence

from bot.mail.quotes.attributions import mark_attributions
from bot.mail.quotes.headers import mark_headers
from bot.mail.quotes.page import BLANK, CUT, HEADS, QUOTE, UNMARKED, Page, read_page

_QUOTED = frozenset({QUOTE, UNMARKED, CUT})
_MARKS = "> \t|＞"
_MOST_BLANK = 2


def write_lines(page: Page, stays: Sequence[bool]) -> str:
    """Return the lines that stay."""
    written: list[str] = []
    blanks = 0
    is_gap = False
    for line, kind, stay in zip(page.lines, page.kinds, stays, strict=True):
        if stay:
            if written:
                written.extend([""] * (1 if is_gap else min(blanks, _MOST_BLANK)))
            written.append(line)
            blanks, is_gap = 0, False
        elif kind == BLANK:
            blanks += 1
        else:
            is_gap = True
    return "\n".join(written)


def write_all_quoted(page: Page) -> str:
    """Return what a mail that is nothing but a quote quotes, without who said so at each depth."""
    quoted = [kind in _QUOTED for kind in page.kinds]
    inner = read_page("".join(f"{bare.lstrip(_MARKS)}\n" for bare in page.bare))
    mark_headers(inner)
    mark_attributions(inner)
    stays = [is_quoted and kind not in HEADS for is_quoted, kind in zip(quoted, inner.kinds, strict=True)]
    if not any(stay and kind != BLANK for stay, kind in zip(stays, inner.kinds, strict=True)):
        return ""
    return write_lines(page, stays)
