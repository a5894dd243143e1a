"""Draw what the buttons of a reminder's card answer privately."""

from bot.delivery.post import Action, Attachment, Block, Button, Post, Row, Words
from bot.meetings.adding import google_link, outlook_link
from bot.meetings.answering import Asked
from bot.meetings.calendars import Answer
from bot.meetings.render import title_of, when_line
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.markdown import clean, escape, inline_code

ADD_SERIES = "meeting.add_series"

_LINES = 1500
_KEYS = {Answer.GOING: "meeting.you_go", Answer.MAYBE: "meeting.you_may", Answer.NOT: "meeting.you_do_not"}


def render_answer(texts: Texts, asked: Asked, answer: Answer | None) -> Post:
    """Say what is noted of a member."""
    key = _KEYS[answer] if answer is not None else "meeting.you_took_back"
    return _said(texts(key, **_about(texts, asked)))


def render_adding(texts: Texts, asked: Asked, file: bytes, *, is_series: bool) -> Post:
    """Hand over a date or its series for somebody's own calendar."""
    occurrence, join = asked.date.occurrence, asked.date.links.join
    buttons = [
        Button(label="Google", url=google_link(occurrence, join=join, is_series=is_series)),
    ]
    if not is_series:
        buttons.append(Button(label="Outlook", url=outlook_link(occurrence, join=join)))
    if occurrence.recurrence_id is not None and not is_series:
        action = Action(kind=ADD_SERIES, args=(str(asked.calendar.id), asked.date.token))
        buttons.append(Button(label=texts("meeting.add_series"), action=action))
    key = "meeting.series_file" if is_series else "meeting.date_file"
    blocks: tuple[Block, ...] = (
        Words(markdown=texts(key, **_about(texts, asked))),
        Row(buttons=tuple(buttons)),
    )
    name = "series.ics" if is_series else "meeting-date.ics"
    description = limits.cut_line(clean(occurrence.summary), limits.ALT_TEXT)
    return Post(blocks=blocks, attachments=(Attachment(name=name, content=file, description=description),))


def render_reminding(texts: Texts, asked: Asked, *, is_on: bool) -> Post:
    """Say whether a member is sent notes before each date."""
    return _said(texts("meeting.notes_on" if is_on else "meeting.notes_off", **_about(texts, asked)))


def render_role(texts: Texts, asked: Asked, role_id: int, *, is_on: bool) -> Post:
    """Say whether a member has the role that is pinged."""
    key = "meeting.role_on" if is_on else "meeting.role_off"
    return _said(texts(key, role=f"<@&{role_id}>", **_about(texts, asked)))


def render_phones(texts: Texts, asked: Asked) -> Post:
    """Show how to join by phone."""
    links = asked.date.links
    if not links.dial_in:
        return _said(texts("meeting.no_phones"))
    lines = [escape(line) for line in clean(links.dial_in)[:_LINES].splitlines() if line.strip()]
    if asked.settings.shows_passcode and links.passcode:
        lines.append(texts("meetings.passcode", code=inline_code(links.passcode)))
    return Post(title=title_of(texts, asked.date.occurrence), blocks=(Words(markdown="\n".join(lines)),))


def _about(texts: Texts, asked: Asked) -> dict[str, str]:
    occurrence = asked.date.occurrence
    return {"title": title_of(texts, occurrence), "when": when_line(texts, occurrence)}


def _said(line: str) -> Post:
    return Post(blocks=(Words(markdown=line),))
