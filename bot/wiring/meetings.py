"""Wire the meetings: following calendars, reminding, `/calendar`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.meetings.calendars import CalendarKind
from bot.meetings.cards import Cards
from bot.meetings.feeds import FeedReader, calendar_address
from bot.meetings.following import Calendars, NewCalendar
from bot.meetings.looking import Looker, ZoneOf
from bot.meetings.reminding import Reminding
from bot.meetings.store import MeetingStore
from bot.meetings.syncing import Syncer
from bot.wiring.chat import ChatParts
from bot.wiring.delivery import DeliveryParts
from bot.wiring.feature import RecurringJob
from bot.wiring.ground import Ground
from config.sections.calendars import DeclaredCalendar

REMINDERS_JOB = "reminders"
"""The job that looks at what is due: at its tick, and at the next moment at which something is."""

_TICK = timedelta(seconds=15)
_LAYING_OUT = timedelta(minutes=30)
_PURGE = timedelta(hours=1)
_COMMUNITY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingParts:
    """The meetings' services and what is kept of them."""

    store: MeetingStore
    cards: Cards
    calendars: Calendars
    looker: Looker
    reminding: Reminding
    zone_of: ZoneOf


def build_meetings(
    ground: Ground, chat: ChatParts, delivery: DeliveryParts, *, wake_at: Callable[[datetime], None]
) -> MeetingParts:
    """Build the services.

    Args:
        ground: What everything stands on.
        chat: The connection to Discord, for what guilds have set.
        delivery: The way out.
        wake_at: Has the job "reminders" run at a moment.
    """

    async def zone_of(guild_id: int) -> str:
        return (await chat.guilds.settings(guild_id)).zone or "UTC"

    def observe(seconds: float, is_good: bool) -> None:
        ground.metrics.observe_poll("calendar", seconds, is_good=is_good)

    store = MeetingStore()
    outbox, texts, database = delivery.outbox, ground.texts, ground.database
    cards = Cards(store=store, outbox=outbox, texts=texts)
    syncer = Syncer(store=store, cards=cards, outbox=outbox, texts=texts, wake_at=wake_at)
    reader = FeedReader(
        fetcher=ground.fetcher,
        workers=ground.workers,
        config_dir=ground.settings.config_dir,
        observe=observe,
    )
    looker = Looker(
        database=database, store=store, reader=reader, syncer=syncer, zone_of=zone_of, texts=texts
    )
    return MeetingParts(
        store=store,
        cards=cards,
        looker=looker,
        calendars=Calendars(
            database=database, store=store, looker=looker, syncer=syncer, zone_of=zone_of, texts=texts
        ),
        reminding=Reminding(
            database=database,
            store=store,
            cards=cards,
            outbox=outbox,
            texts=texts,
            zone_of=zone_of,
            wake_at=wake_at,
        ),
        zone_of=zone_of,
    )


def meeting_jobs(ground: Ground, parts: MeetingParts) -> tuple[RecurringJob, ...]:
    """Return what the meetings do by themselves."""

    async def follow_community(now: datetime) -> None:
        for guild in ground.community.guilds:
            await parts.calendars.declare(guild.id, tuple(map(_declared, guild.calendar)), now=now)

    return (
        RecurringJob(name="declared calendars", interval=_COMMUNITY, run=follow_community),
        RecurringJob(name="calendars", interval=_TICK, run=parts.looker.refresh_due),
        RecurringJob(name="calendar horizon", interval=_LAYING_OUT, run=parts.looker.lay_out_old),
        RecurringJob(name=REMINDERS_JOB, interval=_TICK, run=parts.reminding.tick),
        RecurringJob(name="old meetings", interval=_PURGE, run=parts.reminding.purge),
    )


def _declared(calendar: DeclaredCalendar) -> NewCalendar:
    return NewCalendar(
        kind=CalendarKind.FEED if calendar.url else CalendarKind.FILE,
        place=calendar_address(calendar.url) if calendar.url else calendar.file,
        name=calendar.name,
        channel_id=calendar.channel,
        is_declared=True,
    )
