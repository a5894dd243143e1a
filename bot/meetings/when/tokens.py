"""Cut a phrase into tokens: words, numbers, dates, clock times, zones; one pass, no going back."""

import enum
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.meetings.when.words import NEAR_DAYS, UNITS
from bot.meetings.when.zones import LONGEST_NAME, find_offset, find_zones, list_zone_names
from bot.text.markdown import clean


class Kind(enum.StrEnum):
    """What a token is."""

    WORD = "word"
    NUMBER = "number"
    ORDINAL = "ordinal"
    TIME = "time"
    DATE = "date"
    STAMP = "stamp"
    ZONE = "zone"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day as written; `half` is "am", "pm" or "" where it is not said."""

    hour: int
    minute: int = 0
    half: str = ""
    is_padded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of the phrase.

    Attributes:
        text: As written, in lower case.
        number: Of a number, an ordinal or a stamp.
        dates: The (year or 0, month, day) a date can mean.
        zones: The zones a zone word can mean; none when it is an offset that no zone keeps.
    """

    kind: Kind
    text: str
    number: int = 0
    clock: Clock | None = None
    dates: tuple[tuple[int, int, int], ...] = ()
    zones: tuple[str, ...] = ()


END = Token(kind=Kind.END, text="")

_PIECE = re.compile(
    r"""
      <t:(?P<stamp>\d{1,12})(?::[a-z])?>
    | (?P<iso>\d{4}-\d\d?-\d\d?)t(?P<isotime>\d\d:?\d\d)(?::?\d\d(?:[.,]\d{1,9})?)?
      (?P<isozone>z|[+-]\d\d:?\d\d)?(?![\w:])
    | (?P<compact>\d{8})t(?P<compacttime>\d{4})(?:\d\d)?(?P<compactzone>z)?(?!\w)
    | (?P<ymd>\d{4}(?P<s1>[-/.])\d\d?(?P=s1)\d\d?)(?!\d)
    | (?P<dmy>\d\d?(?P<s2>[-/.])\d\d?(?P=s2)(?:\d{4}|\d\d))(?!\d)
    | (?P<dm>\d\d?/\d\d?)(?![\d/])
    | (?P<dotted>\d\d?\.\d\d?\.)(?!\d)
    | (?:utc|gmt)\ ?(?P<offset>[+-]\ ?\d\d?(?::?\d\d)?)(?!\d|:|\ ?[ap]\.?m)
    | (?P<plus>\+\d\d:?\d\d)(?!\d)
    | (?P<hour>\d\d?)[:.h](?P<minute>\d\d)(?::\d\d)?(?:\ ?(?P<half>[ap])\.?\ ?m(?![^\W\d])\.?)?(?![:\d])
    | (?P<hour12>\d\d?)\ ?(?P<half12>[ap])\.?\ ?m(?![^\W\d])\.?
    | (?P<military>\d{4})(?:(?=z(?!\w))|\ ?h(?:rs|ours)?(?!\w))
    | (?P<ordinal>\d{1,3})(?:st|nd|rd|th)(?!\w)
    | (?P<number>\d{1,4})(?!\d)
    | (?P<long>\d+)
    | (?P<iana>[a-z_]{2,20}(?:/[a-z0-9_+-]{1,30}){1,2})
    | (?P<word>[^\W\d_]+(?:'[^\W\d_]+)?)
    | (?P<sign>\S)
    """,
    re.VERBOSE,
)
_PLAIN = str.maketrans("‐‑‒–—−’‘ʼ“”", "------'''\"\"")
_TIME_WORDS = (("time", "zone"), ("local", "time"), ("time",), ("timezone",), ("tz",))


def cut(phrase: str, *, community: str) -> tuple[Token, ...]:
    """Return the tokens of a phrase; `community` is the zone that tells whose "eastern" is meant."""
    text = unicodedata.normalize("NFKC", clean(phrase)).lower().translate(_PLAIN)
    return tuple(_mark_zones(_join_hyphens(list(_scan(text, community))), community))


def _scan(text: str, community: str) -> Iterator[Token]:
    place = 0
    while found := _PIECE.search(text, place):
        place = found.end()
        name = found.lastgroup or ""
        if name == "iana" and found[0] not in list_zone_names():
            found = _WORD.match(text, found.start())
            if found is None:  # an underscore begins it
                continue
            place, name = found.end(), "word"
        yield from _read(found, name, community)


_WORD = re.compile(r"[^\W\d_]+|_")


