"""Wire the digests of mailing lists: `/list digest`, their buttons, the job that posts them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.chat.access import ChannelAccess
from bot.mail.choices_repository import ChoicesRepository
from bot.mail.digest.arranging import Arranging
from bot.mail.digest.chart import draw_chart
from bot.mail.digest.drafting import Drafting, WeekCount
from bot.mail.digest.material_repository import MaterialRepository
from bot.mail.digest.posting import Posting
from bot.mail.digest.previewing import Previewing
from bot.mail.digest.repository import DigestRepository
from bot.mail.digest.wishes import DigestWish
from bot.mail.dispositions_repository import Dispositions
from bot.mail.following import Wish
from bot.mail.live.following import LiveFollowing
from bot.pictures.sheets import Picture
from bot.text.cadence import parse_when
from bot.text.zones import Zones
from bot.wiring.chat import ChatParts
from bot.wiring.delivery import DeliveryParts
from bot.wiring.feature import Commands, RecurringJob
from bot.wiring.ground import Ground
from bot.wiring.mail import LIST_GROUP, MailParts
from cogs.mail_digest import ListDigest
from config.community import Guild
from config.sections.lists import DeclaredList

DIGESTS_JOB = "digests"

_TICK = timedelta(seconds=15)
_PURGE = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestParts:
    """The digests' services."""

    repository: DigestRepository
    posting: Posting
    arranging: Arranging
    previewing: Previewing


def build_digests(ground: Ground, chat: ChatParts, delivery: DeliveryParts, mail: MailParts) -> DigestParts:
    """Build the services; from now on they hear of what the lists bring."""

    async def zone_of(guild_id: int) -> str:
        return (await chat.guilds.settings(guild_id)).zone or "UTC"

    def draw(name: str, weeks: Sequence[WeekCount]) -> Picture:
        return draw_chart(ground.texts, name, weeks)

    repository = DigestRepository(ground.database)
    drafting = Drafting(material=MaterialRepository(ground.database), zone_of=zone_of, draw=draw)
    access = ChannelAccess(chat.client, chat.watch, ground.texts)
    posting = Posting(
        database=ground.database,
        repository=repository,
        mail=mail.repository,
        drafting=drafting,
        outbox=delivery.outbox,
        dispositions=Dispositions(ground.database),
        choices=ChoicesRepository(ground.database),
        texts=ground.texts,
        is_open=access.is_open,
    )
    arranging = Arranging(
        database=ground.database,
        repository=repository,
        mail=mail.repository,
        service=mail.service,
        drafting=drafting,
        choices=ChoicesRepository(ground.database),
        texts=ground.texts,
    )
    previewing = Previewing(
        database=ground.database,
        repository=repository,
        arranging=arranging,
        drafting=drafting,
        choices=ChoicesRepository(ground.database),
        texts=ground.texts,
    )
    mail.polling.tell(posting.hear)
    return DigestParts(repository=repository, posting=posting, arranging=arranging, previewing=previewing)


def digest_commands(
    ground: Ground, chat: ChatParts, mail: MailParts, parts: DigestParts, live: LiveFollowing
) -> Commands:
    """Return the command and the buttons."""
    cog = ListDigest(
        arranging=parts.arranging,
        service=mail.service,
        live=live,
        conversation=chat.conversation,
        zones=Zones.load(),
        texts=ground.texts,
        clock=ground.clock,
    )
    return Commands(group=LIST_GROUP, cogs=(cog,), handlers=cog.handlers())


def digest_jobs(parts: DigestParts) -> tuple[RecurringJob, ...]:
    """Return what posts digests, and forgets what was told long ago."""
    return (
        RecurringJob(name=DIGESTS_JOB, interval=_TICK, run=parts.posting.post_due),
        RecurringJob(name="old digests", interval=_PURGE, run=parts.repository.purge),
    )


def wish_of(declared: DeclaredList, guild_id: int, list_id: int, channel_id: int) -> DigestWish | None:
    """Return the digest that a file wants of a list in a channel; None where it wants none."""
    schedule = parse_when(declared.digest) if declared.digest else None
    if schedule is None:
        return None
    return DigestWish(
        guild_id=guild_id,
        list_id=list_id,
        channel_id=channel_id,
        schedule=schedule,
        zone=declared.zone,
        says_quiet=declared.quiet or False,
        has_chart=declared.chart is not False,
    )


async def declare_digests(
    mail: MailParts,
    parts: DigestParts,
    guild: Guild,
    lists: Sequence[tuple[DeclaredList, Wish]],
    now: datetime,
) -> None:
    """Bring a guild's digests in line with community.toml."""
    wishes = []
    for declared, wish in lists:
        source = await mail.repository.find_source(wish.place.kind, wish.place.address)
        wanted = None if source is None else wish_of(declared, guild.id, source.list_id, declared.channel)
        if wanted is not None:
            wishes.append(replace(wanted, is_declared=True))
    await parts.arranging.declare(guild.id, wishes, now=now)
