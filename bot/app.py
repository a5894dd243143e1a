"""Compose the bot: put the wired features together, and be the only reader of the clock."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from bot.chat.client import Client, use_api
from bot.faq.pages import FaqPages
from bot.faq.service import FaqService
from bot.scheduling import Scheduler
from bot.storage.database import Database
from bot.wiring.admin import admin_commands
from bot.wiring.chat import build_chat, chat_jobs, show
from bot.wiring.delivery import DELIVERY_JOB, DeliveryParts, build_delivery, delivery_jobs
from bot.wiring.faq import build_faq, faq_commands, faq_jobs
from bot.wiring.ground import Clock, lay_ground
from config.community import Community
from config.credentials import check_token
from config.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The running parts, for whoever starts the bot: the command line, the trial, a test."""

    client: Client
    database: Database
    scheduler: Scheduler
    delivery: DeliveryParts
    pages: FaqPages
    service: FaqService
    clock: Clock


def utc_now() -> datetime:
    """Return the present; every other part gets it as an argument."""
    return datetime.now(UTC)  # noqa: TID251 (the one place that reads the clock)


async def run(settings: Settings, community: Community) -> None:
    """Run the bot until the task is cancelled.

    Raises:
        SettingsError: Something set is missing, wrong or refused.
    """
    token = check_token(settings.discord_token)
    use_api(settings.discord_api_url)
    async with build(settings, community) as app, app.scheduler, app.client, app.delivery.dispatcher:
        await app.client.stay_connected(token)


@asynccontextmanager
async def build(settings: Settings, community: Community, *, clock: Clock = utc_now) -> AsyncIterator[App]:
    """Build every part and wire them; nothing runs yet but the store.

    Raises:
        SettingsError: The store cannot be used.
    """
    async with lay_ground(settings, community, clock=clock) as ground:
        chat = await build_chat(ground)
        faq = await build_faq(ground)
        await show(ground, chat, (faq_commands(ground, chat, faq), admin_commands(ground, chat)))
        # The jobs belong to the scheduler, outside the client.
        scheduler = Scheduler(clock=clock)
        delivery = build_delivery(
            ground,
            chat,
            owner=secrets.token_hex(8),
            wake_at=partial(scheduler.wake_at, DELIVERY_JOB),
            observe=lambda _kind, _state: None,
        )
        for job in (*faq_jobs(ground, faq), *chat_jobs(chat), *delivery_jobs(delivery)):
            scheduler.every(job.name, job.interval, job.run)
        yield App(
            client=chat.client,
            database=ground.database,
            scheduler=scheduler,
            delivery=delivery,
            pages=faq.pages,
            service=faq.service,
            clock=clock,
        )
