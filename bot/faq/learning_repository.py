"""Keep what is learned from use: members' own words, unanswered questions, how each entry fares.

All of it is bounded per guild, because anybody who may ask can add to it.
"""

from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Table, and_, case, delete, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.faq.models import AliasState, LearnedAlias, Unanswered, Usage
from bot.storage.database import Database
from bot.storage.schema import faq_alias, faq_question, faq_usage, faq_vote
from bot.storage.upsert import insert_or_update

QuestionState = Literal["open", "answered", "dismissed"]

PHRASING_LENGTH = 300
QUESTIONS_KEPT = 5000
ALIASES_KEPT = 5000
_PEOPLE_NEEDED = 2
# The columns that make a model's fields; the names are the same.
_ALIAS_COLUMNS = ("guild_id", "query_key", "entry_id", "phrasing", "state", "changed_at")
_QUESTION_COLUMNS = ("guild_id", "query_key", "phrasing", "count", "first_at", "last_at")


class LearningRepository:
    """What is learned in each guild."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_vote(
        self,
        connection: AsyncConnection,
        *,
        guild_id: int,
        query_key: str,
        entry_id: str,
        phrasing: str,
        voter: str,
        is_editor: bool,
        now: datetime,
        expires_at: datetime,
    ) -> AliasState:
        """Count one person's word that a phrasing means an entry; return how far the alias has come.

        Two different people make it active, or one editor. What an editor revoked stays revoked until an
        editor confirms it.
        """
        key = {"guild_id": guild_id, "query_key": query_key, "entry_id": entry_id}
        alias = {"phrasing": phrasing[:PHRASING_LENGTH], "state": AliasState.CANDIDATE, "changed_at": now}
        # Writing the row first holds it, so that of two votes at the same time the later counts both.
        kept = {"phrasing": faq_alias.c.phrasing}
        await insert_or_update(connection, faq_alias, {**key, **alias}, update=kept)
        found = await connection.execute(select(faq_alias.c.state).where(_same(faq_alias, key)))
        state = AliasState(found.scalar_one())
        if state is AliasState.REVOKED and not is_editor:
            return state
        if expires_at > now:
            vote = {**key, "voter": voter, "expires_at": expires_at}
            await insert_or_update(connection, faq_vote, vote)
        if state is not AliasState.ACTIVE and (is_editor or await _is_agreed(connection, key, now)):
            state = AliasState.ACTIVE
            await _set_alias(connection, key, state, now)
        await _trim_aliases(connection, guild_id)
        return state

    async def confirm_phrasing(
        self,
        connection: AsyncConnection,
        *,
        guild_id: int,
        query_key: str,
        entry_id: str,
        phrasing: str,
        now: datetime,
    ) -> None:
        """Take an editor's word that a phrasing means an entry; that is enough, so no vote is kept."""
        await self.add_vote(
            connection,
            guild_id=guild_id,
            query_key=query_key,
            entry_id=entry_id,
            phrasing=phrasing,
            voter="editor",
            is_editor=True,
            now=now,
            expires_at=now,
        )

    async def list_aliases(self, guild_id: int) -> tuple[LearnedAlias, ...]:
        """Return every learned phrasing of a guild, in whatever state, the latest change first."""
        votes = (
            select(faq_vote.c.query_key, faq_vote.c.entry_id, func.count().label("people"))
            .where(faq_vote.c.guild_id == guild_id)
            .group_by(faq_vote.c.query_key, faq_vote.c.entry_id)
            .subquery()
        )
        is_for = and_(votes.c.query_key == faq_alias.c.query_key, votes.c.entry_id == faq_alias.c.entry_id)
        statement = (
            select(
                *(faq_alias.c[name] for name in _ALIAS_COLUMNS),
                func.coalesce(votes.c.people, 0).label("people"),
            )
            .select_from(faq_alias.outerjoin(votes, is_for))
            .where(faq_alias.c.guild_id == guild_id)
            .order_by(faq_alias.c.changed_at.desc(), faq_alias.c.query_key, faq_alias.c.entry_id)
        )
        async with self._database.reading() as connection:
            return tuple(
                LearnedAlias(**{**row, "state": AliasState(row["state"])})
                for row in (await connection.execute(statement)).mappings()
            )

    async def set_alias_state(
        self,
        connection: AsyncConnection,
        guild_id: int,
        *,
        query_key: str,
        entry_id: str,
        state: AliasState,
        now: datetime,
    ) -> bool:
        """Set how far an alias has come; return whether the guild has it. Revoking forgets who voted."""
        key = {"guild_id": guild_id, "query_key": query_key, "entry_id": entry_id}
        if state is AliasState.REVOKED:
            await connection.execute(delete(faq_vote).where(_same(faq_vote, key)))
        return await _set_alias(connection, key, state, now)

    async def move_aliases(
        self, connection: AsyncConnection, guild_id: int, *, source: str, target: str
    ) -> None:
        """Let the phrasings learned for one entry lead to another, which it became."""
        if source == target:
            return
        aliases, votes = faq_alias.c, faq_vote.c
        at_source = and_(aliases.guild_id == guild_id, aliases.entry_id == source)
        at_target = and_(aliases.guild_id == guild_id, aliases.entry_id == target)
        active = select(aliases.query_key).where(at_source, aliases.state == AliasState.ACTIVE)
        await connection.execute(
            update(faq_alias)
            .where(at_target, aliases.state == AliasState.CANDIDATE, aliases.query_key.in_(active))
            .values(state=AliasState.ACTIVE)
        )
        there = faq_alias.alias("there")
        known = select(there.c.query_key).where(there.c.guild_id == guild_id, there.c.entry_id == target)
        movable = and_(at_source, aliases.query_key.not_in(known))
        await connection.execute(update(faq_alias).where(movable).values(entry_id=target))
        await connection.execute(delete(faq_vote).where(votes.guild_id == guild_id, votes.entry_id == source))
        await connection.execute(delete(faq_alias).where(at_source))

    async def purge_votes(self, connection: AsyncConnection, now: datetime) -> None:
        """Forget votes whose time is over, and the candidates that nobody backs any more."""
        await connection.execute(delete(faq_vote).where(faq_vote.c.expires_at <= now))
        backed = select(faq_vote.c.guild_id).where(
            faq_vote.c.guild_id == faq_alias.c.guild_id,
            faq_vote.c.query_key == faq_alias.c.query_key,
            faq_vote.c.entry_id == faq_alias.c.entry_id,
        )
        is_candidate = faq_alias.c.state == AliasState.CANDIDATE
        await connection.execute(delete(faq_alias).where(is_candidate, ~backed.exists()))

    async def record_question(
        self,
        connection: AsyncConnection,
        guild_id: int,
        query_key: str,
        phrasing: str,
        now: datetime,
        *,
        times: int = 1,
    ) -> None:
        """Count a question that stayed without an answer.

        One that was answered and is asked again is open again; one that was dismissed stays so.
        """
        is_dismissed = faq_question.c.state == "dismissed"
        await insert_or_update(
            connection,
            faq_question,
            {
                "guild_id": guild_id,
                "query_key": query_key,
                "phrasing": phrasing[:PHRASING_LENGTH],
                "count": times,
                "first_at": now,
                "last_at": now,
                "state": "open",
            },
            update={
                "count": faq_question.c["count"] + times,
                "last_at": now,
                "state": case((is_dismissed, "dismissed"), else_="open"),
            },
        )
        await _trim_questions(connection, guild_id, "open")

    async def list_questions(self, guild_id: int) -> tuple[Unanswered, ...]:
        """Return the open questions of a guild, the most asked first, then the latest."""
        questions = faq_question.c
        statement = (
            select(*(questions[name] for name in _QUESTION_COLUMNS))
            .where(questions.guild_id == guild_id, questions.state == "open")
            .order_by(questions["count"].desc(), questions.last_at.desc(), questions.query_key)
        )
        async with self._database.reading() as connection:
            return tuple(Unanswered(**row) for row in (await connection.execute(statement)).mappings())

    async def set_question_state(
        self, connection: AsyncConnection, guild_id: int, query_key: str, state: QuestionState
    ) -> bool:
        """Set what became of a question; return whether the guild has it."""
        found = await connection.execute(
            update(faq_question)
            .where(faq_question.c.guild_id == guild_id, faq_question.c.query_key == query_key)
            .values(state=state)
        )
        await _trim_questions(connection, guild_id, state)
        return found.rowcount > 0

    async def count_usage(
        self,
        connection: AsyncConnection,
        guild_id: int,
        entry_id: str,
        *,
        shown: int = 0,
        helpful: int = 0,
        not_it: int = 0,
        now: datetime,
    ) -> None:
        """Add to how often an entry was shown, found helpful, or not."""
        counts = {"shown": shown, "helpful": helpful, "not_it": not_it}
        await insert_or_update(
            connection,
            faq_usage,
            {"guild_id": guild_id, "entry_id": entry_id, **counts, "last_at": now},
            update={**{name: faq_usage.c[name] + more for name, more in counts.items()}, "last_at": now},
        )

    async def list_usage(self, guild_id: int) -> tuple[Usage, ...]:
        """Return how a guild's entries fare, the most shown first."""
        return await self._usage(guild_id, None)

    async def most_asked(self, guild_id: int, limit: int) -> tuple[str, ...]:
        """Return the ids of the entries shown most."""
        return tuple(usage.entry_id for usage in await self._usage(guild_id, limit))

    async def _usage(self, guild_id: int, limit: int | None) -> tuple[Usage, ...]:
        usage = faq_usage.c
        statement = (
            select(usage.entry_id, usage.shown, usage.helpful, usage.not_it)
            .where(usage.guild_id == guild_id)
            .order_by(usage.shown.desc(), usage.last_at.desc(), usage.entry_id)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return tuple(Usage(**row) for row in (await connection.execute(statement)).mappings())


def _same(table: Table, key: dict[str, object]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in key.items()))


