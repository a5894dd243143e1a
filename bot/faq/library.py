"""Keep each guild's FAQ ready in memory: what members see, and the index over it."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from bot.faq.models import Entry, OverlayKind, Page
from bot.faq.overlay import add_learned, apply_overlays
from bot.faq.repository import FaqRepository, Stamp
from bot.faq.search import Index, build_index, normalise

_GUILDS_IN_MEMORY = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildFaq:
    """One guild's FAQ as it stands; swapped whole when something changes.

    `shown` says how often each entry was shown; `changed_here` names the page's entries an editor covered;
    `stamp` is what the store's rows were like when it was loaded.
    """

    entries: Mapping[str, Entry]
    pages: Mapping[int, Page]
    shown: Mapping[str, int]
    changed_here: frozenset[str] = frozenset()
    stamp: Stamp = ()
    index: Index

    def topics(self) -> tuple[str, ...]:
        """Return the sections in page order, each once."""
        return tuple(dict.fromkeys(entry.section for entry in self.entries.values() if entry.section))

    def popular(self) -> tuple[str, ...]:
        """Return the ids of the entries that were shown, most shown first."""
        return tuple(sorted(self.shown, key=lambda entry_id: -self.shown[entry_id]))

    def page_of(self, entry: Entry) -> Page | None:
        """Return the page an entry comes from; None for one made in chat."""
        return self.pages.get(entry.page_id)

    def is_changed_here(self, entry: Entry) -> bool:
        """Tell whether the entry reads otherwise than on its page, because an editor changed it in chat."""
        return entry.id in self.changed_here


class Library:
    """Load guilds on first use, reload them on change, keep the recently used ones.

    Args:
        tell: Called when something was changed here, for other processes.
    """

    def __init__(self, repository: FaqRepository, *, tell: Callable[[], None] = lambda: None) -> None:
        self._repository = repository
        self._tell = tell
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
        """Read a guild's FAQ anew and swap it in, for it was changed here; other processes are told."""
        self._tell()
        return await self._reload(guild_id)

    async def _reload(self, guild_id: int) -> GuildFaq:
        async with self._loading.setdefault(guild_id, asyncio.Lock()):
            return await self._load(guild_id)

    async def catch_up(self) -> None:
        """Reload the guilds in memory whose rows another process has changed."""
        stamps = await self._repository.list_stamps()
        for guild_id, faq in tuple(self._guilds.items()):
            if stamps.get(guild_id, ()) != faq.stamp:
                await self._reload(guild_id)

    def count_shown(self, guild_id: int, entry_id: str) -> None:
        """Count an answer, so that the most asked are known before the next load."""
        faq = self._guilds.get(guild_id)
        if faq is not None:
            shown = {**faq.shown, entry_id: faq.shown.get(entry_id, 0) + 1}
            self._guilds[guild_id] = replace(faq, shown=MappingProxyType(shown))

    def forget(self, guild_id: int) -> None:
        """Drop a guild from memory."""
        self._guilds.pop(guild_id, None)

    async def _load(self, guild_id: int) -> GuildFaq:
        stamps = await self._repository.list_stamps(
            guild_id
        )  # before the rows: a change between is seen again
        overlays = await self._repository.list_overlays(guild_id)
        entries = apply_overlays(await self._repository.list_entries(guild_id), overlays)
        entries = add_learned(entries, await self._repository.list_aliases(guild_id))
        usage = await self._repository.list_usage(guild_id)
        # Building costs up to a second at 1,000 entries: off the loop.
        index = await asyncio.to_thread(build_index, entries)
        faq = GuildFaq(
            entries=MappingProxyType({entry.id: entry for entry in entries}),
            pages=MappingProxyType({page.id: page for page in await self._repository.list_pages(guild_id)}),
            shown=MappingProxyType({use.entry_id: use.shown for use in usage if use.shown}),
            index=index,
            stamp=stamps.get(guild_id, ()),
            changed_here=frozenset(each.entry_id for each in overlays if each.kind is OverlayKind.REPLACE),
        )
        self._guilds[guild_id] = faq
        self._guilds.move_to_end(guild_id)
        while len(self._guilds) > _GUILDS_IN_MEMORY:
            dropped, _ = self._guilds.popitem(last=False)
            self._loading.pop(dropped, None)
        return faq


def query_key(question: str) -> str:
    """Return a short key for a question: the same words, however spelled, have the same key."""
    return hashlib.blake2b(normalise(question).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def knows(entry: Entry, phrasing: str) -> bool:
    """Tell whether a phrasing is the entry's question or an alias already, or holds no word."""
    words = normalise(phrasing)
    return not words or words in {normalise(known) for known in (entry.question, *entry.aliases)}
