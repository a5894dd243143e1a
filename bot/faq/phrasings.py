"""Keep other ways to ask: those learned from use, which editors judge, and those of community.toml."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from bot.errors import UserError
from bot.faq.library import Library, query_key
from bot.faq.models import AliasState, Entry, LearnedAlias
from bot.faq.pending import Pending
from bot.faq.repository import FaqRepository
from bot.faq.search import normalise
from bot.storage.database import Database
from bot.text.catalogue import Texts

DeclaredOf = Callable[[int], Mapping[str, Collection[str]]]
"""Returns other ways to ask, by question, that cannot be revoked in chat."""


class Phrasings:
    """The other ways to ask that the guilds' FAQs know.

    Args:
        learning: The picks being written.
        declared_of: Returns what community.toml has the FAQ know.
    """

    def __init__(
        self,
        *,
        database: Database,
        repository: FaqRepository,
        library: Library,
        texts: Texts,
        learning: Pending,
        declared_of: DeclaredOf = lambda _guild_id: {},
    ) -> None:
        self._database = database
        self._repository = repository
        self._library = library
        self._texts = texts
        self._learning = learning
        self._declared_of = declared_of

    async def list_aliases(self, guild_id: int) -> tuple[LearnedAlias, ...]:
        """Return the learned phrasings, active and candidates."""
        await self._learning.settled(guild_id)
        aliases = await self._repository.list_aliases(guild_id)
        return tuple(alias for alias in aliases if alias.state is not AliasState.REVOKED)

    async def list_declared(self, guild_id: int) -> frozenset[tuple[str, str]]:
        """Return the phrasings that community.toml has the FAQ know: their keys, with their entries'."""
        declared = self._declared_of(guild_id)
        by_question = await self._by_question(guild_id) if declared else {}
        return frozenset(
            (query_key(phrasing), by_question[normalise(question)].id)
            for question, asked in declared.items()
            if normalise(question) in by_question
            for phrasing in asked
        )

    async def list_active(self, guild_id: int) -> Mapping[str, tuple[str, ...]]:
        """Return the active phrasings by the question that they ask."""
        entries = (await self._library.get(guild_id)).entries
        found: dict[str, list[str]] = {}
        for alias in await self.list_aliases(guild_id):
            if alias.state is AliasState.ACTIVE and alias.entry_id in entries:
                found.setdefault(entries[alias.entry_id].question, []).append(alias.phrasing)
        return {question: tuple(sorted(asked)) for question, asked in found.items()}

    async def judge(
        self, guild_id: int, *, key: str, entry_id: str, state: AliasState, now: datetime
    ) -> bool:
        """Confirm or revoke a learned phrasing; False if the guild has no such one.

        Raises:
            UserError: community.toml has the FAQ know it.
        """
        if state is AliasState.REVOKED and (key, entry_id) in await self.list_declared(guild_id):
            raise UserError(self._texts("settings.is_declared"))
        async with self._database.writing() as connection:
            found = await self._repository.set_alias_state(
                connection, guild_id, query_key=key, entry_id=entry_id, state=state, now=now
            )
        await self._library.reload(guild_id)
        return found

    async def teach(self, guild_id: int, question: str, asked: Collection[str], *, now: datetime) -> None:
        """Have the FAQ know other ways to ask a question, as if an editor had confirmed them.

        Raises:
            UserError: The FAQ has no such question.
        """
        entry = (await self._by_question(guild_id)).get(normalise(question))
        if entry is None:
            raise UserError(self._texts("faq.no_such_question"))
        known = {
            alias.query_key
            for alias in await self._repository.list_aliases(guild_id)
            if alias.entry_id == entry.id and alias.state is AliasState.ACTIVE
        }
        new = {query_key(each): each for each in asked if query_key(each) not in known}
        async with self._database.writing() as connection:
            for key, phrasing in new.items():
                await self._repository.confirm_phrasing(
                    connection,
                    guild_id=guild_id,
                    query_key=key,
                    entry_id=entry.id,
                    phrasing=phrasing,
                    now=now,
                )
        if new:
            await self._library.reload(guild_id)

    async def _by_question(self, guild_id: int) -> Mapping[str, Entry]:
        entries = tuple((await self._library.get(guild_id)).entries.values())
        return {normalise(entry.question): entry for entry in reversed(entries)}
