"""Tell what is different between two readings of community.toml: what was added, changed and removed."""

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from config.community import Community, Guild
from config.sections.calendars import DeclaredCalendar
from config.sections.faq import DeclaredPage
from config.sections.lists import DeclaredKey, DeclaredList, DeclaredMailbox
from config.sections.meetings import DeclaredMeetings
from config.sections.phrasings import DeclaredPhrasings
from config.sections.settings import SETTINGS_KEYS

Declared = TypeVar(
    "Declared", DeclaredPage, DeclaredList, DeclaredMailbox, DeclaredKey, DeclaredCalendar, DeclaredPhrasings
)

_Named = Mapping[str, tuple[str, object]]


SERIES = "calendar.series"
"""The section of what is other for single meetings of a calendar."""


class Turn(enum.StrEnum):
    """What became of something declared."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference.

    Attributes:
        section: The array's name in the file, as in [[guild.faq]], or a setting's key.
        name: Which one, for logs and people; of a calendar never its address, which is often a secret.
        key: Which one, for the program.
    """

    guild_id: int
    turn: Turn
    section: str
    name: str = ""
    key: str = field(default="", repr=False)

    def __str__(self) -> str:
        """Name it in a line of a log."""
        return f"guild {self.guild_id}: {self.section}{self.name and f' {self.name}'} {self.turn}"


def find_changes(before: Community, after: Community) -> tuple[Change, ...]:
    """Return what is different, guild by guild; where in the file something stands does not matter."""
    old = {guild.id: guild for guild in before.guilds}
    new = {guild.id: guild for guild in after.guilds}
    return tuple(
        change
        for guild_id in dict.fromkeys((*old, *new))
        for change in compare_guilds(
            old.get(guild_id, Guild(id=guild_id)), new.get(guild_id, Guild(id=guild_id))
        )
    )


def compare_guilds(before: Guild, after: Guild) -> Iterator[Change]:
    """Tell what is different between what is declared for a guild then and now."""
    for name in SETTINGS_KEYS:
        was, now = getattr(before.settings, name), getattr(after.settings, name)
        if was != now:
            turn = Turn.ADDED if was is None else Turn.REMOVED if now is None else Turn.CHANGED
            yield Change(guild_id=after.id, turn=turn, section=name, key=name)
    if before.meeting != after.meeting:
        turn = Turn.ADDED if before.meeting == DeclaredMeetings() else Turn.CHANGED
        turn = Turn.REMOVED if after.meeting == DeclaredMeetings() else turn
        yield Change(guild_id=after.id, turn=turn, section="meeting", key="meeting")
    for section, old, new in (
        ("faq", _named(before.faq, _page), _named(after.faq, _page)),
        ("phrasing", _named(before.phrasings, _phrasings), _named(after.phrasings, _phrasings)),
        ("list", _named(before.lists, _list), _named(after.lists, _list)),
        ("calendar", _named(before.calendar, _calendar), _named(after.calendar, _calendar)),
        (SERIES, _series(before.calendar), _series(after.calendar)),
        ("mailbox", _named(before.mailboxes, _mailbox), _named(after.mailboxes, _mailbox)),
        ("archive_key", _named(before.archive_keys, _key), _named(after.archive_keys, _key)),
    ):
        yield from _compare(after.id, section, old, new)


def _compare(guild_id: int, section: str, old: _Named, new: _Named) -> Iterator[Change]:
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            turn = Turn.ADDED if key not in old else Turn.REMOVED if key not in new else Turn.CHANGED
            name, _ = new.get(key) or old[key]
            yield Change(guild_id=guild_id, turn=turn, section=section, name=name, key=key)


def _named(items: Sequence[Declared], name: Callable[[Declared], tuple[str, str]]) -> _Named:
    """Return items by their keys, each with its name; where in the file it stands is left out."""
    named = {}
    for item in items:
        key, shown = name(item)
        named[key] = (shown, _alone(item))
    return named


def _alone(item: Declared) -> Declared:
    """Return an item without what is compared by itself."""
    if isinstance(item, DeclaredCalendar):
        return replace(item, line=0, series=())
    return replace(item, line=0)


def _page(page: DeclaredPage) -> tuple[str, str]:
    return page.url or page.file, page.url or page.file


def _phrasings(declared: DeclaredPhrasings) -> tuple[str, str]:
    return declared.question, declared.question


def _list(declared: DeclaredList) -> tuple[str, str]:
    return f"{declared.place}\n{declared.channel}", declared.name or declared.place.partition("?")[0]


def _calendar(calendar: DeclaredCalendar) -> tuple[str, str]:
    return calendar.url or calendar.file, calendar.name or calendar.file


def _series(calendars: Sequence[DeclaredCalendar]) -> _Named:
    """Return what is other for single meetings: a change of one is none of its calendar."""
    named = {}
    for calendar in calendars:
        key, shown = _calendar(calendar)
        for each in calendar.series:
            name = f"{shown} {each.uid}".strip()
            named[f"{key}\n{each.uid}"] = (name, replace(each, line=0))
    return named


def _mailbox(mailbox: DeclaredMailbox) -> tuple[str, str]:
    return mailbox.name, mailbox.name


def _key(key: DeclaredKey) -> tuple[str, str]:
    return key.host, key.host
