"""The world of the soak: guilds with calendars and lists, what these deliver when, and what is due of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from aiohttp import web

from tests.crash.loopback_payloads import channels_of, guild_of
from tests.loopback_site import LoopbackSite

START = datetime(2026, 3, 2, tzinfo=UTC)
HOP = timedelta(hours=1)
LEADS = (timedelta(hours=24), timedelta(hours=1), timedelta())
_SHOWN = 20
_WORDS = "We met the vendors and agreed on the third draft; comments are welcome until Friday. " * 8
_FIRST_MAIL = timedelta(hours=2, minutes=10)  # when all lists are followed
_FIRST_MEETING = timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How large it is, and for how long.

    Attributes:
        lists: Of each guild; the first of them has a digest every day.
        meetings: Of each guild, once each, spread over the time.
        mails: Of each list, spread likewise.
    """

    guilds: int
    lists: int
    meetings: int
    mails: int
    lasts: timedelta

    def mail_at(self, list_number: int, number: int) -> datetime:
        """Return when a mail is sent: each list's at other minutes."""
        # The last ones have time to be looked for.
        step = (self.lasts - 8 * HOP) / self.mails
        return START + _FIRST_MAIL + step * number + step * list_number / (self.guilds * self.lists)

    def meeting_at(self, guild: int, number: int) -> datetime:
        """Return when a meeting starts, at a whole hour: each stop of the clock has all lists looked at."""
        step = (self.lasts - _FIRST_MEETING - HOP) / self.meetings
        at = START + _FIRST_MEETING + step * number + step * guild / self.guilds
        at = at.replace(minute=0, second=0, microsecond=0)
        # Of these the first reminder might be due before their calendar was read, on a busy machine.
        is_early = timedelta() <= at - LEADS[0] - START <= 8 * HOP
        return START + LEADS[0] + 9 * HOP if is_early else at

    def due_mails(self) -> Iterator[str]:
        """Yield the subject of each mail that is to be posted."""
        for list_number in range(self.guilds * self.lists):
            yield from (mail_name(list_number, number) for number in range(self.mails))

    def due_reminders(self) -> Iterator[tuple[str, datetime]]:
        """Yield the meetings' names and when they are reminded of, but for what is due before the start."""
        for guild in range(self.guilds):
            for number in range(self.meetings):
                starts = self.meeting_at(guild, number)
                due = (starts - lead for lead in LEADS)
                yield from ((meeting_name(guild, number), at) for at in due if at > START)


def mail_name(list_number: int, number: int) -> str:
    """Return a mail's subject; none is the beginning of another."""
    return f"Draft {list_number:03}x{number:03}"


def meeting_name(guild: int, number: int) -> str:
    """Return a meeting's name; none is the beginning of another."""
    return f"Call {guild:03}x{number:03}"


class Sources(LoopbackSite):
    """Serves the calendars and the lists' feeds, as far as they are known at `now`."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.now = START
        self.looks = 0
        self._world = world

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Say what is answered where."""
        router.add_get("/calendar/{number}.ics", self._calendar)
        router.add_get("/list/{number}.rss", self._feed)

    def community(self) -> str:
        """Write the community.toml that follows all of it."""
        return "\n".join(self._guild(number) for number in range(self._world.guilds))

    def _guild(self, number: int) -> str:
        base, (meetings, *lists) = f"http://127.0.0.1:{self.port}", channels_of(number)
        text = f"""[[guild]]
id = {guild_of(number)}
[[guild.calendar]]
url = "{base}/calendar/{number}.ics"
name = "Calls {number}"
channel = {meetings}
reminders = ["24h", "1h", "start"]
"""
        for place in range(self._world.lists):
            of_all = number * self._world.lists + place
            text += f"""[[guild.list]]
url = "{base}/list/{of_all}.rss"
name = "list {of_all}"
channel = {lists[place]}
live = true
{'digest = "daily 09:00"' if place == 0 else ""}
"""
        return text

    async def _calendar(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        return self._answer(request, '"1"', write_calendar(self._world, number), "text/calendar")

    async def _feed(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        sent = [place for place in range(self._world.mails) if self._world.mail_at(number, place) <= self.now]
        body = write_feed(self._world, number, sent[-_SHOWN:])
        return self._answer(request, f'"{len(sent)}"', body, "application/rss+xml")

    def _answer(self, request: web.Request, etag: str, body: str, kind: str) -> web.Response:
        self.looks += 1
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(body=body.encode(), content_type=kind, headers={"ETag": etag})


def write_calendar(world: World, guild: int) -> str:
    """Write a guild's calendar."""
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{guild}-{number}@example.org\r\nDTSTAMP:20260101T000000Z\r\n"
        f"DTSTART:{world.meeting_at(guild, number):%Y%m%dT%H%M%SZ}\r\nDURATION:PT30M\r\n"
        f"SUMMARY:{meeting_name(guild, number)}\r\nDESCRIPTION:{_WORDS}\r\nEND:VEVENT\r\n"
        for number in range(world.meetings)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n"


def write_feed(world: World, list_number: int, numbers: list[int]) -> str:
    """Write a list's feed with some of its mails, the newest first."""
    items = "".join(
        f"<item><title>{mail_name(list_number, number)}</title>"
        f"<guid>{list_number}-{number}@example.org</guid>"
        f"<link>https://lists.example.org/{list_number}/{number}</link>"
        f"<pubDate>{format_datetime(world.mail_at(list_number, number))}</pubDate>"
        f"<description>{_WORDS}</description></item>"
        for number in reversed(numbers)
    )
    return f'<rss version="2.0"><channel><title>list {list_number}</title>{items}</channel></rss>'
