"""Play just enough of Discord on one loopback port to judge the bot's process from outside.

REST and gateway as discord.py uses them: log-in, application, commands, gateway, interactions. It is bound to
127.0.0.1, takes one made-up token and refuses every other.
"""

import asyncio
import itertools
import json
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.crash.loopback_channels import Channels
from tests.crash.loopback_payloads import (
    APPLICATION,
    BOT_USER,
    application,
    command,
    guild,
    guild_of,
    interaction,
    message,
)
from tests.loopback_site import LoopbackSite

API = "/api/v10"
_DISPATCH, _INVALID, _HELLO, _ACK = 0, 9, 10, 11


@dataclass(kw_only=True)
class Request:
    """A REST call that came in."""

    method: str
    path: str
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Session:
    """One websocket connection of the bot."""

    socket: web.WebSocketResponse
    pack: Callable[[bytes], bytes] | None
    sequence: itertools.count = field(default_factory=lambda: itertools.count(1))

    async def send(self, op: int, data: object, event: str | None = None) -> None:
        number = next(self.sequence) if op == _DISPATCH else None
        frame = json.dumps({"op": op, "d": data, "s": number, "t": event}).encode()
        if self.pack is None:
            await self.socket.send_str(frame.decode())
        else:
            await self.socket.send_bytes(self.pack(frame))


