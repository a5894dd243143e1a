"""Find attribution lines ("On … Ann wrote:") of any mail program, wrapped over up to five lines.

Most of them, in whatever language, end in a colon and hold a date beside an address or a word for "wrote";
that is asked first, the languages' own words second.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.mail.quotes.judging import (
    COLONS,
    DATE_FIRST,
    DOTTED,
    LONGEST_NAMED,
    TIME,
    Certainty,
    find_verb,
    has_date,
    has_day,
    judge,
    leads,
    names_writer,
)
from bot.mail.quotes.page import ATTRIBUTION, BLANK, QUOTE, TEXT, Page

_SURE_ENDINGS = (":", "：", ":*", ":**", "wrote", *DOTTED)
_LAST_LETTERS = frozenset({"ote", "..."})
_LASTS = frozenset(":：*-")
_DIGITS = "0123456789"
_ENDS = frozenset({TEXT, QUOTE})
_LONGEST_MONTH = 14
_LONGEST_SHORT = 5
_SHORTEST_WORD = 2
_MOST_LINES = 5
_MOST_ABOVE = 3
_MOST_SPACES = 9

_GLUED = re.compile(
    r"(.{10,200}?>[,;]? ?(?:wrote|a écrit|schrieb|escribió|ha scritto|escreveu|skrev|schreef) ?:) ",
    re.IGNORECASE,
)
GLUED_VERBS: Final = frozenset(
    {
        "wrote: ",
        "écrit: ",
        "écrit : ",
        "schrieb: ",
        "escribió: ",
        "scritto: ",
        "escreveu: ",
        "skrev: ",
    }
)
QUOTING: Final = "quoting "
_NAME_MARK = re.compile(r"([A-Z][^\W\d_]{1,15})>(?:\s|$)")
_STOPS = ".!?;…。"
_CITED = ("In message <", "In article <", "In <")
"""The line above the name, in the style of Usenet."""
_OPENERS = ("Excerpts from ", "Wiadomość napisana ")
"""What begins with the word for "wrote"."""
_BARE_END = re.compile(r">?\s{0,5}(?:<?\S{1,80}>)?\s{0,3}(?:wrote|>)?\s{0,3}[:：]\Z")


@dataclass(frozen=True, slots=True)
class Attribution:
    """The lines of an attribution, the last one excluded."""

    start: int
    stop: int
    certainty: Certainty


def mark_attributions(page: Page) -> tuple[Attribution, ...]:
    """Mark the attributions that are believed, and return them in the order of the text."""
    _mark_named(page)
    found: list[Attribution] = []
    free_from = 0
    starts = [start for start, _ in page.quotes]
    sure = _find_glued(page).union(_find_framed(page, starts))
    bare_heads = frozenset(_find_bare_heads(page, starts))
    may_end = [
        index
        for index, bare in enumerate(page.bare)
        if bare
        and (
            bare[-1] in _LASTS
            or bare[-3:] in _LAST_LETTERS
            or (bare[0] in _DIGITS and DATE_FIRST.match(bare) is not None)
        )
    ]
    for index in sorted({*may_end, *sure, *bare_heads}) if sure or bare_heads else may_end:
        kind = page.kinds[index]
        if index in sure and kind in _ENDS:
            attribution: Attribution | None = Attribution(index, index + 1, Certainty.DATED)
        elif index in bare_heads and kind == TEXT:
            attribution = Attribution(index, index + 1, Certainty.NAMED)
        elif kind in _ENDS and _may_end(kind, page.bare[index]):
            attribution = _find(page, index, free_from)
        else:
            continue
        if attribution is None or not _is_believed(page, attribution):
            continue
        page.mark(attribution.start, attribution.stop, ATTRIBUTION)
        found.append(attribution)
        free_from = attribution.stop
    return tuple(found)


def _mark_named(page: Page) -> None:
    """Mark the lines of a quote that bear its author's first name: "Ann> Hello", below "Ann Lee writes:"."""
    named: dict[str, list[int]] = {}
    if "> " not in page.low and ">\n" not in page.low and not page.low.endswith(">"):
        return
    for index, low in zip(page.texts, page.low_lines, strict=True):
        if ">" in low and (found := _NAME_MARK.match(page.bare[index])) is not None:
            named.setdefault(found[1], []).append(index)
    for name, lines in named.items():
        above = range(max(0, lines[0] - _MOST_LINES), lines[0])
        if any(
            name in page.bare[line] and page.bare[line][-1] in COLONS for line in above if page.bare[line]
        ):
            for line in lines:
                page.kinds[line] = QUOTE


def _find_glued(page: Page) -> frozenset[int]:
    """Find attributions whose quote goes on in the same line, as some web mail writes it."""
    if GLUED_VERBS.isdisjoint(page.holds) or "@" not in page.low:
        return frozenset()
    lines = zip(page.texts, page.low_lines, strict=True)
    matches = ((index, _GLUED.match(page.bare[index])) for index, low in lines if ">" in low and ": " in low)
    return frozenset(
        index
        for index, found in matches
        if found is not None and judge(found[1]) == Certainty.DATED and leads(found[1])
    )