def _read(found: re.Match[str], name: str, community: str) -> Iterator[Token]:
    parts = {key: value for key, value in found.groupdict().items() if value is not None}
    text = found[0]
    if "stamp" in parts:
        yield Token(kind=Kind.STAMP, text=text, number=int(parts["stamp"]))
    elif date := _read_date(parts):
        yield Token(kind=Kind.DATE, text=text, dates=date)
        yield from _read_iso_rest(parts, community)
    elif "offset" in parts or "plus" in parts:
        yield replace(_read_offset(parts.get("offset") or parts["plus"]), text=text)
    elif clock := _read_clock(parts):
        yield Token(kind=Kind.TIME, text=text, clock=clock)
    elif "ordinal" in parts:
        yield Token(kind=Kind.ORDINAL, text=text, number=int(parts["ordinal"]))
    elif "number" in parts:
        yield Token(kind=Kind.NUMBER, text=text, number=int(parts["number"]))
    elif name == "iana":
        yield Token(kind=Kind.ZONE, text=text, zones=find_zones(text, community=community))
    else:
        yield Token(kind=Kind.WORD, text=text)


def _read_date(parts: dict[str, str]) -> tuple[tuple[int, int, int], ...]:
    if compact := parts.get("compact"):
        return ((int(compact[:4]), int(compact[4:6]), int(compact[6:])),)
    if first := parts.get("iso") or parts.get("ymd"):
        year, month, day = (int(each) for each in re.split("[-/.]", first))
        return ((year, month, day),)
    if whole := parts.get("dmy") or parts.get("dm") or parts.get("dotted"):
        return _read_short_date(whole)
    return ()


def _read_short_date(text: str) -> tuple[tuple[int, int, int], ...]:
    """Read day and month in the order that exists; dots always put the day first, slashes either."""
    one, two, *more = (int(each) for each in re.split("[-/.]", text.rstrip(".")))
    year = more[0] + (2000 if more[0] < 100 else 0) if more else 0
    orders = [(year, two, one)] if "." in text else [(year, two, one), (year, one, two)]
    possible = [order for order in orders if 1 <= order[1] <= 12]
    return tuple(dict.fromkeys(possible or orders))


def _read_iso_rest(parts: dict[str, str], community: str) -> Iterator[Token]:
    if time := parts.get("isotime") or parts.get("compacttime"):
        clock = Clock(hour=int(time[:2]), minute=int(time[-2:]), is_padded=True)
        yield Token(kind=Kind.TIME, text=time, clock=clock)
    if zone := parts.get("isozone") or parts.get("compactzone"):
        yield _read_offset(zone) if zone != "z" else _zone(zone, community)


def _zone(name: str, community: str) -> Token:
    return Token(kind=Kind.ZONE, text=name, zones=find_zones(name, community=community))


def _read_offset(text: str) -> Token:
    digits = text.replace(":", "").replace(" ", "")[1:]
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    total = (hours * 60 + minutes) * (-1 if text.startswith("-") else 1)
    zone = find_offset(total) if minutes < 60 else ""
    return Token(kind=Kind.ZONE, text=text, zones=(zone,) if zone else ())


def _read_clock(parts: dict[str, str]) -> Clock | None:
    if "military" in parts:
        time = parts["military"]
        return Clock(hour=int(time[:2]), minute=int(time[2:]), is_padded=True)
    hour = parts.get("hour") or parts.get("hour12")
    if hour is None:
        return None
    half = parts.get("half") or parts.get("half12") or ""
    return Clock(
        hour=int(hour),
        minute=int(parts.get("minute", "0")),
        half=half and f"{half}m",
        is_padded=len(hour) == 2 and hour.startswith("0"),
    )


def _join_hyphens(tokens: list[Token]) -> list[Token]:
    """Write "bi-weekly" and "week-day" as one word, and leave "mon-fri" alone."""
    joined: list[Token] = []
    for token in tokens:
        if len(joined) > 1 and joined[-1].text == "-" and token.kind is Kind.WORD:
            whole = joined[-2].text + token.text
            if whole in UNITS or whole in NEAR_DAYS or whole in {"biweekly", "bimonthly", "everyday"}:
                joined[-2:] = [Token(kind=Kind.WORD, text=whole)]
                continue
        joined.append(token)
    return joined


def _mark_zones(tokens: list[Token], community: str) -> Iterator[Token]:
    place = 0
    while place < len(tokens):
        zone, length = _find_zone(tokens, place, community)
        if zone is None:
            yield tokens[place]
            place += 1
            continue
        place += length
        for words in _TIME_WORDS:
            if tuple(each.text for each in tokens[place : place + len(words)]) == words:
                place += len(words)
                break
        yield zone


def _find_zone(tokens: list[Token], place: int, community: str) -> tuple[Token | None, int]:
    if tokens[place].kind is Kind.ZONE:
        return tokens[place], 1
    for length in range(min(LONGEST_NAME, len(tokens) - place), 0, -1):
        part = tokens[place : place + length]
        if all(each.kind is Kind.WORD for each in part):
            name = " ".join(each.text for each in part)
            if zones := find_zones(name, community=community):
                return Token(kind=Kind.ZONE, text=name, zones=zones), length
    return None, 0
