"""Read what community.toml says of meetings: how a calendar reminds, and what a guild usually wants.

The words are kept here as literals, because the config lies below the features; a test compares them with
bot.meetings.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta

from bot.text.zones import Zones
from config.lines import KeyPath
from config.tables import SNOWFLAKES, Table, TableReader, shown

CLEAN_UPS = ("all", "previous", "none")
UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
MOST_LEADS = 5
LONGEST_LEAD = timedelta(days=14)

_LEAD = re.compile(r"(\d{1,5})\s*(min|h|d)")
_START = "start"
_MOST_ZONES = 10
_HOW = 'write how long before, like "24h", "15min" or "start"; 14 days at most'

Pings = tuple[tuple[timedelta, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredWishes:
    """How meetings are announced; None where that is left to chat. The fields are named like the calendars'.

    Attributes:
        leads: How long before the start it is reminded of; zero is the start itself.
        pings: Which role is pinged at which of the leads.
    """

    leads: tuple[timedelta, ...] | None = None
    pings: Pings | None = None
    remind_role: int | None = None
    shows_passcode: bool | None = None
    zones: tuple[str, ...] | None = None
    clean_up: str | None = None
    has_weekly_post: bool | None = None
    has_events: bool | None = None

    def known(self) -> Mapping[str, object]:
        """Return what is declared, by the field's name."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in found.items() if value is not None}


NO_WISHES = DeclaredWishes()
WISH_KEYS = {
    "reminders": "leads",
    "pings": "pings",
    "remind_role": "remind_role",
    "passcode": "shows_passcode",
    "zones": "zones",
    "clean_up": "clean_up",
    "weekly": "has_weekly_post",
    "events": "has_events",
}
"""The keys in the file, with the fields that they fill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredMeetings:
    """What a guild usually wants of its meetings, in place of `/meeting settings`.

    Attributes:
        channel: Where meetings made in chat are announced.
    """

    channel: int | None = None
    wishes: DeclaredWishes = NO_WISHES


def read_meetings(reader: TableReader, guild: Table, at: KeyPath) -> DeclaredMeetings:
    """Read the one [guild.meeting] of a guild."""
    table, where = guild.get("meeting", {}), (*at, "meeting")
    if not isinstance(table, dict):
        reader.report(where, "write [guild.meeting], with single brackets, before what is usual for meetings")
        return DeclaredMeetings()
    reader.check_keys(table, where, known=("channel", *WISH_KEYS))
    channel = reader.snowflake(table, where, "channel", problem="channel: write the channel's id, a number")
    return DeclaredMeetings(channel=channel, wishes=read_wishes(reader, table, where))


def read_wishes(reader: TableReader, table: Table, at: KeyPath) -> DeclaredWishes:
    """Read the keys that say how meetings are announced."""
    leads = read_leads(reader, table, at)
    return DeclaredWishes(
        leads=leads,
        pings=read_pings(reader, table, at, leads),
        remind_role=reader.snowflake(
            table, at, "remind_role", problem="remind_role: write the role's id, a number"
        ),
        shows_passcode=_read_truth(reader, table, at, "passcode"),
        zones=_read_zones(reader, table, at),
        clean_up=reader.word(table, at, "clean_up", CLEAN_UPS, default="previous")
        if "clean_up" in table
        else None,
        has_weekly_post=_read_truth(reader, table, at, "weekly"),
        has_events=_read_truth(reader, table, at, "events"),
    )


def write_lead(lead: timedelta) -> str:
    """Return a lead as it stands in the file."""
    if not lead:
        return _START
    name, unit = next((name, unit) for name, unit in reversed(UNITS.items()) if not lead % unit)
    return f"{lead // unit}{name}"


def read_leads(reader: TableReader, table: Table, at: KeyPath) -> tuple[timedelta, ...] | None:
    """Read how long before the start it is reminded of."""
    if "reminders" not in table:
        return None
    texts = _texts(reader, table, at, "reminders")
    leads = [_lead(text) for text in texts]
    if None in leads:
        reader.report((*at, "reminders"), f"reminders: {_HOW}")
    if len(set(leads)) > MOST_LEADS:
        reader.report((*at, "reminders"), f"reminders: {MOST_LEADS} at most")
    return tuple(sorted({lead for lead in leads if lead is not None}, reverse=True))


def read_pings(
    reader: TableReader, table: Table, at: KeyPath, leads: tuple[timedelta, ...] | None
) -> Pings | None:
    """Read which role is pinged at which of the leads, as far as those are said too."""
    value = table.get("pings")
    if value is None:
        return None
    pings: list[tuple[timedelta, int]] = []
    for item in value if isinstance(value, list) else [value]:
        lead = _lead(item.get("before", "")) if isinstance(item, dict) else None
        role = item.get("role") if isinstance(item, dict) else None
        if lead is None or not isinstance(role, int) or isinstance(role, bool) or role not in SNOWFLAKES:
            what = 'pings: write each as { before = "15min", role = 123 }, with the role\'s id'
            reader.report((*at, "pings"), what)
            return ()
        if leads is not None and lead not in leads:
            reader.report((*at, "pings"), f"pings: there is no reminder {write_lead(lead)!r} to ping with")
        pings.append((lead, role))
    return tuple(pings)


def _read_zones(reader: TableReader, table: Table, at: KeyPath) -> tuple[str, ...] | None:
    if "zones" not in table:
        return None
    known, found = Zones.load(), []
    for words in _texts(reader, table, at, "zones"):
        zone = known.find(words)
        if zone is None:
            reader.report((*at, "zones"), f"zones: there is no {shown(words)}; write one like Europe/Berlin")
        else:
            found.append(zone)
    if len(found) > _MOST_ZONES:
        reader.report((*at, "zones"), f"zones: {_MOST_ZONES} at most")
    return tuple(dict.fromkeys(found))


def _read_truth(reader: TableReader, table: Table, at: KeyPath, name: str) -> bool | None:
    value = table.get(name)
    if value is not None and not isinstance(value, bool):
        reader.report((*at, name), f"{name}: write true or false, without quotes")
        return None
    return value


def _texts(reader: TableReader, table: Table, at: KeyPath, name: str) -> list[str]:
    value = table.get(name)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        reader.report((*at, name), f'{name}: write texts in brackets, {name} = ["…", "…"]')
        return []
    return value


def _lead(text: object) -> timedelta | None:
    if text == _START:
        return timedelta()
    match = _LEAD.fullmatch(text) if isinstance(text, str) else None
    lead = int(match[1]) * UNITS[match[2]] if match else None
    return lead if lead is not None and lead <= LONGEST_LEAD else None
