"""Wire the mailing lists: where they are read, what people find in them."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import SettingsError, SourceError, UserError
from bot.mail.email_rows import AUTHORS_SECRET, HashAuthor, hash_authors_with
from bot.mail.following import Following, Logins, Wish
from bot.mail.gap_repository import GapRepository
from bot.mail.intake import MailReader
from bot.mail.joining import Joining
from bot.mail.mending import Mending
from bot.mail.models import Place
from bot.mail.polling import Polling
from bot.mail.queries_repository import Queries
from bot.mail.render_lists import ListStatus
from bot.mail.repository import MailRepository
from bot.mail.retrying import Retrying
from bot.mail.service import MailService
from bot.mail.sources.contract import Access, MailboxLogin, OAuth
from bot.mail.views import FollowedList
from bot.mail.watching import Watching
from bot.storage.keys import get_or_create_secret
from bot.version import VERSION
from bot.wiring.chat import ChatParts
from bot.wiring.declaring import LISTS_DECLARED, declared_job
from bot.wiring.feature import Commands, RecurringJob
from bot.wiring.ground import Declared, Ground
from cogs.mail_following import FollowingServices, ListFollowing
from cogs.mail_lists import ListReading
from config.community import Guild
from config.logins import missing_secrets
from config.sections.lists import DeclaredList, DeclaredMailbox
from config.settings import Settings

logger = logging.getLogger(__name__)

MAIL_JOB = "mail lists"
GAPS_JOB = "list gaps"
LIST_GROUP = "list"  # the commands of every feature about lists are its subcommands

_TICK = timedelta(seconds=15)
_WATCH = timedelta(seconds=20)
_GAPS = timedelta(minutes=1)
_GAPS_SHOWN = timedelta(days=7)
_PURGE = timedelta(hours=6)
_RETRY = timedelta(minutes=10)
_COMMUNITY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailParts:
    """The mailing lists' services."""

    repository: MailRepository
    reader: MailReader
    hash_author: HashAuthor
    polling: Polling
    watching: Watching
    service: MailService
    following: Following
    gaps: GapRepository
    mending: Mending
    retrying: Retrying
    joining: Joining


@asynccontextmanager
async def open_mail(ground: Ground) -> AsyncIterator[MailParts]:
    """Build the services; let go of the connections to sources afterwards.

    Raises:
        SettingsError: A login names a variable that nobody set.
    """
    problems = missing_secrets(ground.community, ground.settings)
    if problems:
        raise SettingsError(problems)
    secret = await get_or_create_secret(ground.database, AUTHORS_SECRET)
    hash_author = hash_authors_with(secret)
    repository = MailRepository(ground.database, hash_author)
    access = Access(
        fetcher=ground.fetcher,
        workers=ground.workers,
        clock=ground.clock,
        folder=ground.settings.config_dir,
        mailboxes=Declared(
            ground, lambda guild: {box.name: login_of(ground.settings, box) for box in guild.mailboxes}
        ),
        api_keys=Declared(
            ground,
            lambda guild: {key.host: secret_of(ground.settings, key.key) for key in guild.archive_keys},
        ),
    )

    def observe(kind: str, seconds: float, is_good: bool) -> None:
        ground.metrics.observe_poll(f"list_{kind}", seconds, is_good=is_good)

    reader = MailReader(workers=ground.workers, repository=repository)
    keep = timedelta(days=ground.settings.keep_mail_days)
    polling = Polling(
        database=ground.database,
        repository=repository,
        reader=reader,
        access=access,
        keep=keep,
        observe=observe,
    )
    service = MailService(
        database=ground.database, repository=repository, texts=ground.texts, clock=ground.clock
    )
    following = Following(
        database=ground.database,
        repository=repository,
        service=service,
        polling=polling,
        fetcher=ground.fetcher,
        texts=ground.texts,
        logins=Declared(ground, _logins),
    )
    watching = Watching(repository=repository, polling=polling)
    gaps = GapRepository(ground.database)
    mending = Mending(database=ground.database, repository=gaps)
    polling.tell(mending.hear)
    try:
        yield MailParts(
            repository=repository,
            reader=reader,
            hash_author=hash_author,
            polling=polling,
            watching=watching,
            service=service,
            following=following,
            gaps=gaps,
            mending=mending,
            joining=Joining(database=ground.database, repository=repository),
            retrying=Retrying(
                database=ground.database,
                repository=repository,
                reader=reader,
                version=VERSION,
                keep=keep,
                clock=ground.clock,
            ),
        )
    finally:
        await watching.close()
        await polling.close()


