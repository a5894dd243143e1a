"""Draw the panel of one meeting: what is other for its series than for the rest of its calendar."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.delivery.form import Form
from bot.delivery.post import (
    Accent,
    Action,
    Block,
    Button,
    ButtonStyle,
    PickChannel,
    PickRole,
    Post,
    Row,
    Words,
)
from bot.meetings.calendars import CalendarSettings, SeriesSettings, settings_of
from bot.meetings.leads import write_leads
from bot.meetings.render import title_of, when_line
from bot.meetings.render_calendars import calendar_name
from bot.meetings.render_fields import leads_field, mark_declared, pings_field
from bot.meetings.targets import Target
from bot.text.catalogue import Texts
from bot.text.markdown import escape

CHANNEL, ROLE, TIMES, TYPED = "single.channel", "single.role", "single.times", "single.typed"
TOGGLE, ANNOUNCE = "single.toggle", "single.announce"
PASSCODE, MUTE, SKIP, RESET = "passcode", "mute", "skip", "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPanel:
    """What the panel shows.

    Attributes:
        target: The next date of the series, or the one that was named.
        own: What is other for the series.
        troubles: What stands in the way, as safe Markdown.
        declared: Which of its settings community.toml decides, by their names.
        has_channel, has_role: Whether what is set is there to be shown as picked.
    """

    target: Target
    own: SeriesSettings
    troubles: tuple[str, ...] = ()
    declared: Collection[str] = ()
    has_channel: bool = True
    has_role: bool = True

    @property
    def settings(self) -> CalendarSettings:
        """Return what holds for the series."""
        return settings_of(self.target.calendar.settings, self.own)

    @property
    def channel_id(self) -> int:
        """Return where its reminders go."""
        return self.own.channel_id or self.target.calendar.channel_id

    @property
    def role_id(self) -> int | None:
        """Return which role is pinged."""
        return self.settings.pings[0][1] if self.settings.pings else None

    @property
    def is_skipped(self) -> bool:
        """Tell whether nothing is posted of this date."""
        return self.target.date.key.original in self.own.skipped


def render_series(texts: Texts, panel: SeriesPanel) -> Post:
    """Draw the panel."""
    args = (str(panel.target.calendar.id), panel.target.date.token)
    blocks: list[Block] = [Words(markdown="\n".join(_lines(texts, panel)))]
    if "channel_id" not in panel.declared:
        blocks.append(
            PickChannel(
                action=Action(kind=CHANNEL, args=args),
                placeholder=texts("meetings.pick_channel"),
                chosen=panel.channel_id if panel.has_channel else None,
            )
        )
    if "pings" not in panel.declared:
        blocks.append(
            PickRole(
                action=Action(kind=ROLE, args=args),
                placeholder=texts("meetings.pick_role"),
                chosen=panel.role_id if panel.has_role else None,
            )
        )
    buttons = _buttons(texts, panel, args)
    if buttons:
        blocks.append(Row(buttons=buttons))
    return Post(
        title=title_of(texts, panel.target.date.occurrence),
        blocks=tuple(blocks),
        accent=Accent.PROBLEM if panel.troubles else Accent.PLAIN,
    )


def series_form(texts: Texts, panel: SeriesPanel) -> Form:
    """Ask for the leads, and for those at which a role is pinged."""
    settings = panel.settings
    args = (str(panel.target.calendar.id), panel.target.date.token)
    return Form(
        title=texts("meetings.form_title"),
        action=Action(kind=TYPED, args=args),
        fields=(leads_field(texts, settings), pings_field(texts, settings)),
    )


def render_skipped(texts: Texts, target: Target) -> Post:
    """Say that nothing is posted of a date of a followed calendar, with the way back."""
    args = (str(target.calendar.id), target.date.token)
    undo = Button(label=texts("meeting.undo"), action=Action(kind=ANNOUNCE, args=args))
    return Post(blocks=(Words(markdown=_said(texts, "single.skipped", target)), Row(buttons=(undo,))))


def render_announced(texts: Texts, target: Target) -> Post:
    """Say that a date is announced after all."""
    return Post(blocks=(Words(markdown=_said(texts, "single.announced", target)),))


def _said(texts: Texts, key: str, target: Target) -> str:
    occurrence = target.date.occurrence
    return texts(key, title=title_of(texts, occurrence), when=when_line(texts, occurrence))


def _lines(texts: Texts, panel: SeriesPanel) -> list[str]:
    target, own, settings = panel.target, panel.own, panel.settings
    occurrence = target.date.occurrence
    note = "single.note" if target.is_series else "single.note_single"
    leads = escape(write_leads(texts, settings.leads)) or texts("meetings.no_leads")
    lines = [
        f"-# {texts(note, calendar=_owner(target))}",
        texts("single.date", when=when_line(texts, occurrence)),
        _mark(texts, panel, "channel_id", texts("meetings.set_channel", channel=f"<#{panel.channel_id}>")),
        _mark(texts, panel, "leads", texts("meetings.set_leads", leads=leads)),
        _mark(texts, panel, "pings", _pings(texts, panel)),
        _mark(
            texts,
            panel,
            "shows_passcode",
            texts("single.passcode_on" if settings.shows_passcode else "single.passcode_off"),
        ),
    ]
    if own.is_muted:
        lines.append(_mark(texts, panel, "is_muted", texts("single.is_muted")))
    elif panel.is_skipped:
        lines.append(_mark(texts, panel, "skipped", texts("single.is_skipped")))
    return [*lines, *panel.troubles]


def _owner(target: Target) -> str:
    """Name what the meeting is of: its calendar, or the channel in which it was made."""
    return f"<#{target.calendar.channel_id}>" if target.is_made_here else calendar_name(target.calendar)


def _mark(texts: Texts, panel: SeriesPanel, name: str, line: str) -> str:
    """Add to a line whether it holds for this meeting alone, and who said so."""
    if name in panel.declared:
        return mark_declared(texts, line, is_declared=True)
    is_said_by_itself = name in {"is_muted", "skipped"} or getattr(panel.own, name) is None
    return line if is_said_by_itself else f"{line} · {texts('single.own')}"


def _pings(texts: Texts, panel: SeriesPanel) -> str:
    pings = panel.settings.pings
    if not pings:
        return texts("meetings.set_no_pings")
    leads = write_leads(texts, (lead for lead, _ in pings))
    return texts("meetings.set_pings", role=f"<@&{pings[0][1]}>", leads=escape(leads))


def _buttons(texts: Texts, panel: SeriesPanel, args: tuple[str, ...]) -> tuple[Button, ...]:
    own, settings = panel.own, panel.settings
    toggles = [
        (
            PASSCODE,
            "shows_passcode",
            settings.shows_passcode,
            "meetings.passcode_on",
            "meetings.passcode_off",
        ),
        (MUTE, "is_muted", own.is_muted, "single.unmute", "single.mute"),
    ]
    if not own.is_muted and not panel.target.is_made_here:
        toggles.append((SKIP, "skipped", panel.is_skipped, "single.unskip", "single.skip"))
    buttons = [
        Button(
            label=texts(on if is_on else off),
            style=ButtonStyle.SUCCESS if is_on else ButtonStyle.SECONDARY,
            action=Action(kind=TOGGLE, args=(*args, what)),
        )
        for what, name, is_on, on, off in toggles
        if name not in panel.declared
    ]
    if not {"leads", "pings"} <= set(panel.declared):
        times = Action(kind=TIMES, args=args)
        buttons.insert(0, Button(label=texts("single.times"), style=ButtonStyle.PRIMARY, action=times))
    decided = {name: getattr(own, name) for name in panel.declared}
    chosen = replace(SeriesSettings(skipped=own.skipped), **decided)
    if own != chosen:
        action = Action(kind=TOGGLE, args=(*args, RESET))
        buttons.append(Button(label=texts("single.reset"), action=action))
    return tuple(buttons)


def pinged_leads(settings: CalendarSettings) -> tuple[timedelta, ...]:
    """Return when a role is pinged that is picked now: as before, or at the last reminder."""
    known = tuple(lead for lead, _ in settings.pings)
    return known or (min(settings.leads, default=timedelta()),)
