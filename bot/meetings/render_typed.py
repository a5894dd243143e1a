"""Draw what making and changing a meeting shows: the question, the preview, what was done."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.delivery.post import Accent, Action, Block, Button, ButtonStyle, Post, Row, Words
from bot.meetings.chat_meetings import Proposal
from bot.meetings.models import Occurrence
from bot.meetings.render import length_words, shift_sentence, title_of, when_line, zone_words
from bot.meetings.shifts import find_shifts
from bot.meetings.targets import Target
from bot.meetings.when.models import Choice
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.markdown import clean, escape
from bot.text.times import timestamp

CONFIRM, CHOOSE, DISCARD = "meeting.confirm", "meeting.choose", "meeting.discard"
CHANGE_ONE, CHANGE_ALL = "meeting.change_one", "meeting.change_all"
CANCEL_ONE, CANCEL_ALL, RESTORE = "meeting.cancel_one", "meeting.cancel_all", "meeting.restore"
LEAVE = "meeting.leave"

_ROW = 4
_WORDS = 300


def render_question(texts: Texts, proposal: Proposal) -> Post:
    """Ask which of several times is meant, with the first date of each."""
    question = proposal.question
    if question is None:
        raise ValueError("nothing is asked")
    lines = [texts(question.key)]
    buttons: list[Button] = []
    for number, choice in enumerate(question.choices):
        label = limits.cut_line("; ".join(_readings(texts, choice)), limits.BUTTON_LABEL)
        first = timestamp(choice.when.instant, "F")
        lines.append(f"{number + 1}. **{escape(label, at_line_start=False)}**: {first}")
        action = Action(kind=CHOOSE, args=(proposal.token, str(number)))
        buttons.append(Button(label=label, action=action, style=ButtonStyle.PRIMARY))
    buttons.append(_discard(texts, proposal))
    return Post(
        title=texts("meeting.question_title"),
        blocks=(Words(markdown="\n".join(lines)), *_rows(buttons)),
        accent=Accent.SUGGEST,
    )


def render_preview(texts: Texts, proposal: Proposal, *, zones: Iterable[str]) -> Post:
    """Show what a request comes to, with the buttons that make it so.

    Args:
        texts: The catalogue.
        proposal: Worked out, without a question.
        zones: Those of the members, for saying whom a change of clocks moves.
    """
    if proposal.meeting is None:
        raise ValueError("there is nothing to preview")
    if proposal.target is not None:
        return _preview_change(texts, proposal, proposal.target, zones)
    choice = "" if proposal.choice is None else str(proposal.choice)
    lines = [*_facts(texts, proposal), *_dates(texts, proposal.dates, zones)]
    if not proposal.dates:
        lines.append(texts("meeting.no_dates"))
    confirm = Button(
        label=texts("meeting.confirm"),
        style=ButtonStyle.SUCCESS,
        action=Action(kind=CONFIRM, args=(proposal.token, choice)),
    )
    buttons = (confirm, _discard(texts, proposal)) if proposal.dates else (_discard(texts, proposal),)
    blocks = (Words(markdown="\n".join(lines)), Row(buttons=buttons))
    return Post(title=_title(texts, proposal), blocks=blocks, accent=Accent.SUGGEST)


def render_made(texts: Texts, proposal: Proposal) -> Post:
    """Say that a meeting was made, and where it is announced."""
    first = when_line(texts, proposal.dates[0])
    channel = f"<#{proposal.request.channel_id}>"
    line = texts("meeting.made", title=_title(texts, proposal), first=first, channel=channel)
    return _said(line, Accent.ANSWER)


def render_changed(texts: Texts, proposal: Proposal, *, is_series: bool) -> Post:
    """Say what was changed."""
    key = "meeting.changed_series" if is_series else "meeting.changed_one"
    return _said(texts(key, title=_title(texts, proposal)), Accent.ANSWER)


def render_cancel(texts: Texts, target: Target) -> Post:
    """Ask whether one date or the whole series is cancelled."""
    args = (str(target.calendar.id), target.date.token)
    one = Button(
        label=texts("meeting.cancel_one" if target.is_series else "meeting.cancel_single"),
        style=ButtonStyle.DANGER,
        action=Action(kind=CANCEL_ONE, args=args),
    )
    every = Button(
        label=texts("meeting.cancel_all"),
        style=ButtonStyle.DANGER,
        action=Action(kind=CANCEL_ALL, args=args),
    )
    leave = Button(label=texts("meeting.leave"), action=Action(kind=LEAVE))
    buttons = (one, every, leave) if target.is_series else (one, leave)
    key = "meeting.cancel_which" if target.is_series else "meeting.cancel_sure"
    line = texts(key, when=when_line(texts, target.date.occurrence))
    return Post(
        title=title_of(texts, target.date.occurrence),
        blocks=(Words(markdown=line), Row(buttons=buttons)),
        accent=Accent.SUGGEST,
    )


def render_cancelled(texts: Texts, target: Target) -> Post:
    """Say that one date was cancelled, with the way back."""
    occurrence = target.date.occurrence
    line = texts("meeting.cancelled", title=title_of(texts, occurrence), when=when_line(texts, occurrence))
    args = (str(target.calendar.id), target.date.token)
    undo = Button(label=texts("meeting.undo"), action=Action(kind=RESTORE, args=args))
    return Post(blocks=(Words(markdown=line), Row(buttons=(undo,))))


def render_ended(texts: Texts, target: Target) -> Post:
    """Say that a whole series was cancelled."""
    return _said(texts("meeting.ended", title=title_of(texts, target.date.occurrence)))


def render_restored(texts: Texts, target: Target) -> Post:
    """Say that a date takes place after all."""
    occurrence = target.date.occurrence
    return _said(
        texts("meeting.restored", title=title_of(texts, occurrence), when=when_line(texts, occurrence))
    )


def render_left(texts: Texts) -> Post:
    """Say that nothing was done."""
    return _said(texts("meeting.left"))


def _preview_change(texts: Texts, proposal: Proposal, target: Target, zones: Iterable[str]) -> Post:
    occurrence = target.date.occurrence
    lines = [texts("meeting.change_of", when=when_line(texts, occurrence)), *_facts(texts, proposal)]
    if proposal.when is not None:
        lines.append(texts("meeting.new_time", when=timestamp(proposal.when.instant, "F")))
    choice = "" if proposal.choice is None else str(proposal.choice)
    args = (proposal.token, choice)
    buttons = [
        Button(
            label=texts("meeting.change_one" if target.is_series else "meeting.change_single"),
            style=ButtonStyle.SUCCESS,
            action=Action(kind=CHANGE_ONE, args=args),
        )
    ]
    if target.is_series and (proposal.when is None or proposal.when.rrule or proposal.series_when):
        label = texts("meeting.change_all")
        action = Action(kind=CHANGE_ALL, args=args)
        buttons.append(Button(label=label, style=ButtonStyle.PRIMARY, action=action))
        if proposal.when is not None:
            lines += [texts("meeting.series_would_be"), *_dates(texts, proposal.dates, zones)]
    elif target.is_series:
        lines.append(texts("meeting.only_one"))
    buttons.append(_discard(texts, proposal))
    return Post(
        title=_title(texts, proposal),
        blocks=(Words(markdown="\n".join(lines)), Row(buttons=tuple(buttons))),
        accent=Accent.SUGGEST,
    )


def _facts(texts: Texts, proposal: Proposal) -> Iterator[str]:
    """Yield what is given beside the dates."""
    request = proposal.request
    if proposal.dates and proposal.target is None:
        first = proposal.dates[0]
        length = length_words(texts, first.ends_at - first.starts_at)
        yield f"{zone_words(texts, first).rstrip('.')} · {length}"
    elif request.duration and proposal.dates:
        first = proposal.dates[0]
        yield texts("meeting.new_length", length=length_words(texts, first.ends_at - first.starts_at))
    if request.link:
        yield texts("meeting.link_is", link=_safe(request.link))
    if request.agenda:
        yield texts("meeting.agenda_is", agenda=_safe(request.agenda))


def _dates(texts: Texts, dates: tuple[Occurrence, ...], zones: Iterable[str]) -> Iterator[str]:
    """Yield the dates, and whom a change of clocks between two of them moves."""
    before: datetime | None = None
    for occurrence in dates:
        line = f"- {timestamp(occurrence.starts_at, 'F')}"
        notice = None
        if before is not None:
            notice = find_shifts(before, occurrence.starts_at, zone=occurrence.zone, zones=zones)
        yield f"{line} · ⚠️ {shift_sentence(texts, notice)}" if notice else line
        before = occurrence.starts_at
    if len(dates) == 1:
        yield texts("meeting.just_once")


def _readings(texts: Texts, choice: Choice) -> Iterator[str]:
    return (texts(reading.key, **dict(reading.values)) for reading in choice.readings)


def _rows(buttons: list[Button]) -> Iterator[Block]:
    return (Row(buttons=tuple(buttons[start : start + _ROW])) for start in range(0, len(buttons), _ROW))


def _discard(texts: Texts, proposal: Proposal) -> Button:
    return Button(label=texts("meeting.discard"), action=Action(kind=DISCARD, args=(proposal.token,)))


def _title(texts: Texts, proposal: Proposal) -> str:
    if proposal.dates:
        return title_of(texts, proposal.dates[0])
    return escape(limits.cut_line(clean(proposal.request.title), _WORDS)) or texts("meetings.untitled")


def _safe(words: str) -> str:
    return escape(limits.cut_line(clean(words), _WORDS), at_line_start=False)


def _said(line: str, accent: Accent = Accent.PLAIN) -> Post:
    return Post(blocks=(Words(markdown=line),), accent=accent)
