"""Read lists for people: which there are, search, what is new, a thread, authors who want out.

Who asks sees the lists that their guild follows; a private one only if they see a channel that it is for.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.errors import UserError
from bot.mail.repository import MailRepository
from bot.mail.showing import shown_author
from bot.mail.stored import MailingList, OptOut, StoredEmail, ThreadSummary
from bot.mail.views import PER_PAGE, FollowedList, Found, Latest, Query, Viewer
from bot.storage.database import Database
from bot.text.catalogue import Texts
from bot.text.search_terms import parse_terms

_MOST_LISTED: Final = 25
_REMEMBERED_GUILDS: Final = 5_000
_BELIEVED: Final = timedelta(seconds=30)
_MOST_NAMES: Final = 4
"""In so many ways one person may write their own name."""
_NAMES_LOOKED_AT: Final = 20


class MailService:
    """The lists as people read them."""

    def __init__(
        self,
        *,
        database: Database,
        repository: MailRepository,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._repository = repository
        self._texts = texts
        self._clock = clock
        self._known: OrderedDict[int, tuple[datetime, tuple[FollowedList, ...]]] = OrderedDict()

    async def list_all(self, guild_id: int) -> tuple[FollowedList, ...]:
        """Return the lists that a guild follows, by name; remembered for a moment."""
        known = self._known.get(guild_id)
        now = self._clock()
        if known is not None and abs(now - known[0]) < _BELIEVED:
            return known[1]
        lists = await self._repository.list_lists(guild_id)
        follows = await self._repository.list_follows(guild_id)
        found = tuple(
            FollowedList(
                mailing_list=each, follows=tuple(follow for follow in follows if follow.list_id == each.id)
            )
            for each in lists
        )
        self._known[guild_id] = now, found
        self._known.move_to_end(guild_id)
        while len(self._known) > _REMEMBERED_GUILDS:
            self._known.popitem(last=False)
        return found

    def forget(self, guild_id: int) -> None:
        """Read a guild's lists anew next time."""
        self._known.pop(guild_id, None)

    async def list_lists(self, viewer: Viewer) -> tuple[FollowedList, ...]:
        """Return the lists that somebody may see."""
        return tuple(each for each in await self.list_all(viewer.guild_id) if each.is_for(viewer))

    async def choose(self, viewer: Viewer, wanted: str | None) -> tuple[FollowedList, ...]:
        """Return the lists that are meant: the one named, or all.

        Raises:
            UserError: None is followed, or none is called so.
        """
        lists = await self.list_lists(viewer)
        if not lists:
            raise UserError(self._texts("list.none"))
        if wanted is None:
            return lists
        named = [each for each in lists if wanted == str(each.mailing_list.id)]
        named = named or [each for each in lists if _is_called(each.mailing_list, wanted)]
        if not named:
            raise UserError(self._texts("list.no_such"))
        return tuple(named)

    async def choose_one(self, viewer: Viewer, wanted: str | None) -> FollowedList:
        """Return the one list that is meant.

        Raises:
            UserError: There are several, and none is named.
        """
        lists = await self.choose(viewer, wanted)
        if len(lists) > 1:
            raise UserError(self._texts("list.which"))
        return lists[0]

    async def search(self, viewer: Viewer, query: Query) -> Found:
        """Return a page of what is found in lists that the asker may see."""
        visible = await self._visible(viewer, query.lists)
        emails = await self._repository.search(
            viewer.guild_id,
            query.terms,
            author=query.author,
            lists=visible,
            after=query.after,
            before=query.before,
            limit=PER_PAGE + 1,
            offset=query.offset,
        )
        return Found(query=query, emails=emails[:PER_PAGE], has_more=len(emails) > PER_PAGE)

    async def latest(self, viewer: Viewer, lists: Sequence[int], *, offset: int = 0) -> Latest:
        """Return the threads with the newest mails."""
        visible = await self._visible(viewer, lists)
        threads = await self._repository.list_latest(
            viewer.guild_id, lists=visible, limit=PER_PAGE + 1, offset=offset
        )
        return Latest(offset=offset, threads=threads[:PER_PAGE], has_more=len(threads) > PER_PAGE)

    async def find_threads(
        self, viewer: Viewer, lists: Sequence[int], typed: str
    ) -> tuple[ThreadSummary, ...]:
        """Return threads for what somebody typed so far: the newest, or those whose mails hold the words."""
        visible = await self._visible(viewer, lists)
        if not parse_terms(typed):
            return await self._repository.list_latest(viewer.guild_id, lists=visible, limit=_MOST_LISTED)
        emails = await self._repository.search(
            viewer.guild_id, parse_terms(f"{typed}*"), lists=visible, limit=_MOST_LISTED
        )
        first = {(each.list_id, each.thread): each for each in reversed(emails)}
        return tuple(_as_thread(each) for each in reversed(first.values()))

    async def thread(self, viewer: Viewer, list_id: int, thread: int) -> tuple[StoredEmail, ...]:
        """Return a thread's mails.

        Raises:
            UserError: The asker sees no such thread.
        """
        visible = await self._visible(viewer, (list_id,))
        emails = await self._repository.list_thread(viewer.guild_id, list_id, thread) if visible else ()
        if not emails:
            raise UserError(self._texts("list.no_such_thread"))
        return emails

    async def email(self, viewer: Viewer, list_id: int, email_id: int) -> StoredEmail:
        """Return a mail, whole.

        Raises:
            UserError: The asker sees no such mail.
        """
        visible = await self._visible(viewer, (list_id,))
        found = await self._repository.find_email(viewer.guild_id, email_id) if visible else None
        if found is None or found.list_id not in visible:
            raise UserError(self._texts("list.no_such_thread"))
        return found

    async def hide_author(self, guild_id: int, name: str, *, now: datetime) -> OptOut:
        """Stop showing the mails of whoever is called so; return whom. Somebody hidden already stays so.

        Raises:
            UserError: Nobody is called so, or others write from the same address.
        """
        wanted = " ".join(name.split()).casefold()
        found = await self._repository.find_authors(guild_id, name.strip(), limit=100)
        meant = [
            (each, author_hash) for each, author_hash in found if wanted in (each.casefold(), author_hash)
        ]
        if not meant:
            hidden = await self._repository.list_opt_outs(guild_id)
            known = next((each for each in hidden if each.author_name.casefold() == wanted), None)
            if known is None:
                raise UserError(self._texts("privacy.no_such_author"))
            return known
        for called, author_hash in meant:
            await self._check_alone(guild_id, called, author_hash)
        opted = [
            OptOut(guild_id=guild_id, author_hash=author_hash, author_name=each, since=now)
            for each, author_hash in meant
        ]
        async with self._database.writing() as connection:
            for each in opted:
                await self._repository.opt_out(connection, each)
                await self._repository.remove_author(connection, guild_id, each.author_hash)
        return opted[0]

    async def _check_alone(self, guild_id: int, name: str, author_hash: str) -> None:
        """Keep the others: mails are hidden by their address, and a tracker's is that of many people."""
        found = await self._repository.find_namesakes(guild_id, author_hash, limit=_NAMES_LOOKED_AT)
        names = {" ".join(each.split()).casefold() for each, _ in found}
        if len(names) > (1 if all(is_machine for _, is_machine in found) else _MOST_NAMES):
            raise UserError(self._texts("privacy.shared_address", name=shown_author(self._texts, name)))

    async def show_author(self, guild_id: int, since: datetime) -> OptOut:
        """Show the mails to come of whoever was hidden at an instant; return whom.

        Raises:
            UserError: Nobody is hidden since then.
        """
        hidden = [each for each in await self._repository.list_opt_outs(guild_id) if each.since == since]
        if not hidden:
            raise UserError(self._texts("privacy.not_hidden"))
        async with self._database.writing() as connection:
            for each in hidden:
                await self._repository.opt_in(connection, guild_id, each.author_hash)
        return hidden[0]

    async def list_authors(self, guild_id: int, typed: str) -> tuple[str, ...]:
        """Return the names of authors that begin so, of those who are hidden too."""
        seen = [name for name, _ in await self._repository.find_authors(guild_id, typed)]
        hidden = [each.author_name for each in await self._repository.list_opt_outs(guild_id)]
        begins = typed.casefold()
        return tuple(dict.fromkeys([*seen, *(name for name in hidden if name.casefold().startswith(begins))]))

    async def _visible(self, viewer: Viewer, lists: Sequence[int]) -> tuple[int, ...]:
        allowed = {each.mailing_list.id for each in await self.list_lists(viewer)}
        return tuple(each for each in (lists or sorted(allowed)) if each in allowed)


def _is_called(mailing_list: MailingList, wanted: str) -> bool:
    return mailing_list.name.casefold() == " ".join(wanted.split()).casefold()


def _as_thread(email: StoredEmail) -> ThreadSummary:
    return ThreadSummary(
        list_id=email.list_id,
        thread=email.thread,
        topic=email.topic,
        mails=1,
        people=1,
        first_at=email.at,
        last_at=email.at,
        last_author=email.author_name,
        permalink=email.permalink,
    )
