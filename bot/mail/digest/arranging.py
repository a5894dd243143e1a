"""Arrange digests: who wants which of what, when and where; and what one would look like now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.delivery.post import Post
from bot.errors import UserError
from bot.mail.choices_repository import ChoicesRepository
from bot.mail.digest.drafting import Drafting
from bot.mail.digest.models import Digest, Window
from bot.mail.digest.planning import find_next
from bot.mail.digest.reading import render_choice, render_issue_thread
from bot.mail.digest.render import Frame, render_digest, render_quiet
from bot.mail.digest.repository import DigestRepository
from bot.mail.digest.wishes import AwaitedDigest, DigestWish, KeptDigest
from bot.mail.reading_repository import ReadingRepository
from bot.mail.service import MailService
from bot.mail.stored import MailingList
from bot.mail.views import FollowedList, Viewer
from bot.storage.database import Database
from bot.text.catalogue import Texts

PREVIEWED: Final = timedelta(days=7)
_MOST_PREVIEWED: Final = 5_000


class Arranging:
    """What the commands and buttons about digests do."""

    def __init__(
        self,
        *,
        database: Database,
        repository: DigestRepository,
        mail: ReadingRepository,
        service: MailService,
        drafting: Drafting,
        choices: ChoicesRepository,
        texts: Texts,
    ) -> None:
        self._database = database
        self._repository = repository
        self._mail = mail
        self._service = service
        self._drafting = drafting
        self._choices = choices
        self._texts = texts

    async def list_wishes(self, guild_id: int) -> tuple[KeptDigest, ...]:
        """Return a guild's digests."""
        return await self._repository.list_wishes(guild_id)

    async def list_awaiting(self, guild_id: int, email_id: int) -> tuple[AwaitedDigest, ...]:
        """Return the digests that a mail waits for."""
        found: list[AwaitedDigest] = []
        for kept in await self._repository.list_awaiting(guild_id, email_id):
            wish = kept.wish
            async with self._database.reading() as connection:
                chosen = await self._choices.find(connection, guild_id, wish.list_id, wish.channel_id)
            zone = await self._drafting.zone(kept)
            found.append(
                AwaitedDigest(
                    channel_id=wish.channel_id,
                    due_at=find_next(wish.schedule, zone, told_until=kept.told_until),
                    threads=wish.schedule.threads,
                    is_paused=chosen is not None and chosen.paused_at is not None,
                )
            )
        return tuple(found)

    async def wish(
        self, wish: DigestWish, mailing_list: MailingList, *, is_public_channel: bool, now: datetime
    ) -> datetime | None:
        """Want a digest, or want it otherwise; return when the next one is due, if the clock tells.

        Raises:
            UserError: The list is private and everybody sees the channel, or community.toml declares it.
        """
        if mailing_list.is_private and is_public_channel:
            raise UserError(self._texts("list.private_channel", channel=f"<#{wish.channel_id}>"))
        known = await self._find(wish.guild_id, wish.list_id, wish.channel_id)
        if known is not None and known.wish.is_declared:
            raise UserError(self._texts("digest.is_declared"))
        async with self._database.writing() as connection:
            await self._repository.save(connection, wish, now=now)
        kept = KeptDigest(id=0, wish=wish, told_until=now)
        return find_next(wish.schedule, await self._drafting.zone(kept), told_until=now)

    async def remove(self, guild_id: int, list_id: int, channel_id: int) -> None:
        """Want no digest any more.

        Raises:
            UserError: There is none there, or community.toml declares it.
        """
        known = await self._find(guild_id, list_id, channel_id)
        if known is None:
            raise UserError(self._texts("digest.none_here", channel=f"<#{channel_id}>"))
        if known.wish.is_declared:
            raise UserError(self._texts("digest.is_declared"))
        async with self._database.writing() as connection:
            await self._repository.remove(connection, guild_id, list_id, channel_id)

    async def declare(self, guild_id: int, wishes: Sequence[DigestWish], *, now: datetime) -> None:
        """Bring a guild's declared digests in line with community.toml; those made in chat stay."""
        places = {(each.list_id, each.channel_id) for each in wishes}
        known = await self._repository.list_wishes(guild_id)
        async with self._database.writing() as connection:
            for each in wishes:
                await self._repository.save(connection, each, now=now)
            for wish in (kept.wish for kept in known if kept.wish.is_declared):
                if (wish.list_id, wish.channel_id) not in places:
                    await self._repository.remove(connection, guild_id, wish.list_id, wish.channel_id)

    async def preview(self, guild_id: int, mailing_list: MailingList, *, now: datetime) -> Post:
        """Return the digest of the last seven days, without buttons."""
        since = now - PREVIEWED
        found = await self._mail.list_sent(
            guild_id, mailing_list.id, since=since, until=now, limit=_MOST_PREVIEWED
        )
        window = Window(since=since, until=now)
        digest = await self._drafting.compose(guild_id, mailing_list.id, found, window)
        if not digest.news:
            return render_quiet(self._texts, mailing_list, since)
        return render_digest(self._texts, digest, Frame(mailing_list=mailing_list))

    async def read(self, viewer: Viewer, issue_id: int, position: int, page: int) -> Post:
        """Return a page of a thread of an issue: its mails that the issue told of, in full.

        Raises:
            UserError: There is no such issue any more, or whoever asks does not see its list.
        """
        kept, digest = await self._issue(viewer, issue_id)
        position = min(max(0, position), len(digest.news) - 1)
        numbers = digest.news[position].newest
        bodies = await self._drafting.bodies(kept.wish.guild_id, numbers)
        emails = [bodies[number] for number in reversed(numbers) if number in bodies]
        return render_issue_thread(self._texts, digest, emails, issue=issue_id, position=position, page=page)

    async def ask(self, viewer: Viewer, issue_id: int, *, is_mute: bool) -> Post:
        """Ask which thread of an issue is to be followed, or muted.

        Raises:
            UserError: There is no such issue any more, or whoever asks does not see its list.
        """
        _, digest = await self._issue(viewer, issue_id)
        return render_choice(self._texts, digest, issue=issue_id, is_mute=is_mute)

    async def find(self, viewer: Viewer, issue_id: int) -> KeptDigest:
        """Return whose issue it is.

        Raises:
            UserError: There is no such issue any more, or whoever asks does not see its list.
        """
        issue = await self._repository.find_issue(viewer.guild_id, issue_id)
        kept = await self._repository.find(issue.digest_id) if issue is not None else None
        if kept is None or not await self._sees(viewer, kept):
            raise UserError(self._texts("digest.gone"))
        return kept

    async def mute(self, kept: KeptDigest, thread: int, *, now: datetime) -> None:
        """Tell no more of a thread in a digest's channel.

        Raises:
            UserError: The channel does not follow the list itself, so it has nothing to choose.
        """
        wish = kept.wish
        async with self._database.writing() as connection:
            found = await self._choices.find(connection, wish.guild_id, wish.list_id, wish.channel_id)
            if found is None:
                raise UserError(self._texts("digest.mute_elsewhere", channel=f"<#{wish.channel_id}>"))
            await self._choices.mute(connection, found, thread, now=now)

    async def _issue(self, viewer: Viewer, issue_id: int) -> tuple[KeptDigest, Digest]:
        kept = await self.find(viewer, issue_id)
        issue = await self._repository.find_issue(viewer.guild_id, issue_id)
        told = await self._repository.list_told(issue_id)
        wish = kept.wish
        if issue is not None:
            digest = await self._drafting.compose(wish.guild_id, wish.list_id, told, issue.window)
            if digest.news:
                return kept, digest
        raise UserError(self._texts("digest.gone"))

    async def _find(self, guild_id: int, list_id: int, channel_id: int) -> KeptDigest | None:
        known = await self._repository.list_wishes(guild_id)
        place = (list_id, channel_id)
        return next((each for each in known if (each.wish.list_id, each.wish.channel_id) == place), None)

    async def _sees(self, viewer: Viewer, kept: KeptDigest) -> bool:
        followed = {each.mailing_list.id: each for each in await self._service.list_all(viewer.guild_id)}
        found: FollowedList | None = followed.get(kept.wish.list_id)
        return found is not None and (found.is_for(viewer) or viewer.sees_closed(kept.wish.channel_id))
