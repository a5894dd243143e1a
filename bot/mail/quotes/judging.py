"""Judge whether a text attributes a quote, by a date, an address and a word for "wrote" in any language."""

import re
from enum import IntEnum
from typing import Final

from bot.mail.quotes.attribution_words import ENDINGS, LEADS, VERBS

COLONS: Final = ":："
DOTTED: Final = ("says...", "writes...", "wrote...")
LONGEST_NAMED: Final = 90
_CLOSERS = (">", ")", "]", "】", "）")
_LONGEST = 500
_LONGEST_POSSIBLE = 160

# Each begins with the digit that it looks for, to which the engine can leap; that no other one stands before
# is asked behind it.
_DIGIT = re.compile(r"\d")
TIME: Final = re.compile(r"\d(?<!\d\d)\d?(?:[:.：hH時시][ ]?\d{2}(?!\d)| ?(?:am|pm|AM|PM)\b)")
_NUMERIC_DATE = re.compile(r"\d(?<!\d\d)\d{0,3}[/.-] ?\d{1,2}[/.-] ?\d{1,4}(?!\d)")
_YEAR = re.compile(r"(?:19|20|25|13|14)(?<!\d\d\d)\d\d(?!\d)")
_DAY = re.compile(r"\d(?<!\d\d)\d?(?!\d)")
_ADDRESS = re.compile(
    r"[^\s@＠]@[^\s@]|\w\(a\)\w|[^\s@]＠|[\w-] at [\w-]{1,40}(?:\.| dot )[\w-]|mailto:|via \w|javascript:"
)
_ADDRESS_SIGNS = ("@", "＠", "(a)", " at ", "via ", "mailto:", "javascript:")
_NAMERS = ("according to ", "also sprach ", "thus spake ", "laut ", "d'après ", "según ")
_WORD = re.compile(r"[^\W_][\w'’()/]{0,24}")
DATE_FIRST: Final = re.compile(
    r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}\b|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d\d\b"
)
_OFFSET = re.compile(r"\b(?:GMT|UTC)[+-]\d{1,2}:?\d\d\b")
_ZOHO = re.compile(r"-{3,}+.{3,300}?\S -{3,}+\Z")
_LETTERS = re.compile(r"[^\W\d_]{2}")


class Certainty(IntEnum):
    """How sure it is that lines attribute a quote."""

    NONE = 0
    NAMED = 1
    """"Bob wrote:" alone, or a date without a word for it: believed where a marked quote follows."""
    DATED = 2
    """With a date or an address: believed anyway."""


def judge(text: str) -> Certainty:
    """Tell whether one line, or several joined by spaces, attributes a quote."""
    if len(text) > _LONGEST:
        return Certainty.NONE
    text = text.rstrip("* \t")
    if text[-1:] not in COLONS:
        return _judge_without_colon(text)
    verb = find_verb(text)
    has_address = any(map(text.__contains__, _ADDRESS_SIGNS)) and _ADDRESS.search(text) is not None
    if _is_sure(text, verb, has_address=has_address):
        return Certainty.DATED
    if (has_address or has_date(text)) and len(text) <= _LONGEST_POSSIBLE and _LETTERS.search(text):
        return Certainty.NAMED
    is_named = len(text) <= LONGEST_NAMED and (verb == "last" or text.lower().startswith(_NAMERS))
    return Certainty.NAMED if is_named else Certainty.NONE


def _is_sure(text: str, verb: str, *, has_address: bool) -> bool:
    """Tell whether a text holds two of a date, an address and the word: no more is looked for than that."""
    if verb:
        # "Ann said at 10:00:" is told, too.
        return has_address or (has_day(text) if verb == "inside" else has_date(text))
    if not has_address or not has_date(text):
        return False
    closed = text.rstrip(" :：")
    if closed[-1:] == ">":
        return True
    is_closed = closed[-1:] in _CLOSERS or "@" in closed.rpartition(" ")[2]
    return is_closed and TIME.search(text) is not None and leads(text)


def has_date(text: str) -> bool:
    """Tell whether a text holds a day or a time of day."""
    return _DIGIT.search(text) is not None and (TIME.search(text) is not None or has_day(text))


def has_day(text: str) -> bool:
    """Tell whether a text holds a whole date."""
    if _NUMERIC_DATE.search(text):
        return True
    return _YEAR.search(text) is not None and _DAY.search(text) is not None


def find_verb(text: str) -> str:
    """Return "last" where the text ends with a word for "wrote", "inside" where one stands in it."""
    body = text.rstrip(" \t:：*-").lower()
    if body.rpartition(" ")[2] in VERBS or body.endswith("wrote" if body.isascii() else ENDINGS):
        return "last"
    words = _WORD.findall(body)
    if VERBS.isdisjoint(words):
        return ""
    return "last" if words[-1] in VERBS else "inside"


def _judge_without_colon(text: str) -> Certainty:
    """Know the few programs that end an attribution without a colon."""
    if text[:1].isdecimal() and DATE_FIRST.match(text):
        is_named = (text.endswith(">") and "@" in text) or _OFFSET.search(text) is not None
        return Certainty.DATED if is_named and text[-1] != "<" and len(text) <= 160 else Certainty.NONE
    if text.startswith("---") and _ZOHO.match(text) and find_verb(text):
        return Certainty.DATED
    if text.endswith(DOTTED):
        return Certainty.NAMED if _ADDRESS.search(text) else Certainty.NONE
    if text.endswith("wrote") and has_date(text) and leads(text):
        return Certainty.DATED if _ADDRESS.search(text) or TIME.search(text) else Certainty.NONE
    return Certainty.NONE


def leads(bare: str) -> bool:
    """Tell whether a text begins as an attribution's date does."""
    first = bare.split(None, 1)[0].lower()
    return first in LEADS or first[0].isdigit() or first.rstrip(".,") in LEADS


def names_writer(bare: str) -> bool:
    """Tell the last line of an attribution that ends in the name: its first words hold "wrote"."""
    return len(bare) <= LONGEST_NAMED and not VERBS.isdisjoint(bare.lower().split(None, 3)[:3])