class LoopbackDiscord(LoopbackSite):
    """The server; use it as an async context manager.

    Attributes:
        requests: Every REST call, in order; `identifies` every IDENTIFY payload.
        answers: Callbacks by interaction id.
        unknown: What the bot asked for that is not played here.
        connections: The bot's ends of the connections that its calls came by.
        may_answer: Cleared, interactions' answers are taken only when it is set again.
    """

    def __init__(self, *, shards: int = 1, max_concurrency: int = 1, guilds: int = 1) -> None:
        super().__init__()
        self.shards, self.max_concurrency, self.guilds = shards, max_concurrency, guilds
        self.token = f"OTAwMDAwMDAwMDAwMDAwMDAx.{secrets.token_hex(3)}.{secrets.token_urlsafe(28)}"
        self.requests: list[Request] = []
        self.identifies: list[dict[str, Any]] = []
        self.answers: dict[str, asyncio.Future[Any]] = {}
        self.unknown: list[Request] = []
        self.connections: set[object] = set()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.commands: list[dict[str, Any]] = []
        self.sessions: list[Session] = []
        self.interaction_tokens: list[str] = []
        self.channels = Channels()
        self._changed = asyncio.Condition()
        self._ids = itertools.count(910000000000000000)

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}{API}"

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Say what is answered where."""
        router.add_get("/gateway/", self._gateway)
        router.add_route("*", API + "/{path:.*}", self._rest)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something that came in makes the condition true."""
        async with self._changed:
            await self._changed.wait_for(condition)

    def syncs(self) -> list[Request]:
        """Return the calls that wrote the commands."""
        return [call for call in self.requests if call.method == "PUT" and call.path.endswith("/commands")]

    async def slash(self, name: str, subcommand: str, **options: str) -> Any:
        """Use a slash command as a manager would; return the body of the bot's first answer."""
        identity, token = str(next(self._ids)), secrets.token_urlsafe(60)
        self.interaction_tokens.append(token)
        values = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
        data = {
            "id": next(each["id"] for each in self.commands if each["name"] == name),
            "name": name,
            "type": 1,
            "options": [{"name": subcommand, "type": 1, "options": values}],
        }
        self.answers[identity] = asyncio.get_running_loop().create_future()
        await self.sessions[-1].send(_DISPATCH, interaction(identity, token, data), "INTERACTION_CREATE")
        return await self.answers[identity]

    async def invalidate_session(self) -> None:
        """Tell the bot that its session is gone and cannot be resumed (op 9, d false)."""
        await self.sessions[-1].send(_INVALID, data=False)

    async def _note(self, write: Callable[[], object]) -> None:
        async with self._changed:
            write()
            self._changed.notify_all()

    async def _rest(self, request: web.Request) -> web.Response:
        self.connections.add(request.transport and request.transport.get_extra_info("peername"))
        if request.path.startswith(f"{API}/interactions/"):
            await self.may_answer.wait()
        body, files = await _read_body(request)
        call = Request(
            method=request.method,
            path=request.path.removeprefix(API),
            body=body,
            query=dict(request.query),
            files=files,
        )
        fault = self.channels.fault(call.method, call.path)
        status, answer = 0, None
        if fault is None or fault.is_done:
            status, answer = self._answer(call, request.headers.get("Authorization", ""))
        await self._note(lambda: self.requests.append(call))
        if fault is not None:
            if not fault.status:
                request.transport.abort()
            status, answer = fault.status, {"message": "Trouble", "retry_after": fault.retry_after}
        # discord.py takes the body for JSON only when the header is exactly this, without a charset; and a
        # rate limit for Discord's own only with "Via".
        return web.Response(
            status=status or 500,
            body=b"" if answer is None else json.dumps(answer).encode(),
            headers={"Via": "1.1 loopback"}
            | ({"Content-Type": "application/json"} if answer is not None else {}),
        )

    def _answer(self, call: Request, authorization: str) -> tuple[int, Any]:
        parts = call.path.strip("/").split("/")
        if parts[0] == "interactions":
            return 200, self._take_callback(parts[1], call.body)
        if authorization != f"Bot {self.token}":
            return 401, {"message": "401: Unauthorized", "code": 0}
        answer = (
            self.channels.answer(call.method, parts, call.query, call.body)
            if parts[0] == "channels"
            else self._answer_start(call.method, parts, call.body)
        )
        if answer is not None:
            return answer
        self.unknown.append(call)
        return 404, {"message": "Not played here", "code": 0}

    def _answer_start(self, method: str, parts: list[str], body: Any) -> tuple[int, Any] | None:
        """Answer what a bot asks when it starts."""
        match method, *parts:
            case "GET", "users", "@me":
                return 200, BOT_USER
            case ("GET", "oauth2", "applications", "@me") | ("GET", "applications", "@me"):
                return 200, application()
            case "GET", "gateway", "bot":
                url = f"ws://127.0.0.1:{self.port}/gateway/"
                limit = {"total": 1000, "remaining": 999, "reset_after": 0}
                limit["max_concurrency"] = self.max_concurrency
                return 200, {"url": url, "shards": self.shards, "session_start_limit": limit}
            case "PUT", "applications", _, "commands":
                self.commands = [command(each, str(next(self._ids))) for each in body]
                return 200, self.commands
            case "GET", "applications", _, "commands":
                return 200, self.commands
        return self._answer_of_guilds(method, parts)

    def _answer_of_guilds(self, method: str, parts: list[str]) -> tuple[int, Any] | None:
        match method, *parts:
            case "GET", "users", "@me", "guilds":
                return 200, [{"id": guild_of(number)} for number in range(self.guilds)]
            case "GET", "guilds", asked:
                return 200, guild(self._number(asked))
            case "GET", "guilds", asked, "channels":
                return 200, guild(self._number(asked))["channels"]
            case "GET", "guilds", _, "scheduled-events":
                return 200, []
            case "GET", "guilds", _, "members", _:
                return 200, guild()["members"][0]
        return None

    def _number(self, asked: str) -> int:
        return next(number for number in range(self.guilds) if guild_of(number) == asked)

    def _take_callback(self, identity: str, body: Any) -> Any:
        future = self.answers.get(identity)
        if future is not None and not future.done():
            future.set_result(body)
        answer = {"interaction": {"id": identity, "type": 2}}
        if body.get("type") in (4, 5):
            sent = message(str(next(self._ids)), body.get("data") or {})
            answer["interaction"]["response_message_id"] = sent["id"]
            answer["resource"] = {"type": body["type"], "message": sent}
        return answer

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        session = Session(socket=socket, pack=_packer(request.query.get("compress", "")))
        await session.send(_HELLO, {"heartbeat_interval": 41_250})
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                await self._take_frame(session, json.loads(frame.data))
        return socket

    async def _take_frame(self, session: Session, frame: dict[str, Any]) -> None:
        match frame["op"]:
            case 1:
                await session.send(_ACK, None)
            case 2:
                await self._welcome(session, frame["d"])
            case 6:
                await session.send(_INVALID, data=False)

    async def _welcome(self, session: Session, identify: dict[str, Any]) -> None:
        if identify["token"] != self.token:
            await session.socket.close(code=4004)
            return
        ready = {
            "v": 10,
            "user": BOT_USER,
            "guilds": [{"id": guild_of(number), "unavailable": True} for number in range(self.guilds)],
            "session_id": secrets.token_hex(16),
            "resume_gateway_url": f"ws://127.0.0.1:{self.port}/gateway/",
            "shard": identify.get("shard", [0, 1]),
            "application": {"id": APPLICATION, "flags": 0},
        }
        await session.send(_DISPATCH, ready, "READY")
        for number in range(self.guilds):
            await session.send(_DISPATCH, guild(number), "GUILD_CREATE")
        self.sessions.append(session)
        await self._note(lambda: self.identifies.append(identify))


async def _read_body(request: web.Request) -> tuple[Any, tuple[str, ...]]:
    """Read what a request carries; with files, the part that describes the message, and theirs."""
    if request.content_type == "multipart/form-data":
        form = await request.post()
        files = [part for part in form.values() if isinstance(part, web.FileField)]
        texts = tuple(f"{each.filename}\n{each.file.read().decode(errors='replace')}" for each in files)
        return json.loads(str(form["payload_json"])), texts
    text = await request.text()
    return (json.loads(text) if request.content_type == "application/json" and text else None), ()


def _packer(compress: str) -> Callable[[bytes], bytes] | None:
    """Return what packs a frame: discord.py asks for zstd where it is installed, else for zlib."""
    if compress == "zlib-stream":
        stream = zlib.compressobj()
        return lambda frame: stream.compress(frame) + stream.flush(zlib.Z_SYNC_FLUSH)
    if compress == "zstd-stream":
        import zstandard

        packer = zstandard.ZstdCompressor().compressobj()
        return lambda frame: packer.compress(frame) + packer.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    return None
