"""Find header blocks (From:, Sent:, To:, Subject:) and "-----Original Message-----" lines in any language."""

import re
from typing import Final

from bot.mail.quotes.header_words import (
    ANSWER_STEMS,
    ANSWERS_ABOVE,
    BEGUN,
    FIELD_INITIALS,
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
from bot.mail.quotes.lotus import mark_columns
from bot.mail.quotes.page import BLANK, DELIMITER, HEADER, NOTE, TEXT, Page

_FRAME = " \t-‐‑–—―−_*=~+#|<>[]:：."
_DRAWN = "-‐‑–—―−_*=~+#<>["
_FIELD_MARKS = " \t*_|\"'"
_LONGEST_DELIMITER = 120
_LONGEST_BLOCK = 40
_MOST_CONTINUED = 3
_LEAST_WRAPPED = 55
_LOTUS = re.compile(r"---\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4} \d{1,2}[:.]\d\d.{0,12}---")
"""What Notes writes for "hide details": the name, the date and the subject between dashes."""
_REQUESTS = (*ANSWERS_ABOVE, *(f"please {phrase}" for phrase in ANSWERS_ABOVE))
_NAMED = frozenset({FROM, SENT, TO, SUBJECT})
_DASHES = "---"
_DELIMITER_WORDS = frozenset({*ORIGINALS, *BEGUN, "&nbsp;", "\u0307"})
DELIMITER_SIGNS: Final = _DELIMITER_WORDS | {_DASHES}
"""Without one of them no line begins an original or forwarded message."""


def mark_headers(page: Page) -> None:
    """Mark delimiters and header blocks."""
    _mark_delimiters(page)
    _mark_quoted_blocks(page)
    mark_columns(page)
    fields = _find_fields(page)
    position = 0
    while position < len(fields):
        count = _count_block(page, fields, position)
        first, last = fields[position][0], fields[position + count - 1][0]
        if _is_block(page, fields[position : position + count]):
            page.mark(first, _end_of_block(page, last), HEADER)
            _mark_above(page, first)
        position += count


def field_kind(bare: str) -> str | None:
    """Tell which mail header a line states: "*Von:* Ann" is a From."""
    head = bare[: LONGEST_FIELD + 1]
    if "：" in head:
        head = head.replace("：", ":")
    name, colon, _ = head.partition(":")
    if not colon:
        return None
    return FIELD_KINDS.get(name.strip(_FIELD_MARKS).lower())


def is_delimiter(bare: str) -> bool:
    """Tell a line that begins an original or forwarded message."""
    if "---" in bare and _LOTUS.search(bare):
        return True
    if len(bare) > _LONGEST_DELIMITER:
        return False
    inner = bare.strip(_FRAME).lower()
    if inner[:1] == "&" or not inner.isascii():
        # QQ writes spaces as entities; a capital I with a dot has two characters as a small one.
        inner = inner.replace("&nbsp;", " ").strip().replace("\u0307", "")
    if inner == "original":
        return bare[0] == bare[-1] == "-"
    if inner in ORIGINALS:
        return bare[0] in _DRAWN or bare[-1] in ":："
    begins = FORWARDS.get(inner[:2])
    return begins is not None and inner.startswith(begins) and (bare[0] in _DRAWN or bare[-1] in ":：")


def is_answer_line(bare: str) -> bool:
    """Tell the line above which a help desk wants to be answered."""
    low = bare.lower()
    return (
        len(bare) <= _LONGEST_DELIMITER
        and bare[0] in _DRAWN
        and any(phrase in low for phrase in ANSWERS_ABOVE)
    )


def _mark_delimiters(page: Page) -> None:
    kinds = page.kinds
    may_be_help_desk = not ANSWER_STEMS.isdisjoint(page.holds)
    if may_be_help_desk and any(phrase in page.low for phrase in ANSWERS_ABOVE):
        _mark_requests(page)
    if not may_be_help_desk and not _may_delimit(page):
        return
    for index in page.texts:
        bare = page.bare[index]
        may_be = bare[0] in _DRAWN or bare[-1] in ":：" or "---" in bare
        if not may_be or kinds[index] != TEXT:
            continue
        if is_delimiter(bare):
            kinds[index] = DELIMITER
            _mark_without_colons(page, index + 1)
        elif may_be_help_desk and is_answer_line(bare):
            # Where nothing stands above it, the mail is the help desk's own.
            kinds[index] = DELIMITER if page.has_own(0, index) else NOTE


def _may_delimit(page: Page) -> bool:
    if not _DELIMITER_WORDS.isdisjoint(page.holds):
        return True
    return _DASHES in page.holds and _LOTUS.search(page.low) is not None


def _mark_requests(page: Page) -> None:
    """Mark the line above which a help desk wants to be answered, where it bears no frame itself."""
    for index, low in zip(page.texts, page.low_lines, strict=True):
        if low.startswith(_REQUESTS) and page.kinds[index] == TEXT and page.has_own(0, index):
            page.kinds[index] = DELIMITER


def _mark_without_colons(page: Page, index: int) -> None:
    """Mark the header block of eM Client: names and values with nothing but a space between them."""
    index = page.next_filled(index)
    first = index
    while index < len(page.kinds) and index - first < _LONGEST_BLOCK and page.kinds[index] == TEXT:
        kind = FIELD_KINDS.get(page.bare[index].partition(" ")[0].lower())
        if kind is None or (index == first and (kind != FROM or "@" not in page.bare[index])):
            return
        page.kinds[index] = HEADER
        index += 1


def _find_fields(page: Page) -> list[tuple[int, str]]:
    """Return the lines that state a header, with what it is."""
    low = page.low.replace("：", ":").split("\n") if "：" in page.low else page.low_lines
    return [
        (index, kind)
        for index, line in zip(page.texts, low, strict=True)
        if ":" in line
        and line[0] in FIELD_INITIALS
        and (colon := line.find(":", 0, LONGEST_FIELD + 1)) > 0
        and (kind := FIELD_KINDS.get(line[:colon].strip(_FIELD_MARKS))) is not None
        and page.kinds[index] == TEXT
    ]


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


def _mark_above(page: Page, first: int) -> None:
    """Mark a drawn line above a block, or words between dashes: they begin it, whatever their language."""
    above = page.last_filled(first - 1)
    if above < 0 or page.kinds[above] != TEXT:
        return
    bare = page.bare[above]
    if _is_rule(bare):
        page.kinds[above] = HEADER
    elif bare.startswith("---") and bare.endswith("---") and len(bare) <= _LONGEST_DELIMITER:
        page.kinds[above] = DELIMITER


def _mark_quoted_blocks(page: Page) -> None:
    """Mark quotes that are a header block and nothing more: Zimbra marks it and not the mail below."""
    for start, stop in page.quotes:
        if ":" not in page.bare[start] or not 3 <= stop - start <= _LONGEST_BLOCK:
            continue
        kinds: set[str | None] = set()
        for line in range(start, stop):
            kinds.add(field_kind(page.bare[line].lstrip("> ")))
            if None in kinds:
                break
        if None not in kinds and FROM in kinds and len(kinds & _NAMED) >= 3:
            page.mark(start, stop, HEADER)
