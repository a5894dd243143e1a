"""Decide which addresses may be reached, so that a pasted link cannot lead into somebody's inside.

The decision falls when a connection is made, over the addresses that are then dialled: a name that gives
one address to a check and another to the connection (rebinding) gains nothing. What can be seen from the
text alone is refused at once, so that a person hears of it while typing.
"""

import asyncio
import enum
import re
import socket
from collections.abc import Awaitable, Callable, Sequence

import httpx

from bot.errors import SourceError
from bot.http.addresses import Address, Network, is_public, parse_address
from bot.http.failures import UnansweredError, bad_address, not_public

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

MAX_URL_LENGTH = 4_096
PUBLIC_PORTS = frozenset({443, 8443})

_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*", re.ASCII
)
# WHATWG URL, "ends in a number": what resolvers take for an IPv4 address (127.1, 0x7f.1, 2130706433).
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)", re.ASCII)


class Reach(enum.Enum):
    """How far a connection may go."""

    PUBLIC = enum.auto()  # the public internet alone
    OPENED = enum.auto()  # the opened networks alone: plain http, unusual ports
    ANY = enum.auto()  # both


async def resolve_by_system(host: str, port: int) -> tuple[str, ...]:
    """Ask the system's resolver, off the loop."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(str(answer[4][0]) for answer in found)


class Guard:
    """Know the networks that the operator opened (ALLOW_PRIVATE_NETS); refuse all else that is not public.

    Args:
        networks: Where plain http, any port and addresses that are not public are allowed.
        resolve: How names become addresses.
        resolve_timeout_seconds: How long that may take.
    """

    def __init__(
        self,
        networks: Sequence[Network] = (),
        *,
        resolve: Resolver = resolve_by_system,
        resolve_timeout_seconds: float = 5.0,
    ) -> None:
        self._networks = tuple(networks)
        self._resolve = resolve
        self._resolve_timeout_seconds = resolve_timeout_seconds

    def check_url(self, url: str) -> httpx.URL:
        """Parse an address and refuse what its text alone shows to be wrong.

        Returns:
            The address in normal form: no fragment, no default port, no dot at the end of the host.

        Raises:
            SourceError: With what is wrong and what to do.
        """
        parsed = _parse(url)
        host = parsed.raw_host.decode("ascii")
        literal = parse_address(host)
        if literal is None and not _NAME.fullmatch(host):
            raise bad_address("its host is not a valid name")
        if literal is None and _NUMBER.fullmatch(host):
            raise not_public(host)
        reach = self.reach_of(parsed)
        if reach is Reach.OPENED and not self._networks:
            raise bad_address(
                "only https is read, on port 443 or 8443 (whoever runs this bot can open a network "
                "for plain http and other ports with ALLOW_PRIVATE_NETS)"
            )
        if literal is not None and not self._may_reach(literal, reach):
            raise not_public(host)
        return parsed

    def reach_of(self, url: httpx.URL) -> Reach:
        """Say how far a request to a parsed address may go: plain http and unusual ports only stay inside."""
        is_usual = url.scheme == "https" and port_of(url) in PUBLIC_PORTS
        return Reach.ANY if is_usual else Reach.OPENED

    def is_allowed(self, address: str | Address) -> bool:
        """Tell whether an address is public, or in a network that the operator opened."""
        found = parse_address(str(address))
        return found is not None and self._may_reach(found, Reach.ANY)

    def is_opened(self, address: str | Address) -> bool:
        """Tell whether an address is in a network that the operator opened."""
        found = parse_address(str(address))
        return found is not None and self._may_reach(found, Reach.OPENED)

    async def find_addresses(self, host: str, port: int, reach: Reach) -> tuple[str, ...]:
        """Resolve a host once; one address out of reach in the answer refuses them all.

        Raises:
            SourceError: The name is unknown, or it leads where it may not.
        """
        answer = (host,) if parse_address(host) else await self._look_up(host, port)
        found = tuple(parse_address(address) for address in dict.fromkeys(answer))
        if not found:
            raise _unknown(host)
        allowed = tuple(one for one in found if one is not None and self._may_reach(one, reach))
        if len(allowed) < len(found):
            raise not_public(host)
        return tuple(str(address) for address in allowed)

    async def _look_up(self, host: str, port: int) -> Sequence[str]:
        try:
            async with asyncio.timeout(self._resolve_timeout_seconds):
                return await self._resolve(host, port)
        except TimeoutError:
            raise UnansweredError(
                f"The name {host} is not answered by the name servers; try again later."
            ) from None
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN:
                raise UnansweredError(f"The name {host} cannot be looked up now; try again later.") from error
            raise _unknown(host) from error
        except (OSError, UnicodeError) as error:
            raise _unknown(host) from error

    def _may_reach(self, address: Address, reach: Reach) -> bool:
        is_opened = any(address in network for network in self._networks)
        match reach:
            case Reach.PUBLIC:
                return is_public(address)
            case Reach.OPENED:
                return is_opened
            case Reach.ANY:
                return is_opened or is_public(address)


def port_of(url: httpx.URL) -> int:
    """Name the port, whether written or implied."""
    return _DEFAULT_PORTS[url.scheme] if url.port is None else url.port


def host_of(url: httpx.URL) -> str:
    """Name the host in ASCII, as it may be shown and logged."""
    return url.raw_host.decode("ascii")


def _parse(url: str) -> httpx.URL:
    text = url.strip()
    if len(text) > MAX_URL_LENGTH:
        raise bad_address(f"it is longer than {MAX_URL_LENGTH} characters")
    try:
        parsed = httpx.URL(text)
        if parsed.scheme not in _DEFAULT_PORTS:
            raise bad_address("it has to begin with https://")
        if parsed.userinfo:
            raise bad_address("it holds a user name or password before the host. Leave that out")
        # Asking for `host` decodes Punycode, which httpx does later where nobody expects it to raise.
        if not parsed.host:
            raise bad_address("it names no host. Copy it whole, beginning with https://")
        if not 0 < port_of(parsed) < 65_536:
            raise bad_address("its port does not exist")
        port = None if port_of(parsed) == _DEFAULT_PORTS[parsed.scheme] else parsed.port
        return parsed.copy_with(host=host_of(parsed).removesuffix("."), port=port, fragment=None)
    except (httpx.InvalidURL, ValueError):
        # The cause is left out: it quotes the address.
        raise bad_address("it is not a web address. Copy it whole, beginning with https://") from None


def _unknown(host: str) -> SourceError:
    return SourceError(f"The name {host} leads nowhere. Check its spelling.")
