"""Examine a bot while it can reach the world: Discord, every channel that is set, every source, once.

What does not concern each other is looked at side by side, each with a limit of its own, so that the whole
ends in time whatever hangs. Each finding says the state, its cause, and what to do; what is well is said too.
No line holds a secret: an address is often one, so sources are called by their names.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.chat.invites import EVENTS, FEATURES, POSTS, TOPICS, invite_url
from bot.chat.places import Sight
from bot.chat.portal import Portal, TokenRefusedError, UnreachableError
from bot.errors import RapporteurError
from bot.faq.models import Severity
from bot.operations.advice import ASK_THERE, finding_of
from bot.operations.check_application import PORTAL, check_application
from bot.operations.findings import Finding, Passed
from bot.text.catalogue import Texts
from bot.text.limits import cut_line
from bot.text.markdown import inert

Line = Finding | Passed

IN_ALL_SECONDS = 13.0
"""For all of it, from when it is asked for: 15 are promised, and it has to be drawn and sent still."""

SOURCE_SECONDS = 9.0
_AT_ONCE = 6
# All but the slow ones are through in a moment; so many slow ones do not keep the others waiting.
_SOURCES_AT_ONCE = 60
_MOST_SOURCES = 500
_LEAST_SECONDS = 1.0
_LEAST_IN_ALL = 3.0
_MOMENT = 0.2
_MOST_WORDS = 400
_MOST_USES = 3
_SKEW = timedelta(seconds=5)

# A forum or a channel where topics get threads of their own needs more than one for ordinary posts.
NEEDS = {
    POSTS: FEATURES[POSTS],
    TOPICS: (*FEATURES[POSTS], *FEATURES[TOPICS]),
    EVENTS: FEATURES[EVENTS],
}

Look = Callable[[int, int], Awaitable[Sight | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPlace:
    """A channel that something is set to be posted in; or the Events tab, seen from a calendar's channel.

    Attributes:
        use: What for, in words.
        feature: What the bot needs there, a key of NEEDS.
        where_set: Where that is changed.
        is_private: What is posted there is not for everybody.
    """

    guild_id: int
    channel_id: int
    use: str
    feature: str = POSTS
    where_set: str = "`/settings`"
    is_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedSource:
    """A page, calendar or list; `look` reads it once and says what is there.

    Attributes:
        key: Where it is, which is never shown: the same place is read once.
        name: What people call it; never its address.
    """

    key: str = field(repr=False)
    name: str
    look: Callable[[], Awaitable[str]]


class Deadline:
    """When an examination is to be over, however much of the time went into beginning it.

    Made where an event loop runs. Where hardly anything is left, it is a little all the same: an examination
    that looks at nothing helps nobody.
    """

    def __init__(self, seconds: float = IN_ALL_SECONDS) -> None:
        self._time = asyncio.get_running_loop().time
        self._end = self._time() + seconds

    @property
    def left(self) -> float:
        """Return the seconds that are left."""
        return max(self._end - self._time(), _LEAST_IN_ALL)


async def examine(
    probes: Sequence[tuple[str, Callable[[], Awaitable[Iterable[Line]]]]], *, seconds: float
) -> tuple[Line, ...]:
    """Make all examinations side by side; one that does not end in time, or breaks, is a finding itself."""

    async def probe(name: str, look: Callable[[], Awaitable[Iterable[Line]]]) -> tuple[Line, ...]:
        try:
            async with asyncio.timeout(seconds):
                return tuple(await look())
        except TimeoutError:
            what = f"this could not be looked at within {seconds:.0f} seconds"
            fix = "Try again; if it stays so, look at the network of this machine"
            return (Finding(where=name, what=what, fix=fix, severity=Severity.WARNING),)

    found = await asyncio.gather(*(probe(name, look) for name, look in probes))
    return tuple(line for lines in found for line in lines)


async def examine_discord(
    portal: Portal, *, clock: Callable[[], datetime], named_guilds: Iterable[int] = ()
) -> tuple[Line, ...]:
    """Look at the token, the application, the clock, and the guilds that the bot should be in."""
    try:
        bot_id, name = await portal.find_user()
        application, guilds = await asyncio.gather(portal.find_application(), portal.list_guilds())
    except TokenRefusedError:
        return (
            Finding(
                where="token",
                what="Discord refuses it: it was reset, or not copied whole",
                fix=f"Make a new one: {PORTAL} > your application > Bot > Reset Token, and run `setup`",
            ),
        )
    except UnreachableError as error:
        fix = "Check this machine's connection, and DISCORD_API_URL if you set it; then https://discordstatus.com"
        return (Finding(where="Discord", what=f"it cannot be asked: {error}", fix=fix),)
    lines: list[Line] = [Passed(check="token", what=f"it is that of {_plain(name)} ({bot_id})")]
    lines += check_application(application)
    if not any(isinstance(line, Finding) for line in lines):
        reach = "anybody may invite it" if application.is_public else "only its owner may invite it"
        lines.append(Passed(check="application", what=f"no privileged intent is on; {reach}"))
    lines += _check_clock(portal, clock)
    lines += _check_guilds(application.id, {guild for guild, _ in guilds}, named_guilds)
    return tuple(lines)


async def examine_places(places: Sequence[WantedPlace], look: Look, texts: Texts) -> tuple[Line, ...]:
    """Look at each channel that is set: whether it is there, and what the bot may not do in it."""
    limit = asyncio.Semaphore(_AT_ONCE)

    async def examine_one(place: WantedPlace) -> Line | None:
        async with limit:
            sight = await look(place.guild_id, place.channel_id)
        return _judge_events(place, sight, texts) if place.feature == EVENTS else _judge(place, sight, texts)

    try:
        lines = await asyncio.gather(*map(examine_one, places))
        return tuple(line for line in lines if line is not None)
    except UnreachableError as error:
        what = f"they cannot be looked at: {error}"
        return (Finding(where="channels", what=what, fix="Try again", severity=Severity.WARNING),)


async def examine_sources(
    sources: Sequence[WantedSource], *, in_all: float, seconds: float = SOURCE_SECONDS
) -> tuple[Line, ...]:
    """Read each source once, none for longer than `seconds`; what is not reached in time is counted."""
    seconds = min(seconds, in_all)
    limit = asyncio.Semaphore(_SOURCES_AT_ONCE)
    time = asyncio.get_running_loop().time
    end = time() + in_all

    async def examine_one(source: WantedSource) -> Line | None:
        async with limit:
            left = end - time()
            if left < _LEAST_SECONDS:
                return None
            return await _read(source, min(seconds, left), is_hurried=left < seconds - _MOMENT)

    found = await asyncio.gather(*map(examine_one, sources[:_MOST_SOURCES]))
    lines = [line for line in found if line is not None]
    if len(lines) < len(sources):
        what = f"{len(sources) - len(lines)} were not looked at: others took all the time"
        fix = "See to those that did not deliver, and look again"
        lines.append(Finding(where="sources", what=what, fix=fix, severity=Severity.WARNING))
    return tuple(lines)


async def _read(source: WantedSource, seconds: float, *, is_hurried: bool) -> Line | None:
    """Read a source once; None where it was given less than its time, and needed more."""
    name = _plain(source.name)
    try:
        async with asyncio.timeout(seconds):
            return Passed(check=name, what=_plain(await source.look()))
    except TimeoutError:
        if is_hurried:
            return None
        what = f"it did not deliver within {seconds:.0f} seconds"
        return Finding(where=name, what=what, fix="It may be busy: try again later")
    except RapporteurError as error:
        return finding_of(_plain(str(error)), where=name, otherwise=ASK_THERE)


def _judge(place: WantedPlace, sight: Sight | None, texts: Texts) -> Line:
    if sight is None:
        where = f"{place.use} in server {place.guild_id}"
        fix = f"Name another in {place.where_set}"
        return Finding(
            where=where, what=f"its channel ({place.channel_id}) is gone, or hidden from the bot", fix=fix
        )
    where = f"#{_plain(sight.name)} ({_some(place.use)})"
    missing = [right for right in NEEDS[place.feature] if not getattr(sight.permissions, right)]
    # Who may not see a channel may do nothing in it: that is the one thing to mend first.
    shown = missing[:1] if missing[:1] == ["view_channel"] else missing
    if shown:
        names = ", ".join(texts(f"permission.{right}") for right in shown)
        fix = "In Discord: Edit Channel > Permissions > add the bot's role, and allow these"
        return Finding(where=where, what=f"the bot lacks: {names}", fix=fix)
    if place.is_private and sight.is_open:
        fix = (
            "In Discord: Edit Channel > Permissions > @everyone > View Channel off; "
            "or follow the list in a channel that only its members see"
        )
        return Finding(
            where=where, what="everybody sees it, and this list is private: nothing is posted", fix=fix
        )
    return Passed(check=where, what="the bot may do all that it needs")


def _some(use: str) -> str:
    """Return as many uses of a channel as can be read at a glance."""
    uses = use.split(", ")
    rest = len(uses) - _MOST_USES
    return ", ".join(uses) if rest < 2 else f"{', '.join(uses[:_MOST_USES])} and {rest} more"


def _judge_events(place: WantedPlace, sight: Sight | None, texts: Texts) -> Line | None:
    """Look at what the whole server permits; a channel that is gone is told of as such."""
    if sight is None:
        return None
    where = f"Events tab ({place.use})"
    missing = [right for right in NEEDS[EVENTS] if not getattr(sight.permissions, right)]
    if not missing:
        return Passed(check=where, what="the bot may keep it in step")
    names = ", ".join(texts(f"permission.{right}") for right in missing)
    fix = "In Discord: Server Settings > Roles > the bot's role, and allow these"
    return Finding(where=where, what=f"the bot lacks: {names}", fix=fix)


def _check_clock(portal: Portal, clock: Callable[[], datetime]) -> Iterable[Line]:
    if portal.server_time is None:
        return
    told, at = portal.server_time
    # Discord tells whole seconds.
    off = clock() - timedelta(seconds=asyncio.get_running_loop().time() - at) - told
    seconds = off.total_seconds() - 0.5
    if abs(seconds) <= _SKEW.total_seconds():
        yield Passed(check="clock", what="within 5 s of Discord's")
        return
    direction = "fast" if seconds > 0 else "slow"
    yield Finding(
        where="clock",
        what=f"this machine's is {abs(seconds):.0f} s {direction}; reminders come that much off their time",
        fix="Have it set by the network: timedatectl set-ntp true",
        severity=Severity.WARNING,
    )


def _check_guilds(application_id: int, joined: set[int], named: Iterable[int]) -> Iterable[Line]:
    absent = [guild_id for guild_id in dict.fromkeys(named) if guild_id not in joined]
    for guild_id in absent:
        yield Finding(
            where=f"server {guild_id}",
            what="community.toml names it, and the bot is not in it",
            fix=f"Invite it: {invite_url(application_id)}",
        )
    if joined:
        yield Passed(check="servers", what=f"the bot is in {len(joined)}")
    elif not absent:
        yield Finding(
            where="servers",
            what="the bot is in none",
            fix=f"Invite it: {invite_url(application_id)}",
            severity=Severity.WARNING,
        )


def _plain(text: str) -> str:
    """Return what comes from outside in one short line."""
    return cut_line(" ".join(inert(text).split()), _MOST_WORDS)
