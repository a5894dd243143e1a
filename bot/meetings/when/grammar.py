"""Read tokens into a draft: at each place the first rule that applies takes what it knows."""

from bot.meetings.when.bound_rules import BOUND_RULES
from bot.meetings.when.clock_rules import CLOCK_RULES
from bot.meetings.when.date_rules import DATE_RULES
from bot.meetings.when.draft import Draft, Phrase, Rule
from bot.meetings.when.repeat_rules import REPEAT_RULES
from bot.meetings.when.tokens import Kind, Token
from bot.meetings.when.words import FILLERS


def fill(tokens: tuple[Token, ...]) -> Draft:
    """Return what the tokens say; words that no rule knows are left over."""
    phrase, draft = Phrase(tokens), Draft()
    place = 0
    while place < len(phrase):
        place += next((taken for rule in _RULES if (taken := rule(phrase, place, draft))), 1)
    if draft.stamp is not None and (draft.day or draft.starting or draft.clock or draft.clock_word):
        draft.refuse("when.two_dates")
    if draft.delay is not None and (draft.day or draft.clock or draft.clock_word or draft.repeat.has_rule()):
        draft.refuse("when.two_times")
    return draft


def is_about_time(token: Token, following: Token) -> bool:
    """Tell whether a token is a time of day or a zone, so that what remains is the day."""
    alone, both = Phrase((token,)), Phrase((token, following))
    return token.kind is Kind.ZONE or any(
        rule(both, 0, Draft()) or rule(alone, 0, Draft()) for rule in CLOCK_RULES
    )


def _take_stamp(phrase: Phrase, place: int, draft: Draft) -> int:
    token = phrase.at(place)
    if token.kind is not Kind.STAMP:
        return 0
    if draft.stamp is not None:
        draft.refuse("when.two_dates")
    draft.stamp = token.number
    return 1


def _take_zone(phrase: Phrase, place: int, draft: Draft) -> int:
    token = phrase.at(place)
    if token.kind is not Kind.ZONE:
        return 0
    if not token.zones:
        draft.refuse("when.zone", ("zone", token.text))
    elif draft.zones is not None and draft.zones != token.zones:
        draft.refuse("when.two_zones")
    draft.zones = token.zones
    return 1


def _take_speakers_time(phrase: Phrase, place: int, draft: Draft) -> int:
    """Refuse "my time": Discord tells nobody's zone."""
    if phrase.word(place) not in {"my", "your", "our", "local", "server"} or phrase.word(place + 1) != "time":
        return 0
    draft.refuse("when.whose_time")
    return 2


def _take_filler(phrase: Phrase, place: int, _: Draft) -> int:
    word = phrase.word(place)
    is_from = word == "from" and phrase.at(place + 1).kind in {Kind.TIME, Kind.NUMBER, Kind.STAMP}
    return int(word in FILLERS or is_from)


def _leave(phrase: Phrase, place: int, draft: Draft) -> int:
    draft.leftover.append(phrase.at(place).text)
    return 1


_RULES: tuple[Rule, ...] = (
    _take_stamp,
    _take_zone,
    _take_speakers_time,
    *DATE_RULES,
    *BOUND_RULES,
    *CLOCK_RULES,
    *REPEAT_RULES,
    _take_filler,
    _leave,
)
