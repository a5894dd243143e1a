"""Follow pages: add, refresh, remove; a page that fails keeps its last good version and says so."""

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SourceError, UserError
from bot.faq.addresses import page_address, public_link
from bot.faq.identity import carry_ids
from bot.faq.library import Library, knows, query_key
from bot.faq.models import Entry, Marker, Overlay, Page, PageKind, ParsedPage
from bot.faq.overlay import plan_folding
from bot.faq.reader import PageContent, PageReader, content_hash
from bot.faq.repository import FaqRepository, IdsTakenError
from bot.faq.vetting import Verdict, vet
from bot.storage.database import Database
from bot.text.catalogue import Texts

logger = logging.getLogger(__name__)

_REFRESH = timedelta(minutes=15)
_LONGEST_PAUSE = timedelta(hours=1)
_DUE_AT_ONCE = 50
_LOOKS_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """What a person gave to follow a page.

    `link` says where people read a file's page; an address is its own. `content` comes with an upload.
    """

    kind: PageKind
    location: str = field(repr=False)
    title: str = ""
    link: str = field(default="", repr=False)
    format: str = "auto"
    questions: Marker = Marker.AUTO
    language: str = "english"
    media_type: str = ""
    content: bytes | None = field(default=None, repr=False)
    is_declared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """How a look at a page ended. `is_held` means that a person may take the new version all the same."""

    page: Page
    entries: tuple[Entry, ...]
    is_changed: bool = False
    is_held: bool = False


