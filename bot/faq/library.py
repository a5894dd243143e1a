"""Keep each guild's FAQ ready in memory: what members see, and the index over it."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.faq.models import Entry, Page
from bot.faq.overlay import add_learned, apply_overlays
from bot.faq.repository import FaqRepository
from bot.faq.search import Index, build_index

_GUILDS_IN_MEMORY = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildFaq:
    """One guild's FAQ as it stands; swapped whole when something changes.

    `popular` holds entry ids, most shown first.
    """

    entries: Mapping[str, Entry]
    pages: Mapping[int, Page]
    popular: tuple[str, ...]
    index: Index

    def topics(self) -> tuple[str, ...]:
        """Return the sections in page order, each once."""
        return tuple(dict.fromkeys(entry.section for entry in self.entries.values() if entry.section))

    def page_of(self, entry: Entry) -> Page | None:
        """Return the page an entry comes from; None for one made in chat."""
        return self.pages.get(entry.page_id)


class Library:
    """Load guilds on first use, reload them on change, keep the recently used ones."""

    def __init__(self, repository: FaqRepository) -> None:
        self._repository = repository
        self._guilds: OrderedDict[int, GuildFaq] = OrderedDict()
        self._loading: dict[int, asyncio.Lock] = {}

    async def get(self, guild_id: int) -> GuildFaq:
        """Return a guild's FAQ, from memory except the first time."""
        found = self._guilds.get(guild_id)
        if found is not None:
            self._guilds.move_to_end(guild_id)
            return found
        async with self._loading.setdefault(guild_id, asyncio.Lock()):
            return self._guilds.get(guild_id) or await self._load(guild_id)

    async def reload(self, guild_id: int) -> GuildFaq:
        """Read a guild's FAQ anew and swap it in."""
        async with self._loading.setdefault(guild_id, asyncio.Lock()):
            return await self._load(guild_id)

    def forget(self, guild_id: int) -> None:
        """Drop a guild from memory."""
        self._guilds.pop(guild_id, None)

    async def _load(self, guild_id: int) -> GuildFaq:
        entries = apply_overlays(
            await self._repository.list_entries(guild_id), await self._repository.list_overlays(guild_id)
        )
        entries = add_learned(entries, await self._repository.list_aliases(guild_id))
        usage = await self._repository.list_usage(guild_id)
        # Building costs up to a second at 1,000 entries: off the loop.
        index = await asyncio.to_thread(build_index, entries)
        faq = GuildFaq(
            entries=MappingProxyType({entry.id: entry for entry in entries}),
            pages=MappingProxyType({page.id: page for page in await self._repository.list_pages(guild_id)}),
            popular=tuple(use.entry_id for use in sorted(usage, key=lambda use: -use.shown)),
            index=index,
        )
        self._guilds[guild_id] = faq
        self._guilds.move_to_end(guild_id)
        while len(self._guilds) > _GUILDS_IN_MEMORY:
            dropped, _ = self._guilds.popitem(last=False)
            self._loading.pop(dropped, None)
        return faq
