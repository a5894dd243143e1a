"""Remember what was looked for while people turn the pages: a query is too long for a button."""

import hashlib
from collections import OrderedDict
from typing import Final

from bot.mail.views import Query

_REMEMBERED: Final = 1_000
_TOKEN_LENGTH: Final = 12


class Queries:
    """The newest queries, by a short name that the same query always has."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, str], Query] = OrderedDict()

    def remember(self, guild_id: int, query: Query) -> str:
        """Return what stands for a guild's query."""
        told = (query.words, query.author, str(query.after), str(query.before), str(query.lists))
        token = hashlib.sha256("\n".join(told).encode("utf-8", "replace")).hexdigest()[:_TOKEN_LENGTH]
        self._known[guild_id, token] = query
        self._known.move_to_end((guild_id, token))
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return token

    def find(self, guild_id: int, token: str) -> Query | None:
        """Return the query; None when it was long ago, or another guild's."""
        return self._known.get((guild_id, token))
