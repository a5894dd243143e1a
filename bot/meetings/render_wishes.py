"""Draw the panel of `/meeting settings`: what a guild usually wants, and what stands in its way."""

from collections.abc import Collection, Iterator
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
from bot.meetings.render_fields import leads_field, mark_declared, zones_field
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
        declared: Which of them community.toml decides, by their names.
        has_channel, has_role: Whether what is set is there to be shown as picked.
    """

    defaults: Defaults
    channel_trouble: str = ""
    role_trouble: str = ""
    events_trouble: str = ""
    declared: Collection[str] = ()
    has_channel: bool = True
    has_role: bool = True


def render_wishes(texts: Texts, panel: WishesPanel) -> Post:
    """Draw the panel."""
    defaults, settings = panel.defaults, panel.defaults.settings
    channel = f"<#{defaults.channel_id}>" if defaults.channel_id else texts("meeting.set_here")
    role = f"<@&{settings.remind_role}>" if settings.remind_role else texts("meeting.set_by_note")
    channel_line = _marked(texts, panel, "channel_id", texts("meeting.set_channel_line", channel=channel))
    role_line = _marked(texts, panel, "remind_role", texts("meeting.set_role_line", role=role))
    blocks: list[Block] = [
        Words(markdown=f"-# {texts('meeting.set_note')}"),
        _words(channel_line, panel.channel_trouble),
    ]
    if "channel_id" not in panel.declared:
        blocks.append(
            PickChannel(
                action=Action(kind=CHANNEL),
                placeholder=texts("meeting.set_channel_pick"),
                chosen=defaults.channel_id if panel.has_channel else None,
            )
        )
    blocks.append(_words(role_line, panel.role_trouble))
    if "remind_role" not in panel.declared:
        blocks.append(
            PickRole(
                action=Action(kind=ROLE),
                placeholder=texts("meeting.set_role_pick"),
                chosen=settings.remind_role if panel.has_role else None,
            )
        )
    blocks += [_words(_times(texts, panel), ""), _words(_state(texts, panel), panel.events_trouble)]
    buttons = tuple(_buttons(texts, panel))
    if buttons:
        blocks.append(Row(buttons=buttons))
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


def _times(texts: Texts, panel: WishesPanel) -> str:
    settings = panel.defaults.settings
    zones = escape(", ".join(settings.zones)) if settings.zones else texts("meetings.zones_own")
    leads = escape(write_leads(texts, settings.leads)) or texts("meetings.no_leads")
    # One line has both; where only one of them is declared, the form refuses that one.
    is_declared = not {"leads", "zones"}.isdisjoint(panel.declared)
    line = texts("meeting.set_times_line", leads=leads, zones=zones)
    return mark_declared(texts, line, is_declared=is_declared)


def _state(texts: Texts, panel: WishesPanel) -> str:
    settings = panel.defaults.settings
    on, off = texts("meeting.set_on"), texts("meeting.set_off")
    weekly = texts("meeting.set_weekly_line", state=on if settings.has_weekly_post else off)
    events = texts("meeting.set_events_line", state=on if settings.has_events else off)
    lines = {"has_weekly_post": weekly, "has_events": events}
    return "\n".join(_marked(texts, panel, name, line) for name, line in lines.items())


def _buttons(texts: Texts, panel: WishesPanel) -> Iterator[Button]:
    settings = panel.defaults.settings
    if not {"leads", "zones"} <= set(panel.declared):
        yield Button(
            label=texts("meeting.set_times_button"), style=ButtonStyle.PRIMARY, action=Action(kind=TIMES)
        )
    toggles = (
        (WEEKLY, "has_weekly_post", settings.has_weekly_post, "meetings.weekly_on", "meetings.weekly_off"),
        (EVENTS, "has_events", settings.has_events, "meetings.events_on", "meetings.events_off"),
    )
    for kind, name, is_on, on, off in toggles:
        if name not in panel.declared:
            yield Button(
                label=texts(on if is_on else off),
                style=ButtonStyle.SUCCESS if is_on else ButtonStyle.SECONDARY,
                action=Action(kind=kind),
            )


def _marked(texts: Texts, panel: WishesPanel, name: str, line: str) -> str:
    return mark_declared(texts, line, is_declared=name in panel.declared)


def _words(line: str, trouble: str) -> Words:
    return Words(markdown=f"{line}\n{trouble}" if trouble else line)
