"""Keep each guild's FAQ: the pages it follows, their entries, and what editors laid over them.

Every statement names the guild: a row of another guild is not found. What is learned from use has its own
file, bot.faq.learning_repository.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import RapporteurError, SourceError, UserError
from bot.faq.learning_repository import LearningRepository
from bot.faq.models import Entry, Marker, Overlay, OverlayKind, Page, PageKind, Problem, Severity
from bot.storage.schema import faq_alias, faq_entry, faq_overlay, faq_page, guild
from bot.storage.upsert import insert_missing, insert_or_update
from bot.text.moves import read_move, write_move

Stamp = tuple[object, ...]

PAGES_PER_GUILD = 50
LOCATION_BYTES = 2000  # PostgreSQL's index takes no row above 2,704
_SETTINGS = ("title", "link", "format", "questions", "language", "is_declared")
_LOOK = ("checked_at", "next_check_at", "failures", "error", "problems", "move")
_VALIDATORS = ("etag", "last_modified", "content_hash")
_CHANGES = (faq_page.c.loaded_at, faq_overlay.c.changed_at, faq_alias.c.changed_at)
_LOAD = (*_LOOK, *_VALIDATORS, "title", "found_format", "found_marker", "edited_at", "loaded_at")


class PageKnownError(UserError):
    """This page is followed here already."""

    text_key = "faq.page_known"


class TooManyPagesError(UserError):
    """No more pages can be followed here."""

    text_key = "faq.too_many_pages"


class LocationTooLongError(UserError):
    """That address is too long."""

    text_key = "faq.location_too_long"


class IdsTakenError(RapporteurError):
    """Entry ids are used twice in a guild.

    Whoever saves a page gives it ids that no other page of the guild has (see bot.faq.identity); this is
    raised when another page was faster, or when ids repeat in one page. Identify the entries again.

    Attributes:
        ids: The ids that cannot be used.
    """

    def __init__(self, ids: frozenset[str]) -> None:
        super().__init__(f"entry ids are taken in this guild: {', '.join(sorted(ids)[:10])}")
        self.ids = ids


class FaqRepository(LearningRepository):
    """A guild's pages, entries and overlays, and all that is learned."""

    async def add_page(
        self,
        connection: AsyncConnection,
        *,
        guild_id: int,
        kind: PageKind,
        location: str,
        title: str,
        link: str,
        format: str,  # noqa: A002 (the model's word)
        questions: Marker,
        language: str,
        is_declared: bool,
        content: bytes | None,
        now: datetime,
    ) -> Page:
        """Follow a page from now on; it is due at once.

        Args:
            connection: The transaction.
            guild_id: Who follows it.
            kind: With `location`, what tells the page from the guild's other pages.
            location: See Page, like the rest.
            title: As the operator or an editor named it.
            link: Where a person reads it.
            format: A format's name, or "auto".
            questions: What marks a question.
            language: The stemmer's name.
            is_declared: A declared page counts towards no limit: the operator knows.
            content: An upload's bytes, so that it can be parsed again.
            now: The present.

        Raises:
            PageKnownError: The guild follows it already.
            TooManyPagesError: The guild follows as many as it may.
            LocationTooLongError: The address does not fit.
        """
        if len(location.encode("utf-8", "replace")) > LOCATION_BYTES:
            raise LocationTooLongError
        if not is_declared and await _count_pages(connection, guild_id) >= PAGES_PER_GUILD:
            raise TooManyPagesError
        page = Page(
            id=0,
            guild_id=guild_id,
            kind=kind,
            location=location,
            title=title,
            link=link,
            format=format,
            questions=questions,
            language=language,
            next_check_at=now,
            is_declared=is_declared,
        )
        row = {name: value for name, value in _page_row(page).items() if name != "id"}
        if not await insert_missing(connection, faq_page, {**row, "content": content}):
            raise PageKnownError
        is_it = and_(
            faq_page.c.guild_id == guild_id, faq_page.c.kind == kind, faq_page.c.location == location
        )
        return _page((await connection.execute(_select_pages().where(is_it))).mappings().one())

    async def list_pages(self, guild_id: int) -> tuple[Page, ...]:
        """Return the pages a guild follows, the oldest first."""
        return await self._pages(
            _select_pages().where(faq_page.c.guild_id == guild_id).order_by(faq_page.c.id)
        )

    async def find_page(self, guild_id: int, page_id: int) -> Page | None:
        """Return a page of a guild; None if it follows no such page."""
        pages = await self._pages(_select_pages().where(_is_page(guild_id, page_id)))
        return pages[0] if pages else None

    async def list_due_pages(self, now: datetime, limit: int) -> tuple[Page, ...]:
        """Return pages whose time has come, over all guilds that the bot is in, the longest due first."""
        statement = (
            _select_pages()
            .where(faq_page.c.next_check_at <= now, _is_in_guild())
            .order_by(faq_page.c.next_check_at, faq_page.c.id)
            .limit(limit)
        )
        return await self._pages(statement)

    async def list_failing_pages(self, failures: int, limit: int) -> tuple[Page, ...]:
        """Return pages that failed so often in a row, over all guilds that the bot is in."""
        statement = _select_pages().where(faq_page.c.failures >= failures, _is_in_guild())
        return await self._pages(statement.order_by(faq_page.c.id).limit(limit))

    async def get_upload(self, guild_id: int, page_id: int) -> bytes:
        """Return the bytes of an uploaded page.

        Raises:
            SourceError: The guild has no such upload.
        """
        statement = select(faq_page.c.content).where(_is_page(guild_id, page_id))
        async with self._database.reading() as connection:
            content: bytes | None = (await connection.execute(statement)).scalar_one_or_none()
        if content is None:
            raise SourceError("the uploaded file is no longer stored; upload it again", permanent=True)
        return content

    async def remove_page(self, connection: AsyncConnection, guild_id: int, page_id: int) -> bool:
        """Stop following a page, entries and all; return whether the guild followed it."""
        gone = await connection.execute(delete(faq_page).where(_is_page(guild_id, page_id)))
        return gone.rowcount > 0

    async def save_page_settings(self, connection: AsyncConnection, page: Page) -> bool:
        """Save how a page is to be read, and make sure that the next look reads it anew.

        Returns whether the guild follows it still.
        """
        row = _page_row(page)
        return await _update_page(
            connection, page, {**{name: row[name] for name in _SETTINGS}, **dict.fromkeys(_VALIDATORS, "")}
        )

    async def save_load(self, connection: AsyncConnection, page: Page, entries: tuple[Entry, ...]) -> bool:
        """Put the entries of a good load in place of the earlier ones, and save how it went.

        Returns whether the guild follows the page still; if it does not, nothing is saved.

        Raises:
            IdsTakenError: An id is another page's, or stands twice among the entries.
        """
        row = _page_row(page)
        # Held in the order of ids, so that two pages of a guild take turns and neither waits for the other.
        ids = select(faq_page.c.id).where(faq_page.c.guild_id == page.guild_id).order_by(faq_page.c.id)
        await connection.execute(ids.with_for_update())
        if not await _update_page(connection, page, {name: row[name] for name in _LOAD}):
            return False
        here = faq_entry.c.guild_id == page.guild_id
        await connection.execute(delete(faq_entry).where(here, faq_entry.c.page_id == page.id))
        taken = set((await connection.execute(select(faq_entry.c.id).where(here))).scalars())
        _refuse_taken(entries, taken)
        rows = [_entry_row(page, position, entry) for position, entry in enumerate(entries)]
        if rows:
            await connection.execute(insert(faq_entry), rows)
        return True

    async def save_check(self, connection: AsyncConnection, page: Page) -> bool:
        """Save how a look went that changed nothing; return whether the guild follows the page still."""
        row = _page_row(page)
        return await _update_page(connection, page, {name: row[name] for name in (*_LOOK, *_VALIDATORS)})

    async def list_entries(self, guild_id: int) -> tuple[Entry, ...]:
        """Return the entries of a guild's pages, in page order."""
        return await self._entries(faq_entry.c.guild_id == guild_id)

    async def list_page_entries(self, guild_id: int, page_id: int) -> tuple[Entry, ...]:
        """Return the entries of one page, in its order."""
        return await self._entries(and_(faq_entry.c.guild_id == guild_id, faq_entry.c.page_id == page_id))

    async def list_guilds_with_faq(self) -> tuple[int, ...]:
        """Return the guilds that the bot is in and that have a page or an entry of their own."""
        with_pages = select(faq_page.c.guild_id).where(_is_in_guild())
        with_overlays = select(faq_overlay.c.guild_id).where(_is_in_guild(faq_overlay.c.guild_id))
        statement = with_pages.union(with_overlays).order_by("guild_id")
        async with self._database.reading() as connection:
            return tuple((await connection.execute(statement)).scalars())

    async def list_stamps(self, guild_id: int | None = None) -> Mapping[int, Stamp]:
        """Return what changes when a guild's FAQ does: how many rows there are, and the latest change.

        Args:
            guild_id: Only that guild's; None for all that have a row.
        """
        stamps: dict[int, Stamp] = {}
        async with self._database.reading() as connection:
            for number, changed_at in enumerate(_CHANGES):
                column = changed_at.table.c.guild_id
                found = select(column, func.count(), func.max(changed_at)).group_by(column)
                if guild_id is not None:
                    found = found.where(column == guild_id)
                for found_id, *stamp in await connection.execute(found):
                    stamps[found_id] = (*stamps.get(found_id, ()), number, *stamp)
        return stamps

    async def save_overlay(self, connection: AsyncConnection, overlay: Overlay) -> None:
        """Save an editor's change, in place of an earlier one to the same entry."""
        row = {field.name: getattr(overlay, field.name) for field in fields(Overlay)}
        await insert_or_update(connection, faq_overlay, row)

    async def list_overlays(self, guild_id: int) -> tuple[Overlay, ...]:
        """Return a guild's overlays, the oldest change first."""
        statement = (
            select(faq_overlay)
            .where(faq_overlay.c.guild_id == guild_id)
            .order_by(faq_overlay.c.changed_at, faq_overlay.c.entry_id)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(
            Overlay(**{**row, "kind": OverlayKind(row["kind"]), "aliases": tuple(row["aliases"])})
            for row in rows
        )

    async def remove_overlay(self, connection: AsyncConnection, guild_id: int, entry_id: str) -> bool:
        """Take an editor's change back; return whether there was one."""
        gone = await connection.execute(
            delete(faq_overlay).where(faq_overlay.c.guild_id == guild_id, faq_overlay.c.entry_id == entry_id)
        )
        return gone.rowcount > 0

    async def _pages(self, statement: Select[Any]) -> tuple[Page, ...]:
        async with self._database.reading() as connection:
            return tuple(_page(row) for row in (await connection.execute(statement)).mappings())

    async def _entries(self, condition: ColumnElement[bool]) -> tuple[Entry, ...]:
        columns = (column for column in faq_entry.c if column.name not in {"guild_id", "position"})
        statement = select(*columns).where(condition).order_by(faq_entry.c.page_id, faq_entry.c.position)
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(Entry(**{**row, "aliases": tuple(row["aliases"])}) for row in rows)


def _is_page(guild_id: int, page_id: int) -> ColumnElement[bool]:
    return and_(faq_page.c.guild_id == guild_id, faq_page.c.id == page_id)


def _is_in_guild(column: ColumnElement[int] = faq_page.c.guild_id) -> ColumnElement[bool]:
    left = select(guild.c.guild_id).where(guild.c.guild_id == column, guild.c.left_at.is_not(None))
    return ~left.exists()


def _select_pages() -> Select[Any]:
    return select(*(column for column in faq_page.c if column.name != "content"))


async def _count_pages(connection: AsyncConnection, guild_id: int) -> int:
    statement = select(func.count()).select_from(faq_page).where(faq_page.c.guild_id == guild_id)
    return (await connection.execute(statement)).scalar_one()


async def _update_page(connection: AsyncConnection, page: Page, values: Mapping[str, object]) -> bool:
    statement = update(faq_page).where(_is_page(page.guild_id, page.id)).values(dict(values))
    return (await connection.execute(statement)).rowcount > 0


def _refuse_taken(entries: tuple[Entry, ...], taken: set[str]) -> None:
    refused = set()
    for entry in entries:
        if entry.id in taken:
            refused.add(entry.id)
        taken.add(entry.id)
    if refused:
        raise IdsTakenError(frozenset(refused))


def _page_row(page: Page) -> dict[str, object]:
    problems = [(problem.what, problem.line, problem.severity) for problem in page.problems]
    row = {field.name: getattr(page, field.name) for field in fields(Page)}
    return row | {"problems": problems, "move": write_move(page.move)}


def _page(row: Mapping[str, Any]) -> Page:
    problems = tuple(
        Problem(what=what, line=line, severity=Severity(severity)) for what, line, severity in row["problems"]
    )
    kinds = {"kind": PageKind(row["kind"]), "questions": Marker(row["questions"])}
    return Page(**{**row, **kinds, "problems": problems, "move": read_move(row["move"])})


def _entry_row(page: Page, position: int, entry: Entry) -> dict[str, object]:
    row = {field.name: getattr(entry, field.name) for field in fields(Entry)}
    return row | {"guild_id": page.guild_id, "page_id": page.id, "position": position}