async def _is_agreed(connection: AsyncConnection, key: dict[str, object], now: datetime) -> bool:
    people = await connection.execute(
        select(func.count()).where(_same(faq_vote, key), faq_vote.c.expires_at > now)
    )
    return people.scalar_one() >= _PEOPLE_NEEDED


async def _set_alias(
    connection: AsyncConnection, key: dict[str, object], state: AliasState, now: datetime
) -> bool:
    found = await connection.execute(
        update(faq_alias).where(_same(faq_alias, key)).values(state=state, changed_at=now)
    )
    return found.rowcount > 0


async def _trim_aliases(connection: AsyncConnection, guild_id: int) -> None:
    """Drop the oldest aliases that are too many: candidates first, what editors revoked last."""
    aliases = faq_alias.c
    rank = case((aliases.state == AliasState.CANDIDATE, 2), (aliases.state == AliasState.ACTIVE, 1), else_=0)
    surplus = (
        select(aliases.query_key, aliases.entry_id)
        .where(aliases.guild_id == guild_id)
        .order_by(rank, aliases.changed_at.desc(), aliases.query_key, aliases.entry_id)
        .offset(ALIASES_KEPT)
    )
    is_surplus = tuple_(aliases.query_key, aliases.entry_id).in_(surplus)
    await connection.execute(delete(faq_alias).where(aliases.guild_id == guild_id, is_surplus))


async def _trim_questions(connection: AsyncConnection, guild_id: int, state: QuestionState) -> None:
    """Drop the questions of a state that were not asked for longest, beyond the number kept."""
    questions = faq_question.c
    alike = and_(questions.guild_id == guild_id, questions.state == state)
    surplus = (
        select(questions.query_key)
        .where(alike)
        .order_by(questions.last_at.desc(), questions.query_key)
        .offset(QUESTIONS_KEPT)
    )
    await connection.execute(delete(faq_question).where(alike, questions.query_key.in_(surplus)))
