"""Play Discord's REST to a poster: a healthy guild, but for the answers that a test lays down."""

import json
from collections import defaultdict
from typing import Any

from aiohttp import web

GUILD, CHANNEL, FORUM, THREAD, PERSON, ME = 1, 20, 30, 40, 50, 60


class Server:
    """Answer requests: by what a test has laid down for them, once each, or else as for a healthy guild.

    Attributes:
        calls: What came, as "POST /channels/20/messages".
        bodies: What was sent with it.
        next: The answers laid down.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.bodies: list[Any] = []
        self.next: dict[str, list[tuple[int, Any]]] = defaultdict(list)
        self.forum_flags = 0

    def wrote(self) -> list[str]:
        """Return what came but for what only looks."""
        return [call for call in self.calls if not call.startswith("GET")]

    async def answer(self, request: web.Request) -> web.Response:
        call = f"{request.method} {request.path}"
        self.calls.append(call)
        self.bodies.append(await _read(request))
        status, answer = self.next[call].pop(0) if self.next[call] else self._usual(call)
        return web.Response(
            status=status, body=json.dumps(answer).encode(), headers={"Content-Type": "application/json"}
        )

    def _usual(self, call: str) -> tuple[int, Any]:
        method, _, path = call.partition(" ")
        parts = path.strip("/").split("/")
        if parts[0] != "channels":
            return 200, _of_the_guild(parts)
        match parts[1:]:
            case (channel,):
                return 200, self._channel(channel)
            case _, "messages" if method == "GET":
                return 200, []
            case channel, "messages", *_:
                return 200, _message(channel)
            case _, "threads", *rest:
                return (200, {"threads": []}) if rest else (201, {"id": "71"})
        return 404, None

    def _channel(self, channel: str) -> dict[str, Any]:
        tags = [{"id": "5", "name": "mods", "moderated": True}, {"id": "6", "name": "mail"}]
        forum = {"type": 15, "available_tags": tags, "flags": self.forum_flags}
        return {"id": channel, "type": 0} | (forum if channel == str(FORUM) else {})


def _of_the_guild(parts: list[str]) -> Any:
    match parts:
        case "users", "@me":
            return {"id": str(ME), "username": "wg", "discriminator": "0", "avatar": None}
        case "users", "@me", "channels":
            return {"id": "51", "type": 1, "recipients": [_user()]}
        case "guilds", _:
            roles = [{"id": str(GUILD), "permissions": str((1 << 53) - 1)}]
            return {"id": str(GUILD), "owner_id": "9", "roles": roles}
        case "guilds", _, "members", _:
            return {"roles": []}
        case "guilds", _, "threads", "active":
            return {"threads": []}
    return None


def _user() -> dict[str, Any]:
    return {"id": str(PERSON), "username": "ada", "discriminator": "0", "avatar": None}


def _message(channel: str) -> dict[str, Any]:
    empty = ("mentions", "mention_roles", "attachments", "embeds", "components")
    return {
        "id": "70",
        "channel_id": channel,
        "author": _user(),
        "content": "",
        "timestamp": "2026-01-01T00:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "pinned": False,
        "type": 0,
        **{name: [] for name in empty},
    }


async def _read(request: web.Request) -> Any:
    if request.content_type == "multipart/form-data":
        return json.loads(str((await request.post())["payload_json"]))
    return json.loads(await request.text() or "null")