def mail_commands(ground: Ground, chat: ChatParts, parts: MailParts) -> Commands:
    """Return the commands and buttons."""

    async def status(lists: tuple[FollowedList, ...]) -> tuple[ListStatus, ...]:
        return tuple([await read_status(parts, each, now=ground.clock()) for each in lists])

    services = FollowingServices(
        following=parts.following,
        service=parts.service,
        status=status,
        counts=parts.repository.count_emails,
        release=chat.limiter.release,
    )
    reading = ListReading(
        service=parts.service,
        queries=Queries(ground.database),
        conversation=chat.conversation,
        guilds=chat.guilds,
        texts=ground.texts,
        clock=ground.clock,
    )
    following = ListFollowing(
        services=services, conversation=chat.conversation, texts=ground.texts, clock=ground.clock
    )
    return Commands(group=LIST_GROUP, cogs=(reading, following), handlers=reading.handlers())


Declare = Callable[[Guild, Sequence[tuple[DeclaredList, Wish]], datetime], Awaitable[None]]
"""Brings in line what else community.toml says of a guild's lists, once they are followed."""


def mail_jobs(ground: Ground, parts: MailParts, *, then: Sequence[Declare]) -> tuple[RecurringJob, ...]:
    """Return what the lists do by themselves."""

    async def bring_in_line(guild: Guild, now: datetime) -> None:
        wishes = [await _wish(parts, guild.id, each) for each in guild.lists]
        known = [each for each in wishes if each]
        # While an address cannot be looked up, nobody can say which list it is: none is left then.
        await parts.following.declare(guild.id, known, now=now, is_whole=len(known) == len(wishes))
        declared = [(each, wish) for each, wish in zip(guild.lists, wishes, strict=True) if wish]
        for declare in then:
            await declare(guild, declared, now)

    async def watch(_now: datetime) -> None:
        await parts.watching.keep(seconds=3 * _WATCH.total_seconds())

    return (
        RecurringJob(name="mail watch", interval=_WATCH, run=watch),
        declared_job(ground, LISTS_DECLARED, interval=_COMMUNITY, bring_in_line=bring_in_line),
        RecurringJob(name=MAIL_JOB, interval=_TICK, run=parts.polling.poll_due),
        RecurringJob(name="mail twins", interval=_RETRY, run=parts.joining.join_all),
        RecurringJob(name=GAPS_JOB, interval=_GAPS, run=parts.mending.look),
        RecurringJob(name="mail expiry", interval=_PURGE, run=parts.polling.expire),
        RecurringJob(name="mail set aside", interval=_RETRY, run=parts.retrying.retry),
    )


async def read_status(parts: MailParts, followed: FollowedList, *, now: datetime) -> ListStatus:
    """Return how a list fares."""
    list_id = followed.mailing_list.id
    return ListStatus(
        followed=followed,
        sources=await parts.repository.list_sources(list_id),
        aside=await parts.repository.count_aside(list_id),
        counts=await parts.repository.count_emails(list_id),
        lag=await parts.gaps.read_lag(list_id, since=followed.mailing_list.created_at),
        gaps=await parts.gaps.list_gaps(list_id, settled_since=now - _GAPS_SHOWN),
    )


async def _wish(parts: MailParts, guild_id: int, declared: DeclaredList) -> Wish | None:
    """Return what is declared as a wish; None while its address cannot be looked up, which is tried again."""
    try:
        place = await _place(parts, guild_id, declared)
    except (SourceError, UserError) as error:
        logger.warning("list of community.toml, line %s: %s", declared.line, error)
        return None
    return Wish(
        guild_id=guild_id,
        channel_id=declared.channel,
        place=place,
        name=declared.name,
        is_private=declared.is_private,
        is_declared=True,
    )


async def _place(parts: MailParts, guild_id: int, declared: DeclaredList) -> Place:
    if declared.url:
        return await parts.following.look_up(guild_id, declared.url)
    kind, path = ("mbox", declared.mbox) if declared.mbox else ("maildir", declared.maildir)
    place = Place(kind=kind, address=path, name=path.rpartition("/")[2].removesuffix(".mbox"))
    return parts.following.admit(guild_id, place)


def _logins(guild: Guild) -> Mapping[int, Logins]:
    mailboxes = frozenset(each.name for each in guild.mailboxes)
    return {guild.id: Logins(mailboxes=mailboxes, hosts=frozenset(each.host for each in guild.archive_keys))}


def login_of(settings: Settings, mailbox: DeclaredMailbox) -> MailboxLogin:
    """Return a declared mailbox with its secrets."""
    oauth = OAuth(
        token_url=mailbox.token_url,
        client_id=mailbox.client_id,
        client_secret=secret_of(settings, mailbox.client_secret),
        refresh_token=secret_of(settings, mailbox.refresh_token),
        scope=mailbox.scope,
    )
    return MailboxLogin(
        host=mailbox.host,
        port=mailbox.port,
        security=mailbox.security,
        user=mailbox.user,
        password=secret_of(settings, mailbox.password),
        oauth=oauth if mailbox.refresh_token else None,
    )


def secret_of(settings: Settings, variable: str) -> str:
    """Return what a variable holds that community.toml names; of none, nothing."""
    return settings.secrets[variable].get_secret_value() if variable else ""
