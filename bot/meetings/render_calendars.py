"""Draw what managers see of calendars: the list, a preview with every problem, how a look went."""

from collections.abc import Iterable, Sequence

from bot.delivery.post import Accent, Action, Attachment, Block, Button, Post, Row, Words
from bot.meetings.calendars import CalendarKind, FollowedCalendar, MeetingDate
from bot.meetings.leads import write_leads
from bot.meetings.models import Problem
from bot.meetings.render import title_of, when_line, zone_words
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.links import find_host
from bot.text.markdown import clean, escape, inert
from bot.text.moves import tell_move
from bot.text.times import timestamp

PREVIEWED = 10

_NAME = 80
_PROBLEMS_SHOWN = 8
_PROBLEM = 200
_LISTED = 20
_ROOM = limits.MESSAGE_TEXT - 300
_DATES_ROOM, _PROBLEMS_ROOM = 1900, 900
_TITLE = 80


def plain_name(calendar: FollowedCalendar) -> str:
    """Return what a calendar is called, as plain text; never its address, which may be a secret."""
    host = find_host(calendar.place) if calendar.kind is CalendarKind.FEED else calendar.place
    return limits.cut_line(inert(calendar.name or calendar.found_name or host), _NAME)


def calendar_name(calendar: FollowedCalendar) -> str:
    """Return what a calendar is called, as safe Markdown."""
    return escape(plain_name(calendar), at_line_start=False)


def render_preview(
    texts: Texts,
    calendar: FollowedCalendar,
    dates: Sequence[MeetingDate],
    *,
    is_new: bool = False,
    trouble: str = "",
) -> Post:
    """Draw the next dates as they will be announced, and every problem.

    Args:
        texts: The catalogue.
        calendar: Which one.
        dates: Its next dates.
        is_new: Whether it was followed just now.
        trouble: What stands in the way in its channel; empty: nothing.
    """
    key = "meetings.followed" if is_new else "meetings.preview"
    channel = f"<#{calendar.channel_id}>"
    leads = escape(write_leads(texts, calendar.settings.leads)) or texts("meetings.no_leads")
    blocks: list[Block] = [Words(markdown=texts(key, channel=channel, leads=leads))]
    if trouble:
        blocks.append(Words(markdown=trouble))
    blocks += [Words(markdown=_trouble(texts, calendar))] if calendar.error or calendar.held else []
    lines = _fitting([_date_line(texts, date) for date in dates[:PREVIEWED]], _DATES_ROOM)
    blocks.append(Words(markdown="\n".join(lines) or texts("meetings.no_dates")))
    if calendar.problems:
        blocks.append(Words(markdown="\n".join(_problem_lines(texts, calendar.problems))))
    return Post(
        title=calendar_name(calendar),
        blocks=tuple(blocks),
        accent=Accent.PROBLEM if trouble or calendar.problems or calendar.held else Accent.ANSWER,
        attachments=_problem_file(texts, calendar.problems),
    )


def render_looked(texts: Texts, calendar: FollowedCalendar, *, is_changed: bool, ahead: int) -> Post:
    """Draw how a look at a calendar went; what is held can be taken all the same."""
    blocks: list[Block] = []
    if calendar.error or calendar.held:
        blocks.append(Words(markdown=_trouble(texts, calendar)))
        if calendar.held_fingerprint:
            take = Action(kind="calendar.take", args=(str(calendar.id),))
            blocks.append(Row(buttons=(Button(label=texts("meetings.take"), action=take),)))
    else:
        key = "meetings.looked_changed" if is_changed else "meetings.looked_same"
        blocks.append(Words(markdown=texts.count(key, ahead)))
    return Post(
        title=calendar_name(calendar),
        blocks=tuple(blocks),
        accent=Accent.PROBLEM if calendar.error or calendar.held else Accent.ANSWER,
    )


