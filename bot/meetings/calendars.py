"""Name what a guild follows: calendars with their settings, their dates, the cards posted for these, answers.

What a calendar says is named in bot.meetings.models; here stands what the guild makes of it.
"""

import base64
import enum
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.meetings.links import MeetingLinks
from bot.meetings.models import Occurrence, OccurrenceKey, Problem, Timezone
from bot.text.moves import Move

DEFAULT_LEADS = (timedelta(hours=24), timedelta(minutes=15), timedelta())
"""A day before, quietly; a quarter of an hour before; at the start."""


_NO_LINKS = MeetingLinks()


class CalendarKind(enum.StrEnum):
    """Where a calendar's meetings come from."""

    FEED = "feed"
    FILE = "file"
    """Under the directory of community.toml, whose operator vouches for it."""
    CHAT = "chat"
    """Made in chat; a channel has at most one such calendar."""


class CleanUp(enum.StrEnum):
    """What becomes of cards that a newer one takes the place of, and of the last when all is over."""

    ALL = "all"
    PREVIOUS = "previous"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSettings:
    """What a guild wants of a calendar.

    Attributes:
        leads: How long before the start it is reminded of; zero is the start itself.
        pings: Which role is pinged at which of the leads.
        remind_role: The role that "Remind me" gives to who presses it; None: they get a private note.
        shows_passcode: Whether the passcode may stand on the card.
        zones: Those of the members, for saying for whom a meeting moved with the clocks.
        has_weekly_post: Whether "this week" is posted on Monday mornings.
        has_events: Whether Discord's Events tab is kept in step.
    """

    leads: tuple[timedelta, ...] = DEFAULT_LEADS
    pings: tuple[tuple[timedelta, int], ...] = ()
    remind_role: int | None = None
    shows_passcode: bool = False
    zones: tuple[str, ...] = ()
    clean_up: CleanUp = CleanUp.PREVIOUS
    has_weekly_post: bool = False
    has_events: bool = False


_USUAL = CalendarSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesSettings:
    """What is other for one series than for the rest of its calendar; None where nothing is.

    Attributes:
        is_muted: Nothing is posted of it; it stands in lists still.
        skipped: Dates of which nothing is posted, by the `original` of their keys.
    """

    leads: tuple[timedelta, ...] | None = None
    pings: tuple[tuple[timedelta, int], ...] | None = None
    channel_id: int | None = None
    shows_passcode: bool | None = None
    is_muted: bool = False
    skipped: tuple[str, ...] = ()


def settings_of(settings: CalendarSettings, series: SeriesSettings | None) -> CalendarSettings:
    """Return what holds for a series of a calendar."""
    if series is None:
        return settings
    return replace(
        settings,
        leads=settings.leads if series.leads is None else series.leads,
        pings=settings.pings if series.pings is None else series.pings,
        shows_passcode=settings.shows_passcode if series.shows_passcode is None else series.shows_passcode,
    )


def is_announced(key: OccurrenceKey, series: Mapping[str, SeriesSettings]) -> bool:
    """Tell whether a date may be posted of, by what is other for single series of its calendar."""
    own = series.get(key.uid)
    return own is None or not (own.is_muted or key.original in own.skipped)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedCalendar:
    """A calendar of a guild, and how it fares.

    Attributes:
        place: A feed's address, which is often a secret: it stands in no reply, log or repr.
        name: As the guild calls it; empty: as it calls itself.
        found_name: What it calls itself.
        channel_id: Where its reminders go.
        content_hash: Of the body as it came.
        fingerprint: Of what that means.
        loaded_at: When something was last read from it that was believed.
        expanded_at: When its dates were last laid out.
        next_check_at: When it is asked again; None: by hand only.
        move: Where its address leads for good, as its server says.
        held: Why what was read last is not believed yet, while the old dates stay.
        held_times: How often the same was read in a row since.
    """

    id: int
    guild_id: int
    kind: CalendarKind
    place: str = field(repr=False)
    name: str = ""
    found_name: str = ""
    channel_id: int
    settings: CalendarSettings = _USUAL
    is_declared: bool = False
    etag: str = field(default="", repr=False)
    last_modified: str = ""
    content_hash: str = ""
    fingerprint: str = ""
    timezones: tuple[Timezone, ...] = ()
    problems: tuple[Problem, ...] = ()
    checked_at: datetime | None = None
    loaded_at: datetime | None = None
    expanded_at: datetime | None = None
    next_check_at: datetime | None = None
    failures: int = 0
    error: str = ""
    move: Move | None = None
    held: str = ""
    held_fingerprint: str = ""
    held_times: int = 0

    @property
    def ledger_name(self) -> str:
        """Return what names it in the keys of the ledger of reminders."""
        return str(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingDate:
    """A date of a calendar, with what was found in its meeting: how to join, agenda, numbers."""

    calendar_id: int = 0
    occurrence: Occurrence
    links: MeetingLinks = _NO_LINKS

    @property
    def key(self) -> OccurrenceKey:
        """Return what stays when it is moved."""
        return self.occurrence.key

    @property
    def token(self) -> str:
        """Return what stands for the key on a button, which has no room for a uid."""
        return token_of(self.key)


class Stage(enum.StrEnum):
    """How a card reads: what has become of its meeting."""

    AHEAD = "ahead"
    STARTED = "started"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The newest card of a date in a channel.

    Attributes:
        key: The outbox's, of the post that is edited and answered.
        rule: The name of the reminder's rule by which it was posted.
        edits: How often it was drawn anew.
        looks: Equal for dates that are announced only once: title, start and link.
        next_at: When it is to be drawn anew by itself; None: never.
        date: All that it is drawn from.
        shift: The sentence about clocks that were changed; empty: none.
    """

    guild_id: int
    channel_id: int
    key: str
    rule: str
    stage: Stage
    edits: int
    looks: str
    next_at: datetime | None
    date: MeetingDate
    shift: str = ""


def token_of(key: OccurrenceKey) -> str:
    """Return a short name of a date, the same for ever: 80 bits of a hash of its key."""
    digest = hashlib.sha256("\n".join(key).encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(digest[:10]).decode().lower()


class Answer(enum.StrEnum):
    """Whether somebody comes."""

    GOING = "going"
    MAYBE = "maybe"
    NOT = "not"
