"""Draw the panel of `/meeting settings`: what a guild usually wants, and what stands in its way."""

from dataclasses import dataclass

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
from bot.meetings.drafts_repository import Defaults
from bot.meetings.leads import write_leads
from bot.meetings.render_fields import leads_field, zones_field
from bot.text.catalogue import Texts
from bot.text.markdown import escape

CHANNEL, ROLE = "meeting.set_channel", "meeting.set_role"
TIMES, TYPED = "meeting.set_times", "meeting.set_typed"
WEEKLY, EVENTS = "meeting.set_weekly", "meeting.set_events"


@dataclass(frozen=True, slots=True, kw_only=True)
class WishesPanel:
    """What the panel shows.

    Attributes:
        channel_trouble, role_trouble, events_trouble: What stands in the way, as safe Markdown.
        has_channel, has_role: Whether what is set is there to be shown as picked.
    """

    defaults: Defaults
    channel_trouble: str = ""
    role_trouble: str = ""
    events_trouble: str = ""
    has_channel: bool = True
    has_role: bool = True


def render_wishes(texts: Texts, panel: WishesPanel) -> Post:
    """Draw the panel."""
    defaults, settings = panel.defaults, panel.defaults.settings
    channel = f"<#{defaults.channel_id}>" if defaults.channel_id else texts("meeting.set_here")
    role = f"<@&{settings.remind_role}>" if settings.remind_role else texts("meeting.set_by_note")
    zones = escape(", ".join(settings.zones)) if settings.zones else texts("meetings.zones_own")
    leads = escape(write_leads(settings.leads)) or texts("meetings.no_leads")
    blocks: list[Block] = [
        Words(markdown=f"-# {texts('meeting.set_note')}"),
        _words(texts("meeting.set_channel_line", channel=channel), panel.channel_trouble),
        PickChannel(
            action=Action(kind=CHANNEL),
            placeholder=texts("meeting.set_channel_pick"),
            chosen=defaults.channel_id if panel.has_channel else None,
        ),
        _words(texts("meeting.set_role_line", role=role), panel.role_trouble),
        PickRole(
            action=Action(kind=ROLE),
            placeholder=texts("meeting.set_role_pick"),
            chosen=settings.remind_role if panel.has_role else None,
        ),
        _words(texts("meeting.set_times_line", leads=leads, zones=zones), ""),
        _words(_state(texts, panel), panel.events_trouble),
        Row(buttons=_buttons(texts, panel)),
    ]
    is_wrong = bool(panel.channel_trouble or panel.role_trouble or panel.events_trouble)
    return Post(
        title=texts("meeting.set_title"),
        blocks=tuple(blocks),
        accent=Accent.PROBLEM if is_wrong else Accent.PLAIN,
    )


def wishes_form(texts: Texts, defaults: Defaults) -> Form:
    """Ask for the leads and the members' zones."""
    settings = defaults.settings
    return Form(
        title=texts("meeting.set_form"),
        action=Action(kind=TYPED),
        fields=(leads_field(texts, settings), zones_field(texts, settings)),
    )


def _state(texts: Texts, panel: WishesPanel) -> str:
    settings = panel.defaults.settings
    on, off = texts("meeting.set_on"), texts("meeting.set_off")
    weekly = texts("meeting.set_weekly_line", state=on if settings.has_weekly_post else off)
    events = texts("meeting.set_events_line", state=on if settings.has_events else off)
    return f"{weekly}\n{events}"


def _buttons(texts: Texts, panel: WishesPanel) -> tuple[Button, ...]:
    settings = panel.defaults.settings
    times = Button(
        label=texts("meeting.set_times_button"), style=ButtonStyle.PRIMARY, action=Action(kind=TIMES)
    )
    toggles = (
        (WEEKLY, settings.has_weekly_post, "meetings.weekly_on", "meetings.weekly_off"),
        (EVENTS, settings.has_events, "meetings.events_on", "meetings.events_off"),
    )
    return (
        times,
        *(
            Button(
                label=texts(on if is_on else off),
                style=ButtonStyle.SUCCESS if is_on else ButtonStyle.SECONDARY,
                action=Action(kind=kind),
            )
            for kind, is_on, on, off in toggles
        ),
    )


def _words(line: str, trouble: str) -> Words:
    return Words(markdown=f"{line}\n{trouble}" if trouble else line)