def render_list(texts: Texts, calendars: Sequence[FollowedCalendar]) -> Post:
    """List the calendars and how each fares."""
    if not calendars:
        return Post(blocks=(Words(markdown=texts("meetings.no_calendars")),))
    lines = _fitting([_calendar_line(texts, calendar) for calendar in calendars[:_LISTED]], _ROOM)
    if len(calendars) > len(lines):
        lines.append(texts.count("meetings.more_calendars", len(calendars) - len(lines)))
    return Post(title=texts("meetings.calendars"), blocks=(Words(markdown="\n".join(lines)),))


def trouble_words(texts: Texts, calendar: FollowedCalendar) -> str:
    """Say what is wrong with a calendar that fails or is held, and that its old dates stay."""
    return _trouble(texts, calendar)


def _fitting(lines: Iterable[str], room: int) -> list[str]:
    """Return the first lines that have room together."""
    fitted = []
    for line in lines:
        room -= limits.length(line) + 1
        if room < 0:
            break
        fitted.append(line)
    return fitted


def _calendar_line(texts: Texts, calendar: FollowedCalendar) -> str:
    is_well = not (calendar.error or calendar.held)
    facts = [f"{'🟢' if is_well else '🔴'} **{calendar_name(calendar)}** → <#{calendar.channel_id}>"]
    if calendar.checked_at is not None:
        facts.append(texts("meetings.checked", when=timestamp(calendar.checked_at, "R")))
    if calendar.problems:
        facts.append(texts.count("meetings.problems", len(calendar.problems)))
    if calendar.is_declared:
        facts.append(texts("meetings.is_declared"))
    notes = [] if is_well else [_trouble(texts, calendar)]
    notes += filter(None, [tell_move(texts, calendar.place, calendar.move)])
    return "\n-# ".join([" · ".join(facts), *notes])


def _trouble(texts: Texts, calendar: FollowedCalendar) -> str:
    held = "meetings.held" if calendar.held_fingerprint else "meetings.held_unread"
    told = (("meetings.failing", calendar.error), (held, calendar.held))
    return " ".join(
        texts(key, why=escape(limits.cut_line(inert(texts.noted(why)), _PROBLEM).rstrip(".")))
        for key, why in told
        if why
    )


def _date_line(texts: Texts, date: MeetingDate) -> str:
    occurrence = date.occurrence
    title = title_of(texts, occurrence, limit=_TITLE)
    facts = [f"**{title}**" if not occurrence.is_cancelled else f"~~{title}~~", when_line(texts, occurrence)]
    if occurrence.is_cancelled:
        facts.append(texts("meetings.cancelled_word"))
    else:
        own = zone_words(texts, occurrence).rstrip(".")
        way = date.links.provider or find_host(date.links.join)
        facts += [own, escape(limits.cut_line(way, 60), at_line_start=False) if way else ""]
    return "- " + " · ".join(fact for fact in facts if fact)


def _problem_lines(texts: Texts, problems: Sequence[Problem]) -> Iterable[str]:
    shown = _shown_problems(texts, problems)
    yield from shown
    if len(problems) > len(shown):
        yield texts.count("meetings.more_problems", len(problems) - len(shown))


def _shown_problems(texts: Texts, problems: Sequence[Problem]) -> list[str]:
    cut = (limits.cut_line(_problem_line(texts, each), _PROBLEM) for each in problems[:_PROBLEMS_SHOWN])
    return _fitting((f"⚠️ {escape(line, at_line_start=False)}" for line in cut), _PROBLEMS_ROOM)


def _problem_line(texts: Texts, problem: Problem) -> str:
    line = texts("meetings.line", number=problem.line) if problem.line else ""
    where = ", ".join(part for part in (inert(clean(problem.where)), line) if part)
    what = inert(texts.noted(problem.what))
    return f"{where}: {what}" if where else what


def _problem_file(texts: Texts, problems: Sequence[Problem]) -> tuple[Attachment, ...]:
    if len(problems) <= len(_shown_problems(texts, problems)):
        return ()
    lines = "\n".join(_problem_line(texts, problem) for problem in problems)
    return (Attachment(name="problems.txt", content=lines.encode("utf-8", "replace")),)
