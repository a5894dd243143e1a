from types import SimpleNamespace

import aiohttp
import discord
import pytest

from bot.chat.delivery_errors import as_delivery_error
from bot.chat.requests import ServerTroubleError
from bot.errors import DeliveryKind
from bot.text.catalogue import load_texts

TEXTS = load_texts()
PASSING, PERMANENT, POISON = DeliveryKind.PASSING, DeliveryKind.PERMANENT, DeliveryKind.POISON


def answered(status: int, code: int = 0, **headers: str) -> discord.HTTPException:
    response = SimpleNamespace(status=status, reason="?", headers=headers)
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(status, discord.HTTPException)
    if status >= 500:
        kind = discord.DiscordServerError
    return kind(response, {"code": code, "message": "what Discord says"})


@pytest.mark.parametrize(
    ("error", "kind", "is_in_doubt", "asked"),
    [
        (answered(500), PASSING, True, None),
        (answered(503), PASSING, True, None),
        (ServerTroubleError(502), PASSING, True, None),
        (aiohttp.ServerDisconnectedError(), PASSING, True, None),
        (TimeoutError(), PASSING, True, None),
        (ConnectionResetError(104, "reset"), PASSING, True, None),
        (aiohttp.ClientConnectorError(SimpleNamespace(), OSError(111, "refused")), PASSING, False, None),
        (discord.RateLimited(77.0), PASSING, False, 77.0),
        (answered(429, Via="1.1 google", **{"Retry-After": "3.5"}), PASSING, False, 3.5),
        (answered(429, Via="1.1 google"), PASSING, False, 0.0),
        (answered(429), PASSING, False, 900.0),
        (answered(403, 50001), PERMANENT, False, None),
        (answered(403, 50013), PERMANENT, False, None),
        (answered(404, 10003), PERMANENT, False, None),
        (answered(400, 40067), PERMANENT, False, None),
        (answered(400, 160006), PERMANENT, False, None),
        (answered(401), PASSING, False, None),
        (answered(408), PASSING, False, None),
        (answered(403, 50007), POISON, False, None),
        (answered(403, 50278), POISON, False, None),
        (answered(404, 10013), POISON, False, None),
        (answered(400, 50035), POISON, False, None),
        (answered(413, 40005), POISON, False, None),
    ],
)
def test_each_trouble_has_its_class(error, kind, is_in_doubt, asked):
    made = as_delivery_error(error, TEXTS)
    assert (made.kind, made.is_in_doubt, made.retry_after_seconds) == (kind, is_in_doubt, asked)
    assert str(made).endswith((".", ")", "says"))
