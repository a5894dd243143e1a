"""Wire the meetings: following calendars, reminding, `/calendar`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.meetings.calendars import CalendarKind, CalendarSettings
from bot.meetings.cards import Cards
from bot.meetings.drafts_repository import DraftsRepository
from bot.meetings.feeds import FeedReader
from bot.meetings.following import Calendars
from bot.meetings.looking import Looker, ZoneOf
from bot.meetings.reminding import Reminding
from bot.meetings.series_wishes import SeriesWishes
from bot.meetings.store import MeetingStore
from bot.meetings.syncing import Syncer
from bot.meetings.wishes import Wishes
from bot.operations.health import Health, Probe
from bot.operations.health_calendars import calendar_health, calendar_notice
from bot.operations.health_reading import FAILURES_TO_TELL
from bot.operations.incidents import Trouble, Watched
from bot.text.zones import Zones
from bot.wiring.chat import ChatParts
from bot.wiring.declared_calendars import declared_meetings, declared_of, declared_series, new_calendar
from bot.wiring.declaring import CALENDARS_DECLARED, declared_job
from bot.wiring.delivery import DeliveryParts
from bot.wiring.feature import Commands, RecurringJob
from bot.wiring.ground import Declared, Ground
from cogs.calendars import CalendarCommands
from config.community import Guild

REMINDERS_JOB = "reminders"
"""The job that looks at what is due: at its tick, and at the next moment at which something is."""

_TICK = timedelta(seconds=15)
_LAYING_OUT = timedelta(minutes=30)
_PURGE = timedelta(hours=1)
_COMMUNITY = timedelta(days=1)
_COUNTED = 1000
_TOLD_AT_ONCE = 10_000
_CALENDAR = "calendar:"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingParts:
    """The meetings' services and what is kept of them."""

    store: MeetingStore
    cards: Cards
    calendars: Calendars
    looker: Looker
    syncer: Syncer
    wishes: Wishes
    series: SeriesWishes
    reminding: Reminding
    zone_of: ZoneOf


def build_meetings(
    ground: Ground,
    chat: ChatParts,
    delivery: DeliveryParts,
    *,
    wake_at: Callable[[datetime], None],
    changed: Callable[[int], None],
) -> MeetingParts:
    """Build the services.

    Args:
        ground: What everything stands on.
        chat: The connection to Discord, for what guilds have set.
        delivery: The way out.
        wake_at: Has the job "reminders" run at a moment.
        changed: Hears of each guild whose dates, or whose wishes, are others now.
    """

    async def zone_of(guild_id: int) -> str:
        return (await chat.guilds.settings(guild_id)).zone or "UTC"

    def observe(seconds: float, is_good: bool) -> None:
        ground.metrics.observe_poll("calendar", seconds, is_good=is_good)

    async def usual_of(guild_id: int) -> CalendarSettings:
        async with database.reading() as connection:
            return (await drafts.get_defaults(connection, guild_id)).settings

    store, drafts = MeetingStore(), DraftsRepository()
    outbox, texts, database = delivery.outbox, ground.texts, ground.database
    cards = Cards(store=store, outbox=outbox, texts=texts)
    syncer = Syncer(store=store, cards=cards, outbox=outbox, texts=texts, wake_at=wake_at, changed=changed)
    reader = FeedReader(
        fetcher=ground.fetcher,
        workers=ground.workers,
        config_dir=ground.settings.config_dir,
        observe=observe,
    )
    looker = Looker(
        database=database, store=store, reader=reader, syncer=syncer, zone_of=zone_of, texts=texts
    )
    calendars = Calendars(
        database=database,
        store=store,
        looker=looker,
        syncer=syncer,
        zone_of=zone_of,
        usual_of=usual_of,
        declared_of=partial(declared_of, ground),
        texts=texts,
    )
    return MeetingParts(
        store=store,
        cards=cards,
        looker=looker,
        syncer=syncer,
        calendars=calendars,
        wishes=Wishes(
            database=database,
            drafts=drafts,
            calendars=calendars,
            texts=texts,
            declared=Declared(ground, declared_meetings),
        ),
        series=SeriesWishes(
            database=database,
            store=store,
            syncer=syncer,
            zone_of=zone_of,
            texts=texts,
            declared_of=partial(declared_series, ground),
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

    async def bring_in_line(guild: Guild, now: datetime) -> None:
        await parts.wishes.declare(guild.id, now=now)
        await parts.calendars.declare(guild.id, tuple(map(new_calendar, guild.calendar)), now=now)
        for calendar in await parts.calendars.list_calendars(guild.id):
            await parts.series.declare(calendar, now=now)

    return (
        declared_job(ground, CALENDARS_DECLARED, interval=_COMMUNITY, bring_in_line=bring_in_line),
        RecurringJob(name="calendars", interval=_TICK, run=parts.looker.refresh_due),
        RecurringJob(name="calendar horizon", interval=_LAYING_OUT, run=parts.looker.lay_out_old),
        RecurringJob(name=REMINDERS_JOB, interval=_TICK, run=parts.reminding.tick),
        RecurringJob(name="old meetings", interval=_PURGE, run=parts.reminding.purge),
    )


def calendar_commands(ground: Ground, chat: ChatParts, parts: MeetingParts) -> Commands:
    """Return the commands, and what their panels ask for."""
    cog = CalendarCommands(
        calendars=parts.calendars,
        conversation=chat.conversation,
        zones=Zones.load(),
        texts=ground.texts,
        clock=ground.clock,
    )
    return Commands(cogs=(cog,), handlers=cog.handlers())


def calendar_probe(ground: Ground, parts: MeetingParts) -> Probe:
    """Return what asks the calendars of a guild how they are."""

    async def probe(guild_id: int, now: datetime) -> Iterable[Health]:
        found = []
        for calendar in await parts.calendars.list_calendars(guild_id):
            if calendar.kind is not CalendarKind.CHAT:
                dates = await parts.calendars.list_next(calendar, now=now, limit=_COUNTED)
                found.append(calendar_health(ground.texts, calendar, ahead=len(dates), now=now))
        return found

    return probe


def watched_calendars(ground: Ground, parts: MeetingParts) -> Watched:
    """Return what tells of calendars that fail or are held."""

    async def list_broken() -> list[Trouble]:
        async with ground.database.reading() as connection:
            failing = await parts.store.calendars.list_failing(connection, FAILURES_TO_TELL, _TOLD_AT_ONCE)
        return [
            Trouble(
                guild_id=each.guild_id,
                subject=f"{_CALENDAR}{each.id}",
                what=calendar_notice(ground.texts, each),
            )
            for each in failing
        ]

    async def is_there(guild_id: int, subject: str) -> bool:
        async with ground.database.reading() as connection:
            number = int(subject.removeprefix(_CALENDAR))
            return await parts.store.calendars.find_calendar(connection, guild_id, number) is not None

    return Watched(prefix=_CALENDAR, list_broken=list_broken, is_there=is_there)
