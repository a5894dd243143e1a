"""Tell apart what Discord, or the way to it, does when it does not take a post."""

import json
from collections.abc import Mapping
from types import MappingProxyType

import aiohttp
import discord

from bot.chat.requests import ServerTroubleError
from bot.errors import DeliveryError, DeliveryKind
from bot.text.catalogue import Texts

DISCORD_TROUBLE = (
    discord.HTTPException,
    discord.RateLimited,
    ServerTroubleError,
    aiohttp.ClientError,
    OSError,  # TimeoutError is one
    json.JSONDecodeError,  # a proxy's page that calls itself JSON
)
"""What may come out of a request."""

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
THREAD_EXISTS = 160004
_THREAD_ARCHIVED = 50083
_THREAD_LOCKED = 160005
_MISSING_ACCESS = 50001
# Closed direct messages, nobody of that id, no guild in common: what a person decides, not a channel.
_NO_DIRECT = frozenset({50007, 10013, 50278})
# Not the post is wrong but its place: a forum that wants a tag, is full of threads, or has become one.
_WRONG_PLACE = frozenset({40067, 160006, 40058, 50008, 50024})
_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TIMEOUT, _TOO_MANY = 401, 403, 404, 408, 429
# A token that is refused stops the process; its posts wait for the next start.
_PASSES = frozenset({_UNAUTHORIZED, _TIMEOUT})
_SERVER_ERRORS = 500
# Cloudflare answers so when the address is shut out; it says no time, and asking on makes it longer.
_SHUT_OUT_SECONDS = 900.0

_REASONS: Mapping[int, str] = MappingProxyType(
    {
        UNKNOWN_CHANNEL: "delivery.channel_gone",
        _MISSING_ACCESS: "delivery.no_access",
        **dict.fromkeys(_NO_DIRECT, "delivery.no_direct"),
    }
)


def is_archived_thread(error: discord.HTTPException) -> bool:
    """Tell whether something was refused because its thread is archived."""
    return error.code == _THREAD_ARCHIVED


def is_lost_thread(error: discord.HTTPException) -> bool:
    """Tell whether nothing can be posted in a thread any more: it is gone, or a moderator has closed it."""
    return error.code in {UNKNOWN_CHANNEL, _THREAD_ARCHIVED, _THREAD_LOCKED}


def as_delivery_error(error: BaseException, texts: Texts) -> DeliveryError:
    """Return what the dispatcher makes of an error in DISCORD_TROUBLE."""
    if isinstance(error, discord.RateLimited):
        text = texts("delivery.rate_limited")
        return DeliveryError(text, kind=DeliveryKind.PASSING, retry_after_seconds=error.retry_after)
    if isinstance(error, discord.HTTPException):
        return _answered(error, texts)
    if isinstance(error, ServerTroubleError):
        text = texts("delivery.server_error", status=error.status)
        return DeliveryError(text, kind=DeliveryKind.PASSING, is_in_doubt=True)
    # A connection that was never made has carried nothing.
    is_in_doubt = not isinstance(error, aiohttp.ClientConnectorError)
    text = texts("delivery.unreachable", error=type(error).__name__)
    return DeliveryError(text, kind=DeliveryKind.PASSING, is_in_doubt=is_in_doubt)


def _answered(error: discord.HTTPException, texts: Texts) -> DeliveryError:
    if error.status >= _SERVER_ERRORS:
        text = texts("delivery.server_error", status=error.status)
        return DeliveryError(text, kind=DeliveryKind.PASSING, is_in_doubt=True)
    if error.status == _TOO_MANY:
        text = texts("delivery.rate_limited")
        return DeliveryError(text, kind=DeliveryKind.PASSING, retry_after_seconds=_asked_seconds(error))
    key = _REASONS.get(error.code, "delivery.refused")
    text = texts(
        key, status=error.status, code=error.code, said=error.text.splitlines()[0][:200] if error.text else ""
    )
    return DeliveryError(text, kind=_class_of(error))


def _class_of(error: discord.HTTPException) -> DeliveryKind:
    """Return what a refusal is about: nothing for good, the person, the place, or else the post."""
    if error.status in _PASSES:
        return DeliveryKind.PASSING
    if error.code in _NO_DIRECT:
        return DeliveryKind.POISON
    is_about_place = error.status in {_FORBIDDEN, _NOT_FOUND} or error.code in _WRONG_PLACE
    return DeliveryKind.PERMANENT if is_about_place else DeliveryKind.POISON


def _asked_seconds(error: discord.HTTPException) -> float:
    """Return how long a rate limit asks to wait: Discord's own comes through its proxy, and says so."""
    headers = error.response.headers
    if "Via" not in headers:
        return _SHUT_OUT_SECONDS
    try:
        return float(headers.get("Retry-After", ""))
    except ValueError:
        return 0.0
