"""Draw the panel of a calendar's settings: each change acts at once and redraws it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.delivery.form import Form
from bot.delivery.post import (
    Accent,
    Action,
    Block,
    Button,
    ButtonStyle,
    Option,
    PickChannel,
    PickRole,
    Post,
    Row,
    Select,
    Words,
)
from bot.meetings.calendars import CleanUp, FollowedCalendar
from bot.meetings.leads import write_leads
from bot.meetings.render_calendars import calendar_name
from bot.meetings.render_fields import leads_field, mark_declared, pings_field, zones_field
from bot.text.catalogue import Texts
from bot.text.markdown import escape

PASSCODE, WEEKLY, EVENTS = "passcode", "weekly", "events"

_CLEAN_UPS = {
    CleanUp.PREVIOUS: "meetings.clean_up_previous",
    CleanUp.ALL: "meetings.clean_up_all",
    CleanUp.NONE: "meetings.clean_up_none",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What the panel shows.

    Attributes:
        troubles: What stands in the way of it, as safe Markdown, each named at its feature.
        declared: Which of its settings community.toml decides, by their names.
        has_channel: Whether the channel is there to be shown as picked.
        has_role: Whether the role that is pinged is.
        has_remind_role: Whether the role that "Remind me" gives is.
    """

    calendar: FollowedCalendar
    troubles: tuple[str, ...] = ()
    declared: Collection[str] = ()
    has_channel: bool = True
    has_role: bool = True
    has_remind_role: bool = True


def render_panel(texts: Texts, panel: Panel) -> Post:
    """Draw the panel."""
    calendar, settings = panel.calendar, panel.calendar.settings
    args = (str(calendar.id),)
    role_id = settings.pings[0][1] if settings.pings else None
    blocks: list[Block] = [Words(markdown="\n".join([*_lines(texts, panel), *panel.troubles]))]
    if not calendar.is_declared:
        blocks.append(
            PickChannel(
                action=Action(kind="calendar.channel", args=args),
                placeholder=texts("meetings.pick_channel"),
                chosen=calendar.channel_id if panel.has_channel else None,
            )
        )
    if "pings" not in panel.declared:
        blocks.append(
            PickRole(
                action=Action(kind="calendar.role", args=args),
                placeholder=texts("meetings.pick_role"),
                chosen=role_id if panel.has_role else None,
            )
        )
    if "remind_role" not in panel.declared:
        blocks.append(
            PickRole(
                action=Action(kind="calendar.remind", args=args),
                placeholder=texts("meeting.set_role_pick"),
                chosen=settings.remind_role if panel.has_remind_role else None,
            )
        )
    if "clean_up" not in panel.declared:
        blocks.append(
            Select(
                action=Action(kind="calendar.clean_up", args=args),
                options=tuple(Option(label=texts(key), value=value) for value, key in _CLEAN_UPS.items()),
                placeholder=_cleaned_up(texts, panel),
            )
        )
    buttons = (*_times(texts, panel), *_toggles(texts, panel))
    if buttons:
        blocks.append(Row(buttons=buttons))
    return Post(
        title=calendar_name(calendar),
        blocks=tuple(blocks),
        accent=Accent.PROBLEM if panel.troubles else Accent.PLAIN,
    )


def times_form(texts: Texts, calendar: FollowedCalendar) -> Form:
    """Ask for leads, the leads at which a role is pinged, and the members' zones."""
    settings = calendar.settings
    return Form(
        title=texts("meetings.form_title"),
        action=Action(kind="calendar.typed", args=(str(calendar.id),)),
        fields=(leads_field(texts, settings), pings_field(texts, settings), zones_field(texts, settings)),
    )


def _lines(texts: Texts, panel: Panel) -> Iterator[str]:
    """Write what is set; what community.toml decides says so, and has no control."""
    calendar, settings, declared = panel.calendar, panel.calendar.settings, panel.declared
    zones = ", ".join(settings.zones)
    leads = escape(write_leads(texts, settings.leads)) or texts("meetings.no_leads")
    channel = texts("meetings.set_channel", channel=f"<#{calendar.channel_id}>")
    yield mark_declared(texts, channel, is_declared=calendar.is_declared)
    lines = {
        "leads": texts("meetings.set_leads", leads=leads),
        "pings": _pings(texts, panel),
        "remind_role": texts("meeting.set_role_line", role=_given(texts, settings.remind_role)),
        "zones": texts("meetings.set_zones", zones=escape(zones) or texts("meetings.zones_own")),
    }
    # What a control alone shows otherwise.
    shown = {"clean_up": _cleaned_up(texts, panel)}
    shown |= {name: texts(on if is_on else off) for _, name, is_on, on, off in _states(panel)}
    lines |= {name: escape(text) for name, text in shown.items() if name in declared}
    for name, line in lines.items():
        yield mark_declared(texts, line, is_declared=name in declared)


def _cleaned_up(texts: Texts, panel: Panel) -> str:
    return texts("meetings.cleaned_up", how=texts(_CLEAN_UPS[panel.calendar.settings.clean_up]))


def _pings(texts: Texts, panel: Panel) -> str:
    pings = panel.calendar.settings.pings
    if not pings:
        return texts("meetings.set_no_pings")
    leads = write_leads(texts, (lead for lead, _ in pings))
    return texts("meetings.set_pings", role=f"<@&{pings[0][1]}>", leads=leads)


def _given(texts: Texts, role_id: int | None) -> str:
    return f"<@&{role_id}>" if role_id else texts("meeting.set_by_note")


def _times(texts: Texts, panel: Panel) -> Iterator[Button]:
    if not {"leads", "pings", "zones"} <= set(panel.declared):
        yield Button(
            label=texts("meetings.times"),
            style=ButtonStyle.PRIMARY,
            action=Action(kind="calendar.times", args=(str(panel.calendar.id),)),
        )


def _toggles(texts: Texts, panel: Panel) -> Iterator[Button]:
    for what, name, is_on, on, off in _states(panel):
        if name not in panel.declared:
            yield Button(
                label=texts(on if is_on else off),
                style=ButtonStyle.SUCCESS if is_on else ButtonStyle.SECONDARY,
                action=Action(kind="calendar.toggle", args=(str(panel.calendar.id), what)),
            )


def _states(panel: Panel) -> tuple[tuple[str, str, bool, str, str], ...]:
    """Return what is on or off: its name on buttons, the setting's, whether it is, and its two texts."""
    settings = panel.calendar.settings
    return (
        (
            PASSCODE,
            "shows_passcode",
            settings.shows_passcode,
            "meetings.passcode_on",
            "meetings.passcode_off",
        ),
        (WEEKLY, "has_weekly_post", settings.has_weekly_post, "meetings.weekly_on", "meetings.weekly_off"),
        (EVENTS, "has_events", settings.has_events, "meetings.events_on", "meetings.events_off"),
    )
