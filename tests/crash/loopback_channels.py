"""Play the channels of the loopback Discord: messages with their nonces, histories, threads, and faults."""

import itertools
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.crash.loopback_payloads import BOT_USER

_EPOCH_MS = 1_420_070_400_000
Answer = tuple[int, Any]


@dataclass(kw_only=True)
class Fault:
    """What goes wrong with a request.

    Attributes:
        status: Answered instead of the real answer; 0 cuts the connection.
        is_done: Whether the request is carried out all the same.
    """

    status: int = 0
    is_done: bool = False
    retry_after: float = 0.05


@dataclass(kw_only=True)
class Message:
    """A message as Discord keeps it."""

    id: int
    channel_id: int
    body: dict[str, Any]
    nonce: str = ""
    edits: int = 0

    def payload(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "channel_id": str(self.channel_id),
            "author": BOT_USER,
            "content": self.body.get("content") or "",
            "timestamp": "2026-01-01T00:00:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": self.body.get("embeds") or [],
            "components": _numbered(self.body.get("components") or []),
            "pinned": False,
            "type": 0,
            "flags": self.body.get("flags", 0),
        }

    @property
    def title(self) -> str:
        """The first line of the text, without marks."""
        texts = re.findall(r"'content': '(?:### )?([^'\\]*)", str(self.body.get("components") or []))
        return texts[0] if texts else ""


@dataclass
class Channels:
    """The messages of a guild's channels.

    Attributes:
        knows_nonces: Whether a nonce is still remembered; Discord does for some minutes.
        fault: Asked with each request for a channel; what goes wrong with it, or None.
    """

    messages: dict[int, list[Message]] = field(default_factory=dict)
    nonces: dict[str, Message] = field(default_factory=dict)
    threads: set[int] = field(default_factory=set)
    fault: Callable[[str, str], Fault | None] = lambda _method, _path: None
    counter: itertools.count = field(default_factory=itertools.count)

    def answer(self, method: str, parts: list[str], query: dict[str, str], body: Any) -> Answer | None:
        """Carry out a request for a channel; None when it is not played."""
        channel = int(parts[1])
        match method, *parts[2:]:
            case ("GET",):
                return 200, {"id": parts[1], "type": 0, "name": "a channel", "permission_overwrites": []}
            case "POST", "messages":
                return 200, self._post(channel, body).payload()
            case "GET", "messages":
                return 200, self._history(channel, query)
            case "PATCH", "messages", message:
                return self._edit(channel, int(message), body)
            case "DELETE", "messages", message:
                return self._delete(channel, int(message))
            case "POST", "messages", message, "threads":
                return self._start_thread(channel, int(message), body)
        return None

    def titles(self, channel: int) -> list[str]:
        """Return what stands in a channel, in order."""
        return [message.title for message in self.messages.get(channel, [])]

    def forget_nonces(self) -> None:
        """Let the minutes pass in which Discord remembers nonces."""
        self.nonces.clear()

    def _post(self, channel: int, body: dict[str, Any]) -> Message:
        nonce = str(body.get("nonce") or "")
        known = self.nonces.get(nonce) if nonce and body.get("enforce_nonce") else None
        if known is not None:
            return known
        identity = (int(time.time() * 1000) - _EPOCH_MS) << 22 | next(self.counter) & 0xFFF
        message = Message(id=identity, channel_id=channel, body=body, nonce=nonce)
        self.messages.setdefault(channel, []).append(message)
        if nonce:
            self.nonces[nonce] = message
        return message

    def _history(self, channel: int, query: dict[str, str]) -> list[dict[str, Any]]:
        after, limit = int(query.get("after", 0)), int(query.get("limit", 50))
        found = [message for message in self.messages.get(channel, []) if message.id > after]
        page = found[:limit] if "after" in query else found[-limit:]
        return [message.payload() for message in reversed(page)]

    def _edit(self, channel: int, identity: int, body: dict[str, Any]) -> Answer:
        for message in self.messages.get(channel, []):
            if message.id == identity:
                message.body = {**message.body, **body}
                message.edits += 1
                return 200, message.payload()
        return 404, {"message": "Unknown Message", "code": 10008}

    def _delete(self, channel: int, identity: int) -> Answer:
        kept = [message for message in self.messages.get(channel, []) if message.id != identity]
        if len(kept) == len(self.messages.get(channel, [])):
            return 404, {"message": "Unknown Message", "code": 10008}
        self.messages[channel] = kept
        return 204, None

    def _start_thread(self, channel: int, identity: int, body: dict[str, Any]) -> Answer:
        if identity in self.threads:
            return 400, {"message": "A thread has already been created for this message", "code": 160004}
        self.threads.add(identity)
        self.messages.setdefault(identity, [])
        return 201, {"id": str(identity), "parent_id": str(channel), "name": body["name"], "type": 11}


def seeded_faults(
    seed: int, *, lost: float, limited: float, failed_after: float
) -> Callable[[str, str], Fault | None]:
    """Return faults for posts by chance: lost replies, rate limits, server errors after the write."""
    chance = random.Random(seed)

    def fault(method: str, path: str) -> Fault | None:
        if method != "POST" or not path.endswith("/messages"):
            return None
        number = chance.random()
        if number < lost:
            return Fault(is_done=True)
        if number < lost + limited:
            return Fault(status=429)
        if number < lost + limited + failed_after:
            return Fault(status=502, is_done=True)
        return None

    return fault


def _numbered(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give numbers to the components that have none, as Discord does; keep those that the bot gave."""
    numbers = itertools.count(1)

    def number(component: dict[str, Any]) -> dict[str, Any]:
        numbered = {**component, "id": component.get("id") or next(numbers)}
        if "components" in component:
            numbered["components"] = [number(inner) for inner in component["components"]]
        return numbered

    return [number(component) for component in components]
