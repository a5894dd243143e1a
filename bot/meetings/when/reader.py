"""Read a phrase such as "every other Tuesday 10am ET" into a time, a question, or what is missing.

Four steps: cut into tokens, fill slots by rules, work out every complete time the slots can mean, and take it
if there is one, ask if there are several. What the grammar does not know is never passed over: mistyped words
and dates that only dateparser can make out come back as a question.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from itertools import islice, product
from zoneinfo import ZoneInfo

from bot.meetings.when.beside import settle_beside
from bot.meetings.when.candidates import list_outcomes
from bot.meetings.when.choosing import choose
from bot.meetings.when.dates import CalendarDay
from bot.meetings.when.draft import Draft
from bot.meetings.when.grammar import fill, is_about_time
from bot.meetings.when.guesses import guess_day
from bot.meetings.when.models import Unclear, WhenAnswer
from bot.meetings.when.setting import Candidate, Outcome
from bot.meetings.when.tokens import END, Token, cut
from bot.meetings.when.words import find_intended

MAX_LENGTH = 200
_MAX_MENDED = 3
_MAX_VARIANTS = 4
_MAX_SHOWN = 60


def read_when(text: str, *, now: datetime, zone: str, beside: date | None = None) -> WhenAnswer:
    """Return what a phrase means at a moment, for a group whose own zone is `zone` (an IANA name).

    Where a date is moved, `beside` is its old day: a time alone stays on it, a weekday alone in its week.
    """
    text = text.strip()
    if len(text) > MAX_LENGTH:
        return Unclear(key="when.long", values=(("number", str(MAX_LENGTH)),))
    tokens = cut(text, community=zone)
    draft = fill(tokens)
    if beside is not None:
        draft = settle_beside(draft, beside)
    if draft.problem or not draft.leftover:
        return _answer(draft, now=now, zone=zone)
    outcomes = _mend(tokens, draft, now=now, zone=zone) or _guess(tokens, now=now, zone=zone)
    if outcomes:
        return choose(outcomes)
    return Unclear(key="when.words", values=(("words", " ".join(draft.leftover)[:_MAX_SHOWN]),))


def _answer(draft: Draft, *, now: datetime, zone: str) -> WhenAnswer:
    problem = draft.problem or _find_missing(draft)
    return problem or choose(list_outcomes(draft, now=now, community=zone))


def _find_missing(draft: Draft) -> Unclear | None:
    if draft.stamp is not None or draft.delay is not None or draft.clock or draft.clock_word:
        return None
    has_day = draft.day or draft.starting or draft.repeat.has_rule() or draft.repeat.weekdays
    return Unclear(key="when.no_time" if has_day else "when.nothing")


def _mend(tokens: tuple[Token, ...], draft: Draft, *, now: datetime, zone: str) -> list[Outcome]:
    """Try the words that the unknown ones may be slips of."""
    unknown = [place for place, token in enumerate(tokens) if token.text in draft.leftover]
    if len(unknown) > _MAX_MENDED:
        return []
    meant = [find_intended(tokens[place].text) for place in unknown]
    found: list[Outcome] = []
    for words in islice(product(*meant), _MAX_VARIANTS):
        mended = list(tokens)
        for place, word in zip(unknown, words, strict=True):
            mended[place] = replace(tokens[place], text=word)
        again = fill(tuple(mended))
        if not again.leftover and not again.problem and not _find_missing(again):
            found.extend(list_outcomes(again, now=now, community=zone))
    return _doubt(found)


def _guess(tokens: tuple[Token, ...], *, now: datetime, zone: str) -> list[Outcome]:
    """Let dateparser read what is neither time nor zone, and take its word for a question only."""
    about_time = [
        is_about_time(token, after) for token, after in zip(tokens, (*tokens[1:], END), strict=True)
    ]
    draft = fill(tuple(token for token, is_time in zip(tokens, about_time, strict=True) if is_time))
    if draft.leftover or draft.problem or not (draft.clock or draft.clock_word):
        return []
    words = " ".join(token.text for token, is_time in zip(tokens, about_time, strict=True) if not is_time)
    day = guess_day(words, today=now.astimezone(ZoneInfo(zone)).date())
    if day is None:
        return []
    draft.set_day(CalendarDay(options=((day.year, day.month, day.day),)))
    return _doubt(list_outcomes(draft, now=now, community=zone))


def _doubt(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [replace(each, must_ask=True) for each in outcomes if isinstance(each, Candidate)]