class FaqPages:
    """The pages that guilds follow."""

    def __init__(
        self,
        *,
        database: Database,
        repository: FaqRepository,
        library: Library,
        reader: PageReader,
        texts: Texts,
    ) -> None:
        self._database = database
        self._repository = repository
        self._library = library
        self._reader = reader
        self._texts = texts
        self._locks: dict[int, asyncio.Lock] = {}

    async def list_pages(self, guild_id: int) -> tuple[Page, ...]:
        """Return the pages a guild follows."""
        return await self._repository.list_pages(guild_id)

    async def get_page(self, guild_id: int, page_id: int) -> Page:
        """Return a page of this guild.

        Raises:
            UserError: The guild follows no such page.
        """
        page = await self._repository.find_page(guild_id, page_id)
        if page is None:
            raise UserError(self._texts("faq.no_such_page"))
        return page

    async def add(self, guild_id: int, new: NewPage, *, now: datetime) -> Loaded:
        """Follow a page after one good look at it; nothing is kept of one that cannot be used.

        Raises:
            SourceError: It could not be read, or holds no question.
            UserError: The guild follows it already.
        """
        page = _draft(guild_id, new)
        content = await self._reader.read(page, new.content)
        if content is None:
            raise SourceError("the server says that the page has not changed, but it was never read")
        parsed = await self._reader.parse(page, content)
        verdict = vet(parsed, known=0, survivors=0)
        if verdict.verdict is not Verdict.TAKE:
            raise SourceError(verdict.reason, permanent=True)
        async with self._database.writing() as connection:
            page = await self._store(connection, page, new.content, now=now)
        entries = await self._identify(page, parsed, ())
        return await self._save(page, content, parsed, entries, now=now)

    async def _store(
        self, connection: AsyncConnection, draft: Page, content: bytes | None, *, now: datetime
    ) -> Page:
        return await self._repository.add_page(
            connection,
            guild_id=draft.guild_id,
            kind=draft.kind,
            location=draft.location,
            title=draft.title,
            link=draft.link,
            format=draft.format,
            questions=draft.questions,
            language=draft.language,
            is_declared=draft.is_declared,
            content=content,
            now=now,
        )

    async def refresh(self, page: Page, *, now: datetime, is_accepted: bool = False) -> Loaded:
        """Look at a page again; whatever goes wrong, the last good version stays."""
        async with self._locks.setdefault(page.id, asyncio.Lock()):
            known = await self._repository.list_page_entries(page.guild_id, page.id)
            try:
                upload = None
                if page.kind is PageKind.UPLOAD:
                    upload = await self._repository.get_upload(page.guild_id, page.id)
                asked = replace(page, content_hash="") if is_accepted else page
                looked, content = await self._reader.look(asked, upload)
                page = replace(page, move=looked.move)
                if content is None or content_hash(page, content) == page.content_hash:
                    return await self._keep(page, known, now=now)
                parsed = await self._reader.parse(page, content)
            except SourceError as error:
                return await self._fail(page, known, error, now=now)
            entries = await self._identify(page, parsed, known)
            ids = {entry.id for entry in entries}
            verdict = vet(
                parsed,
                known=len(known),
                survivors=sum(entry.id in ids for entry in known),
                is_accepted=is_accepted,
            )
            if verdict.verdict is Verdict.TAKE:
                return await self._save(page, content, parsed, entries, now=now)
            failed = await self._fail(
                replace(page, problems=parsed.problems), known, SourceError(verdict.reason), now=now
            )
            return replace(failed, is_held=verdict.verdict is Verdict.HOLD)

    async def refresh_due(self, now: datetime) -> None:
        """Look at every page whose time has come; one that fails does not hold up the rest."""
        due = await self._repository.list_due_pages(now, _DUE_AT_ONCE)
        turns = asyncio.Semaphore(_LOOKS_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for page in due:
                group.create_task(self._refresh_in_turn(page, turns, now=now))

    async def _refresh_in_turn(self, page: Page, turns: asyncio.Semaphore, *, now: datetime) -> None:
        async with turns:
            loaded = await self.refresh(page, now=now)
        if loaded.page.error and not page.error:
            logger.warning(
                "FAQ page %s keeps its last good version: %s",
                page.id,
                loaded.page.error,
                extra={"guild_id": page.guild_id, "source": page.id},
            )

    async def remove(self, page: Page) -> None:
        """Stop following a page; its entries go with it."""
        async with self._database.writing() as connection:
            await self._repository.remove_page(connection, page.guild_id, page.id)
        self._locks.pop(page.id, None)
        await self._library.reload(page.guild_id)

    async def declare(self, guild_id: int, wanted: tuple[NewPage, ...], *, now: datetime) -> None:
        """Bring a guild's declared pages in line with community.toml; pages added in chat stay."""
        pages = {(page.kind, page.location): page for page in await self.list_pages(guild_id)}
        keep = {(new.kind, _draft(guild_id, new).location) for new in wanted}
        for key, page in pages.items():
            if page.is_declared and key not in keep:
                await self.remove(page)
        for new in wanted:
            known = pages.get((new.kind, _draft(guild_id, new).location))
            if known is None:
                await self._declare_new(guild_id, new, now=now)
            else:
                await self.change(known, new, now=now)

    async def _declare_new(self, guild_id: int, new: NewPage, *, now: datetime) -> None:
        """Follow a declared page even when it cannot be read yet: the wish is written down, and retried."""
        draft = _draft(guild_id, new)
        async with self._database.writing() as connection:
            page = await self._store(connection, draft, None, now=now)
        await self.refresh(page, now=now)

    async def change(self, page: Page, new: NewPage, *, now: datetime) -> None:
        """Read a page otherwise than before; a UserError says that community.toml decides how."""
        if page.is_declared and not new.is_declared:
            raise UserError(self._texts("faq.source_is_declared"))
        draft = replace(
            page,
            title=new.title or page.title,
            format=new.format,
            questions=new.questions,
            language=new.language,
            is_declared=new.is_declared,
        )
        if draft != page:
            async with self._database.writing() as connection:
                await self._repository.save_page_settings(connection, draft)
            await self.refresh(replace(draft, content_hash="", etag="", last_modified=""), now=now)

    async def _identify(self, page: Page, parsed: ParsedPage, known: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """Give the parsed entries the ids they had; new ones get ids that no other page uses."""
        taken = {entry.id for entry in await self._repository.list_entries(page.guild_id)}
        taken -= {entry.id for entry in known}
        return carry_ids(
            tuple(replace(entry, page_id=page.id) for entry in parsed.entries), known, taken=frozenset(taken)
        )

    async def _save(
        self,
        page: Page,
        content: PageContent,
        parsed: ParsedPage,
        entries: tuple[Entry, ...],
        *,
        now: datetime,
    ) -> Loaded:
        digest = content_hash(page, content)
        page = replace(
            page,
            title=page.title or parsed.title,
            found_format=parsed.format,
            found_marker=parsed.marker.value,
            etag=content.etag,
            last_modified=content.last_modified,
            content_hash=digest,
            edited_at=content.edited_at or (now if page.content_hash else page.edited_at),
            loaded_at=now,
            checked_at=now,
            next_check_at=_next_check(page.kind, now),
            failures=0,
            error="",
            problems=parsed.problems,
        )
        others = await self._repository.list_entries(page.guild_id)
        async with self._database.writing() as connection:
            try:
                await self._repository.save_load(connection, page, entries)
            except IdsTakenError:
                # Another page of the guild was read at the same time and was faster.
                known = await self._repository.list_page_entries(page.guild_id, page.id)
                entries = await self._identify(page, parsed, known)
                await self._repository.save_load(connection, page, entries)
            elsewhere = [entry for entry in others if entry.page_id != page.id]
            folded = plan_folding((*elsewhere, *entries), await self._repository.list_overlays(page.guild_id))
            for overlay, _ in folded:
                await self._repository.remove_overlay(connection, page.guild_id, overlay.entry_id)
            for overlay, entry in folded:
                if entry is not None:
                    await self._hand_over(connection, overlay, entry, now=now)
        await self._library.reload(page.guild_id)
        return Loaded(page=page, entries=entries, is_changed=True)

    async def _hand_over(
        self, connection: AsyncConnection, overlay: Overlay, entry: Entry, *, now: datetime
    ) -> None:
        """Let the page's entry be found as the folded one was: pages have no place for other wordings."""
        guild_id = overlay.guild_id
        await self._repository.move_aliases(connection, guild_id, source=overlay.entry_id, target=entry.id)
        for phrasing in overlay.aliases:
            if not knows(entry, phrasing):
                await self._repository.confirm_phrasing(
                    connection,
                    guild_id=guild_id,
                    query_key=query_key(phrasing),
                    entry_id=entry.id,
                    phrasing=phrasing,
                    now=now,
                )

    async def _keep(self, page: Page, known: tuple[Entry, ...], *, now: datetime) -> Loaded:
        page = replace(page, checked_at=now, next_check_at=_next_check(page.kind, now), failures=0, error="")
        await self._save_check(page)
        return Loaded(page=page, entries=known)

    async def _fail(
        self, page: Page, known: tuple[Entry, ...], error: SourceError, *, now: datetime
    ) -> Loaded:
        pause = min(_REFRESH * 2 ** min(page.failures, 5), _LONGEST_PAUSE)
        if error.retry_after_seconds:
            pause = max(pause, timedelta(seconds=min(error.retry_after_seconds, 86_400)))
        page = replace(
            page,
            checked_at=now,
            next_check_at=now + pause,
            failures=page.failures + 1,
            error=str(error),
            move=None,
        )
        await self._save_check(page)
        return Loaded(page=page, entries=known)

    async def _save_check(self, page: Page) -> None:
        async with self._database.writing() as connection:
            await self._repository.save_check(connection, page)
        await self._library.reload(page.guild_id)


def _draft(guild_id: int, new: NewPage) -> Page:
    location, link = new.location, new.link
    if new.kind is PageKind.URL:
        location = page_address(new.location).link
        link = public_link(location)
    return Page(
        id=0,
        guild_id=guild_id,
        kind=new.kind,
        location=location,
        title=new.title,
        link=link,
        format=new.format,
        questions=new.questions,
        language=new.language,
        is_declared=new.is_declared,
    )


def _next_check(kind: PageKind, now: datetime) -> datetime | None:
    return None if kind is PageKind.UPLOAD else now + _REFRESH
