"""Decide what an imported file would change in a guild: nothing is done here.

A file adds and changes; what it does not name stays as it is. Files and logins are for whoever runs the bot.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, TypeVar

from bot.faq.addresses import page_address
from bot.faq.library import query_key
from bot.mail.filter_rules import plain_rules
from bot.meetings.feeds import NoAddressError, calendar_address
from bot.operations.guild_config import GuildConfig
from bot.text.cadence import parse_when, write_when
from config.community import Guild
from config.diff import SERIES, Change, Turn, compare_guilds
from config.sections.calendars import PLACEHOLDER, DeclaredCalendar
from config.sections.faq import DeclaredPage
from config.sections.lists import DeclaredList
from config.sections.meetings import DeclaredMeetings, DeclaredWishes
from config.sections.phrasings import DeclaredPhrasings
from config.sections.series import DeclaredSeries
from config.sections.settings import SETTINGS_KEYS, DeclaredSettings

# What a list's fields say where the file says nothing of them.
_USUAL: Mapping[str, object] = MappingProxyType(
    {
        "quiet": False,
        "chart": True,
        "mode": "only_matches",
        "patches": "all",
        "bots": "all",
        "ping": "never",
    }
)
_TRUTHS = frozenset({"quiet", "chart"})

OPERATORS = ("mailbox", "archive_key")
"""Sections that only whoever runs the bot may write."""

T = TypeVar("T")
Announced = TypeVar("Announced", DeclaredWishes, DeclaredSeries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Something that cannot be taken from the file.

    Attributes:
        why: A text's key.
    """

    section: str
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What there is in a guild, for looking up what a file names.

    Attributes:
        has_harmless_role: A role that members may give themselves: none that lets them do more.
    """

    has_channel: Callable[[int], bool]
    has_role: Callable[[int], bool]
    has_harmless_role: Callable[[int], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done.

    Attributes:
        wanted: The guild as it will be, where nothing is refused.
        changes: What is added and changed.
        stays: How much the file does not name.
    """

    guild_id: int
    before: Guild
    wanted: Guild
    changes: tuple[Change, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    stays: int = 0


def plan_import(config: GuildConfig, read: Guild, *, place: Place) -> Plan:
    """Compare what a guild has with what a file wants."""
    before = config.guild
    wanted, lost = _normal(replace(read, id=before.id), config)
    wanted = _completed(before, wanted)
    found = list(compare_guilds(before, wanted))
    changes, refusals = [], list(lost)
    unfollowed: set[str] = set()
    for change in (each for each in found if each.turn is not Turn.REMOVED):
        is_lost = change.section == SERIES and _calendar_of(change) in unfollowed
        why = "config.no_calendar" if is_lost else _refusal(change, wanted, place)
        if why and change.section == "calendar" and change.turn is Turn.ADDED:
            unfollowed.add(change.key)
        if why:
            refusals.append(Refusal(section=change.section, name=change.name or change.key, why=why))
        else:
            changes.append(change)
    return Plan(
        guild_id=before.id,
        before=before,
        wanted=wanted,
        changes=tuple(changes),
        refusals=tuple(refusals),
        stays=sum(change.turn is Turn.REMOVED for change in found),
    )


def _normal(read: Guild, config: GuildConfig) -> tuple[Guild, tuple[Refusal, ...]]:
    """Return what a file wants under the addresses that the store knows it by, and what has none."""
    calendars, lost = [], []
    for each in read.calendar:
        url = _calendar_url(each.url, config)
        if url is None:
            lost.append(Refusal(section="calendar", name=each.name or each.url, why="config.no_address"))
        else:
            calendars.append(replace(each, url=url))
    pages = tuple(replace(each, url=page_address(each.url).link if each.url else "") for each in read.faq)
    return replace(read, calendar=tuple(calendars), faq=pages), tuple(lost)


def _calendar_url(url: str, config: GuildConfig) -> str | None:
    if url.startswith(PLACEHOLDER):
        known = config.calendars.get(int(url.removeprefix(PLACEHOLDER)))
        return known.place if known is not None else None
    try:
        return calendar_address(url) if url else ""
    except NoAddressError:
        return None


def _completed(before: Guild, wanted: Guild) -> Guild:
    """Fill in what a file leaves out: with what is there, or for what is new with what is usual."""
    settings = {
        name: _or(getattr(wanted.settings, name), getattr(before.settings, name)) for name in SETTINGS_KEYS
    }
    meeting = DeclaredMeetings(
        channel=_or(wanted.meeting.channel, before.meeting.channel),
        wishes=_merged(before.meeting.wishes, wanted.meeting.wishes),
    )
    pages = {each.url or each.file: each for each in before.faq}
    asked = {query_key(each.question): each for each in before.phrasings}
    lists = {(each.place, each.channel): each for each in before.lists}
    calendars = {each.url or each.file: each for each in before.calendar}
    return replace(
        wanted,
        settings=DeclaredSettings(**settings),
        meeting=meeting,
        faq=tuple(_page(each, pages.get(each.url or each.file)) for each in wanted.faq),
        phrasings=tuple(_phrasings(each, asked.get(query_key(each.question))) for each in wanted.phrasings),
        lists=tuple(_list(each, lists.get((each.place, each.channel))) for each in wanted.lists),
        calendar=tuple(
            _calendar(each, calendars.get(each.url or each.file), meeting) for each in wanted.calendar
        ),
    )


def _page(wanted: DeclaredPage, known: DeclaredPage | None) -> DeclaredPage:
    return replace(wanted, title=wanted.title or (known.title if known else ""), line=0)


def _phrasings(wanted: DeclaredPhrasings, known: DeclaredPhrasings | None) -> DeclaredPhrasings:
    """Add what a file has to what is known: the same words, however spelled, are the same way to ask."""
    there = known.asked if known else ()
    asked = {query_key(each): each for each in (*reversed(wanted.asked), *there)}
    new = tuple(asked[key] for key in dict.fromkeys(map(query_key, wanted.asked)) if asked[key] not in there)
    question = known.question if known else wanted.question
    return DeclaredPhrasings(question=question, asked=(*there, *new))


def _list(wanted: DeclaredList, known: DeclaredList | None) -> DeclaredList:
    schedule = parse_when(wanted.digest) if wanted.digest else None
    wanted = replace(wanted, digest=write_when(schedule) if schedule else "", line=0)
    rules: dict[str, Any] = {
        name: plain_rules(getattr(wanted, name)) for name in ("authors", "subjects", "tags")
    }
    wanted = replace(wanted, **rules)
    said: dict[str, Any] = {each.name: getattr(wanted, each.name) for each in fields(wanted)}
    said = {name: value for name, value in said.items() if value or (name in _TRUTHS and value is False)}
    merged = replace(known or wanted, **said)
    # What is said to be as it usually is, is as if nothing were said; who pings nobody has no role for it.
    unsaid: dict[str, Any] = {
        name: None if name in _TRUTHS else ""
        for name, usual in _USUAL.items()
        if getattr(merged, name) == usual
    }
    merged = replace(merged, **unsaid)
    return merged if merged.ping else replace(merged, ping_role=None)


def _calendar(
    wanted: DeclaredCalendar, known: DeclaredCalendar | None, usual: DeclaredMeetings
) -> DeclaredCalendar:
    wishes = _merged(known.wishes if known else usual.wishes, wanted.wishes)
    own = {each.uid: each for each in known.series} if known else {}
    series = (_series(each, own.get(each.uid)) for each in wanted.series)
    return replace(
        wanted,
        name=wanted.name or (known.name if known else ""),
        wishes=wishes,
        series=tuple(each for each in series if each.known()),
        line=0,
    )


def _series(wanted: DeclaredSeries, known: DeclaredSeries | None) -> DeclaredSeries:
    """Fill in what a file leaves out; what is said to be as it usually is, is as if nothing were said."""
    changes: Mapping[str, Any] = wanted.known()
    merged = replace(known or DeclaredSeries(uid=wanted.uid), **changes)
    merged = replace(merged, is_muted=merged.is_muted or None, skipped=merged.skipped or None)
    return _without_lost_pings(merged)


def _merged(below: DeclaredWishes, above: DeclaredWishes) -> DeclaredWishes:
    changes: Mapping[str, Any] = above.known()
    return _without_lost_pings(replace(below, **changes))


def _without_lost_pings(wishes: Announced) -> Announced:
    """Return wishes without pings whose reminder is gone."""
    if not wishes.pings or wishes.leads is None:
        return wishes
    kept = tuple((lead, role) for lead, role in wishes.pings if lead in wishes.leads)
    return replace(wishes, pings=kept)


def _or(value: T | None, default: T | None) -> T | None:
    return default if value is None else value


def _refusal(change: Change, wanted: Guild, place: Place) -> str:
    """Return the key of why a change cannot be made; empty when it can."""
    item = find_item(wanted, change)
    if change.section in OPERATORS or any(getattr(item, name, "") for name in ("file", "mbox", "maildir")):
        return "config.operators"
    if not all(map(place.has_channel, _channels(change, wanted, item))):
        return "config.no_channel"
    if not all(map(place.has_role, _roles(change, wanted, item))):
        return "config.no_role"
    ping_role = getattr(item, "ping_role", None)
    if ping_role is not None and not place.has_harmless_role(ping_role):
        return "config.no_harmless_role"
    return ""


def find_calendar(guild: Guild, change: Change) -> DeclaredCalendar | None:
    """Return the calendar that a change of one of its meetings is about."""
    return _find(guild.calendar, _calendar_of(change), lambda each: each.url or each.file)


def find_item(guild: Guild, change: Change) -> Any:
    """Return what a change is about, as the guild has it; None for settings."""
    match change.section:
        case "faq":
            return _find(guild.faq, change.key, lambda each: each.url or each.file)
        case "phrasing":
            return _find(guild.phrasings, change.key, lambda each: each.question)
        case "calendar":
            return _find(guild.calendar, change.key, lambda each: each.url or each.file)
        case _ if change.section == SERIES:
            calendar = find_calendar(guild, change)
            uid = change.key.partition("\n")[2]
            return _find(calendar.series, uid, lambda each: each.uid) if calendar else None
        case "list":
            return _find(guild.lists, change.key, lambda each: f"{each.place}\n{each.channel}")
    return None


def _calendar_of(change: Change) -> str:
    """Return the key of the calendar that a change of one of its meetings is about."""
    return change.key.partition("\n")[0]


def _find(items: Iterable[T], key: str, key_of: Callable[[T], str]) -> T | None:
    return next((each for each in items if key_of(each) == key), None)


def _channels(change: Change, wanted: Guild, item: Any) -> Iterator[int]:
    if change.section.endswith("_channel"):
        yield getattr(wanted.settings, change.section) or 0
    named = "channel_id" if change.section == SERIES else "channel"
    channel = wanted.meeting.channel if change.section == "meeting" else getattr(item, named, None)
    if channel is not None:
        yield channel


def _roles(change: Change, wanted: Guild, item: Any) -> Iterator[int]:
    if change.section == "editors_role":
        yield wanted.settings.editors_role or 0
    if getattr(item, "ping_role", None) is not None:
        yield item.ping_role
    wishes = wanted.meeting.wishes if change.section == "meeting" else getattr(item, "wishes", None)
    if change.section == SERIES:
        yield from (role for _, role in item.pings or ())
    if wishes is not None:
        if wishes.remind_role is not None:
            yield wishes.remind_role
        yield from (role for _, role in wishes.pings or ())
