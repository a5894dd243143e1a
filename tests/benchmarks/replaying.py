"""Live through a list's mail again: live mode and a daily digest, the clock jumping, restarts in between.

Everything is the program's own but Discord and the place where the mail is read.
"""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery import lanes
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.models import Order, Sent, State
from bot.delivery.notices import Notices
from bot.delivery.outbox import Outbox
from bot.delivery.rounds import Rounds
from bot.errors import DeliveryError, DeliveryKind
from bot.mail.choices_repository import ChoicesRepository
from bot.mail.digest.drafting import Drafting
from bot.mail.digest.material_repository import MaterialRepository
from bot.mail.digest.posting import Posting
from bot.mail.digest.repository import DigestRepository
from bot.mail.digest.wishes import DigestWish
from bot.mail.dispositions_repository import Dispositions
from bot.mail.email_rows import hash_authors_with
from bot.mail.live.models import Audience
from bot.mail.live.repository import LiveRepository
from bot.mail.live.service import LiveMode, LiveParts
from bot.mail.models import Place
from bot.mail.polling import News
from bot.mail.repository import MailRepository
from bot.mail.stored import Arrival, Follow
from bot.storage.database import Database
from bot.storage.schema import mail_disposition, mail_email, outbox
from bot.text.cadence import parse_when
from bot.text.catalogue import load_texts
from tests.integration.delivery.played_channels import PlayedChannels

GUILD, LIVE, DIGEST, ADMINS = 1, 7, 8, 9
TICK = timedelta(minutes=5)
_HOUR = timedelta(hours=1)


class _CutOffError(Exception):
    """The process was killed."""


