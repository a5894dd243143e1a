"""Draw a date of a calendar as a card, and what changed about it as a short notice.

All that comes from a calendar is escaped and cut to what a card has room for. Times are Discord's own, which
each reader sees in theirs; the meeting's own zone stands once in words.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivery.post import Accent, Action, Block, Button, ButtonStyle, Divider, Post, Row, Words
from bot.meetings.calendars import Answer, MeetingDate, Stage
from bot.meetings.models import Occurrence
from bot.meetings.sharing import place_of
from bot.meetings.shifts import ShiftNotice
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.dates import long_day
from bot.text.links import is_safe_url
from bot.text.markdown import clean, escape, inline_code, link
from bot.text.times import timestamp

_TITLE = 200
_ESCAPED_TITLE = 230  # leaves room for what a stage adds
_PLACE = 200
_AGENDA_LINES = 5
_AGENDA_LINE = 160
_AGENDA = 500
_NAMED = 10
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_ANSWERS = (
    (Answer.GOING, "meetings.going", "meetings.going_roster", ButtonStyle.SUCCESS),
    (Answer.MAYBE, "meetings.maybe", "meetings.maybe_roster", ButtonStyle.SECONDARY),
    (Answer.NOT, "meetings.not_going", "meetings.not_going_roster", ButtonStyle.SECONDARY),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """What is drawn.

    Attributes:
        roster: Members with what they answered, the first first.
        shift: The sentence about clocks that were changed; empty: none.
        role_id: The role that is named above the card.
        may_ping: Whether that role is pinged; an edit never does.
        shows_passcode: Whether the admins allow the passcode on the card.
        is_silent: Whether Discord shows it without a notification.
        edits: The outbox key of the card that it takes the place of.
    """

    date: MeetingDate
    stage: Stage = Stage.AHEAD
    roster: tuple[tuple[int, Answer], ...] = ()
    shift: str = ""
    role_id: int | None = None
    may_ping: bool = False
    shows_passcode: bool = False
    is_silent: bool = False
    edits: str = ""


def render_card(texts: Texts, view: CardView) -> Post:
    """Draw a date as its card."""
    occurrence = view.date.occurrence
    is_open = view.stage in {Stage.AHEAD, Stage.STARTED}
    blocks: list[Block] = [Words(markdown="\n".join(_head(texts, view)))]
    details = "\n".join(_details(texts, view)) if is_open else ""
    if details:
        blocks += [Divider(), Words(markdown=details)]
    roster = _roster(texts, view.roster)
    if roster and view.stage is not Stage.CANCELLED:
        blocks.append(Words(markdown=roster))
    if is_open:
        blocks += _rows(texts, view)
    title = title_of(texts, occurrence)
    return Post(
        title=texts("meetings.struck", title=title) if view.stage is Stage.CANCELLED else title,
        beside=_join(texts, view.date) if is_open else None,
        lead=f"<@&{view.role_id}>" if view.role_id and is_open else "",
        blocks=tuple(blocks),
        accent=Accent.PROBLEM if view.stage is Stage.CANCELLED else Accent.PLAIN,
        mention_roles=(view.role_id,) if view.role_id and view.may_ping and is_open else (),
        is_silent=view.is_silent,
        edits=view.edits,
    )


def render_reduced(texts: Texts, date: MeetingDate, *, edits: str) -> Post:
    """Draw an earlier card as one line, once a newer one stands below it."""
    line = texts(
        "meetings.reduced", title=title_of(texts, date.occurrence), when=when_line(texts, date.occurrence)
    )
    return Post(blocks=(Words(markdown=line),), edits=edits)


def render_note(texts: Texts, date: MeetingDate) -> Post:
    """Draw the private note to a member who asked to be reminded."""
    occurrence = date.occurrence
    line = when_line(texts, occurrence)
    if not occurrence.is_all_day:
        line = f"{line} · {timestamp(occurrence.starts_at, 'R')}"
    blocks: list[Block] = [Words(markdown=line)]
    return Post(title=title_of(texts, occurrence), beside=_join(texts, date), blocks=tuple(blocks))


def title_of(texts: Texts, occurrence: Occurrence, *, limit: int = _TITLE) -> str:
    """Return a meeting's title as safe Markdown in one line; escapes may make it longer than what is cut."""
    summary = clean(occurrence.summary)
    if not summary.strip():
        return texts("meetings.untitled")
    title = escape(limits.cut_line(summary, limit), at_line_start=False)
    if limits.length(title) > _ESCAPED_TITLE:
        title = escape(limits.cut_line(summary, limit // 2), at_line_start=False)
    return title


def when_line(texts: Texts, occurrence: Occurrence) -> str:
    """Return when a date is: Discord's own times, or days in words."""
    if occurrence.is_all_day:
        first = occurrence.start
        last = occurrence.end - _DAY
        if last <= first:
            return texts("meetings.whole_day", day=long_day(texts, first))
        return texts("meetings.whole_days", first=long_day(texts, first), last=long_day(texts, last))
    return timestamp(occurrence.starts_at, "F")


def zone_words(texts: Texts, occurrence: Occurrence) -> str:
    """Return the time on the clock of the meeting's own zone, in words: "10:00 in New York"."""
    if occurrence.is_all_day:
        return ""
    time, zone = f"{occurrence.wall:%H:%M}", occurrence.zone
    if zone == "UTC" or not zone or zone[0] in "+-":
        return texts("meetings.utc_time", time=time, offset="" if zone == "UTC" else zone)
    city = zone.rpartition("/")[2].replace("_", " ")
    return texts("meetings.local_time", time=time, city=escape(limits.cut_line(clean(city), 60)))


def length_words(texts: Texts, length: timedelta) -> str:
    """Return a length of time as people write it: "1 h 30 min"."""
    minutes = int(length.total_seconds()) // 60
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = (("time.days", days), ("time.hours", hours), ("time.minutes", minutes))
    return " ".join(texts.count(key, number) for key, number in parts if number)


def shift_sentence(texts: Texts, notice: ShiftNotice) -> str:
    """Say for whom a meeting comes earlier or later than the time before, for clocks were changed."""
    than = texts("meetings.than_week" if notice.is_weekly else "meetings.than_time")
    sentences = []
    for shift in notice.shifts:
        key = "meetings.earlier" if shift.by < timedelta() else "meetings.later"
        by = texts("meetings.one_hour") if abs(shift.by) == _HOUR else length_words(texts, abs(shift.by))
        zones = ", ".join(escape(zone, at_line_start=False) for zone in shift.zones[:_NAMED])
        sentences.append(texts(key, by=by, than=than, zones=zones))
    return " ".join(sentences)


def _head(texts: Texts, view: CardView) -> Iterator[str]:
    occurrence = view.date.occurrence
    when = when_line(texts, occurrence)
    match view.stage:
        case Stage.CANCELLED:
            yield texts("meetings.cancelled_line", when=when)
            return
        case Stage.OVER:
            yield texts("meetings.over_line", when=when)
            return
        case Stage.STARTED if not occurrence.is_all_day:
            yield texts("meetings.now_line", since=timestamp(occurrence.starts_at, "R"))
        case _:
            pass
    facts = [when]
    if not occurrence.is_all_day:
        if view.stage is Stage.AHEAD:
            facts.append(timestamp(occurrence.starts_at, "R"))
        facts.append(length_words(texts, occurrence.ends_at - occurrence.starts_at))
    yield " · ".join(fact for fact in facts if fact)
    own = zone_words(texts, occurrence)
    if own or view.shift:
        yield f"{own} {view.shift}".strip()


def _details(texts: Texts, view: CardView) -> Iterator[str]:
    links = view.date.links
    named = [
        link(texts(key), url)
        for key, url in (
            ("meetings.agenda_link", links.agenda),
            ("meetings.minutes_link", links.minutes),
            ("meetings.page_link", links.page),
        )
        if url and len(url) <= limits.BUTTON_URL
    ]
    if named:
        yield " · ".join(named)
    yield from _agenda(links.text)
    place = limits.cut_line(clean(place_of(view.date.occurrence.meeting)), _PLACE)
    if place:
        yield texts("meetings.place", place=escape(place, at_line_start=False))
    if view.shows_passcode and links.passcode:
        yield texts("meetings.passcode", code=inline_code(links.passcode))


def _agenda(text: str) -> Iterator[str]:
    """Yield the first lines of what the meeting says about itself."""
    lines = [line.strip() for line in clean(text).splitlines() if line.strip()]
    used = 0
    for line in lines[:_AGENDA_LINES]:
        cut = limits.cut_line(line, min(_AGENDA_LINE, _AGENDA - used))
        if not cut:
            break
        used += len(cut)
        yield escape(cut)
    if len(lines) > _AGENDA_LINES:
        yield limits.ELLIPSIS


def _roster(texts: Texts, roster: Iterable[tuple[int, Answer]]) -> str:
    by_answer: dict[Answer, list[int]] = {}
    for user_id, answer in roster:
        by_answer.setdefault(answer, []).append(user_id)
    parts = []
    for answer, _, key, _ in _ANSWERS:
        users = by_answer.get(answer, [])
        if not users:
            continue
        names = ", ".join(f"<@{user_id}>" for user_id in users[:_NAMED])
        more = f", +{len(users) - _NAMED}" if len(users) > _NAMED else ""
        parts.append(texts(key, number=len(users), names=names + more))
    return " · ".join(parts)


def _rows(texts: Texts, view: CardView) -> Iterator[Block]:
    date = view.date
    args = (str(date.calendar_id), date.token)
    buttons = [
        Button(label=texts(key), style=style, action=Action(kind="meeting.answer", args=(*args, answer)))
        for answer, key, _, style in _ANSWERS
    ]
    buttons += [
        Button(label=texts("meetings.add"), emoji="📅", action=Action(kind="meeting.add", args=args)),
        Button(label=texts("meetings.remind"), emoji="🔔", action=Action(kind="meeting.remind", args=args)),
    ]
    yield Row(buttons=tuple(buttons))
    if date.links.dial_in:
        phones = Action(kind="meeting.phones", args=args)
        yield Row(buttons=(Button(label=texts("meetings.phones"), emoji="☎️", action=phones),))


def _join(texts: Texts, date: MeetingDate) -> Button | None:
    """Return the button that lets anybody in; None without a link for all."""
    join = date.links.join
    is_usable = is_safe_url(join) and len(join) <= limits.BUTTON_URL
    return Button(label=texts("meetings.join"), url=join) if is_usable else None


def stage_at(occurrence: Occurrence, now: datetime, *, ends_at: datetime) -> Stage:
    """Return how a date that takes place is to be shown."""
    if now >= ends_at:
        return Stage.OVER
    return Stage.STARTED if now >= occurrence.starts_at and not occurrence.is_all_day else Stage.AHEAD
