"""Fetch a page from somebody else's server: politely for them, boundedly for us.

One deadline covers everything (names, connecting, waiting, retries, redirects, the body), because a timeout
per read never ends against a server that drips a byte at a time.
"""

import asyncio
import logging
import random
import ssl
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType, TracebackType
from typing import Self

import httpcore
import httpx

from bot.http.budget import HostBudget
from bot.http.decode import read_body
from bot.http.failures import (
    NETWORK_ERRORS,
    UnansweredError,
    explain_network,
    explain_status,
    leads_elsewhere,
    too_slow,
    unreadable,
)
from bot.http.guard import Guard, host_of
from bot.http.redirects import REDIRECTS, Hop, Redirect, plan_hop
from bot.http.retry import MAX_TRIES, parse_retry_after, plan_wait
from bot.http.transport import LOCATION, REACH, GuardedTransport, NoCookies, make_tls_context
from bot.version import VERSION

# Says what we are; the operator's own (with a way to reach them) is the better one.
USER_AGENT = f"Rapporteur/{VERSION} (Discord bot of an open-source working group)"

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_TIMEOUT = httpx.Timeout(connect=8.0, read=20.0, write=10.0, pool=None)
_MAX_VALIDATOR_LENGTH = 1_024

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a server gave. Addresses and content stay out of the repr: both may be secret.

    Attributes:
        url: Where the answer came from, after redirects.
        content: The body, decoded; empty when nothing was modified.
        media_type: The Content-Type header as it came.
        permanent_url: The address to keep from now on, if all redirects were permanent; else empty.
    """

    status: int
    url: str = field(repr=False)
    content: bytes = field(repr=False)
    media_type: str
    etag: str
    last_modified: str
    is_not_modified: bool
    permanent_url: str = field(repr=False)
    retrieved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Errand:
    """What one call of fetch wants; `retries` counts down over the whole chain of redirects."""

    etag: str
    last_modified: str
    max_bytes: int
    accept: str
    headers: Mapping[str, str] = field(repr=False)
    form: Mapping[str, str] | None = field(repr=False)
    expected: Collection[int]
    ends_at: float
    retries: Iterator[int]


class Fetcher:
    """Fetch pages with one pool of connections. Use it as an async context manager.

    Args:
        guard: Which addresses may be reached.
        clock: Now, for Retry-After dates and `retrieved_at`.
        user_agent: How we introduce ourselves.
        connections_per_host: How many requests may run against one host.
        sleep: How to wait between tries.
        jitter: A random number from 0 to 1, so that retries do not come in step.
        network: What dials the checked addresses.
        tls: Whom to trust.
    """

    def __init__(
        self,
        *,
        guard: Guard,
        clock: Callable[[], datetime],
        user_agent: str = USER_AGENT,
        connections_per_host: int = 2,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        network: httpcore.AsyncNetworkBackend | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._guard = guard
        self._clock = clock
        self._user_agent = user_agent
        self._budget = HostBudget(connections_per_host)
        self._sleep = sleep
        self._jitter = jitter
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(guard, network or httpcore.AnyIOBackend(), tls or make_tls_context()),
            cookies=NoCookies(),
            timeout=_TIMEOUT,
            follow_redirects=False,
            trust_env=False,
        )
        # At INFO httpx logs whole addresses, and a calendar's private address is a password.
        for library in ("httpx", "httpcore"):
            logging.getLogger(library).setLevel(logging.WARNING)

    async def __aenter__(self) -> Self:
        """Begin; connections are made when they are needed."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def fetch(
        self,
        url: str,
        *,
        etag: str = "",
        last_modified: str = "",
        max_bytes: int = 2_000_000,
        deadline_seconds: float = 30.0,
        accept: str = "*/*",
        headers: Mapping[str, str] = _NO_HEADERS,
        form: Mapping[str, str] | None = None,
        expected: Collection[int] = (),
    ) -> Response:
        """Fetch a page, or learn that it has not changed.

        Args:
            url: A web address; what a person typed is fine.
            etag: The validator of the copy at hand, as the last Response had it.
            last_modified: Its other validator, likewise.
            max_bytes: The largest body taken, after decompression.
            deadline_seconds: When to give up, whatever happens.
            accept: The Accept header.
            headers: More headers; they go to the server of `url` alone, wherever it redirects.
            form: Send these fields, which may be none, by POST instead of GET; to the server of `url` alone.
                Only for questions: it is sent again when no answer comes.
            expected: Statuses that are no failure here; the Response tells which one it was.

        Raises:
            SourceError: With what is wrong and what to do; `permanent` when asking again cannot help.
        """
        target = self._guard.check_url(url)
        errand = _Errand(
            etag=_clean_validator(etag),
            last_modified=_clean_validator(last_modified),
            max_bytes=max_bytes,
            accept=accept,
            headers=headers,
            form=form,
            expected=expected,
            ends_at=asyncio.get_running_loop().time() + deadline_seconds,
            retries=iter(range(1, MAX_TRIES)),
        )
        try:
            async with asyncio.timeout_at(errand.ends_at):
                return await self._follow(Hop(url=target, reach=self._guard.reach_of(target)), errand)
        except TimeoutError:
            raise too_slow(host_of(target), deadline_seconds) from None

    async def _follow(self, hop: Hop, errand: _Errand) -> Response:
        """Ask, and go where redirects lead; `plan_hop` ends circles and long walks."""
        while True:
            answer = await self._ask(hop, errand)
            if isinstance(answer, Response):
                return answer
            host = host_of(hop.url)
            hop = plan_hop(hop, answer, self._guard)
            if errand.form is not None and not hop.is_same_origin:
                raise leads_elsewhere(host)

    async def _ask(self, hop: Hop, errand: _Errand) -> Response | Redirect:
        """Ask one server, again if nothing came and there is time."""
        while True:
            try:
                return await self._ask_once(hop, errand)
            except UnansweredError as error:
                tries = next(errand.retries, MAX_TRIES)
                wait = plan_wait(error, tries=tries, jitter=self._jitter())
                if wait is None or asyncio.get_running_loop().time() + wait >= errand.ends_at:
                    raise
                logger.info("Asking %s again in %.1f s: %s", host_of(hop.url), wait, error)
            await self._sleep(wait)

    async def _ask_once(self, hop: Hop, errand: _Errand) -> Response | Redirect:
        host = host_of(hop.url)
        request = self._client.stream(
            "GET" if errand.form is None else "POST",
            hop.url,
            data=errand.form,
            headers=self._headers(hop, errand),
            extensions={REACH: hop.reach},
        )
        try:
            async with self._budget.slot(host), request as answer:
                return await self._take(answer, hop, errand)
        except NETWORK_ERRORS as error:
            raise explain_network(error, host) from error

    def _headers(self, hop: Hop, errand: _Errand) -> httpx.Headers:
        headers = httpx.Headers(errand.headers if hop.is_same_origin else None)
        headers.pop("host", None)
        headers.update({"User-Agent": self._user_agent, "Accept": errand.accept, "Accept-Encoding": "gzip"})
        if errand.etag:
            headers["If-None-Match"] = errand.etag
        # A date proves nothing about another page: one older than our copy would count as unchanged for ever.
        if errand.last_modified and not hop.count:
            headers["If-Modified-Since"] = errand.last_modified
        return headers

    async def _take(self, answer: httpx.Response, hop: Hop, errand: _Errand) -> Response | Redirect:
        """Judge an answer by its status; read its body only if it is the page."""
        host, status, headers = host_of(hop.url), answer.status_code, answer.headers
        location = answer.extensions.get(LOCATION, "")
        if status in REDIRECTS and location:
            is_public = answer.extensions["network_stream"].get_extra_info("is_public")
            return Redirect(status=status, location=location, is_from_public=is_public)
        is_not_modified = status == 304 and bool(errand.etag or errand.last_modified)
        if status == 206:
            raise unreadable(host, "sends a part of the page, though the whole was asked for")
        if not is_not_modified and not 200 <= status < 300 and status not in errand.expected:
            retry_after = parse_retry_after(headers.get("retry-after", ""), self._clock())
            raise explain_status(status, host, retry_after)
        return Response(
            status=status,
            url=str(hop.url),
            content=await read_body(answer, host=host, max_bytes=errand.max_bytes),
            media_type=headers.get("content-type", ""),
            etag=_clean_validator(headers.get("etag", "")),
            last_modified=_clean_validator(headers.get("last-modified", "")),
            is_not_modified=is_not_modified,
            permanent_url=hop.permanent_url,
            retrieved_at=self._clock(),
        )


def _clean_validator(value: str) -> str:
    """Keep a validator only if it can be sent back as it came."""
    is_usable = value.isascii() and value.isprintable() and len(value) <= _MAX_VALIDATOR_LENGTH
    return value.strip() if is_usable else ""
