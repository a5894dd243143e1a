"""Find the time of day and how long it lasts: "10am", "10:00-11:30", "at 9", "noon", "half past ten"."""

from bot.meetings.when.draft import Draft, Phrase, Rule
from bot.meetings.when.tokens import Clock, Kind
from bot.meetings.when.words import THROUGH

_AT = frozenset({"at", "@", "um", "à", "las"})
_OCLOCK = frozenset({"o'clock", "uhr", "h", "heures", "horas"})
_SPOKEN = {"noon": "noon", "midday": "noon", "mittag": "noon", "midi": "noon", "midnight": "midnight"}
_PARTS = {"morning": "am", "afternoon": "pm", "evening": "pm", "night": "night"}
_YEARS = range(2000, 2101)


def take_clock(phrase: Phrase, place: int, draft: Draft) -> int:
    """Take a time of day, alone or as the beginning of a range."""
    start = place + (phrase.word(place) == "from")
    clock, after = read_clock(phrase, start)
    if clock is None:
        clock, after = _read_open_range(phrase, start)
    if clock is None:
        return 0
    end, after = _read_end(phrase, after)
    draft.set_clock(clock)
    draft.clock_end = end or draft.clock_end
    return after - place


def take_spoken(phrase: Phrase, place: int, draft: Draft) -> int:
    """Take "noon", "12 noon", "midnight"."""
    start = place + (phrase.number(place) == 12 and phrase.word(place + 1) in _SPOKEN)
    word = _SPOKEN.get(phrase.word(start), "")
    if word:
        draft.set_clock(None, word)
    return start + 1 - place if word else 0


def take_part_of_day(phrase: Phrase, place: int, draft: Draft) -> int:
    """Take "in the afternoon", "morning", "at night"."""
    length = 2 if phrase.has(place, "in", "the") else int(phrase.has(place, "at"))
    part = _PARTS.get(phrase.word(place + length), "")
    if not part:
        return 0
    if draft.part_of_day and draft.part_of_day != part:
        draft.refuse("when.two_times")
    draft.part_of_day = part
    return length + 1


def read_clock(phrase: Phrase, place: int) -> tuple[Clock | None, int]:
    """Read one time of day, and return the place after it."""
    start = phrase.skip(place, _AT)
    token = phrase.at(start)
    if token.kind is Kind.TIME:
        return token.clock, start + 1
    for words, minutes in ((("half", "past"), 30), (("quarter", "past"), 15), (("quarter", "to"), -15)):
        hour = _read_hour(phrase, start + 2)
        if phrase.has(start, *words) and 1 <= hour.hour <= 12 and not hour.minute:
            return _spell(hour, minutes), start + 3
    return _read_bare(phrase, start, is_said=start > place)


def _read_hour(phrase: Phrase, place: int) -> Clock:
    return phrase.at(place).clock or Clock(hour=phrase.number(place))


def _spell(hour: Clock, minutes: int) -> Clock:
    if hour.hour == 12 and minutes < 0:
        return Clock(hour=11, minute=minutes % 60, half={"am": "pm", "pm": "am"}.get(hour.half, ""))
    number = hour.hour if minutes > 0 else (hour.hour - 1 or 12)
    return Clock(hour=number, minute=minutes % 60, half=hour.half)


def _read_bare(phrase: Phrase, place: int, *, is_said: bool) -> tuple[Clock | None, int]:
    """Read a number that only its neighbours make a time: "at 9", "10 Uhr", "ten pm", "10 ET"."""
    token = phrase.at(place)
    number = phrase.number(place)
    following = phrase.word(place + 1)
    is_digits = token.kind is Kind.NUMBER
    if not is_digits and not number:
        return None, place
    if following in {"am", "pm"}:
        return Clock(hour=number, half=following), place + 2
    if following in _OCLOCK:
        return Clock(hour=number, is_padded=following != "o'clock"), place + 2
    if phrase.has(place + 1, "in", "the") and phrase.word(place + 3) in _PARTS:
        return Clock(hour=number), place + 1
    is_before_zone = phrase.at(place + 1).kind is Kind.ZONE and is_digits
    if not (is_said or is_before_zone) or (is_before_zone and number in _YEARS):
        return None, place
    if len(token.text) > 2:
        return Clock(hour=number // 100, minute=number % 100, is_padded=True), place + 1
    return Clock(hour=number, is_padded=token.text.startswith("0")), place + 1


def _read_open_range(phrase: Phrase, place: int) -> tuple[Clock | None, int]:
    """Read the first number of "10-11am" and "10-11 ET"; what follows is read as the end."""
    is_range = phrase.at(place).kind is Kind.NUMBER and phrase.word(place + 1) in THROUGH
    if not is_range or len(phrase.at(place).text) > 2:
        return None, place
    is_time = phrase.at(place + 2).kind is Kind.TIME
    end, _ = read_clock(phrase, place + 2)
    if end is None or not (is_time or phrase.at(place + 3).kind is Kind.ZONE or end.half):
        return None, place
    return Clock(hour=phrase.number(place), half=end.half and "?"), place + 1


def _read_end(phrase: Phrase, place: int) -> tuple[Clock | None, int]:
    if phrase.word(place) not in THROUGH:
        return None, place
    end, after = read_clock(phrase, place + 1)
    if end is not None:
        return end, after
    token = phrase.at(place + 1)
    if token.kind is Kind.NUMBER and len(token.text) <= 2 and token.number <= 24:
        return Clock(hour=token.number), place + 2
    return None, place


CLOCK_RULES: tuple[Rule, ...] = (take_spoken, take_clock, take_part_of_day)
