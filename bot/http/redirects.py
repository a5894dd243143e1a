"""Follow a redirect only where the first address could have led: each hop is checked like a new one."""

from dataclasses import dataclass, field, replace

import httpx

from bot.errors import SourceError
from bot.http.failures import bad_address, not_public, unreadable
from bot.http.guard import Guard, Reach, host_of, port_of

MAX_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})

_PERMANENT = frozenset({301, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """Where a server sends us, and whether that server is on the public internet."""

    status: int
    location: str = field(repr=False)
    is_from_public: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One request of the chain; its addresses stay out of the repr, for they may be secret.

    Attributes:
        reach: How far its connection may go.
        count: How many redirects led here.
        is_permanent: All of them were permanent.
        is_same_origin: None of them left the server first asked, so the caller's headers may go along.
        seen: The addresses asked so far.
    """

    url: httpx.URL = field(repr=False)
    reach: Reach
    count: int = 0
    is_permanent: bool = True
    is_same_origin: bool = True
    seen: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def permanent_url(self) -> str:
        """Name the address to keep from now on; empty when the old one stays."""
        return str(self.url) if self.count and self.is_permanent else ""


def plan_hop(hop: Hop, redirect: Redirect, guard: Guard) -> Hop:
    """Check where a redirect leads, by the same guard as the first address.

    Raises:
        SourceError: It leads in a circle, too far, nowhere, or inside.
    """
    host = host_of(hop.url)
    if hop.count == MAX_REDIRECTS:
        raise SourceError(
            f"{host} redirects more than {MAX_REDIRECTS} times. Give the address where the page really is.",
            permanent=True,
        )
    url = guard.check_url(_join(hop.url, redirect.location))
    seen = hop.seen | {str(hop.url)}
    if str(url) in seen:
        raise SourceError(
            f"{host} redirects in a circle, as pages behind a login do. Give an address that is open to all.",
            permanent=True,
        )
    return replace(
        hop,
        url=url,
        reach=_narrow(hop.reach, redirect, guard, url),
        count=hop.count + 1,
        is_permanent=hop.is_permanent and redirect.status in _PERMANENT,
        is_same_origin=hop.is_same_origin and _origin(url) == _origin(hop.url),
        seen=seen,
    )


def _narrow(before: Reach, redirect: Redirect, guard: Guard, url: httpx.URL) -> Reach:
    """Keep what was once on the public internet there.

    An opened network is open to those who may add a source here, not to whoever runs a page they follow.
    """
    reach = guard.reach_of(url)
    if not redirect.is_from_public and before is not Reach.PUBLIC:
        return reach
    if url.scheme != "https":
        raise bad_address(
            "a redirect leads from https to plain http. Give the https address of the page itself"
        )
    if reach is Reach.OPENED:
        raise not_public(host_of(url))
    return Reach.PUBLIC


def _join(base: httpx.URL, location: str) -> str:
    try:
        return str(base.join(location))
    except (httpx.InvalidURL, ValueError):
        # The cause is left out: it quotes the address.
        raise unreadable(host_of(base), "redirects to something that is no web address") from None


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, host_of(url), port_of(url)
