"""Wire what watches over the whole: how everything is, `/status`, the endpoints for whoever runs the bot."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.chat.gateway import is_connected, look_at_gateway
from bot.chat.places import look_at
from bot.delivery.post import Post
from bot.delivery.queue import read_queue
from bot.operations.health import Board, Condition, Health, Part, Probe
from bot.operations.health_lists import list_health, list_notice
from bot.operations.health_posts import lanes_health, posts_health
from bot.operations.health_process import (
    channel_health,
    database_health,
    discord_health,
    jobs_health,
    started_line,
)
from bot.operations.health_reading import FAILURES_TO_TELL
from bot.operations.health_sources import page_health, page_notice
from bot.operations.incidents import Incidents, Trouble, Watched
from bot.operations.standing_card import StandingCards
from bot.operations.status_card import render_status
from bot.text.catalogue import Texts
from bot.text.languages import speaking
from bot.turns import JobHealth
from bot.version import VERSION
from bot.wiring.chat import ChatParts
from bot.wiring.declaring import community_probe, watched_community
from bot.wiring.delivery import DeliveryParts
from bot.wiring.faq import FaqParts
from bot.wiring.feature import Commands, RecurringJob
from bot.wiring.ground import Ground
from bot.wiring.mail import MailParts, read_status
from bot.wiring.meetings import MeetingParts, calendar_probe, watched_calendars
from cogs.status import Status, StatusServices

Jobs = Callable[[], Mapping[str, JobHealth]]

_REVIEW = timedelta(minutes=1)
_RECHECKED_AT_ONCE = 5
_TOLD_AT_ONCE = 10_000
_FAQ = "faq:"
_LIST = "list:"
_NAMES: Mapping[Part, str] = MappingProxyType(
    {
        Part.FAQ_PAGE: "status.unanswered_faq",
        Part.CALENDAR: "status.unanswered_calendars",
        Part.LIST: "status.unanswered_lists",
        Part.CHANNEL: "status.unanswered_channels",
        Part.POSTS: "status.posts",
        Part.JOBS: "status.jobs",
        Part.DATABASE: "status.database",
        Part.DISCORD: "status.discord",
        Part.COMMUNITY: "status.community",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationsParts:
    """What knows how everything is."""

    board: Board
    started_at: datetime


def build_operations(
    ground: Ground,
    chat: ChatParts,
    *,
    faq: FaqParts,
    mail: MailParts,
    meetings: MeetingParts,
    jobs: Jobs,
) -> OperationsParts:
    """Build the board; each feature's probe has its line here."""
    texts = ground.texts

    async def probe_jobs(_guild_id: int, _now: datetime) -> Iterable[Health]:
        return (jobs_health(texts, jobs()),)

    async def probe_discord(guild_id: int, _now: datetime) -> Iterable[Health]:
        return (discord_health(texts, look_at_gateway(chat.client, guild_id)),)

    probes: dict[Part, Probe] = {
        Part.FAQ_PAGE: _faq_probe(texts, faq),
        Part.CALENDAR: calendar_probe(ground, meetings),
        Part.LIST: _list_probe(texts, mail),
        Part.CHANNEL: _channel_probe(texts, chat),
        Part.POSTS: _posts_probe(ground),
        Part.JOBS: probe_jobs,
        Part.DATABASE: _database_probe(ground),
        Part.DISCORD: probe_discord,
        Part.COMMUNITY: community_probe(ground),
    }
    board = Board(probes, unanswered=lambda part: _unanswered(texts, part))
    return OperationsParts(board=board, started_at=ground.clock())


def operations_commands(
    ground: Ground,
    chat: ChatParts,
    *,
    faq: FaqParts,
    mail: MailParts,
    meetings: MeetingParts,
    delivery: DeliveryParts,
    parts: OperationsParts,
) -> Commands:
    """Return the commands and buttons."""

    async def recheck(guild_id: int, now: datetime) -> None:
        await delivery.dispatcher.look_again(guild_id)
        failing = [page for page in await faq.pages.list_pages(guild_id) if page.error]
        broken = [
            source
            for followed in await mail.service.list_all(guild_id)
            for source in await mail.repository.list_sources(followed.mailing_list.id)
            if source.error
        ]
        async with asyncio.TaskGroup() as group:
            for page in failing[:_RECHECKED_AT_ONCE]:
                group.create_task(faq.pages.refresh(page, now=now))
            for calendar in await meetings.calendars.list_calendars(guild_id):
                if calendar.error or calendar.held:
                    group.create_task(meetings.calendars.refresh(calendar, now=now))
            for source in broken[:_RECHECKED_AT_ONCE]:
                group.create_task(mail.polling.read_on(source, most_batches=1))

    services = StatusServices(
        board=parts.board,
        outbox=delivery.outbox,
        recheck=recheck,
        footer=lambda now: footer(ground.texts, parts, now),
    )
    status = Status(services=services, conversation=chat.conversation, texts=ground.texts, clock=ground.clock)
    return Commands(cogs=(status,), handlers=status.handlers())


