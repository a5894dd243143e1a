"""Let editors mend the FAQ from chat: entries over the page, unanswered questions."""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import UserError
from bot.faq.export import to_dokuwiki, to_markdown
from bot.faq.gaps import Gap, merge_similar
from bot.faq.library import Library, knows, query_key
from bot.faq.models import Entry, Overlay, OverlayKind
from bot.faq.pending import Pending
from bot.faq.repository import FaqRepository
from bot.faq.search import normalise
from bot.storage.database import Database
from bot.text.catalogue import Texts
from bot.text.markdown import escape

QUESTION_LENGTH = 250
ANSWER_LENGTH = 3500
_OVERLAYS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an editor typed: a question, its answer in Markdown, other ways to ask (a line each)."""

    question: str
    answer: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """Text to paste into the page, and what to remove from it."""

    text: str
    extension: str
    count: int
    hidden: tuple[str, ...]


class FaqEditor:
    """The editor's side of the FAQ.

    Args:
        asking: The questions without an answer that are being written.
    """

    def __init__(
        self,
        *,
        database: Database,
        repository: FaqRepository,
        library: Library,
        texts: Texts,
        asking: Pending,
    ) -> None:
        self._database = database
        self._repository = repository
        self._library = library
        self._texts = texts
        self._asking = asking

    async def add(self, guild_id: int, draft: Draft, *, now: datetime) -> Entry:
        """Make an entry that lies over the pages.

        Raises:
            UserError: The FAQ has the question already, or the guild has made more entries than fit.
        """
        faq = await self._library.get(guild_id)
        wanted = normalise(draft.question)
        for entry in faq.entries.values():
            if normalise(entry.question) == wanted:
                question = escape(entry.question)
                raise UserError(self._texts("faq.question_taken", question=question))
        overlays = await self._repository.list_overlays(guild_id)
        if len(overlays) >= _OVERLAYS:
            raise UserError(self._texts("faq.too_many_entries", limit=_OVERLAYS))
        hidden = [overlay for overlay in overlays if normalise(overlay.question) == wanted]
        if hidden:  # what was hidden comes back in new words
            overlay = _overlay(guild_id, hidden[0].entry_id, OverlayKind.REPLACE, draft, now=now)
        else:
            entry_id = _made_id(guild_id, wanted, frozenset(faq.entries))
            overlay = _overlay(guild_id, entry_id, OverlayKind.ADD, draft, now=now)
        return await self._put(overlay, answered=draft.question)

    async def change(self, guild_id: int, entry_id: str, draft: Draft, *, now: datetime) -> Entry:
        """Change an entry; one from a page is covered, one made in chat is rewritten.

        Raises:
            UserError: The guild has no such entry.
        """
        entry = await self._entry(guild_id, entry_id)
        overlays = {overlay.entry_id: overlay for overlay in await self._repository.list_overlays(guild_id)}
        earlier = overlays.get(entry_id)
        kind = earlier.kind if earlier else OverlayKind.REPLACE
        overlay = _overlay(guild_id, entry.id, kind, draft, now=now)
        return await self._put(overlay, answered=draft.question)

    async def remove(self, guild_id: int, entry_id: str, *, now: datetime) -> bool:
        """Remove an entry; return whether it still stands on a page and is only hidden.

        Raises:
            UserError: The guild has no such entry.
        """
        entry = await self._entry(guild_id, entry_id)
        is_on_page = entry.page_id != 0
        async with self._database.writing() as connection:
            await self._repository.remove_overlay(connection, guild_id, entry_id)
            if is_on_page:
                hidden = Overlay(
                    guild_id=guild_id,
                    entry_id=entry_id,
                    kind=OverlayKind.HIDE,
                    question=entry.question,
                    changed_at=now,
                )
                await self._repository.save_overlay(connection, hidden)
        await self._library.reload(guild_id)
        return is_on_page

    async def restore(self, guild_id: int, entry_id: str) -> bool:
        """Show a hidden entry again; False if it is not hidden (any more)."""
        overlays = await self._repository.list_overlays(guild_id)
        if not any(one.entry_id == entry_id and one.kind is OverlayKind.HIDE for one in overlays):
            return False
        async with self._database.writing() as connection:
            await self._repository.remove_overlay(connection, guild_id, entry_id)
        await self._library.reload(guild_id)
        return True

    async def get_editable(self, guild_id: int, entry_id: str) -> Entry:
        """Return an entry as an editor may change it: whole, and without what was learned from use.

        Raises:
            UserError: The guild has no such entry, or its answer is longer than a form takes.
        """
        entry = await self._entry(guild_id, entry_id)
        if len(entry.answer) > ANSWER_LENGTH:
            raise UserError(self._texts("faq.too_long_to_edit", limit=ANSWER_LENGTH))
        aliases = await self._repository.list_aliases(guild_id)
        learned = {alias.phrasing for alias in aliases if alias.entry_id == entry_id}
        return replace(entry, aliases=tuple(alias for alias in entry.aliases if alias not in learned))

    async def export(self, guild_id: int, *, as_dokuwiki: bool) -> Exported:
        """Write what was made in chat as text for the page."""
        overlays = await self._repository.list_overlays(guild_id)
        entries = [
            Entry(
                id=overlay.entry_id,
                question=overlay.question,
                answer=overlay.answer,
                text=overlay.answer,
                aliases=overlay.aliases,
                section=overlay.section,
            )
            for overlay in overlays
            if overlay.kind is not OverlayKind.HIDE
        ]
        return Exported(
            text=to_dokuwiki(entries) if as_dokuwiki else to_markdown(entries),
            extension="txt" if as_dokuwiki else "md",
            count=len(entries),
            hidden=tuple(overlay.question for overlay in overlays if overlay.kind is OverlayKind.HIDE),
        )

    async def list_gaps(self, guild_id: int) -> tuple[Gap, ...]:
        """Return the unanswered questions, similar ones merged, most asked first."""
        await self._asking.settled(guild_id)
        questions = await self._repository.list_questions(guild_id)
        faq = await self._library.get(guild_id)
        # Hundreds of questions make thousands of pairs, a tenth of a second's work: off the loop.
        return await asyncio.to_thread(merge_similar, questions, faq.index.likeness())

    async def find_gap(self, guild_id: int, key: str) -> Gap:
        """Return the gap that a question key belongs to.

        Raises:
            UserError: It is answered or dismissed by now.
        """
        for gap in await self.list_gaps(guild_id):
            if key in gap.keys:
                return gap
        raise UserError(self._texts("faq.no_such_gap"))

    async def dismiss(self, guild_id: int, gap: Gap) -> None:
        """Put a gap aside for good."""
        async with self._database.writing() as connection:
            for key in gap.keys:
                await self._repository.set_question_state(connection, guild_id, key, "dismissed")

    async def settle(self, guild_id: int, gap: Gap, entry_id: str, *, now: datetime) -> Entry:
        """Say that an entry answers a gap: each wording becomes an alias of it.

        Raises:
            UserError: The guild has no such entry.
        """
        entry = await self._entry(guild_id, entry_id)
        async with self._database.writing() as connection:
            for question in gap.questions:
                if not knows(entry, question.phrasing):
                    await self._repository.confirm_phrasing(
                        connection,
                        guild_id=guild_id,
                        query_key=question.query_key,
                        entry_id=entry.id,
                        phrasing=question.phrasing,
                        now=now,
                    )
                await self._repository.set_question_state(
                    connection, guild_id, question.query_key, "answered"
                )
        await self._library.reload(guild_id)
        return entry

    def parse_draft(self, question: str, answer: str, aliases: str) -> Draft:
        """Check what an editor typed into the form.

        Raises:
            UserError: The question or the answer is empty.
        """
        draft = Draft(
            question=" ".join(question.split())[:QUESTION_LENGTH].rstrip(),
            answer=answer.strip(),
            aliases=tuple(
                dict.fromkeys(" ".join(line.split()) for line in aliases.splitlines() if line.strip())
            ),
        )
        if not normalise(draft.question) or not draft.answer:
            raise UserError(self._texts("faq.draft_empty"))
        return replace(draft, aliases=draft.aliases[:20])

    async def _entry(self, guild_id: int, entry_id: str) -> Entry:
        entry = (await self._library.get(guild_id)).entries.get(entry_id)
        if entry is None:
            raise UserError(self._texts("faq.no_such_entry"))
        return entry

    async def _put(self, overlay: Overlay, *, answered: str) -> Entry:
        async with self._database.writing() as connection:
            await self._repository.save_overlay(connection, overlay)
            await self._repository.set_question_state(
                connection, overlay.guild_id, query_key(answered), "answered"
            )
        faq = await self._library.reload(overlay.guild_id)
        return faq.entries[overlay.entry_id]


def _overlay(guild_id: int, entry_id: str, kind: OverlayKind, draft: Draft, *, now: datetime) -> Overlay:
    return Overlay(
        guild_id=guild_id,
        entry_id=entry_id,
        kind=kind,
        question=draft.question,
        answer=draft.answer,
        aliases=draft.aliases,
        changed_at=now,
    )


def _made_id(guild_id: int, question: str, taken: frozenset[str]) -> str:
    """Return a short id for an entry made in chat; "c" tells it from a page's."""
    for attempt in range(len(taken) + 1):
        text = f"{guild_id}\n{question}\n{attempt}".encode("utf-8", "surrogatepass")
        entry_id = "c" + hashlib.blake2b(text, digest_size=6).hexdigest()
        if entry_id not in taken:
            return entry_id
    raise AssertionError("more attempts than ids taken")
