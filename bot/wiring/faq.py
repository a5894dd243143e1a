"""Wire the FAQ: its pages, its answers, its editing."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.errors import UserError
from bot.faq.editing import FaqEditor
from bot.faq.library import Library
from bot.faq.models import Marker, PageKind
from bot.faq.pages import FaqPages, NewPage
from bot.faq.pending import Pending
from bot.faq.phrasings import Phrasings
from bot.faq.reader import PageReader
from bot.faq.repository import FaqRepository
from bot.faq.service import FaqService
from bot.storage.keys import get_or_create_secret
from bot.wiring.chat import ChatParts
from bot.wiring.declaring import FAQ_DECLARED, declared_job
from bot.wiring.feature import Commands, RecurringJob
from bot.wiring.ground import Ground
from cogs._answering import Answering
from cogs.faq import Faq
from cogs.faq_buttons import FaqButtons
from cogs.faq_source import FaqSource
from cogs.mentions import Mentions
from config.community import Guild
from config.sections.faq import DeclaredPage

logger = logging.getLogger(__name__)

FAQ_MEMORY = "faq memory"
"""The job that keeps the guilds' FAQs in memory as they are in the store."""

_TICK = timedelta(seconds=15)
_PURGE = timedelta(hours=6)
_COMMUNITY = timedelta(days=1)
_CATCH_UP = timedelta(seconds=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaqParts:
    """The FAQ's services."""

    repository: FaqRepository
    library: Library
    pages: FaqPages
    service: FaqService
    editor: FaqEditor
    phrasings: Phrasings


async def build_faq(ground: Ground) -> FaqParts:
    """Build the services."""
    repository = FaqRepository(ground.database)
    library = Library(repository, tell=partial(ground.bells.ring_soon, FAQ_MEMORY))

    def observe(seconds: float, is_good: bool) -> None:
        ground.metrics.observe_poll("faq_page", seconds, is_good=is_good)

    reader = PageReader(
        fetcher=ground.fetcher,
        workers=ground.workers,
        config_dir=ground.settings.config_dir,
        observe=observe,
    )
    learning, asking = Pending(), Pending()
    return FaqParts(
        repository=repository,
        library=library,
        pages=FaqPages(
            database=ground.database,
            repository=repository,
            library=library,
            reader=reader,
            texts=ground.texts,
        ),
        service=FaqService(
            database=ground.database,
            repository=repository,
            library=library,
            texts=ground.texts,
            voter_salt=await get_or_create_secret(ground.database, "voter"),
            learning=learning,
            asking=asking,
        ),
        editor=FaqEditor(
            database=ground.database,
            repository=repository,
            library=library,
            texts=ground.texts,
            asking=asking,
        ),
        phrasings=Phrasings(
            database=ground.database,
            repository=repository,
            library=library,
            texts=ground.texts,
            learning=learning,
            declared_of=partial(_phrasings, ground),
        ),
    )


def _phrasings(ground: Ground, guild_id: int) -> Mapping[str, tuple[str, ...]]:
    """Return the other ways to ask that community.toml declares, by question."""
    guilds = (guild for guild in ground.community.guilds if guild.id == guild_id)
    return {each.question: each.asked for guild in guilds for each in guild.phrasings}


def faq_commands(ground: Ground, chat: ChatParts, parts: FaqParts) -> Commands:
    """Return the commands, menus and buttons."""
    answering = Answering(
        service=parts.service,
        conversation=chat.conversation,
        guilds=chat.guilds,
        texts=ground.texts,
        clock=ground.clock,
    )
    faq = Faq(
        answering=answering,
        service=parts.service,
        editor=parts.editor,
        phrasings=parts.phrasings,
        conversation=chat.conversation,
        guilds=chat.guilds,
        texts=ground.texts,
        clock=ground.clock,
    )
    source = FaqSource(
        pages=parts.pages,
        service=parts.service,
        conversation=chat.conversation,
        texts=ground.texts,
        clock=ground.clock,
    )
    faq.attach(source)
    buttons = FaqButtons(
        answering=answering,
        service=parts.service,
        pages=parts.pages,
        editor=parts.editor,
        phrasings=parts.phrasings,
        conversation=chat.conversation,
        guilds=chat.guilds,
        texts=ground.texts,
        clock=ground.clock,
    )
    mentions = Mentions(
        answering=answering,
        service=parts.service,
        conversation=chat.conversation,
        client=chat.client,
        limiter=chat.limiter,
    )
    return Commands(
        cogs=(faq, mentions) if ground.settings.listen_to_mentions else (faq,),
        menus=tuple(faq.context_menus()),
        handlers=buttons.handlers(),
    )


def faq_jobs(ground: Ground, parts: FaqParts) -> tuple[RecurringJob, ...]:
    """Return what the FAQ does by itself."""

    async def bring_in_line(guild: Guild, now: datetime) -> None:
        await parts.pages.declare(guild.id, tuple(map(_declared, guild.faq)), now=now)
        for each in guild.phrasings:
            try:
                await parts.phrasings.teach(guild.id, each.question, each.asked, now=now)
            except UserError:  # the page may have it once it can be read
                logger.warning("community.toml, line %s: no page has this question", each.line)

    async def fill_memory(_now: datetime) -> None:
        for guild_id in await parts.repository.list_guilds_with_faq():
            await parts.library.get(guild_id)
        if ground.database.is_shared:
            await parts.library.catch_up()

    interval = _CATCH_UP if ground.database.is_shared else _COMMUNITY
    return (
        declared_job(ground, FAQ_DECLARED, interval=_COMMUNITY, bring_in_line=bring_in_line),
        RecurringJob(name=FAQ_MEMORY, interval=interval, run=fill_memory),
        RecurringJob(name="faq pages", interval=_TICK, run=parts.pages.refresh_due),
        RecurringJob(name="faq votes", interval=_PURGE, run=parts.service.purge_expired),
    )


def _declared(page: DeclaredPage) -> NewPage:
    return NewPage(
        kind=PageKind.URL if page.url else PageKind.FILE,
        location=page.url or page.file,
        title=page.title,
        format=page.format,
        questions=Marker(page.questions),
        language=page.language,
        is_declared=True,
    )