def operations_jobs(
    ground: Ground,
    chat: ChatParts,
    *,
    faq: FaqParts,
    mail: MailParts,
    meetings: MeetingParts,
    delivery: DeliveryParts,
    parts: OperationsParts,
) -> tuple[RecurringJob, ...]:
    """Return what tells of incidents, and keeps the status cards up to date."""
    texts = ground.texts
    incidents = Incidents(
        database=ground.database,
        notices=delivery.notices,
        watched=(
            _watched_pages(texts, faq),
            watched_calendars(ground, meetings),
            _watched_lists(texts, mail),
            watched_community(ground, chat),
        ),
    )

    def draw(healths: tuple[Health, ...], now: datetime) -> Post:
        return render_status(texts, healths, footer=footer(texts, parts, now), is_standing=True)

    async def channels() -> Mapping[int, int]:
        """Return where cards should stand; community.toml may name guilds that the bot is not in."""
        named = await chat.guild_repository.list_status_channels()
        return {guild_id: channel for guild_id, channel in named.items() if chat.client.get_guild(guild_id)}

    cards = StandingCards(
        database=ground.database,
        outbox=delivery.outbox,
        board=parts.board,
        channels=channels,
        draw=draw,
        speaking=lambda guild_id: speaking(ground.languages.of(guild_id)),
        is_ours=chat.client.is_ours,
        replaced=texts("status.card_replaced"),
    )

    async def review_cards(now: datetime) -> None:
        if is_connected(chat.client):  # before, there is nothing to tell of a guild
            await cards.review(now)

    return (
        RecurringJob(name="incidents", interval=_REVIEW, run=incidents.review),
        RecurringJob(name="status cards", interval=_REVIEW, run=review_cards),
    )


def footer(texts: Texts, parts: OperationsParts, now: datetime) -> str:
    """Return what stands small below the card."""
    return started_line(texts, version=VERSION, started_at=parts.started_at, now=now)


def _watched_pages(texts: Texts, faq: FaqParts) -> Watched:
    async def list_broken() -> list[Trouble]:
        pages = await faq.repository.list_failing_pages(FAILURES_TO_TELL, _TOLD_AT_ONCE)
        return [
            Trouble(
                guild_id=page.guild_id,
                subject=f"{_FAQ}{page.id}",
                what=page_notice(texts.to(page.guild_id), page),
            )
            for page in pages
        ]

    async def is_there(guild_id: int, subject: str) -> bool:
        return await faq.repository.find_page(guild_id, int(subject.removeprefix(_FAQ))) is not None

    return Watched(prefix=_FAQ, list_broken=list_broken, is_there=is_there)


def _watched_lists(texts: Texts, mail: MailParts) -> Watched:
    async def list_broken() -> list[Trouble]:
        troubles: list[Trouble] = []
        for guild_id, source in await mail.repository.list_failing(FAILURES_TO_TELL, _TOLD_AT_ONCE):
            mailing_list = await mail.repository.find_list(guild_id, source.list_id)
            if mailing_list is not None:
                what = list_notice(texts.to(guild_id), mailing_list, source)
                subject = f"{_LIST}{source.list_id}:{source.id}"
                troubles.append(Trouble(guild_id=guild_id, subject=subject, what=what))
        return troubles

    async def is_there(guild_id: int, subject: str) -> bool:
        list_id = int(subject.removeprefix(_LIST).partition(":")[0])
        return await mail.repository.find_list(guild_id, list_id) is not None

    return Watched(prefix=_LIST, list_broken=list_broken, is_there=is_there)


def _list_probe(texts: Texts, mail: MailParts) -> Probe:
    async def probe(guild_id: int, now: datetime) -> Iterable[Health]:
        healths: list[Health] = []
        for followed in await mail.service.list_all(guild_id):
            status = await read_status(mail, followed, now=now)
            healths += [
                list_health(texts, followed.mailing_list, source, mails=status.counts.mails, now=now)
                for source in status.sources
            ]
        return healths

    return probe


def _faq_probe(texts: Texts, faq: FaqParts) -> Probe:
    async def probe(guild_id: int, now: datetime) -> Iterable[Health]:
        questions = Counter(entry.page_id for entry in (await faq.service.faq(guild_id)).entries.values())
        pages = await faq.pages.list_pages(guild_id)
        return [page_health(texts, page, questions=questions[page.id], now=now) for page in pages]

    return probe


def _channel_probe(texts: Texts, chat: ChatParts) -> Probe:
    async def probe(guild_id: int, _now: datetime) -> Iterable[Health]:
        guild = chat.client.get_guild(guild_id)
        if guild is None:
            return ()
        settings = await chat.guilds.settings(guild_id)
        named = (
            (texts("status.admin_channel"), settings.admin_channel_id),
            (texts("status.status_channel"), settings.status_channel_id),
        )
        found = [channel_health(texts, name, look_at(guild, channel)) for name, channel in named if channel]
        return [health for health in found if health is not None]

    return probe


def _posts_probe(ground: Ground) -> Probe:
    async def probe(guild_id: int, now: datetime) -> Iterable[Health]:
        queue = await read_queue(ground.database, guild_id, now)
        return (
            posts_health(ground.texts, queue, now=now),
            *lanes_health(ground.texts, queue.lanes, now=now),
        )

    return probe


def _database_probe(ground: Ground) -> Probe:
    async def probe(_guild_id: int, _now: datetime) -> Iterable[Health]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await ground.database.ping()
        took = timedelta(seconds=loop.time() - began)
        return (database_health(ground.texts, took=took, is_full=ground.database.is_full),)

    return probe


def _unanswered(texts: Texts, part: Part) -> Health:
    name = texts(_NAMES[part])
    return Health(part=part, name=name, condition=Condition.BROKEN, words=texts("status.unanswered"))
