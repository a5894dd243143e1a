"""Draw the panel of `/setup`: where and who, what is followed, and what the bot still lacks, by feature."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.form import ChannelField, Field, Form
from bot.delivery.post import (
    Accent,
    Action,
    Block,
    Button,
    ButtonStyle,
    Divider,
    PickChannel,
    PickRole,
    Post,
    Row,
    Words,
)
from bot.operations.settings_panel import name_rights, zone_line
from bot.storage.guilds import GuildSettings, Setting
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.markdown import escape, inert
from bot.text.zones import UTC

FAQ, CALENDAR, LIST = "faq", "calendar", "list"

_MAX_URL = 2_000
_MOST_LINES = 10
_SAMPLE = 5
_LABELS = {FAQ: "setup.add_faq", CALENDAR: "setup.add_calendar", LIST: "setup.add_list"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What the bot needs for a feature, and whether it has it.

    Attributes:
        feature: In words.
        place: Where, as a channel's mention; empty: in the whole server.
        missing: The rights that it lacks there, by Discord's names.
        is_gone: The channel is not there any more.
    """

    feature: str
    place: str = ""
    missing: tuple[str, ...] = ()
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupPanel:
    """What the panel shows.

    Attributes:
        followed: How many pages, calendars and lists are followed, by kind.
        channel_id: The admin channel if it is still there; `role_id` the editors' role likewise.
    """

    settings: GuildSettings
    followed: dict[str, int]
    needs: tuple[Need, ...]
    channel_id: int | None
    role_id: int | None
    now: datetime


def render_setup(texts: Texts, panel: SetupPanel) -> Post:
    """Draw the panel."""
    declared = panel.settings.declared
    blocks: list[Block] = [Words(markdown=_who(texts, panel))]
    if Setting.ADMIN_CHANNEL not in declared:
        pick = PickChannel(
            action=Action(kind="setup.admin_channel"),
            placeholder=texts("settings.admin_pick"),
            chosen=panel.channel_id,
        )
        blocks.append(pick)
    if Setting.EDITORS_ROLE not in declared:
        role = PickRole(
            action=Action(kind="setup.editors_role"),
            placeholder=texts("settings.editors_pick"),
            chosen=panel.role_id,
        )
        blocks.append(role)
    zone = Button(label=texts("settings.zone_change"), action=Action(kind="setup.zone"))
    if Setting.ZONE not in declared:
        blocks.append(Row(buttons=(zone,)))
    blocks += [
        Divider(),
        Words(markdown=_sources(texts, panel)),
        Row(buttons=tuple(_add_button(texts, kind, panel) for kind in _LABELS)),
        Divider(),
        Words(markdown="\n".join((texts("setup.needs"), *(_need(texts, need) for need in panel.needs)))),
        Row(buttons=(Button(label=texts("setup.again"), action=Action(kind="setup.again")),)),
    ]
    is_wrong = any(need.missing or need.is_gone for need in panel.needs)
    return Post(
        title=texts("setup.title"), blocks=tuple(blocks), accent=Accent.PROBLEM if is_wrong else Accent.PLAIN
    )


def zone_form(texts: Texts) -> Form:
    """Ask for the zone in the words people use."""
    zone = Field(
        name="zone",
        label=texts("settings.zone_label"),
        placeholder=texts("settings.zone_placeholder"),
        max_length=60,
    )
    return Form(title=texts("settings.zone_title"), action=Action(kind="setup.zone_typed"), fields=(zone,))


def source_form(texts: Texts, kind: str, *, channel_id: int) -> Form:
    """Ask for an address, and where what comes from it goes."""
    label, hint = {
        FAQ: (texts("setup.faq_label"), texts("setup.faq_hint")),
        CALENDAR: (texts("setup.calendar_label"), texts("setup.calendar_hint")),
        LIST: (texts("setup.list_label"), texts("setup.list_hint")),
    }[kind]
    url = Field(name="url", label=label, description=hint, placeholder="https://", max_length=_MAX_URL)
    channel = ChannelField(name="channel", label=texts("setup.channel_label"), chosen=channel_id)
    return Form(
        title=texts(_LABELS[kind]),
        action=Action(kind="setup.typed", args=(kind,)),
        fields=(url,) if kind == FAQ else (url, channel),
    )


def render_source_preview(
    texts: Texts, *, name: str, found: str, samples: Sequence[str], trouble: str, token: str
) -> Post:
    """Draw what is at an address before anything of it is kept.

    Args:
        texts: The catalogue.
        name: What the source is called, as it calls itself.
        found: What was found, in words.
        samples: Some of it, as it came.
        trouble: What stands in the way in its channel, as safe Markdown; empty: nothing.
        token: Leads the buttons back to it.
    """
    lines = [f"- {escape(limits.cut_line(inert(sample), 150))}" for sample in samples[:_SAMPLE]]
    parts = (escape(found), "\n".join(lines), trouble, texts("setup.not_kept"))
    keep = Button(
        label=texts("setup.follow"),
        action=Action(kind="setup.confirm", args=(token,)),
        style=ButtonStyle.SUCCESS,
    )
    leave = Button(label=texts("setup.leave"), action=Action(kind="setup.discard", args=(token,)))
    return Post(
        title=escape(limits.cut_line(inert(name), 100), at_line_start=False) or texts("setup.title"),
        blocks=(*(Words(markdown=part) for part in parts if part), Row(buttons=(keep, leave))),
        accent=Accent.PROBLEM if trouble else Accent.SUGGEST,
    )


def _who(texts: Texts, panel: SetupPanel) -> str:
    channel, role = panel.settings.admin_channel_id, panel.settings.editor_role_id
    lines = [
        f"**{texts('settings.admin')}** {f'<#{channel}>' if channel else texts('settings.none')}",
        f"**{texts('settings.editors')}** {f'<@&{role}>' if role else texts('settings.nobody')}",
        f"**{texts('settings.zone')}** {zone_line(panel.settings.zone or UTC, panel.now)}",
    ]
    if panel.settings.declared:
        lines.append(f"-# {texts('settings.is_declared')}")
    return "\n".join(lines)


def _sources(texts: Texts, panel: SetupPanel) -> str:
    pages, calendars, lists = (panel.followed[kind] for kind in (FAQ, CALENDAR, LIST))
    return texts("setup.sources", pages=pages, calendars=calendars, lists=lists)


def _add_button(texts: Texts, kind: str, panel: SetupPanel) -> Button:
    style = ButtonStyle.SECONDARY if panel.followed[kind] else ButtonStyle.PRIMARY
    return Button(label=texts(_LABELS[kind]), action=Action(kind="setup.add", args=(kind,)), style=style)


def _need(texts: Texts, need: Need) -> str:
    feature = escape(limits.cut_line(inert(need.feature), 80), at_line_start=False)
    where = f"{feature} {need.place}".strip()
    if need.is_gone:
        return f"🔴 {where}: {texts('setup.gone')}"
    if not need.missing:
        return f"✅ {where}"
    names = name_rights(texts, need.missing)
    how = texts("setup.how_channel" if need.place else "setup.how_server")
    return f"🔴 {where}: {texts('setup.lacks', rights=names)}\n-# ➜ {how}"


def fitting(needs: Sequence[Need]) -> tuple[Need, ...]:
    """Return as many as the panel shows: what is missing first."""
    return tuple(sorted(needs, key=lambda need: not (need.missing or need.is_gone))[:_MOST_LINES])
