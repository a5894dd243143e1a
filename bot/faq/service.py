"""Answer questions: search the guild's FAQ, and learn from what members pick."""

import hashlib
import hmac
import re
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.errors import UserError
from bot.faq.library import GuildFaq, Library, knows, query_key
from bot.faq.models import AliasState, Band, Entry, Why
from bot.faq.pending import Pending
from bot.faq.recent import RecentAnswers
from bot.faq.repository import FaqRepository
from bot.faq.search import normalise, worth_offering
from bot.storage.batches import Batches
from bot.storage.database import Database
from bot.text.catalogue import Texts

_VOTE_LIFETIME = timedelta(days=90)
_PHRASINGS_REMEMBERED = 5000
_PHRASING_LENGTH = 300
SUGGESTIONS = 5
# An entry's id as pages and editors make it; the digit tells it from a word of twelve letters.
_ID = re.compile(r"(?=[a-z]*[2-7])[a-z2-7]{12}|c[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the FAQ has for a question: the first suggestion is the answer when the band says so."""

    band: Band
    phrasing: str
    query_key: str
    suggestions: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One autocomplete choice. `why` is None for the most asked, on an empty field."""

    entry: Entry
    why: Why | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """One use of an entry, as the counts need it."""

    guild_id: int
    entry_id: str
    kind: Literal["shown", "helpful", "not_it"]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """One question that stayed without an answer; who asked is nobody's business."""

    guild_id: int
    key: str
    phrasing: str
    at: datetime


class FaqService:
    """The member's side of the FAQ.

    Args:
        voter_salt: What the hashes of those who pick are made with.
        learning: The picks being written; `asking`, the questions without an answer.
    """

    def __init__(
        self,
        *,
        database: Database,
        repository: FaqRepository,
        library: Library,
        texts: Texts,
        voter_salt: bytes,
        learning: Pending,
        asking: Pending,
    ) -> None:
        self._database = database
        self._repository = repository
        self._library = library
        self._texts = texts
        self._salt = voter_salt
        self._learning = learning
        self._asking = asking
        self._usage = Batches(self._write_usage)
        self._questions = Batches(self._write_questions)
        self._phrasings: OrderedDict[tuple[int, str], str] = OrderedDict()
        self.recent = RecentAnswers()

    async def faq(self, guild_id: int) -> GuildFaq:
        """Return the guild's FAQ."""
        return await self._library.get(guild_id)

    async def ask(self, guild_id: int, question: str) -> Outcome:
        """Search for a question, an entry's id, or keywords.

        Raises:
            UserError: What was asked is the id of an entry that is gone, or another guild's.
        """
        await self._learning.settled(guild_id)
        faq = await self._library.get(guild_id)
        result = faq.index.search(question, limit=SUGGESTIONS)
        outcome = Outcome(
            band=result.band,
            phrasing=question,
            query_key=query_key(question),
            suggestions=tuple(faq.entries[match.entry_id] for match in worth_offering(result.matches)),
        )
        if question in faq.entries:
            return outcome
        if outcome.band is not Band.ANSWER and _ID.fullmatch(question):
            raise UserError(self._texts("faq.no_such_entry"))
        self._remember(guild_id, outcome)
        return outcome

    async def others(self, guild_id: int, *, question_key: str, than: str) -> tuple[Entry, ...]:
        """Return what else may have been meant: for the same question, or like the entry shown."""
        faq = await self._library.get(guild_id)
        shown = faq.entries.get(than)
        asked = self._phrasings.get((guild_id, question_key)) or (shown.question if shown else "")
        found = faq.index.search(asked, limit=SUGGESTIONS + 1).matches
        matches = worth_offering(tuple(match for match in found if match.entry_id != than))
        return tuple(faq.entries[match.entry_id] for match in matches)[:SUGGESTIONS]

    async def ranked(self, guild_id: int, text: str) -> tuple[Entry, ...]:
        """Return entries most like a text, then the rest in page order: a list to choose from."""
        faq = await self._library.get(guild_id)
        found = [match.entry_id for match in faq.index.search(text, limit=10).matches]
        return tuple(faq.entries[id_] for id_ in dict.fromkeys((*found, *faq.entries)) if id_ in faq.entries)

    def phrasing(self, guild_id: int, key: str) -> str:
        """Return the words that a question key stands for; empty when they are gone from memory."""
        return self._phrasings.get((guild_id, key), "")

    async def complete(self, guild_id: int, typed: str, *, limit: int) -> tuple[Completion, ...]:
        """Return choices for what is typed so far; the most asked while nothing is."""
        await self._learning.settled(guild_id)
        faq = await self._library.get(guild_id)
        if not typed.strip():
            ids = dict.fromkeys((*faq.popular(), *faq.entries))
            return tuple(Completion(entry=faq.entries[id_]) for id_ in ids if id_ in faq.entries)[:limit]
        matches = faq.index.search(typed, limit=limit, prefix=True).matches
        return tuple(Completion(entry=faq.entries[match.entry_id], why=match.why) for match in matches)

    async def get_entry(self, guild_id: int, entry_id: str) -> Entry:
        """Return an entry of this guild.

        Raises:
            UserError: There is none, or it is another guild's.
        """
        entry = (await self._library.get(guild_id)).entries.get(entry_id)
        if entry is None:
            raise UserError(self._texts("faq.no_such_entry"))
        return entry

    async def count_shown(self, guild_id: int, entry_id: str, *, now: datetime) -> None:
        """Note that an entry was shown."""
        self._library.count_shown(guild_id, entry_id)
        await self._usage.add(_Use(guild_id=guild_id, entry_id=entry_id, kind="shown", at=now))

    def is_searchable(self, phrasing: str) -> bool:
        """Tell whether a question holds any word; one that does not is no gap."""
        return bool(normalise(phrasing))

    async def record_unanswered(self, guild_id: int, key: str, *, now: datetime) -> None:
        """Keep a question that the FAQ could not answer, for the editors; without who asked."""
        phrasing = self._phrasings.get((guild_id, key))
        if phrasing is None or not self.is_searchable(phrasing):
            return
        with self._asking.writing(guild_id):
            await self._questions.add(_Question(guild_id=guild_id, key=key, phrasing=phrasing, at=now))

    async def learn(
        self, guild_id: int, *, key: str, entry_id: str, user_id: int, is_editor: bool, now: datetime
    ) -> AliasState | None:
        """Take a pick as a hint that the question's words mean this entry.

        Returns None when there is nothing to learn: the words are gone from memory, or are the entry's own.
        """
        with self._learning.writing(guild_id):
            state = await self._vote(
                guild_id, key=key, entry_id=entry_id, user_id=user_id, is_editor=is_editor, now=now
            )
            if state is AliasState.ACTIVE:
                await self._library.reload(guild_id)
        return state

    async def rate(self, guild_id: int, entry_id: str, *, is_helpful: bool, now: datetime) -> None:
        """Count a verdict on an entry that is there."""
        if entry_id not in (await self.faq(guild_id)).entries:
            return
        kind: Literal["helpful", "not_it"] = "helpful" if is_helpful else "not_it"
        await self._usage.add(_Use(guild_id=guild_id, entry_id=entry_id, kind=kind, at=now))

    async def purge_expired(self, now: datetime) -> None:
        """Forget the hashes of those who picked, when their time is over."""
        async with self._database.writing() as connection:
            await self._repository.purge_votes(connection, now)

    async def _vote(
        self, guild_id: int, *, key: str, entry_id: str, user_id: int, is_editor: bool, now: datetime
    ) -> AliasState | None:
        faq = await self._library.get(guild_id)
        entry = faq.entries.get(entry_id)
        phrasing = self._phrasings.get((guild_id, key))
        if entry is None or phrasing is None or knows(entry, phrasing):
            return None
        async with self._database.writing() as connection:
            return await self._repository.add_vote(
                connection,
                guild_id=guild_id,
                query_key=key,
                entry_id=entry_id,
                phrasing=phrasing,
                voter=self.voter(guild_id, user_id),
                is_editor=is_editor,
                now=now,
                expires_at=now + _VOTE_LIFETIME,
            )

    async def _write_usage(self, uses: Sequence[_Use]) -> None:
        counts = Counter((use.guild_id, use.entry_id, use.kind) for use in uses)
        at = max(use.at for use in uses)
        async with self._database.writing() as connection:
            for (guild_id, entry_id, kind), times in sorted(counts.items()):
                await self._repository.count_usage(
                    connection, guild_id, entry_id, **{str(kind): times}, now=at
                )

    async def _write_questions(self, questions: Sequence[_Question]) -> None:
        latest = {(question.guild_id, question.key): question for question in questions}
        times = Counter((question.guild_id, question.key) for question in questions)
        async with self._database.writing() as connection:
            for place, one in sorted(latest.items(), key=lambda pair: pair[0]):
                await self._repository.record_question(
                    connection, one.guild_id, one.key, one.phrasing, one.at, times=times[place]
                )

    def _remember(self, guild_id: int, outcome: Outcome) -> None:
        key = (guild_id, outcome.query_key)
        self._phrasings[key] = outcome.phrasing[:_PHRASING_LENGTH]
        self._phrasings.move_to_end(key)
        while len(self._phrasings) > _PHRASINGS_REMEMBERED:
            self._phrasings.popitem(last=False)

    def voter(self, guild_id: int, user_id: int) -> str:
        """Return the hash that stands for a member; the store holds no user's id beside a phrasing."""
        return hmac.new(self._salt, f"{guild_id}:{user_id}".encode(), hashlib.sha256).hexdigest()[:24]
