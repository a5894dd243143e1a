"""Find the recurrence: "every other Tuesday", "2nd and 4th Thursday of the month", "weekly", "quarterly"."""

from types import MappingProxyType

from bot.meetings.when.date_rules import read_day, read_year
from bot.meetings.when.dates import CalendarDay, DayOfMonth, NthOfMonth
from bot.meetings.when.draft import Draft, Phrase, Rule
from bot.meetings.when.words import MONTHS, PLURAL_WEEKDAYS, THROUGH, UNITS

_EVERY = frozenset({"every", "each", "all", "jeden", "chaque"})
_OTHER = frozenset({"other", "alternate", "alternating"})
_ADVERBS = MappingProxyType({
    "daily": ("day", 1), "everyday": ("day", 1), "weekly": ("week", 1), "biweekly": ("week", 2),
    "fortnightly": ("week", 2), "monthly": ("month", 1), "quarterly": ("quarter", 1), "yearly": ("year", 1),
    "annually": ("year", 1), "weekdays": ("weekday", 1), "weekends": ("weekend", 1),
    "workdays": ("weekday", 1),
})  # fmt: skip
_REFUSED = MappingProxyType({
    "hourly": "when.too_often", "bimonthly": "when.how_often", "semimonthly": "when.how_often",
    "biannually": "when.how_often", "biennial": "when.how_often", "semiweekly": "when.how_often",
    "triweekly": "when.how_often", "twice": "when.how_often", "thrice": "when.how_often",
})  # fmt: skip
_DETERMINERS = frozenset({"the", "each", "every", "a", "per"})


def take_every(phrase: Phrase, place: int, draft: Draft) -> int:
    """Take "every" with what follows: a unit, weekdays, or ordinals."""
    if phrase.word(place) not in _EVERY:
        return 0
    start = place + 1
    ordinal_length = _take_ordinals(phrase, start, draft, is_every=True)
    if ordinal_length:
        return 1 + ordinal_length
    interval, start = _read_interval(phrase, start)
    length = _take_unit(phrase, start, draft, interval) or _take_weekdays(phrase, start, draft, interval)
    if not length and phrase.word(start) in {"morning", "afternoon", "evening", "night"} and interval == 1:
        draft.set_unit("day")
        return start - place
    if not length and isinstance(read_day(phrase, start)[0], CalendarDay):
        draft.set_unit("year", interval)  # "every 3 December"; the date itself is taken next
        return start - place
    return start - place + length if length else 0


def _read_interval(phrase: Phrase, place: int) -> tuple[int, int]:
    if phrase.word(place) in _OTHER:
        return 2, place + 1
    number = phrase.number(place)
    if number:
        return number, place + 1
    ordinal = phrase.ordinal(place)
    return (ordinal, place + 1) if ordinal > 0 else (1, place)


def _take_unit(phrase: Phrase, place: int, draft: Draft, interval: int) -> int:
    unit, length = _read_unit(phrase, place)
    if not unit:
        return 0
    if unit in {"hour", "minute"}:
        draft.refuse("when.too_often")
    if unit in {"weekday", "weekend"} and interval > 1:
        draft.refuse("when.interval")
    draft.set_unit(unit, interval)
    return length


def _read_unit(phrase: Phrase, place: int) -> tuple[str, int]:
    if phrase.word(place) in {"business", "working", "work", "week"} and phrase.word(place + 1) in {
        "day",
        "days",
    }:
        return "weekday", 2
    unit = UNITS.get(phrase.word(place), "")
    return unit, 1 if unit else 0


def _take_weekdays(phrase: Phrase, place: int, draft: Draft, interval: int = 0) -> int:
    """Take a list or a range of weekdays; an interval is given after "every" only."""
    days, after, is_plural = _read_weekdays(phrase, place, is_every=interval > 0)
    if not days:
        return 0
    repeat = draft.repeat
    if repeat.weekdays and repeat.weekdays != days:
        draft.refuse("when.two_dates")
    repeat.weekdays = days
    repeat.is_plural = repeat.is_plural or is_plural
    if interval:
        repeat.is_every = True
        draft.set_unit("week", interval)
    return after - place


def _read_weekdays(phrase: Phrase, place: int, *, is_every: bool) -> tuple[tuple[int, ...], int, bool]:
    """Return the days, the place after them, and whether one stands in the plural.

    After "every" nothing need stand between them ("every mon wed fri"); else two days in a row are a slip.
    """
    days: list[int] = []
    is_plural = False
    after = place
    while len(days) <= 14:
        plural = PLURAL_WEEKDAYS.get(phrase.word(after))
        day = phrase.weekday(after) if plural is None else plural
        if day is None:
            break
        is_plural = is_plural or plural is not None
        place = after + 1
        final = PLURAL_WEEKDAYS.get(phrase.word(place + 1), phrase.weekday(place + 1))
        if phrase.word(place) in THROUGH and final is not None:
            days.extend((day + step) % 7 for step in range((final - day) % 7 + 1))
            place += 2
        else:
            days.append(day)
        after = phrase.joined(place)
        if after == place and not is_every:
            break
    return tuple(sorted(set(days))), place, is_plural


def take_weekdays(phrase: Phrase, place: int, draft: Draft) -> int:
    """Take weekdays without "every"; whether they make a series is decided when all is read."""
    return _take_weekdays(phrase, place, draft)


def take_ordinals(phrase: Phrase, place: int, draft: Draft) -> int:
    """Take "last Friday of the month", "the 1st and 15th", "2nd and 4th Thursday"."""
    start = place + (phrase.word(place) == "the")
    length = _take_ordinals(phrase, start, draft, is_every=False)
    return start - place + length if length else 0


