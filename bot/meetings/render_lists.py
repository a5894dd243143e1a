"""Draw what is coming: the next meeting, a list by pages, the facts beside a month's picture, "this week"."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.delivery.post import Accent, Action, Attachment, Block, Button, Post, Row, Words
from bot.meetings.agenda import Month, Overview, calendar_name
from bot.meetings.calendars import MeetingDate
from bot.meetings.cards import end_of
from bot.meetings.render import CardView, render_card, stage_at, title_of, when_line
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.dates import month_name, month_title
from bot.text.links import is_safe_url
from bot.text.markdown import escape, link
from bot.text.times import timestamp

PAGE, MONTH = "meeting.page", "meeting.month"
PAGE_LINES = 10

_MONTH_LINES = 24
_LONGEST_LINK = 160
_WEEK_LINES = 15
_NAME = 60


def render_next(texts: Texts, overview: Overview, *, now: datetime) -> Post:
    """Draw the next meeting as its card, and those after it in a line each."""
    if not overview.dates:
        return _nothing(texts("meeting.nothing_next"))
    first, *rest = overview.dates
    ends_at = end_of(first, overview.zone)
    view = CardView(
        date=first, stage=stage_at(first.occurrence, now, ends_at=ends_at), roster=overview.roster
    )
    card = render_card(texts, view)
    if not rest:
        return card
    lines = [texts("meeting.after_that"), *(_line(texts, overview, each) for each in rest)]
    return replace(card, blocks=(*card.blocks, Words(markdown="\n".join(lines))))


def render_list(texts: Texts, overview: Overview, *, span: str, page: int) -> Post:
    """Draw a page of the dates of a week or a month."""
    title = texts("meeting.list_week" if span == "week" else "meeting.list_month")
    if not overview.dates:
        return Post(title=title, blocks=(Words(markdown=texts("meeting.nothing_listed")),))
    pages = -(-len(overview.dates) // PAGE_LINES)
    page = max(0, min(page, pages - 1))
    shown = overview.dates[page * PAGE_LINES : (page + 1) * PAGE_LINES]
    blocks: list[Block] = [Words(markdown="\n".join(_line(texts, overview, each) for each in shown))]
    if pages > 1:
        blocks.append(Words(markdown=f"-# {texts('meeting.page_of', page=page + 1, pages=pages)}"))
        turns = ((page - 1, "meeting.earlier_page"), (page + 1, "meeting.later_page"))
        blocks.append(
            Row(
                buttons=tuple(
                    Button(label=texts(key), action=Action(kind=PAGE, args=(span, str(to))))
                    for to, key in turns
                    if 0 <= to < pages
                )
            )
        )
    return Post(title=title, blocks=tuple(blocks))


def render_month(texts: Texts, month: Month) -> Post:
    """Draw a month: its picture, and the same facts in words for those who cannot see it."""
    overview = month.overview
    lines = [_line(texts, overview, each) for each in overview.dates[:_MONTH_LINES]]
    if len(overview.dates) > _MONTH_LINES:
        lines.append(texts.count("meeting.more_dates", len(overview.dates) - _MONTH_LINES))
    if not lines:
        lines.append(texts("meeting.nothing_in_month"))
    if month.known_until is not None:
        lines.append(f"-# {texts('meeting.known_until', day=timestamp(month.known_until, 'D'))}")
    blocks: list[Block] = [Words(markdown=_fitting(lines))]
    buttons = [
        Button(
            label=f"{label} {month_name(texts, first)}", action=Action(kind=MONTH, args=(f"{first:%Y-%m}",))
        )
        for is_known, label, first in (
            (month.before, "◀", _shift(month.first, -1)),
            (month.after, "▶", _shift(month.first, 1)),
        )
        if is_known
    ]
    if buttons:
        blocks.append(Row(buttons=tuple(buttons)))
    picture = Attachment(
        name=f"meetings-{month.first:%Y-%m}.png", content=month.picture.png, description=month.picture.alt
    )
    return Post(title=month_title(texts, month.first), blocks=tuple(blocks), attachments=(picture,))


def render_week(texts: Texts, overview: Overview) -> Post:
    """Draw "this week" for a channel; the caller has seen that it is not empty."""
    dates = overview.dates
    lines = [_line(texts, overview, each) for each in dates[:_WEEK_LINES]]
    if len(dates) > _WEEK_LINES:
        lines.append(texts.count("meeting.more_dates", len(dates) - _WEEK_LINES))
    return Post(
        title=texts("meeting.this_week"), blocks=(Words(markdown=_fitting(lines)),), accent=Accent.PLAIN
    )


def parse_month(text: str, today: date) -> date:
    """Return the first day of the month that a button names, or of today's."""
    year, _, number = text.partition("-")
    if year.isdecimal() and number.isdecimal() and 2000 <= int(year) <= 2100 and 1 <= int(number) <= 12:
        return date(int(year), int(number), 1)
    return today.replace(day=1)


def today_in(zone: str, now: datetime) -> date:
    """Return today's date by the clock of a zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def _line(texts: Texts, overview: Overview, each: MeetingDate) -> str:
    one = each.occurrence
    title = title_of(texts, one)
    if one.is_cancelled:
        return texts("meeting.cancelled_date", when=when_line(texts, one), title=title)
    return f"- {when_line(texts, one)} · **{title}**{''.join(_notes(texts, overview, each))}"


def _notes(texts: Texts, overview: Overview, each: MeetingDate) -> Iterator[str]:
    join = each.links.join
    if is_safe_url(join) and len(join) <= _LONGEST_LINK:
        yield f" · {link(texts('meetings.join'), join)}"
    calendar = overview.calendar_of(each)
    if calendar is not None and len(overview.calendars) > 1 and (calendar.name or calendar.found_name):
        name = limits.cut_line(calendar_name(texts, calendar), _NAME)
        yield f" · {escape(name, at_line_start=False)}"


def _fitting(lines: list[str]) -> str:
    """Return as many lines as a message has room for."""
    kept: list[str] = []
    room = limits.MESSAGE_TEXT - 200
    for line in lines:
        room -= limits.length(line) + 1
        if room < 0:
            return "\n".join([*kept, limits.ELLIPSIS])
        kept.append(line)
    return "\n".join(kept)


def _nothing(line: str) -> Post:
    return Post(blocks=(Words(markdown=line),))


def _shift(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