def _find_framed(page: Page, starts: Sequence[int]) -> Iterator[int]:
    """Find what GroupWise writes between marks that are no quote's, and what alot writes without a colon."""
    may_be = list(starts)
    if QUOTING in page.holds:
        may_be += [index for index in page.texts if page.bare[index].startswith("Quoting ")]
    for index in may_be:
        bare = page.bare[index]
        is_framed = bare.startswith((">>> ", "Quoting ")) and bare.endswith((" >>>", ")"))
        if is_framed and TIME.search(bare) and (has_day(bare) or "@" in bare):
            yield index


def _find_bare_heads(page: Page, starts: Sequence[int]) -> Iterator[int]:
    """Find lines of nothing but a name, an address and a date that stand above a marked quote."""
    for start in starts:
        index = page.last_filled(start - 1)
        bare = page.bare[index] if index >= 0 and page.kinds[index] == TEXT else ""
        if "@" not in bare or bare[-1] not in _DIGITS or len(bare) > LONGEST_NAMED:
            continue
        if bare.count(" ") <= _MOST_SPACES and TIME.search(bare) and has_day(bare):
            yield index


def _may_end(kind: str, bare: str) -> bool:
    last = bare[-1]
    if kind == QUOTE:
        return last in COLONS and bare[0] == ">" and _BARE_END.match(bare) is not None
    if bare.endswith(_SURE_ENDINGS):
        return True
    if last == "-" and bare.startswith("---"):
        return True
    return bare[0] in _DIGITS and DATE_FIRST.match(bare) is not None


def _find(page: Page, end: int, free_from: int) -> Attribution | None:
    """Join lines upwards until they attribute something."""
    joined = page.bare[end]
    start = end
    named: Attribution | None = None
    certainty = judge(joined) if page.kinds[end] == TEXT else Certainty.NONE
    is_told = ends_in_name = None
    while certainty < Certainty.DATED:
        if certainty == Certainty.NAMED and named is None:
            named = Attribution(start, end + 1, certainty)
        above = _line_above(page, start, joined, free_from)
        if above is None or end - above > _MOST_LINES or _ends_another(page.bare[above]):
            break
        if is_told is None:
            is_told, ends_in_name = find_verb(joined) == "last", names_writer(joined)
        start = above
        joined = f"{page.bare[start]} {joined}"
        # A paragraph that ends in a colon may well hold a date and an address: more is asked of it.
        may_be = is_told or "<" in joined or (ends_in_name and leads(joined))
        certainty = judge(joined) if may_be or joined.startswith(_OPENERS) else Certainty.NONE
    if certainty < Certainty.DATED:
        if named is None:
            return None
        start, joined, certainty = named.start, " ".join(page.bare[named.start : named.stop]), named.certainty
    start, certainty = _reach_up(page, start, joined, certainty, free_from)
    return Attribution(start, end + 1, certainty)


def _line_above(page: Page, start: int, joined: str, free_from: int) -> int | None:
    """Return the line to join; over a blank one only where the lines so far begin with an address."""
    above = start - 1
    if above >= free_from and page.kinds[above] == BLANK and joined.lstrip("> ")[:1] == "<":
        above -= 1
    if above < free_from or page.kinds[above] != TEXT or _ends_sentence(page.bare[above]):
        return None
    return above


def _ends_another(bare: str) -> bool:
    return bare[-1] in COLONS and not bare.endswith("mailto:")


def _ends_sentence(bare: str) -> bool:
    """Tell a full stop from that of a short word or number ("Jr.", "p.m.", "28."): lines break there."""
    if bare[-1] not in _STOPS:
        return False
    word = bare.rpartition(" ")[2][:-1]
    is_date = any(character in _DIGITS for character in bare[-_LONGEST_MONTH:])
    return word.isalpha() and len(word) > (_LONGEST_SHORT if is_date else _SHORTEST_WORD)


def _reach_up(
    page: Page, start: int, joined: str, certainty: Certainty, free_from: int
) -> tuple[int, Certainty]:
    """Take in the lines above that hold the date or the address, where only the other was found yet."""
    is_dated = certainty == Certainty.DATED
    lacks_date = not (has_day(joined) if is_dated else has_date(joined))
    lacks_address = is_dated and "@" not in joined
    line = start
    for _ in range(_MOST_ABOVE if lacks_date or lacks_address else 1):
        above = _line_above(page, line, page.bare[line], free_from)
        if above is None or page.bare[above][-1] in COLONS:
            break
        line = above
        bare = page.bare[line]
        holds_date = lacks_date and has_date(bare)
        if bare.startswith(_CITED) or (holds_date and leads(bare)):
            start, certainty = line, Certainty.DATED
            if has_day(bare):
                break
        holds_address = lacks_address and "<" in bare and "@" in bare
        if (holds_date or holds_address) and is_dated and _stands_alone(page, line):
            return line, certainty
    return start, certainty


def _stands_alone(page: Page, line: int) -> bool:
    """Tell a line that begins a paragraph and ends no sentence."""
    bare = page.bare[line]
    return not _ends_sentence(bare) and (line == 0 or page.kinds[line - 1] != TEXT)


def _is_believed(page: Page, attribution: Attribution) -> bool:
    if attribution.certainty == Certainty.DATED:
        return True
    after = page.next_filled(attribution.stop)
    return after < len(page.kinds) and _bears_mark(page, after)


def _bears_mark(page: Page, index: int) -> bool:
    return page.kinds[index] == QUOTE or page.bare[index].startswith("| ") or page.bare[index] == "|"
