"""Compose the bot: put the wired features together, and be the only reader of the clock."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.allocation import give_back, spare_collector
from bot.chat.client import Client, use_api
from bot.chat.limiter import Pace
from bot.chat.shards import Shards
from bot.clock import utc_now
from bot.errors import SettingsError
from bot.faq.pages import FaqPages
from bot.faq.service import FaqService
from bot.meetings.event_tab import TouchedGuilds
from bot.operations.sign_of_life import SignOfLife
from bot.scheduling import Scheduler
from bot.storage.claims import Claim, Share
from bot.storage.database import Database
from bot.storage.leases import RENEWAL
from bot.wiring.admin import admin_commands
from bot.wiring.backup import BACKUP_JOB, backup_jobs, lately_restored
from bot.wiring.chat import Extra, build_chat, chat_jobs, show
from bot.wiring.config import config_commands
from bot.wiring.declaring import COMMUNITY_JOB, DECLARED, community_jobs, heeding_hangup
from bot.wiring.delivery import (
    DELIVERY_JOB,
    DeliveryParts,
    build_delivery,
    delivery_jobs,
    find_next_post,
)
from bot.wiring.doctor import doctor_commands
from bot.wiring.faq import build_faq, faq_commands, faq_jobs
from bot.wiring.feature import RecurringJob
from bot.wiring.ground import Clock, Ground, lay_ground
from bot.wiring.mail import MailParts, open_mail
from bot.wiring.mail_telling import Telling, build_telling, list_commands, list_jobs
from bot.wiring.meeting_commands import (
    CHANGED_EVENTS_JOB,
    MeetingBoards,
    board_jobs,
    build_boards,
    meeting_commands,
)
from bot.wiring.meetings import REMINDERS_JOB, MeetingParts, build_meetings, calendar_commands, meeting_jobs
from bot.wiring.operations import build_operations, operations_commands, operations_jobs
from bot.wiring.privacy import privacy_commands, privacy_jobs
from bot.wiring.roles import MEMORY_JOB, PLACES, RUNG, Role
from bot.wiring.setup import setup_commands
from bot.wiring.watching import WatchingParts, build_watching
from config.community import Community
from config.credentials import check_token
from config.service_manager import read_service_manager
from config.settings import Settings

_CLAIM_CHECK = timedelta(seconds=15)
_SPARING = timedelta(minutes=15)
_GATEWAY_TAKEN = (
    "another Rapporteur already holds this database's gateway; stop it, or run this one as --role worker"
)
_SHARDS_TAKEN = (
    "another Rapporteur already holds one of these shards, the whole gateway, or shards of another number in "
    "all; stop it, or give this one others"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The running parts, for whoever starts the bot: the command line, the trial, a test.

    Attributes:
        next_due: Returns the next moment after another at which the bot has something to do for people.
    """

    client: Client
    database: Database
    scheduler: Scheduler
    delivery: DeliveryParts
    watching: WatchingParts
    pages: FaqPages
    service: FaqService
    meetings: MeetingParts
    boards: MeetingBoards
    mail: MailParts
    telling: Telling
    clock: Clock
    ground: Ground
    next_due: Callable[[datetime], Awaitable[datetime | None]]


async def run(
    settings: Settings, community: Community, *, role: Role = Role.ALL, shards: Shards | None = None
) -> None:
    """Run the bot until the task is cancelled.

    Args:
        settings: What the operator set.
        community: What community.toml declares.
        role: What this process does.
        shards: The part of the gateway that it holds; None: all of it.

    Raises:
        SettingsError: Something set is missing, wrong or refused.
    """
    token = check_token(settings.discord_token)
    use_api(settings.discord_api_url)
    _check_role(settings, role, shards)
    async with build(settings, community, role=role, shards=shards) as app, app.watching.serve():
        app.ground.bells.listen(partial(_answer_bells, app.scheduler, app.clock, role))
        sign = SignOfLife(read_service_manager())
        if sign.interval is not None:
            app.scheduler.every("watchdog", sign.interval, sign.give)
        hangup = heeding_hangup(app.ground, wake_at=partial(app.scheduler.wake_at, COMMUNITY_JOB))
        with hangup, sign.announced():
            await _serve(app, token, role, shards)


