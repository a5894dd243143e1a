"""Know how common English words are: common ones say little about a question, unknown ones may be typos.

The table is one text of sorted lines (see README.md beside it), searched by halving: it costs a megabyte and
no time to read, where a dictionary of 80,000 words would cost ten and a tenth of a second.
"""

import functools
import zlib
from importlib import resources

HIGHEST = 99
_TABLE = "words_en.zz"


class Background:
    """How common words are, from 0 (the rarest listed) to 99 (the most common)."""

    def __init__(self, table: bytes) -> None:
        self._table = table

    def level(self, word: str) -> int | None:
        """Return how common a word is; None when it is no English word."""
        if len(word) == 1:
            return HIGHEST if word in "ai" else None
        wanted = word.encode()
        low, high = 0, len(self._table) - 1
        while low < high:
            start = self._table.rindex(b"\n", 0, (low + high) // 2 + 1)
            end = self._table.index(b"\n", start + 1)
            found, _, level = self._table[start + 1 : end].partition(b" ")
            if found == wanted:
                return int(level)
            if found < wanted:
                low = end
            else:
                high = start
        return None


@functools.cache
def load_background() -> Background:
    """Read the table from the package; the indexes of all guilds share it."""
    packed = resources.files("bot.faq.search").joinpath(_TABLE).read_bytes()
    return Background(zlib.decompress(packed))
