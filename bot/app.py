"""Compose the bot: the only place that builds objects and wires them, and the only reader of the clock."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.chat.client import Client, describe_commands, use_api
from bot.chat.conversation import Conversation
from bot.chat.custom_ids import Signer
from bot.chat.guilds import Guilds
from bot.chat.presenter import Presenter
from bot.chat.reports import Reporter
from bot.chat.router import Router
from bot.faq.editing import FaqEditor
from bot.faq.library import Library
from bot.faq.models import Marker, PageKind
from bot.faq.pages import FaqPages, NewPage
from bot.faq.reader import PageReader
from bot.faq.repository import FaqRepository
from bot.faq.service import FaqService
from bot.http.fetcher import Fetcher
from bot.http.guard import Guard
from bot.scheduling import Scheduler
from bot.storage.database import Database
from bot.storage.guilds import GuildRepository
from bot.storage.keys import get_or_create_secret
from bot.storage.meta import get_meta, set_meta
from bot.text.catalogue import Texts, load_texts
from bot.workers import Workers
from cogs._answering import Answering
from cogs._permissions import PERMISSIONS
from cogs.admin import Admin
from cogs.faq import Faq
from cogs.faq_buttons import FaqButtons
from cogs.faq_source import FaqSource
from cogs.mentions import Mentions
from config.community import Community, DeclaredPage
from config.credentials import check_token
from config.settings import Settings

Clock = Callable[[], datetime]

_TICK = timedelta(seconds=15)
_COMMAND_CHECK = timedelta(minutes=5)
_PURGE = timedelta(hours=6)
_COMMUNITY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The running parts, for whoever starts the bot: the command line, the trial, a test."""

    client: Client
    database: Database
    scheduler: Scheduler
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
    async with build(settings, community) as app, app.scheduler, app.client:
        await app.client.stay_connected(token)


@asynccontextmanager
async def build(settings: Settings, community: Community, *, clock: Clock = utc_now) -> AsyncIterator[App]:
    """Build every part and wire them; nothing runs yet but the store.

    Raises:
        SettingsError: The store cannot be used.
    """
    texts = load_texts()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database(_database_url(settings)))
        await database.migrate()
        fetcher = await stack.enter_async_context(
            Fetcher(guard=Guard(settings.allow_private_nets), clock=clock)
        )
        workers = await stack.enter_async_context(Workers())
        repository = FaqRepository(database)
        library = Library(repository)
        pages = FaqPages(
            database=database,
            repository=repository,
            library=library,
            reader=PageReader(fetcher=fetcher, workers=workers, config_dir=settings.config_dir),
            texts=texts,
        )
        service = FaqService(
            database=database,
            repository=repository,
            library=library,
            texts=texts,
            voter_salt=await get_or_create_secret(database, "voter"),
        )
        editor = FaqEditor(database=database, repository=repository, library=library, texts=texts)
        client = await _build_client(
            settings, database, service=service, pages=pages, editor=editor, texts=texts, clock=clock
        )
        scheduler = Scheduler(clock=clock)
        app = App(
            client=client, database=database, scheduler=scheduler, pages=pages, service=service, clock=clock
        )
        _schedule(app, repository, library, community)
        yield app


async def _build_client(
    settings: Settings,
    database: Database,
    *,
    service: FaqService,
    pages: FaqPages,
    editor: FaqEditor,
    texts: Texts,
    clock: Clock,
) -> Client:
    signer = Signer(await get_or_create_secret(database, "custom_ids"))
    conversation = Conversation(Presenter(signer, settings.card_style), texts)
    guild_repository = GuildRepository(database)
    guilds = Guilds(database=database, repository=guild_repository, permissions=PERMISSIONS, texts=texts)
    reporter = Reporter(texts)

    async def recall(key: str) -> str | None:
        return await get_meta(database, key)

    async def remember(key: str, value: str) -> None:
        await set_meta(database, key, value)

    client = Client(
        listens_to_mentions=settings.listen_to_mentions,
        permit=guilds.permit,
        report=reporter.report,
        recall=recall,
        remember=remember,
    )
    answering = Answering(service=service, conversation=conversation, guilds=guilds, texts=texts, clock=clock)
    faq = Faq(
        answering=answering,
        service=service,
        editor=editor,
        conversation=conversation,
        guilds=guilds,
        texts=texts,
        clock=clock,
    )
    faq.attach(FaqSource(pages=pages, service=service, conversation=conversation, texts=texts, clock=clock))
    buttons = FaqButtons(
        answering=answering,
        service=service,
        pages=pages,
        editor=editor,
        conversation=conversation,
        guilds=guilds,
        texts=texts,
        clock=clock,
    )
    admin = Admin(
        client=client,
        conversation=conversation,
        guilds=guilds,
        permissions=PERMISSIONS,
        database=database,
        repository=guild_repository,
        texts=texts,
        clock=clock,
    )
    for cog in (faq, admin):
        await client.add_cog(cog)
    if settings.listen_to_mentions:
        await client.add_cog(
            Mentions(answering=answering, service=service, conversation=conversation, client=client)
        )
    for menu in faq.context_menus():
        client.tree.add_command(menu)
    router = Router(signer, buttons.handlers(), permit=guilds.permit, report=reporter.report, texts=texts)
    client.add_listener(router.dispatch, "on_interaction")
    describe_commands(client, texts)
    return client


def _schedule(app: App, repository: FaqRepository, library: Library, community: Community) -> None:
    """Name the background jobs. They belong to the scheduler, outside the client."""

    async def follow_community(now: datetime) -> None:
        for guild in community.guilds:
            await app.pages.declare(guild.id, tuple(map(_declared, guild.faq)), now=now)
        for guild_id in await repository.list_guilds_with_faq():
            await library.get(guild_id)

    async def sync_commands(_now: datetime) -> None:
        if app.client.user is not None:
            await app.client.sync_commands()

    app.scheduler.every("community", _COMMUNITY, follow_community)
    app.scheduler.every("faq pages", _TICK, app.pages.refresh_due)
    app.scheduler.every("faq votes", _PURGE, app.service.purge_expired)
    app.scheduler.every("commands", _COMMAND_CHECK, sync_commands)


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


def _database_url(settings: Settings) -> str:
    url = settings.database_url.get_secret_value()
    return url or f"sqlite:///{Path(settings.data_dir).absolute() / 'rapporteur.sqlite3'}"
