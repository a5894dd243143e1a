"""Draw the panel of `/settings`: what the guild has set, what is wrong with it, and how to change it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.chat.places import Place
from bot.delivery.form import Field, Form
from bot.delivery.post import (
    Accent,
    Action,
    Block,
    Button,
    Option,
    PickChannel,
    PickRole,
    Post,
    Row,
    Select,
    Words,
)
from bot.storage.guilds import GuildSettings, Setting
from bot.text.catalogue import Texts
from bot.text.languages import ENGLISH, NAMES
from bot.text.zones import UTC

SEARCH_AGAIN = "?"
"""What the menu of zones brings when none of them is meant."""

_MAX_ZONE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What the panel shows.

    Attributes:
        places: How the channels that are set are, by setting.
        has_role: Whether the editors' role that is set is still there.
        zones: What was perhaps meant by the words typed for the zone; none: nothing was typed.
    """

    settings: GuildSettings
    places: Mapping[Setting, Place] = field(default_factory=lambda: MappingProxyType({}))
    has_role: bool = True
    zones: tuple[str, ...] = ()
    now: datetime


def render_settings(texts: Texts, panel: Panel) -> Post:
    """Draw the panel."""
    blocks: list[Block] = []
    for part in (
        _admin_channel(texts, panel),
        _zone(texts, panel),
        _language(texts, panel),
        _editors(texts, panel),
        _help_channel(texts, panel),
        _status_channel(texts, panel),
    ):
        blocks += part
    is_wrong = any(not place.is_there or place.missing for place in _posted_in(panel)) or not panel.has_role
    return Post(
        title=texts("settings.title"),
        blocks=tuple(blocks),
        accent=Accent.PROBLEM if is_wrong else Accent.PLAIN,
    )


def zone_form(texts: Texts) -> Form:
    """Ask for the zone in the words people use."""
    zone = Field(
        name="zone",
        label=texts("settings.zone_label"),
        placeholder=texts("settings.zone_placeholder"),
        max_length=_MAX_ZONE,
    )
    return Form(title=texts("settings.zone_title"), action=Action(kind="settings.zone_typed"), fields=(zone,))


def zone_line(zone: str, now: datetime) -> str:
    """Name a zone with the time its clocks show."""
    return f"{zone} · {now.astimezone(ZoneInfo(zone)):%H:%M}"


def name_rights(texts: Texts, rights: Iterable[str]) -> str:
    """Name permissions as Discord's own settings do, in bold."""
    return ", ".join(f"**{texts(f'permission.{right}')}**" for right in rights)


def _admin_channel(texts: Texts, panel: Panel) -> tuple[Block, ...]:
    kind = "settings.admin_channel"
    return _channel(texts, panel, Setting.ADMIN_CHANNEL, kind, what=texts("settings.admin_what"))


def _help_channel(texts: Texts, panel: Panel) -> tuple[Block, ...]:
    kind = "settings.help_channel"
    return _channel(texts, panel, Setting.HELP_CHANNEL, kind, what=texts("settings.help_what"))


def _status_channel(texts: Texts, panel: Panel) -> tuple[Block, ...]:
    kind = "settings.status_channel"
    return _channel(texts, panel, Setting.STATUS_CHANNEL, kind, what=texts("settings.status_what"))


def _zone(texts: Texts, panel: Panel) -> tuple[Block, ...]:
    zone = panel.settings.zone or UTC
    value = zone_line(zone, panel.now)
    words = _words(texts, panel, Setting.ZONE, "settings.zone", value, what=texts("settings.zone_what"))
    if Setting.ZONE in panel.settings.declared:
        return (words,)
    if not panel.zones:
        action = Action(kind="settings.zone_ask")
        return (words, Row(buttons=(Button(label=texts("settings.zone_change"), action=action),)))
    options = [Option(label=zone_line(each, panel.now), value=each) for each in panel.zones[:24]]
    options.append(Option(label=texts("settings.zone_other"), value=SEARCH_AGAIN))
    placeholder = texts("settings.zone_which")
    menu = Select(action=Action(kind="settings.zone_pick"), options=tuple(options), placeholder=placeholder)
    return (words, menu)


def _language(texts: Texts, panel: Panel) -> tuple[Block, ...]:
    chosen = panel.settings.language or ENGLISH
    what = texts("settings.language_what")
    words = _words(texts, panel, Setting.LANGUAGE, "settings.language", NAMES.get(chosen, chosen), what=what)
    return (words,)  # no menu: a message in the embed style has room for five, and they are taken


def _editors(texts: Texts, panel: Panel) -> tuple[Block, ...]:
    role_id = panel.settings.editor_role_id
    value = texts("settings.nobody") if role_id is None else f"<@&{role_id}>"
    trouble = "" if panel.has_role else texts("settings.role_gone")
    what = texts("settings.editors_what")
    words = _words(texts, panel, Setting.EDITORS_ROLE, "settings.editors", value, what=what, trouble=trouble)
    if Setting.EDITORS_ROLE in panel.settings.declared:
        return (words,)
    pick = PickRole(
        action=Action(kind="settings.editors_role"),
        placeholder=texts("settings.editors_pick"),
        chosen=role_id if panel.has_role else None,
    )
    return (words, pick)


_NAMES = {
    Setting.ADMIN_CHANNEL: ("settings.admin", "settings.admin_pick"),
    Setting.HELP_CHANNEL: ("settings.help", "settings.help_pick"),
    Setting.STATUS_CHANNEL: ("settings.status", "settings.status_pick"),
}


def _channel(texts: Texts, panel: Panel, setting: Setting, kind: str, *, what: str) -> tuple[Block, ...]:
    name, prompt = _NAMES[setting]
    place = panel.places.get(setting)
    value = texts("settings.none") if place is None else f"<#{place.channel_id}>"
    is_posted_in = setting is not Setting.HELP_CHANNEL
    trouble = _trouble(texts, place, is_posted_in=is_posted_in) if place else ""
    words = _words(texts, panel, setting, name, value, what=what, trouble=trouble)
    if setting in panel.settings.declared:
        return (words,)
    pick = PickChannel(
        action=Action(kind=kind),
        placeholder=texts(prompt),
        chosen=place.channel_id if place and place.is_there else None,
        with_forums=not is_posted_in,
    )
    return (words, pick)


def _trouble(texts: Texts, place: Place, *, is_posted_in: bool) -> str:
    if not place.is_there:
        return texts("settings.channel_gone")
    if is_posted_in and place.missing:
        return texts("settings.rights_missing", rights=name_rights(texts, place.missing))
    return ""


def _posted_in(panel: Panel) -> Iterable[Place]:
    return (place for setting, place in panel.places.items() if setting is not Setting.HELP_CHANNEL)


def _words(
    texts: Texts, panel: Panel, setting: Setting, name: str, value: str, *, what: str, trouble: str = ""
) -> Words:
    lines = [f"**{texts(name)}** {value}", f"-# {what}"]
    if setting in panel.settings.declared:
        lines.append(f"-# {texts('settings.declared')}")
    if trouble:
        lines.append(trouble)
    return Words(markdown="\n".join(lines))