def _take_ordinals(phrase: Phrase, place: int, draft: Draft, *, is_every: bool) -> int:
    after = place
    nths: list[tuple[int, int]] = []
    while len(nths) <= 10:
        ordinals, following = _read_ordinals(phrase, after)
        weekday = PLURAL_WEEKDAYS.get(phrase.word(following), phrase.weekday(following))
        if not ordinals or weekday is None:
            break
        nths.extend((nth, weekday) for nth in ordinals)
        place_after = following + 1
        joined = phrase.joined(place_after)
        after = place_after
        if joined == place_after or not phrase.ordinal(phrase.skip(joined, frozenset({"the"}))):
            break
        after = joined
    if nths:
        return _finish_nths(phrase, after, draft, tuple(nths), is_every=is_every) - place
    ordinals, after = _read_ordinals(phrase, place)
    if not ordinals:
        return 0
    return max(0, _finish_days(phrase, after, draft, ordinals, is_every=is_every) - place)


def _read_ordinals(phrase: Phrase, place: int) -> tuple[tuple[int, ...], int]:
    ordinals: list[int] = []
    after = phrase.skip(place, frozenset({"the"}))
    place = after
    while len(ordinals) <= 31 and (ordinal := phrase.ordinal(after)):
        ordinals.append(ordinal)
        place = after + 1
        after = phrase.joined(place)
        if after == place:
            break
        after = phrase.skip(after, frozenset({"the"}))
    return tuple(dict.fromkeys(ordinals)), place


def _finish_nths(
    phrase: Phrase, place: int, draft: Draft, nths: tuple[tuple[int, int], ...], *, is_every: bool
) -> int:
    if any(not -1 <= nth <= 5 for nth, _ in nths):
        draft.refuse("when.no_such_date")
    of = phrase.skip(place, frozenset({"of", "in"}))
    month = MONTHS.get(phrase.word(of), 0)
    near = phrase.word(of) if phrase.word(of) in {"this", "next"} and phrase.word(of + 1) == "month" else ""
    (nth, weekday), is_single = nths[0], len(nths) == 1 and not is_every
    if month and is_single:
        year, after = read_year(phrase, of + 1)
        draft.set_day(NthOfMonth(nth=nth, weekday=weekday, month=month, year=year))
        return after
    if near and is_single:
        draft.set_day(NthOfMonth(nth=nth, weekday=weekday, months_on=int(near == "next")))
        return of + 2
    draft.repeat.nths = (*draft.repeat.nths, *nths)
    draft.repeat.is_every = draft.repeat.is_every or is_every
    return _take_period(phrase, place, draft)


def _finish_days(
    phrase: Phrase, place: int, draft: Draft, ordinals: tuple[int, ...], *, is_every: bool
) -> int:
    """Finish ordinals that no weekday follows: days of the month, workdays of the month, "every 2nd week"."""
    unit, length = _read_unit(phrase, place)
    if unit and is_every and ordinals[0] > 1 and not _reads_period(phrase, place + length):
        return -1  # "every second week": an interval
    if unit == "weekday" and len(ordinals) == 1:
        draft.repeat.position = ordinals[0]
        return _take_period(phrase, place + length, draft)
    if unit not in {"", "day"}:
        return -1
    place += length
    near = phrase.skip(place, frozenset({"of", "in"}))
    if phrase.word(near) in {"this", "next"} and phrase.word(near + 1) == "month" and len(ordinals) == 1:
        draft.set_day(DayOfMonth(day=ordinals[0], months_on=int(phrase.word(near) == "next")))
        return near + 2
    if not unit and -1 in ordinals and not _reads_period(phrase, place):
        return -1
    draft.repeat.month_days = (*draft.repeat.month_days, *ordinals)
    draft.repeat.is_every = draft.repeat.is_every or is_every
    return _take_period(phrase, place, draft)


def _reads_period(phrase: Phrase, place: int) -> bool:
    return _take_period(phrase, place, Draft()) > place


def _take_period(phrase: Phrase, place: int, draft: Draft) -> int:
    """Take "of the month", "each month", "of every other month"; return the place after it."""
    of = phrase.skip(place, frozenset({"of", "in"}))
    start = phrase.skip(of, _DETERMINERS)
    if start == place:
        return place
    interval, start = _read_interval(phrase, start)
    unit = UNITS.get(phrase.word(start), "")
    if unit not in {"month", "quarter"}:
        return place
    draft.set_unit(unit, interval)
    draft.repeat.is_of_quarter = unit == "quarter"
    return start + 1


def take_adverb(phrase: Phrase, place: int, draft: Draft) -> int:
    """Take "weekly", "once a month", "alternate Tuesdays"."""
    word = phrase.word(place)
    if word in _REFUSED:
        draft.refuse(_REFUSED[word], ("word", word))
        return 1
    if word in _ADVERBS:
        draft.set_unit(*_ADVERBS[word])
        return 1
    if word in _OTHER - {"other"}:
        length = _take_unit(phrase, place + 1, draft, 2) or _take_weekdays(phrase, place + 1, draft, 2)
        return 1 + length if length else 0
    if word == "once" and phrase.word(place + 1) in {"a", "per"}:
        length = _take_unit(phrase, place + 2, draft, 1)
        return 2 + length if length else 0
    return int(word == "once" and phrase.word(place + 1) in _EVERY)


REPEAT_RULES: tuple[Rule, ...] = (take_every, take_adverb, take_ordinals, take_weekdays)
