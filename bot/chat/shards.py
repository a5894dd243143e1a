"""Name the part of the gateway that one process holds: some of the shards that guilds are spread over."""

import re
from dataclasses import dataclass
from typing import Self

from bot.errors import SettingsError

_SHARE = re.compile(
    r"([0-9]{1,4}(?:-[0-9]{1,4})?(?:,[0-9]{1,4}(?:-[0-9]{1,4})?){0,63})/([0-9]{1,4})", re.ASCII
)
_MOST = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Shards:
    """The shards of one process.

    Attributes:
        ids: Their numbers, from 0, in order.
        count: How many there are in all; the same in every process of the bot.
    """

    ids: tuple[int, ...]
    count: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "0-3/8" or "0,2/4": numbers or ranges of them, and after the stroke how many there are.

        Raises:
            SettingsError: It is not written so, or names a shard that there is not.
        """
        found = _SHARE.fullmatch(text.strip())
        if found is None:
            raise SettingsError(
                [f"--shards {text[:40]!r}: write it like 0-3/8: which shards, and of how many"]
            )
        count, ranges = int(found[2]), [_range(part) for part in found[1].split(",")]
        ids = sorted({each for numbers in ranges for each in numbers})
        if not 1 <= count <= _MOST:
            raise SettingsError([f"--shards {text[:40]!r}: in all there may be 1 to {_MOST}, not {count}"])
        if not all(ranges):
            raise SettingsError([f"--shards {text[:40]!r}: write the lower number of a range first"])
        if ids[-1] >= count:
            raise SettingsError(
                [f"--shards {text[:40]!r}: of {count} shards, the numbers are 0 to {count - 1}"]
            )
        return cls(ids=tuple(ids), count=count)

    def has(self, guild_id: int) -> bool:
        """Tell whether a guild is on one of them, by Discord's rule."""
        return shard_of(guild_id, self.count) in self.ids


def shard_of(guild_id: int, count: int) -> int:
    """Return the number of a guild's shard, by Discord's rule."""
    return (guild_id >> 22) % count


def _range(part: str) -> range:
    first, _, last = part.partition("-")
    return range(int(first), int(last or first) + 1)
