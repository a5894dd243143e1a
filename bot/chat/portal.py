"""Ask Discord over REST about a bot that may not run: whose token it is, how it is set up, where it is.

The running bot speaks through its client; this is for the set-up and the doctor, which have a token and
nothing else. Nothing here is retried for long: who asks is a person who waits.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.errors import RapporteurError
from bot.version import VERSION

_PAGE = 200
_MOST_PAGES = 50
_TIMEOUT_SECONDS = 10.0
_MOST_BYTES = 8_000_000
_LONGEST_PAUSE_SECONDS = 5.0
_NO_ACCESS = frozenset({403, 404})


class TokenRefusedError(RapporteurError):
    """Discord refuses this token."""


class UnreachableError(RapporteurError):
    """Discord cannot be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the developer portal says about the bot, as far as it can be set wrongly.

    Attributes:
        privileged_intents: Those that are switched on, as the portal names them.
        is_public: Others than its owner may invite it.
        wants_code_grant: An invitation alone does not bring it into a server.
        has_endpoint: Interactions are sent to a web address instead of to the bot.
        has_guild_install: It can be installed in servers.
    """

    id: int
    name: str
    privileged_intents: tuple[str, ...] = ()
    is_public: bool = True
    wants_code_grant: bool = False
    has_endpoint: bool = False
    has_guild_install: bool = True


# Each intent has a bit of its own below and above 100 servers.
_INTENTS = (
    (1 << 12 | 1 << 13, "Presence Intent"),
    (1 << 14 | 1 << 15, "Server Members Intent"),
    (1 << 18 | 1 << 19, "Message Content Intent"),
)
_GUILD_INSTALL = "0"


class Portal:
    """Discord's REST API with one bot's token. Open it with `async with`.

    Attributes:
        server_time: What time it was at Discord when it last answered, and by the loop's clock.
    """

    def __init__(self, api_url: str, token: str, *, timeout_seconds: float = _TIMEOUT_SECONDS) -> None:
        self._api_url = api_url.rstrip("/")
        self._headers = {
            "Authorization": f"Bot {token}",
            "User-Agent": f"DiscordBot (Rapporteur, {VERSION})",
        }
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._session: aiohttp.ClientSession | None = None
        self.server_time: tuple[datetime, float] | None = None

    async def __aenter__(self) -> Self:
        """Begin; nothing is asked yet."""
        self._session = aiohttp.ClientSession(headers=self._headers, timeout=self._timeout)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def find_user(self) -> tuple[int, str]:
        """Return whose token it is: the bot's id and its name.

        Raises:
            TokenRefusedError: Nobody's.
            UnreachableError: Discord does not answer.
        """
        me = await self.get("/users/@me")
        if not isinstance(me, Mapping) or "id" not in me:
            raise UnreachableError("what answers there is not Discord")
        return int(me["id"]), str(me.get("username", ""))

    async def find_application(self) -> Application:
        """Return how the bot's application is set up.

        Raises:
            TokenRefusedError: The token is nobody's.
            UnreachableError: Discord does not answer.
        """
        found = await self.get("/applications/@me")
        if not isinstance(found, Mapping) or "id" not in found:
            raise UnreachableError("what answers there is not Discord")
        return read_application(found)

    async def list_guilds(self) -> tuple[tuple[int, str], ...]:
        """Return the ids and names of the guilds that the bot is in.

        Raises:
            TokenRefusedError: The token is nobody's.
            UnreachableError: Discord does not answer.
        """
        guilds: list[tuple[int, str]] = []
        for _ in range(_MOST_PAGES):
            after = f"&after={guilds[-1][0]}" if guilds else ""
            page = await self.get(f"/users/@me/guilds?limit={_PAGE}{after}")
            found = page if isinstance(page, list) else []
            guilds += [(int(guild["id"]), str(guild.get("name", ""))) for guild in found]
            if len(found) < _PAGE:
                break
        return tuple(guilds)

    async def get(self, path: str) -> Any:
        """Return what is at a path; None where the bot has no access.

        Raises:
            TokenRefusedError: The token is nobody's.
            UnreachableError: Discord does not answer, or not with anything of use.
        """
        for _ in range(2):
            status, body, pause = await self._ask(path)
            if status != 429:
                break
            await asyncio.sleep(min(pause, _LONGEST_PAUSE_SECONDS))
        if status == 401:
            raise TokenRefusedError
        if status in _NO_ACCESS:
            return None
        if status != 200:
            raise UnreachableError(f"Discord has trouble (HTTP {status})")
        return body

    async def _ask(self, path: str) -> tuple[int, Any, float]:
        assert self._session is not None  # noqa: S101 (it is opened)
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with self._session.get(f"{self._api_url}{path}", allow_redirects=False) as answer:
                self._note_time(answer.headers.get("Date", ""), (began + loop.time()) / 2)
                data = await answer.content.read(_MOST_BYTES)
                body = json.loads(data) if data.strip() else None
                return answer.status, body, _pause(answer.headers.get("Retry-After", ""))
        except aiohttp.ClientConnectorDNSError as error:
            raise UnreachableError("the name of Discord's server cannot be looked up") from error
        except aiohttp.ClientSSLError as error:
            raise UnreachableError("no secure (TLS) connection to Discord can be made") from error
        except (aiohttp.ClientError, OSError) as error:
            raise UnreachableError(
                f"no connection to Discord can be made ({type(error).__name__})"
            ) from error
        except TimeoutError as error:
            raise UnreachableError("Discord does not answer in time") from error
        except ValueError as error:
            raise UnreachableError("what answers there is not Discord") from error

    def _note_time(self, written: str, at: float) -> None:
        try:
            moment = parsedate_to_datetime(written)
        except (TypeError, ValueError):
            return
        self.server_time = (moment.astimezone(UTC), at)


def read_application(found: Mapping[str, Any]) -> Application:
    """Read Discord's application object."""
    flags = int(found.get("flags") or 0)
    installs = found.get("integration_types_config")
    return Application(
        id=int(found["id"]),
        name=str(found.get("name", "")),
        privileged_intents=tuple(name for bits, name in _INTENTS if flags & bits),
        is_public=bool(found.get("bot_public", True)),
        wants_code_grant=bool(found.get("bot_require_code_grant", False)),
        has_endpoint=bool(found.get("interactions_endpoint_url")),
        has_guild_install=not installs or _GUILD_INSTALL in installs,
    )


def _pause(written: str) -> float:
    try:
        return max(0.0, float(written))
    except ValueError:
        return 1.0
