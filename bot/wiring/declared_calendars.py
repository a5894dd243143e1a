"""Turn what community.toml says of calendars and meetings into what the meetings know."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.meetings.calendars import CalendarKind, CleanUp, FollowedCalendar
from bot.meetings.feeds import calendar_address
from bot.meetings.following import NewCalendar
from bot.wiring.ground import Ground
from config.community import Guild
from config.sections.calendars import DeclaredCalendar
from config.sections.meetings import DeclaredWishes


def new_calendar(calendar: DeclaredCalendar) -> NewCalendar:
    """Return a declared calendar as one to follow."""
    return NewCalendar(
        kind=CalendarKind.FEED if calendar.url else CalendarKind.FILE,
        place=place_of(calendar),
        name=calendar.name,
        channel_id=calendar.channel,
        is_declared=True,
        declared=settings_of(calendar.wishes),
    )


def place_of(calendar: DeclaredCalendar) -> str:
    """Return what the store knows a declared calendar by."""
    return calendar_address(calendar.url) if calendar.url else calendar.file


def settings_of(wishes: DeclaredWishes) -> Mapping[str, Any]:
    """Return what is declared of a calendar's settings, by their names."""
    known = dict(wishes.known())
    if wishes.clean_up is not None:
        known["clean_up"] = CleanUp(wishes.clean_up)
    return known


def declared_series(ground: Ground, calendar: FollowedCalendar) -> Mapping[str, Mapping[str, Any]]:
    """Return what community.toml sets for single meetings of a calendar, by their uid."""
    return {series.uid: series.known() for each in _declarations(ground, calendar) for series in each.series}


def declared_meetings(guild: Guild) -> Mapping[int, Mapping[str, Any]]:
    """Return what is declared of what a guild usually wants."""
    channel = guild.meeting.channel
    place = {} if channel is None else {"channel_id": channel}
    return {guild.id: {**settings_of(guild.meeting.wishes), **place}}


def declared_of(ground: Ground, calendar: FollowedCalendar) -> Collection[str]:
    """Return which of a calendar's settings community.toml decides."""
    return {name for each in _declarations(ground, calendar) for name in each.wishes.known()}


def _declarations(ground: Ground, calendar: FollowedCalendar) -> Iterator[DeclaredCalendar]:
    for guild in ground.community.guilds if calendar.is_declared else ():
        if guild.id == calendar.guild_id:
            yield from (each for each in guild.calendar if place_of(each) == calendar.place)
