"""Remember for a minute what was answered where, so that a channel does not read it twice."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

_WINDOW = timedelta(minutes=1)
_REMEMBERED = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A public answer; `message_id` is None while it is being sent."""

    at: datetime
    message_id: int | None = None


class RecentAnswers:
    """Public answers by channel and entry."""

    def __init__(self) -> None:
        self._shown: OrderedDict[tuple[int, str], Shown] = OrderedDict()

    def claim(self, channel_id: int, entry_id: str, *, now: datetime) -> Shown | None:
        """Return the earlier answer of the last minute, or None after taking the place."""
        key = (channel_id, entry_id)
        earlier = self._shown.get(key)
        if earlier is not None and now - earlier.at < _WINDOW:
            return earlier
        self._shown[key] = Shown(at=now)
        self._shown.move_to_end(key)
        while len(self._shown) > _REMEMBERED:
            self._shown.popitem(last=False)
        return None

    def sent(self, channel_id: int, entry_id: str, *, message_id: int | None) -> None:
        """Note which message the answer became."""
        earlier = self._shown.get((channel_id, entry_id))
        if earlier is not None:
            self._shown[channel_id, entry_id] = Shown(at=earlier.at, message_id=message_id)

    def withdraw(self, channel_id: int, entry_id: str, *, message_id: int | None = None) -> None:
        """Free the place: the answer was not sent, or its message was removed; other copies do not count."""
        earlier = self._shown.get((channel_id, entry_id))
        if earlier is not None and earlier.message_id in (None, message_id):
            del self._shown[channel_id, entry_id]
