"""Follow lists and leave them: what an address leads to, whether it may be shown there, what was there."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from bot.errors import SourceError, UserError
from bot.http.fetcher import Fetcher
from bot.mail.joining import Joining
from bot.mail.models import Place, Problem
from bot.mail.polling import Polling, Turn
from bot.mail.repository import MailRepository
from bot.mail.service import MailService
from bot.mail.showing import shown_line
from bot.mail.sources.contract import start_cursor
from bot.mail.sources.detection import find_place
from bot.mail.sources.registry import KINDS
from bot.mail.stored import Follow, MailingList, MailSource
from bot.storage.database import Database
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.markdown import inert

BACKFILL_DAYS: Final = 90
NAME_LENGTH: Final = 80
_CATCHING_UP_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Logins:
    """What a guild may read lists with: its mailboxes by name, and the archives it has a key for, by host."""

    mailboxes: Collection[str] = field(default_factory=frozenset)
    hosts: Collection[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A list that a guild wants in a channel.

    Attributes:
        name: What the guild calls it; "" for what it is called.
        is_private: The guild says that not everybody may see it; where a login is needed, that is so anyway.
        is_public_channel: Everybody sees the channel.
    """

    guild_id: int
    channel_id: int
    place: Place
    name: str = ""
    is_private: bool = False
    is_public_channel: bool = False
    is_declared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What following a list led to; `is_new` unless it was followed in that channel before."""

    mailing_list: MailingList
    source: MailSource
    is_new: bool


class Following:
    """Follow lists for guilds.

    Args:
        logins: By guild.
    """

    def __init__(
        self,
        *,
        database: Database,
        repository: MailRepository,
        service: MailService,
        polling: Polling,
        fetcher: Fetcher,
        texts: Texts,
        logins: Mapping[int, Logins],
    ) -> None:
        self._database = database
        self._repository = repository
        self._service = service
        self._polling = polling
        self._fetcher = fetcher
        self._texts = texts
        self._logins = logins
        self._joining = Joining(database=database, repository=repository)
        self._catching_up: Counter[int] = Counter()

    async def look_up(self, guild_id: int, address: str) -> Place:
        """Find out what an address leads to.

        Raises:
            UserError: It cannot be followed; with the reason, and what to do.
        """
        try:
            place = await find_place(address, kinds=KINDS, fetcher=self._fetcher)
        except SourceError as error:
            raise self._refusal(str(error)) from error
        return self.admit(guild_id, place)

    def _refusal(self, reason: str) -> UserError:
        return UserError(self._texts("list.refused", reason=shown_line(self._texts.noted(reason), 800)))

    def admit(self, guild_id: int, place: Place) -> Place:
        """Return the place, with a name that can be shown, if the guild may read there.

        Raises:
            UserError: It takes a login that is another guild's, or nobody's.
        """
        logins = self._logins.get(guild_id, Logins())
        url = urlsplit(place.address)
        if place.kind == "imap" and url.netloc not in logins.mailboxes:
            raise UserError(self._texts("list.no_mailbox"))
        if place.kind == "groupsio" and url.hostname not in logins.hosts:
            raise UserError(self._texts("list.no_key"))
        return replace(place, name=_name(place.name) or self._texts(f"list.kind_{place.kind}"))

    async def follow(self, wish: Wish, *, now: datetime) -> Followed:
        """Follow a list in a channel; nothing of it is read yet.

        Raises:
            UserError: It is private, and everybody sees the channel.
        """
        known = await self._repository.find_source(wish.place.kind, wish.place.address)
        parting = known if known is not None and await self._must_part(wish, known) else None
        known_list = await self._known_list(wish.guild_id, known) if parting is None else None
        is_private = wish.is_private or wish.place.is_private
        is_private = is_private or (known_list is not None and known_list.is_private)
        if is_private and wish.is_public_channel:
            raise UserError(self._texts("list.private_channel", channel=f"<#{wish.channel_id}>"))
        cursor = start_cursor(now, days=BACKFILL_DAYS)
        async with self._database.writing() as connection:
            if parting is not None:
                await self._repository.part(connection, parting, wish.place, cursor=cursor, now=now)
            source = await self._repository.add_source(connection, wish.place, cursor=cursor, now=now)
            was_followed = bool(await self._repository.list_followers(source.list_id))
            follow = Follow(
                guild_id=wish.guild_id,
                list_id=source.list_id,
                channel_id=wish.channel_id,
                followed_at=now,
                is_declared=wish.is_declared,
                name=_name(wish.name),
                is_private=wish.is_private,
            )
            is_new = await self._repository.follow(connection, follow)
            if not was_followed:
                await self._repository.read_anew(connection, source.list_id, now)
        self._service.forget(wish.guild_id)
        mailing_list = await self._repository.find_list(wish.guild_id, source.list_id)
        if mailing_list is None:
            raise UserError(self._texts("list.no_such"))
        return Followed(mailing_list=mailing_list, source=source, is_new=is_new)

    async def _must_part(self, wish: Wish, source: MailSource) -> bool:
        """Tell whether a place was joined with others that this follow must not get to see.

        A joined list is its guild's own: another guild gets the place it named and nothing else, and so does
        a channel that everybody sees where the other places are private.
        """
        places = await self._repository.list_sources(source.list_id)
        if all(each.id == source.id or each.next_check_at is None for each in places):
            return False
        followers = await self._repository.list_followers(source.list_id)
        joined = await self._repository.get_list(source.list_id)
        is_closed = joined is not None and joined.is_private and not wish.place.is_private
        return all(each.guild_id != wish.guild_id for each in followers) or (
            is_closed and wish.is_public_channel and not wish.is_private
        )

    async def _known_list(self, guild_id: int, source: MailSource | None) -> MailingList | None:
        """Return the list of a source: as the guild wants it, where it follows it."""
        if source is None:
            return None
        followed = await self._repository.find_list(guild_id, source.list_id)
        return followed or await self._repository.get_list(source.list_id)

    async def catch_up(
        self, followed: Followed, wish: Wish, *, seconds: float, tell: Callable[[Turn], Awaitable[None]]
    ) -> Turn:
        """Read what is there already, for so long at most; the rest comes by itself.

        Args:
            followed: What is followed from now on.
            wish: How it was wished; taken back where nothing at all can be read.
            seconds: How long.
            tell: Told after each batch how far it is.

        Raises:
            UserError: Nothing can be read there, and it is not followed; or it was left meanwhile.
        """
        self._catching_up[wish.guild_id] += 1
        try:
            return await self._catch_up(followed, wish, seconds=seconds, tell=tell)
        finally:
            self._catching_up[wish.guild_id] -= 1
            self._catching_up = +self._catching_up

    async def _catch_up(
        self, followed: Followed, wish: Wish, *, seconds: float, tell: Callable[[Turn], Awaitable[None]]
    ) -> Turn:
        source = followed.source
        ends_at = asyncio.get_running_loop().time() + seconds
        new = 0
        problems: dict[Problem, None] = {}
        turn = Turn(source=source)
        while not (turn.is_complete or turn.error) and asyncio.get_running_loop().time() < ends_at:
            turn = await self._polling.read_on(turn.source, most_batches=1)
            if not await self._is_followed(wish, turn.source):
                name = shown_line(followed.mailing_list.name, NAME_LENGTH)
                raise UserError(self._texts("list.unfollowed", name=name))
            new += turn.new
            problems |= dict.fromkeys(turn.source.problems)
            await tell(replace(turn, new=new))
        if turn.error and turn.source.succeeded_at is None:
            await self.unfollow(wish.guild_id, source.list_id, wish.channel_id)
            raise self._refusal(turn.error)
        return replace(turn, new=new, source=replace(turn.source, problems=tuple(problems)))

    def has_room(self, guild_id: int) -> bool:
        """Tell whether a guild may begin to follow one more list while others of its lists are read in."""
        return self._catching_up[guild_id] < _CATCHING_UP_AT_ONCE

    async def _is_followed(self, wish: Wish, source: MailSource) -> bool:
        """Tell whether what is read is still followed, also as part of the list that it was joined with."""
        kept = await self._repository.find_source(source.kind, source.address) or source
        follows = await self._repository.list_follows(wish.guild_id)
        return any((each.list_id, each.channel_id) == (kept.list_id, wish.channel_id) for each in follows)

    async def join(self, followed: Followed, guild_id: int, *, now: datetime) -> Followed:
        """Join a list with one that it turned out to be, once it was read; return what is followed then."""
        list_id = await self._joining.join(followed.mailing_list.id, now=now)
        self._service.forget(guild_id)
        kept = await self._repository.find_list(guild_id, list_id)
        sources = await self._repository.list_sources(list_id)
        source = next((each for each in sources if each.id == followed.source.id), followed.source)
        return followed if kept is None else replace(followed, mailing_list=kept, source=source)

    async def unfollow(self, guild_id: int, list_id: int, channel_id: int | None = None) -> None:
        """Leave a list, in one channel or in all.

        Raises:
            UserError: It is not followed there, or community.toml declares it.
        """
        here = [
            each
            for each in await self._repository.list_follows(guild_id)
            if each.list_id == list_id and channel_id in (None, each.channel_id)
        ]
        if not here:
            raise UserError(self._texts("list.not_here"))
        if any(each.is_declared for each in here):
            raise UserError(self._texts("list.is_declared"))
        async with self._database.writing() as connection:
            await self._repository.unfollow(connection, guild_id, list_id, channel_id)
        self._service.forget(guild_id)

    async def declare(
        self, guild_id: int, wishes: Sequence[Wish], *, now: datetime, is_whole: bool = True
    ) -> None:
        """Bring a guild's declared follows in line with community.toml; those made in chat stay.

        Args:
            guild_id: The guild.
            wishes: What is declared.
            now: The present.
            is_whole: These are all that is declared: lists that are not among them are left.
        """
        kept: set[tuple[int, int]] = set()
        for wish in wishes:
            followed = await self.follow(wish, now=now)
            kept.add((followed.mailing_list.id, wish.channel_id))
        for each in await self._repository.list_follows(guild_id):
            if is_whole and each.is_declared and (each.list_id, each.channel_id) not in kept:
                async with self._database.writing() as connection:
                    await self._repository.unfollow(connection, guild_id, each.list_id, each.channel_id)
        self._service.forget(guild_id)


def _name(name: str) -> str:
    return limits.cut_line(inert(name), NAME_LENGTH) if name else ""
