"""Find header blocks (From:, Sent:, To:, Subject:) and "-----Original Message-----" lines in any language."""

from bot.mail.quotes.header_words import (
    FIELD_KINDS,
    FORWARDS,
    FROM,
    LONGEST_FIELD,
    ORIGINALS,
    OTHER,
    SENT,
    SUBJECT,
    TO,
)
from bot.mail.quotes.page import BLANK, DELIMITER, HEADER, TEXT, Page

_FRAME = " \t-‐‑–—―−_*=~+#|<>[]:：."
_DRAWN = "-‐‑–—―−_*=~+#<>["
_LONGEST_DELIMITER = 120
_LONGEST_BLOCK = 40
_MOST_CONTINUED = 3
_LEAST_WRAPPED = 55
_NAMED = frozenset({FROM, SENT, TO, SUBJECT})


def mark_headers(page: Page) -> None:
    """Mark delimiters and header blocks."""
    _mark_delimiters(page)
    fields = _find_fields(page)
    position = 0
    while position < len(fields):
        count = _count_block(page, fields, position)
        first, last = fields[position][0], fields[position + count - 1][0]
        if _is_block(page, fields[position : position + count]):
            page.mark(first, _end_of_block(page, last), HEADER)
            _mark_rule_above(page, first)
        position += count


def field_kind(bare: str) -> str | None:
    """Tell which mail header a line states: "*Von:* Ann" is a From."""
    head = bare[: LONGEST_FIELD + 1]
    if "：" in head:
        head = head.replace("：", ":")
    name, colon, _ = head.partition(":")
    if not colon:
        return None
    return FIELD_KINDS.get(name.strip(" \t*_|\"'").lower())


def is_delimiter(bare: str) -> bool:
    """Tell a line that begins an original or forwarded message."""
    if len(bare) > _LONGEST_DELIMITER:
        return False
    inner = bare.strip(_FRAME).lower()
    if inner in ORIGINALS:
        return bare[0] in _DRAWN or bare[-1] in ":："
    return inner.startswith(FORWARDS) and (bare[0] in _DRAWN or bare[-1] in ":：")


def _mark_delimiters(page: Page) -> None:
    kinds = page.kinds
    for index in page.texts:
        bare = page.bare[index]
        if (bare[0] in _DRAWN or bare[-1] in ":：") and kinds[index] == TEXT and is_delimiter(bare):
            kinds[index] = DELIMITER


def _find_fields(page: Page) -> list[tuple[int, str]]:
    found = []
    kinds = page.kinds
    for index in page.texts:
        bare = page.bare[index]
        if (":" in bare or "：" in bare) and kinds[index] == TEXT:
            kind = field_kind(bare)
            if kind is not None:
                found.append((index, kind))
    return found


def _count_block(page: Page, fields: list[tuple[int, str]], position: int) -> int:
    """Count the fields that belong together: wrapped lines, and a blank one, may stand between two."""
    count = 1
    while position + count < len(fields) and count < _LONGEST_BLOCK:
        before, here = fields[position + count - 1][0], fields[position + count][0]
        between = page.kinds[before + 1 : here]
        if len(between) > _MOST_CONTINUED or between.count(BLANK) > 1:
            break
        if BLANK in between and len(between) > 1:
            break
        count += 1
    return count


def _is_block(page: Page, fields: list[tuple[int, str]]) -> bool:
    """Tell a header block from lines that happen to look so: by its fields, a line above, or an address."""
    kinds = {kind for _, kind in fields}
    named = kinds & _NAMED
    if FROM in named and len(named) >= 3:
        return True
    if len(named) + (OTHER in kinds) < 2:
        return False
    first = fields[0][0]
    above = page.last_filled(first - 1)
    if above >= 0 and (page.kinds[above] == DELIMITER or _is_rule(page.bare[above])):
        return FROM in named
    is_apart = first == 0 or page.kinds[first - 1] == BLANK
    return is_apart and any("@" in page.bare[index] for index, kind in fields if kind in (FROM, TO))


def _end_of_block(page: Page, last: int) -> int:
    """Return the line after the block: the last field may be wrapped, indented or, if long, as one line."""
    end = last + 1
    is_long = len(page.bare[last]) >= _LEAST_WRAPPED
    if is_long and page.kinds[end : end + 2] == [TEXT, BLANK]:
        return end + 1
    while end < len(page.lines) and end - last <= _MOST_CONTINUED and page.lines[end][:1] in ("\t", " "):
        if page.kinds[end] != TEXT:
            break
        end += 1
    return end


def _is_rule(bare: str) -> bool:
    return len(bare) >= 3 and not bare.strip(_DRAWN + " ")


def _mark_rule_above(page: Page, first: int) -> None:
    above = page.last_filled(first - 1)
    if above >= 0 and page.kinds[above] == TEXT and _is_rule(page.bare[above]):
        page.kinds[above] = HEADER
