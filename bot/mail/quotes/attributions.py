"""Find attribution lines ("On … Ann wrote:") of any mail program, wrapped over up to five lines.

Most of them, in whatever language, end in a colon and hold a date beside an address or a word for "wrote";
that is asked first, the languages' own words second.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from bot.mail.quotes.attribution_words import ENDINGS, LEADS, VERBS
from bot.mail.quotes.page import ATTRIBUTION, BLANK, QUOTE, TEXT, Page

_COLONS = ":："
_DOTTED = ("says...", "writes...", "wrote...")
_SURE_ENDINGS = (":", "：", ":*", ":**", "wrote", *_DOTTED)
_LAST_LETTERS = frozenset({"ote", "..."})
_DIGITS = "0123456789"
_ENDS = frozenset({TEXT, QUOTE})
_CLOSERS = (">", ")", "]", "】", "）")
_MOST_LINES = 5
_MOST_ABOVE = 3
_LONGEST = 500
_LONGEST_NAMED = 90
_LONGEST_POSSIBLE = 160

_TIME = re.compile(r"(?<!\d)\d{1,2}[:.：hH時시][ ]?\d{2}(?!\d)|(?<!\d)\d{1,2} ?(?:am|pm|AM|PM)\b")
_NUMERIC_DATE = re.compile(r"(?<!\d)\d{1,4}[/.-] ?\d{1,2}[/.-] ?\d{1,4}(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20|25|13|14)\d\d(?!\d)")
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_ADDRESS = re.compile(
    r"[^\s@＠]@[^\s@]|\(a\)|[^\s@]＠|[\w-] at [\w-]{1,40}(?:\.| dot )[\w-]|mailto:|via \w|javascript:"
)
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
_NAME_MARK = re.compile(r"([A-Z][^\W\d_]{1,15})>(?:\s|$)")
_LONGEST_NAME = 18
_SIGNS = ("@", "＠", "(a)", " at ", "via ", "mailto:", "javascript:")
_CITED = ("In message <", "In article <", "In <")
"""The line above the name, in the style of Usenet."""
_NAMERS = ("according to ", "laut ", "d'après ", "según ")
_TELLING = re.compile(r"[\d@＠]|\(a\)| at |via |mailto:|javascript:")
"""Without one of these a text holds neither a date nor an address."""
_WORD = re.compile(r"[^\W_][\w'’()/]{0,24}")
_DATE_FIRST = re.compile(r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}\b|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d\d\b")
_OFFSET = re.compile(r"\b(?:GMT|UTC)[+-]\d{1,2}:?\d\d\b")
_ZOHO = re.compile(r"-{3,}+.{3,300}?\S -{3,}+\Z")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_BARE_END = re.compile(r">?\s{0,5}(?:<?\S{1,80}>)?\s{0,3}(?:wrote|>)?\s{0,3}[:：]\Z")


class Certainty(IntEnum):
    """How sure it is that lines attribute a quote."""

    NONE = 0
    NAMED = 1
    """"Bob wrote:" alone, or a date without a word for it: believed where a marked quote follows."""
    DATED = 2
    """With a date or an address: believed anyway."""


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
    glued = _find_glued(page)
    may_end = [
        index
        for index, bare in enumerate(page.bare)
        if bare and (bare[-1] in ":：*-" or bare[0] in _DIGITS or bare[-3:] in _LAST_LETTERS)
    ]
    for index in sorted({*may_end, *glued}) if glued else may_end:
        kind = page.kinds[index]
        if index in glued and kind == TEXT:
            attribution: Attribution | None = Attribution(index, index + 1, Certainty.DATED)
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
    for index in page.texts:
        bare = page.bare[index]
        if ">" in bare[2:_LONGEST_NAME] and (found := _NAME_MARK.match(bare)) is not None:
            named.setdefault(found[1], []).append(index)
    for name, lines in named.items():
        above = range(max(0, lines[0] - _MOST_LINES), lines[0])
        if any(
            name in page.bare[line] and page.bare[line][-1] in _COLONS for line in above if page.bare[line]
        ):
            for line in lines:
                page.kinds[line] = QUOTE


def _find_glued(page: Page) -> frozenset[int]:
    """Find attributions whose quote goes on in the same line, as some web mail writes it."""
    if GLUED_VERBS.isdisjoint(page.holds) or "@" not in page.low:
        return frozenset()
    matches = ((index, _GLUED.match(page.bare[index])) for index in page.texts)
    return frozenset(
        index
        for index, found in matches
        if found is not None and judge(found[1]) == Certainty.DATED and _leads(found[1])
    )


def judge(text: str) -> Certainty:
    """Tell whether one line, or several joined by spaces, attributes a quote."""
    if len(text) > _LONGEST:
        return Certainty.NONE
    text = text.rstrip("* \t")
    if text[-1:] not in _COLONS:
        return _judge_without_colon(text)
    verb = _find_verb(text)
    if not verb and not _TELLING.search(text):
        return Certainty.NAMED if _is_named(text) else Certainty.NONE
    closed = text.rstrip(" :：")
    is_closed = closed[-1:] in _CLOSERS or "@" in closed.rpartition(" ")[2]
    is_dated = _has_date(text)
    has_address = any(sign in text for sign in _SIGNS) and _ADDRESS.search(text) is not None
    is_timed = _TIME.search(text) is not None
    is_sure = bool(verb) or (is_closed and (closed[-1:] == ">" or (is_timed and _leads(text))))
    is_told = verb == "inside" and not has_address and not _has_day(text)  # "Ann said at 10:00:"
    if is_sure and not is_told and (is_dated + has_address + bool(verb)) >= 2:
        return Certainty.DATED
    is_possible = (is_dated or has_address) and len(text) <= _LONGEST_POSSIBLE and _LETTERS.search(text)
    is_named = verb == "last" and len(text) <= _LONGEST_NAMED
    return Certainty.NAMED if is_possible or is_named or _is_named(text) else Certainty.NONE


def _is_named(text: str) -> bool:
    return len(text) <= _LONGEST_NAMED and text.lower().startswith(_NAMERS)


def _may_end(kind: str, bare: str) -> bool:
    last = bare[-1]
    if kind == QUOTE:
        return last in _COLONS and bare[0] == ">" and _BARE_END.match(bare) is not None
    if bare.endswith(_SURE_ENDINGS):
        return True
    if last == "-" and bare.startswith("---"):
        return True
    return bare[0] in _DIGITS and _DATE_FIRST.match(bare) is not None


def _find(page: Page, end: int, free_from: int) -> Attribution | None:
    """Join lines upwards until they attribute something."""
    joined = page.bare[end]
    start = end
    named: Attribution | None = None
    certainty = judge(joined) if page.kinds[end] == TEXT else Certainty.NONE
    is_told = certainty < Certainty.DATED and _find_verb(joined) == "last"
    while certainty < Certainty.DATED:
        if certainty == Certainty.NAMED and named is None:
            named = Attribution(start, end + 1, certainty)
        above = _line_above(page, start, joined, free_from)
        if above is None or end - above > _MOST_LINES:
            break
        start = above
        joined = f"{page.bare[start]} {joined}"
        # A paragraph that ends in a colon may well hold a date and an address: more is asked of it.
        certainty = judge(joined) if is_told or "<" in joined else Certainty.NONE
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
    if above < free_from or page.kinds[above] != TEXT:
        return None
    return above


def _reach_up(
    page: Page, start: int, joined: str, certainty: Certainty, free_from: int
) -> tuple[int, Certainty]:
    """Take in the line above that holds the date, where only name and verb were found yet."""
    if _has_date(joined):
        return start, certainty
    line = start
    for _ in range(_MOST_ABOVE):
        above = _line_above(page, line, page.bare[line], free_from)
        if above is None or page.bare[above][-1] in _COLONS:
            break
        line = above
        bare = page.bare[line]
        if bare.startswith(_CITED) or (_has_date(bare) and _leads(bare)):
            return line, Certainty.DATED
    return start, certainty


def _leads(bare: str) -> bool:
    first = bare.split(None, 1)[0].lower()
    return first in LEADS or first[0].isdigit() or first.rstrip(".,") in LEADS


def _is_believed(page: Page, attribution: Attribution) -> bool:
    if attribution.certainty == Certainty.DATED:
        return True
    after = page.next_filled(attribution.stop)
    return after < len(page.kinds) and _bears_mark(page, after)


def _bears_mark(page: Page, index: int) -> bool:
    return page.kinds[index] == QUOTE or page.bare[index].startswith("| ") or page.bare[index] == "|"


def _has_date(text: str) -> bool:
    return _TIME.search(text) is not None or _has_day(text)


def _has_day(text: str) -> bool:
    if _NUMERIC_DATE.search(text):
        return True
    return _YEAR.search(text) is not None and _DAY.search(text) is not None


def _find_verb(text: str) -> str:
    """Return "last" where the text ends with a word for "wrote", "inside" where one stands in it."""
    body = text.rstrip(" \t:：*-").lower()
    if body.endswith(ENDINGS):
        return "last"
    words = _WORD.findall(body)
    if not words:
        return ""
    if words[-1] in VERBS or body.rpartition(" ")[2] in VERBS:
        return "last"
    return "" if VERBS.isdisjoint(words) else "inside"


def _judge_without_colon(text: str) -> Certainty:
    """Know the few programs that end an attribution without a colon."""
    if _DATE_FIRST.match(text):
        is_named = (text.endswith(">") and "@" in text) or _OFFSET.search(text) is not None
        return Certainty.DATED if is_named and text[-1] != "<" and len(text) <= 160 else Certainty.NONE
    if _ZOHO.match(text) and _find_verb(text):
        return Certainty.DATED
    if text.endswith(_DOTTED):
        return Certainty.NAMED if _ADDRESS.search(text) else Certainty.NONE
    if text.endswith("wrote") and _has_date(text) and _leads(text):
        return Certainty.DATED if _ADDRESS.search(text) or _TIME.search(text) else Certainty.NONE
    return Certainty.NONE
