"""Gather what the rules find in a phrase, each fact in its slot; a second one contradicts it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.meetings.when.dates import DaySpec
from bot.meetings.when.models import Unclear
from bot.meetings.when.tokens import END, Clock, Kind, Token
from bot.meetings.when.words import AND, NUMBERS, ORDINALS, WEEKDAYS

MAX_INTERVAL = 52


@dataclass(slots=True)
class Repeat:
    """What is said about a recurrence, before it is known whether it is one.

    Attributes:
        unit: "day", "week", "month", "quarter", "year", "weekday" or "weekend"; "" where none is named.
        position: Which workday of the month.
    """

    unit: str = ""
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    nths: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    position: int = 0
    is_every: bool = False
    is_plural: bool = False
    is_of_quarter: bool = False

    def has_rule(self) -> bool:
        """Tell whether more is said than a bare weekday."""
        return bool(self.unit or self.nths or self.month_days or self.position or self.is_plural)


@dataclass(slots=True)
class Draft:
    """The slots of a phrase."""

    stamp: int | None = None
    zones: tuple[str, ...] | None = None
    clock: Clock | None = None
    clock_word: str = ""
    clock_end: Clock | None = None
    part_of_day: str = ""
    is_tonight: bool = False
    delay: timedelta | None = None
    duration: timedelta | None = None
    day: DaySpec | None = None
    starting: DaySpec | None = None
    until: DaySpec | None = None
    count: int = 0
    lasting: tuple[int, str] = (0, "")
    repeat: Repeat = field(default_factory=Repeat)
    leftover: list[str] = field(default_factory=list)
    problem: Unclear | None = None

    def refuse(self, key: str, *values: tuple[str, str]) -> None:
        """Keep the first reason why the phrase cannot be used."""
        self.problem = self.problem or Unclear(key=key, values=values)

    def set_day(self, day: DaySpec) -> None:
        """Fill the slot of the date."""
        if self.day is not None and self.day != day:
            self.refuse("when.two_dates")
        self.day = day

    def set_clock(self, clock: Clock | None, word: str = "") -> None:
        """Fill the slot of the time of day, by numbers or by "noon" and "midnight"."""
        if (self.clock or self.clock_word) and (self.clock, self.clock_word) != (clock, word):
            self.refuse("when.two_times")
        self.clock, self.clock_word = clock, word

    def set_unit(self, unit: str, interval: int = 1) -> None:
        """Fill the slot of how often."""
        if unit == "fortnight":
            unit, interval = "week", interval * 2
        if not 1 <= interval <= MAX_INTERVAL:
            self.refuse("when.interval")
        known = (self.repeat.unit, self.repeat.interval)
        if known not in {("", 1), (unit, interval)}:
            self.refuse("when.two_rules")
        self.repeat.unit, self.repeat.interval = unit, interval


class Phrase:
    """The tokens, readable beyond their end."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = tokens

    def __len__(self) -> int:
        return len(self._tokens)

    def at(self, place: int) -> Token:
        """Return the token there, or an empty one beyond either end."""
        return self._tokens[place] if 0 <= place < len(self._tokens) else END

    def word(self, place: int) -> str:
        """Return the text of a word or sign there, or ""."""
        token = self.at(place)
        return token.text if token.kind is Kind.WORD else ""

    def has(self, place: int, *words: str) -> bool:
        """Tell whether these words stand there."""
        return all(self.word(place + step) == word for step, word in enumerate(words))

    def number(self, place: int) -> int:
        """Return the number there, in digits or as a word, or 0."""
        token = self.at(place)
        return token.number if token.kind is Kind.NUMBER else NUMBERS.get(self.word(place), 0)

    def ordinal(self, place: int) -> int:
        """Return the ordinal there ("2nd", "second", "last" as -1), or 0."""
        token = self.at(place)
        return token.number if token.kind is Kind.ORDINAL else ORDINALS.get(self.word(place), 0)

    def weekday(self, place: int) -> int | None:
        """Return the number of the weekday there."""
        return WEEKDAYS.get(self.word(place))

    def skip(self, place: int, words: frozenset[str]) -> int:
        """Return the place after at most one of these words."""
        return place + (self.word(place) in words)

    def joined(self, place: int) -> int:
        """Return the place after "and", "," or ", and"; the same place when nothing joins."""
        after = place
        while self.word(after) in AND and after < place + 2:
            after += 1
        return after


# A rule looks at a place, fills slots and returns how many tokens it took; 0 when it does not apply.
Rule = Callable[[Phrase, int, Draft], int]