@dataclass
class ShakyChannels(PlayedChannels):
    """Channels that note when what was posted, and at times leave it open whether it was."""

    chance: random.Random = field(default_factory=random.Random)
    now: datetime | None = None
    times: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    async def deliver(self, order: Order) -> Sent | None:
        rolled = self.chance.random()
        if rolled < 0.01:
            raise _in_doubt()
        before = len(self.messages)
        sent = await super().deliver(order)
        if len(self.messages) > before and self.now is not None:
            self.times[order.channel_id].append(self.now)
        if rolled < 0.02:
            raise _in_doubt()
        return sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a replay came to.

    Attributes:
        fates: How many mails had which fate, by way and fate.
        twice: Posts that were made more than once.
        unsent: Rows of the outbox that neither left nor ended with a reason.
        out_of_order: Places in which posts stand in another order than that in which they were decided.
        untold: Mails that the ledger does not name exactly once for each way.
        busiest_digest_hour: The most posts that the digest's channel got in an hour.
    """

    mails: int
    fates: Counter[tuple[str, str]]
    twice: int
    unsent: int
    out_of_order: int
    untold: int
    busiest_digest_hour: int
    restarts: int


class Replay:
    """A store, a list that is live in one channel and told daily in another, and a clock."""

    def __init__(self, database: Database, *, seed: int, restarts: float = 0.05) -> None:
        self._database = database
        self._chance = random.Random(seed)
        self._restart_share = restarts
        self._texts = load_texts("en")
        self._outbox = Outbox(database, wake=lambda: None)
        self._mail = MailRepository(database, hash_authors_with(b"replay"))
        self._ledger = Dispositions(database)
        self._poster = ShakyChannels(chance=self._chance)
        self._now = datetime.min.replace(tzinfo=UTC)
        self._restarts = 0
        self._live = self._make_live()
        self._digests = self._make_digests()

    async def run(self, arrivals: Sequence[Arrival]) -> Outcome:
        """Live through all of it, a tick at a time."""
        begin = min(each.arrived_at for each in arrivals if each.arrived_at) - timedelta(days=1)
        self._now = begin
        list_id = await self._follow()
        for moment, batch in _ticks(arrivals, begin):
            await self._until(moment)
            await self._hear(list_id, batch)
            await self._deliver()
        await self._until(self._now + timedelta(days=2))
        return await self._outcome()

    async def _follow(self) -> int:
        place = Place(kind="mbox", address="replay", name="Replay")
        async with self._database.writing() as connection:
            source = await self._mail.add_source(connection, place, cursor={}, now=self._now, is_polled=False)
            for channel_id in (LIVE, DIGEST):
                follow = Follow(
                    guild_id=GUILD, list_id=source.list_id, channel_id=channel_id, followed_at=self._now
                )
                await self._mail.follow(connection, follow)
            audience = Audience(guild_id=GUILD, list_id=source.list_id, channel_id=LIVE)
            await LiveRepository(self._database).switch_on(connection, audience, now=self._now)
            schedule = parse_when("daily 09:00")
            assert schedule is not None
            wish = DigestWish(
                guild_id=GUILD, list_id=source.list_id, channel_id=DIGEST, schedule=schedule, zone="UTC"
            )
            await DigestRepository(self._database).save(connection, wish, now=self._now)
        return source.list_id

    async def _until(self, moment: datetime) -> None:
        """Let time jump from one due thing to the next."""
        while (due := await self._next_due()) is not None and due <= moment:
            self._now = max(self._now, due)
            await self._digests.post_due(self._now)
            await self._deliver()
        self._now = max(self._now, moment)

    async def _next_due(self) -> datetime | None:
        async with self._database.reading() as connection:
            posts = await lanes.find_next_due(connection, now=self._now)
        digests = await self._digests.find_next(self._now)
        return min((each for each in (posts, digests) if each is not None), default=None)

    async def _hear(self, list_id: int, batch: Sequence[Arrival]) -> None:
        """Store a batch as polling does; at times the process dies before that is kept."""
        if self._chance.random() < self._restart_share:
            try:
                await self._store(list_id, batch, is_cut_off=True)
            except _CutOffError:
                self._restart()
        await self._store(list_id, batch)

    async def _store(self, list_id: int, batch: Sequence[Arrival], *, is_cut_off: bool = False) -> None:
        mailing_list = await self._mail.get_list(list_id)
        assert mailing_list is not None
        async with self._database.writing() as connection:
            saved = await self._mail.save_batch(connection, list_id, batch, now=self._now)
            news = News(mailing_list=mailing_list, saved=saved, is_old=False, now=self._now)
            await self._live.hear(connection, news)
            await self._digests.hear(connection, news)
            if is_cut_off:
                raise _CutOffError

    async def _deliver(self) -> None:
        """Post what is due; at times the process dies meanwhile."""
        self._poster.now = self._now
        if self._chance.random() < self._restart_share:
            async with self._dispatcher() as dispatcher:
                dispatcher.wake()
                await asyncio.sleep(self._chance.random() * 0.01)
            self._restart()
        async with self._dispatcher() as dispatcher:
            await dispatcher.until_idle()

    def _restart(self) -> None:
        """Begin anew with nothing but what is stored."""
        self._restarts += 1
        self._live = self._make_live()
        self._digests = self._make_digests()

    def _make_live(self) -> LiveMode:
        notices = Notices(self._outbox, self._texts, declared={GUILD: ADMINS})
        parts = LiveParts(
            repository=LiveRepository(self._database),
            ledger=self._ledger,
            outbox=self._outbox,
            notices=notices,
            texts=self._texts,
            is_open=_closed,
        )
        return LiveMode(parts)

    def _make_digests(self) -> Posting:
        drafting = Drafting(
            material=MaterialRepository(self._database),
            zone_of=_utc,
            draw=lambda _name, _weeks: _no_picture(),
        )
        return Posting(
            database=self._database,
            repository=DigestRepository(self._database),
            mail=self._mail,
            drafting=drafting,
            outbox=self._outbox,
            dispositions=self._ledger,
            choices=ChoicesRepository(self._database),
            texts=self._texts,
            is_open=_closed,
        )

    def _dispatcher(self) -> Dispatcher:
        rounds = Rounds(
            notices=Notices(self._outbox, self._texts),
            texts=self._texts,
            clock=lambda: self._now,
            observe=lambda _kind, _state: None,
            restoration=None,
        )
        return Dispatcher(
            database=self._database,
            rounds=rounds,
            poster=self._poster,
            owner="replay",
            clock=lambda: self._now,
            wake_at=lambda _when: None,
            until_ready=_at_once,
        )

    async def _outcome(self) -> Outcome:
        async with self._database.reading() as connection:
            mails = (await connection.execute(select(func.count()).select_from(mail_email))).scalar_one()
            told = (await connection.execute(select(mail_disposition.c.way, mail_disposition.c.fate))).all()
            rows = (await connection.execute(select(outbox.c.key, outbox.c.id, outbox.c.state))).all()
            untold = await _count_untold(connection)
        place = {row.key: row.id for row in rows}
        keys = Counter(key for posted in self._poster.posts.values() for key in posted)
        return Outcome(
            mails=mails,
            fates=Counter((str(row.way), str(row.fate)) for row in told),
            twice=sum(number > 1 for number in keys.values()),
            unsent=sum(row.state not in (State.SENT, State.DROPPED) for row in rows),
            out_of_order=sum(
                [place[key] for key in posted] != sorted(place[key] for key in posted)
                for posted in self._poster.posts.values()
            ),
            untold=untold,
            busiest_digest_hour=_busiest_hour(self._poster.times[DIGEST]),
            restarts=self._restarts,
        )


async def _count_untold(connection: AsyncConnection) -> int:
    """Count the mails that lack their one line in the ledger for live mode, or for the digest."""
    counted = (
        select(mail_email.c.id)
        .outerjoin(mail_disposition, mail_disposition.c.email_id == mail_email.c.id)
        .group_by(mail_email.c.id)
        .having(func.count(mail_disposition.c.way) != 2)
    )
    return len((await connection.execute(counted)).all())


def _ticks(arrivals: Iterable[Arrival], begin: datetime) -> Iterator[tuple[datetime, list[Arrival]]]:
    """Yield the mails of each look at the archive that finds some, with its moment."""
    found: dict[int, list[Arrival]] = defaultdict(list)
    for each in arrivals:
        assert each.arrived_at is not None
        found[(each.arrived_at - begin) // TICK + 1].append(each)
    for number in sorted(found):
        yield begin + number * TICK, found[number]


def _busiest_hour(times: Sequence[datetime]) -> int:
    return max((sum(at <= each < at + _HOUR for each in times) for at in times), default=0)


def _in_doubt() -> DeliveryError:
    return DeliveryError("Nobody knows.", kind=DeliveryKind.PASSING, is_in_doubt=True)


async def _closed(_guild_id: int, _channel_id: int) -> bool:
    return False


async def _utc(_guild_id: int) -> str:
    return "UTC"


async def _at_once() -> None:
    """Wait for nothing."""


def _no_picture() -> None:
    raise NotImplementedError("a daily digest has no chart")
