"""Write the lines that stay, with no more than one blank line where something went."""

from collections.abc import Sequence
from itertools import compress

from bot.mail.quotes.attributions import mark_attributions
from bot.mail.quotes.headers import mark_headers
from bot.mail.quotes.page import BLANK, CUT, HEADS, QUOTE, UNMARKED, Page, read_page
from bot.mail.quotes.telltales import PHRASES

_QUOTED = frozenset({QUOTE, UNMARKED, CUT})
_MARKS = "> \t|＞"
_MOST_BLANK = 2


def write_lines(page: Page, stays: Sequence[bool]) -> str:
    """Return the lines that stay."""
    written: list[str] = []
    last = -1
    for index in compress(range(len(stays)), stays):
        gap = index - last - 1
        if gap and written:
            is_blank = page.kinds[last + 1 : index].count(BLANK) == gap
            written.extend([""] * (min(gap, _MOST_BLANK) if is_blank else 1))
        written.append(page.lines[index])
        last = index
    return "\n".join(written)


def write_all_quoted(page: Page) -> str:
    """Return what a mail that is nothing but a quote quotes, without who said so at each depth."""
    quoted = [kind in _QUOTED for kind in page.kinds]
    inner = read_page("".join(f"{bare.lstrip(_MARKS)}\n" for bare in page.bare))
    inner.read_low(PHRASES)
    mark_headers(inner)
    mark_attributions(inner)
    stays = [is_quoted and kind not in HEADS for is_quoted, kind in zip(quoted, inner.kinds, strict=True)]
    if not any(stay and kind != BLANK for stay, kind in zip(stays, inner.kinds, strict=True)):
        return ""
    return write_lines(page, stays)
