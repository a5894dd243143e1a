"""Read what was typed to make or change a meeting: a time with its rule, a length, a link, an agenda.

What is kept between a preview and its confirmation is what was typed and when; all else is worked out from
that again, so that a restart in between changes nothing.
"""

import enum
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.meetings.links import find_links
from bot.meetings.making import make_meeting
from bot.meetings.models import Meeting, Moment
from bot.meetings.when.models import Question, Unclear, When
from bot.meetings.when.reader import read_when
from bot.text.links import is_safe_url

MAX_TITLE = 200
MAX_AGENDA = 1500
_LONGEST = timedelta(days=2)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?: ?h)?")
_WORDS = re.compile(
    r"(?:(\d{1,2}(?:[.,]\d{1,2})?) ?(?:h|hr|hrs|hour|hours))? ?(?:and )?"
    r"(?:(\d{1,4}) ?(?:m|min|mins|minute|minutes)?)?"
)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


_NOTHING = Meeting(uid="", dtstart=Moment(wall=datetime(2000, 1, 1), zone="UTC"))


class Repeat(enum.StrEnum):
    """How often a meeting repeats, where the phrase does not say so."""

    WEEKLY = "weekly"
    EVERY_2_WEEKS = "every 2 weeks"
    EVERY_3_WEEKS = "every 3 weeks"
    EVERY_4_WEEKS = "every 4 weeks"
    WORKDAYS = "every workday"
    MONTHLY_WEEKDAY = "monthly on the same weekday"
    MONTHLY_DATE = "monthly on the same date"
    QUARTERLY = "every 3 months"
    YEARLY = "yearly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was typed; empty is what was left out.

    Attributes:
        zone: The zone of a phrase that names none.
        asked_at: When it was typed: "tomorrow" stays the day after that.
        channel_id: Where the meeting's reminders are to go.
        calendar_id: Whose meeting is changed; 0: a new one is made.
        date_token: From which of its dates on.
    """

    title: str = ""
    when: str = ""
    zone: str
    repeat: str = ""
    duration: str = ""
    link: str = ""
    agenda: str = ""
    asked_at: datetime
    channel_id: int
    calendar_id: int = 0
    date_token: str = ""


def to_row(request: Request) -> dict[str, object]:
    """Return a request as JSON can hold it."""
    return {**asdict(request), "asked_at": request.asked_at.isoformat()}


def from_row(row: Mapping[str, Any]) -> Request:
    """Return the request that `to_row` wrote."""
    return Request(**{**row, "asked_at": datetime.fromisoformat(row["asked_at"])})


def read_time(
    request: Request, choice: int | None = None, *, beside: date | None = None
) -> When | Question | Unclear:
    """Return when the meeting is; a question's answer is the number of its choice.

    `beside` is the day of the date that is moved.
    """
    answer = read_when(request.when, now=request.asked_at, zone=request.zone, beside=beside)
    if isinstance(answer, Question) and choice is not None:
        if not 0 <= choice < len(answer.choices):
            return Unclear(key="when.nothing")
        answer = answer.choices[choice].when
    if not isinstance(answer, When) or not request.repeat:
        return answer
    if answer.rrule:
        return Unclear(key="meeting.repeats_twice")
    return replace(answer, rrule=_rule(Repeat(request.repeat), answer))


def read_length(text: str) -> timedelta | None:
    """Return a length of time: "45 min", "1h30", "1:30", "90" (minutes); None when it is none."""
    words = " ".join(text.casefold().split())[:40]
    clock = _CLOCK.fullmatch(words)
    if clock:
        length = timedelta(hours=int(clock[1]), minutes=int(clock[2]))
    else:
        found = _WORDS.fullmatch(words)
        if not words or found is None:
            return None
        hours = float((found[1] or "0").replace(",", "."))
        length = timedelta(hours=hours, minutes=int(found[2] or 0))
    return length if timedelta() < length <= _LONGEST else None


def find_trouble(request: Request) -> Unclear | None:
    """Return what is wrong with the parts beside the time."""
    if request.duration and read_length(request.duration) is None:
        return Unclear(key="when.duration")
    if request.link and not is_safe_url(request.link):
        return Unclear(key="meeting.no_link")
    if request.link and not find_links(with_link(_NOTHING, request.link)).join:
        return Unclear(key="meeting.refused_link")
    return None


def make_new(request: Request, when: When, *, uid: str) -> Meeting:
    """Return the meeting that a request asks for."""
    made = make_meeting(
        when,
        uid=uid,
        summary=request.title,
        duration=read_length(request.duration) if request.duration else None,
        description=write_agenda(request.agenda),
    )
    return with_link(made, request.link) if request.link else made


def with_link(meeting: Meeting, link: str) -> Meeting:
    """Return a meeting with the address at which people join, of whatever service it is (RFC 7986)."""
    return replace(meeting, location=link, conferences=(link,))


def write_agenda(agenda: str) -> str:
    """Return an agenda as a description; an address alone is said to be the agenda's."""
    return f"Agenda: {agenda}" if is_safe_url(agenda) else agenda


def _rule(repeat: Repeat, when: When) -> str:
    day = _DAYS[when.start.weekday()]
    match repeat:
        case Repeat.WEEKLY:
            return f"FREQ=WEEKLY;BYDAY={day}"
        case Repeat.EVERY_2_WEEKS | Repeat.EVERY_3_WEEKS | Repeat.EVERY_4_WEEKS:
            return f"FREQ=WEEKLY;INTERVAL={repeat.value.split()[1]};BYDAY={day}"
        case Repeat.WORKDAYS:
            return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
        case Repeat.MONTHLY_WEEKDAY:
            return f"FREQ=MONTHLY;BYDAY={_nth(when)}{day}"
        case Repeat.MONTHLY_DATE:
            return f"FREQ=MONTHLY;BYMONTHDAY={when.start.day}"
        case Repeat.QUARTERLY:
            return f"FREQ=MONTHLY;INTERVAL=3;BYDAY={_nth(when)}{day}"
        case Repeat.YEARLY:
            return "FREQ=YEARLY"


def _nth(when: When) -> int:
    """Return which one of its weekday in the month it is; the fifth is the last."""
    nth = (when.start.day - 1) // 7 + 1
    return -1 if nth == 5 else nth
