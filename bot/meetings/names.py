"""Remember what the calendars of a guild are called, so that autocomplete answers from memory."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.meetings.calendars import CalendarKind, FollowedCalendar
from bot.meetings.render_calendars import plain_name
from bot.text.markdown import inert


class CalendarName(NamedTuple):
    """What a calendar is called, and where its reminders go."""

    id: int
    name: str
    channel_id: int


Named = tuple[CalendarName, ...]


def find_number(known: Named, typed: str) -> int:
    """Return the number of the calendar that was picked from the list, or typed by its name; 0: of none.

    A name that several have is nobody's: the list tells them apart.
    """
    if typed.isascii() and typed.isdecimal() and len(typed) < 19:
        return int(typed)
    wanted = _written(typed)
    found = [each.id for each in known if _written(each.name) == wanted]
    return found[0] if len(found) == 1 else 0


def _written(name: str) -> str:
    return " ".join(inert(name).split()).casefold()


_TRUSTED_FOR = timedelta(minutes=1)
_GUILDS = 1000


class CalendarNames:
    """The names of the calendars that were asked for last.

    Another process may change them, so they are read anew after a minute; what this one changes it forgets.

    Args:
        read: Returns a guild's calendars.
    """

    def __init__(self, read: Callable[[int], Awaitable[tuple[FollowedCalendar, ...]]]) -> None:
        self._read = read
        self._known: dict[int, tuple[datetime, Named]] = {}

    async def list(self, guild_id: int, *, now: datetime) -> Named:
        """Return a guild's calendars but those made in chat."""
        read_at, named = self._known.get(guild_id, (None, ()))
        if read_at is not None and timedelta() <= now - read_at < _TRUSTED_FOR:
            return named
        found = await self._read(guild_id)
        named = tuple(
            CalendarName(each.id, plain_name(each), each.channel_id)
            for each in found
            if each.kind is not CalendarKind.CHAT
        )
        self._known.pop(guild_id, None)
        self._known[guild_id] = (now, named)
        if len(self._known) > _GUILDS:
            self._known.pop(next(iter(self._known)))
        return named

    def forget(self, guild_id: int) -> None:
        """Have a guild's be read anew."""
        self._known.pop(guild_id, None)