def _check_role(settings: Settings, role: Role, shards: Shards | None) -> None:
    """Refuse what the store cannot share, or what a process of a role does not have."""
    option = f"--role {role}" if role is not Role.ALL else "--shards" if shards is not None else ""
    if option and not settings.database_url.get_secret_value():
        problem = f"{option} needs DATABASE_URL: only PostgreSQL can be shared by several processes"
        raise SettingsError([f"{problem}; set it, or leave {option.partition(' ')[0]} out"])
    if shards is not None and role is Role.WORKER:
        raise SettingsError(["--shards: a worker holds none; leave it out"])


async def _serve(app: App, token: str, role: Role, shards: Shards | None) -> None:
    """Do what a process of a role does."""
    spare_collector()
    if role is Role.WORKER:
        async with app.scheduler, app.client, app.delivery.dispatcher:
            await app.client.stay_logged_in(token)
    else:
        posting = app.delivery.dispatcher if role is Role.ALL else nullcontext()
        await _answer(app, token, posting, shards)


async def _give_back(_now: datetime) -> None:
    await asyncio.to_thread(give_back)


async def _answer(
    app: App, token: str, posting: AbstractAsyncContextManager[object], shards: Shards | None
) -> None:
    """Hold the gateway or some shards of it, each of which one process may: two would answer twice."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 (a coroutine runs in one)
    claim = Claim(
        app.database,
        "gateway",
        problem=_GATEWAY_TAKEN if shards is None else _SHARDS_TAKEN,
        share=None if shards is None else Share(parts=shards.ids, total=shards.count),
        on_loss=task.cancel,
    )
    app.scheduler.every("gateway claim", _CLAIM_CHECK, claim.keep)
    async with claim, app.scheduler, app.client, posting:
        try:
            await app.client.stay_connected(token)
        except asyncio.CancelledError:
            if not claim.is_lost:
                raise
            task.uncancel()
            raise claim.refusal() from None


@asynccontextmanager
async def build(
    settings: Settings,
    community: Community,
    *,
    clock: Clock = utc_now,
    role: Role = Role.ALL,
    shards: Shards | None = None,
    extra: Extra | None = None,
    pace: Pace | None = None,
) -> AsyncIterator[App]:
    """Build every part and wire them; nothing runs yet but the store.

    The trial moves the clock and adds `extra`. Without `shards` it is all of the gateway that this process
    holds, and without `pace` people may ask as often as usual.

    Raises:
        SettingsError: The store cannot be used.
    """
    async with lay_ground(settings, community, clock=clock) as ground, open_mail(ground) as mail:
        chat = await build_chat(ground, extra=extra, shards=shards, pace=pace)
        faq = await build_faq(ground)
        scheduler = _scheduler(ground)
        delivery = build_delivery(
            ground,
            chat,
            owner=ground.leases.owner,
            wake_at=partial(scheduler.wake_at, DELIVERY_JOB),
            observe=ground.metrics.observe_post,
            restoration=await lately_restored(ground.database, now=clock()),
        )
        wake_at = partial(_waker, scheduler, ground, role=role)
        touched = TouchedGuilds(lambda: wake_at(CHANGED_EVENTS_JOB)(clock()))
        meetings = build_meetings(ground, chat, delivery, wake_at=wake_at(REMINDERS_JOB), changed=touched.add)
        boards = build_boards(ground, chat, delivery, meetings, touched)
        telling = await build_telling(ground, chat, delivery, mail)
        operations = build_operations(
            ground, chat, faq=faq, mail=mail, meetings=meetings, jobs=lambda: scheduler.health
        )
        watching = build_watching(ground, chat, has_gateway=role is not Role.WORKER)
        features = (
            faq_commands(ground, chat, faq),
            *list_commands(ground, chat, mail, telling),
            privacy_commands(ground, chat, faq=faq, mail=mail, meetings=meetings),
            config_commands(ground, chat, faq=faq, mail=mail, meetings=meetings, telling=telling),
            admin_commands(ground, chat),
            meeting_commands(ground, chat, meetings),
            calendar_commands(ground, chat, meetings),
            operations_commands(
                ground, chat, faq=faq, mail=mail, meetings=meetings, delivery=delivery, parts=operations
            ),
            doctor_commands(ground, chat, mail=mail, faq=faq),
            setup_commands(ground, chat, faq=faq, mail=mail, meetings=meetings),
            *((extra.commands(ground, chat),) if extra else ()),
        )
        await show(ground, chat, features)
        jobs = (
            RecurringJob(name="leases", interval=RENEWAL, run=ground.leases.renew),
            RecurringJob(name=MEMORY_JOB, interval=_SPARING, run=_give_back),
            *backup_jobs(ground, wake_at=partial(scheduler.wake_at, BACKUP_JOB)),
            *faq_jobs(ground, faq),
            *meeting_jobs(ground, meetings),
            *board_jobs(boards),
            *chat_jobs(ground, chat),
            *community_jobs(ground, chat, wake=partial(_wake_declared, scheduler, ground, role)),
            *delivery_jobs(ground, chat, delivery),
            *privacy_jobs(ground, chat, faq=faq),
            *list_jobs(ground, mail, telling),
            *operations_jobs(
                ground, chat, faq=faq, mail=mail, meetings=meetings, delivery=delivery, parts=operations
            ),
            *watching.jobs,
        )
        _schedule(scheduler, jobs, role)
        yield App(
            client=chat.client,
            database=ground.database,
            scheduler=scheduler,
            delivery=delivery,
            watching=watching,
            pages=faq.pages,
            service=faq.service,
            meetings=meetings,
            boards=boards,
            mail=mail,
            telling=telling,
            clock=clock,
            ground=ground,
            next_due=_earliest(partial(find_next_post, ground), *_timetables(meetings, boards, telling)),
        )


def _schedule(scheduler: Scheduler, jobs: Iterable[RecurringJob], role: Role) -> None:
    """Have the jobs of a role recur."""
    for job in jobs:
        if role in PLACES[job.name].roles:
            scheduler.every(job.name, job.interval, job.run)


def _wake_declared(scheduler: Scheduler, ground: Ground, role: Role) -> None:
    """Have every feature bring itself in line with community.toml now."""
    for job in DECLARED:
        _waker(scheduler, ground, job, role)(ground.clock())


def _waker(scheduler: Scheduler, ground: Ground, job: str, role: Role) -> Callable[[datetime], None]:
    """Return what has a job run at a moment; processes that run it beside or instead of this one look now."""
    place = PLACES[job]

    def wake_at(when: datetime) -> None:
        if role in place.roles:
            scheduler.wake_at(job, when)
        if place.is_shared:
            ground.bells.ring_soon(job)

    return wake_at


def _answer_bells(scheduler: Scheduler, clock: Clock, role: Role, name: str) -> None:
    """Run what another process rang for; any of it if something may have been missed."""
    for job, place in PLACES.items():
        if role in place.roles and (name == job or (not name and job in RUNG)):
            scheduler.wake_at(job, clock())


def _timetables(
    meetings: MeetingParts, boards: MeetingBoards, telling: Telling
) -> tuple[Callable[[datetime], Awaitable[datetime | None]], ...]:
    """Return what finds when each feature has something to say next."""
    return meetings.reminding.find_next, boards.weekly.find_next, telling.digests.posting.find_next


def _earliest(
    *features: Callable[[datetime], Awaitable[datetime | None]],
) -> Callable[[datetime], Awaitable[datetime | None]]:
    """Return what finds the earliest of the moments that the features find."""

    async def find(now: datetime) -> datetime | None:
        moments = [await feature(now) for feature in features]
        return min((moment for moment in moments if moment is not None), default=None)

    return find


def _scheduler(ground: Ground) -> Scheduler:
    """Build what wakes the jobs; they belong to it, outside the client."""

    async def may_run(name: str) -> bool:
        return not PLACES[name].is_shared or await ground.leases.take(name)

    return Scheduler(clock=ground.clock, lease=may_run)
