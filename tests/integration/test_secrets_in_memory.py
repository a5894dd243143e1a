"""Secrets stand in no text that an object gives of itself: any object may come to be logged, or raised."""

import dataclasses
import functools
import gc
from datetime import UTC, datetime
from pathlib import Path

import pydantic

from bot.app import build
from config.community import load_community
from config.settings import load_settings
from tests.loopback_http import LoopbackServer, Request, Send, reply
from tests.planted_secrets import ICS, MONITOR, PASSWORD, QUERY, community_with_secrets

NOW = datetime(2026, 3, 27, 20, tzinfo=UTC)
TOKEN = "OTAwMDAwMDAwMDAwMDAwMDAx.c4n4ry.t0kenpl4nted0123456789012345"
FEED = "c4n4ryfeed"
PLANTED = (TOKEN, PASSWORD, ICS, QUERY, MONITOR, FEED)
JOBS = (
    "community",
    "declared calendars",
    "mail community",
    "calendars",
    "faq pages",
    "mail lists",
)


def feed_with_secret(web: LoopbackServer) -> str:
    return f"""
[[guild.list]]
url = "{web.url(f"/feed.atom?key={FEED}")}"
name = "news"
channel = 73
"""


class Listener:
    """Looks at each object of ours that describes itself by what it holds, also while it is being used."""

    def __init__(self) -> None:
        self.holders: set[str] = set()
        self.telling: set[tuple[str, str]] = set()

    def look(self) -> None:
        for each in gc.get_objects():
            if _is_telling(type(each)):
                self._note(each)

    def _note(self, each: object) -> None:
        held = held_by(each)
        self.holders |= {secret for secret in PLANTED if any(secret in text for text in held)}
        said = f"{each!r}\n{each}"
        self.telling |= {(type(each).__name__, secret) for secret in PLANTED if secret in said}

    async def answer(self, _request: Request, send: Send) -> None:
        self.look()
        await send(reply(b"broken", status=500))


@functools.cache
def _is_telling(kind: type) -> bool:
    """Tell whether things of a kind are ours, and describe themselves by what they hold."""
    is_ours = str(kind.__module__).partition(".")[0] in ("bot", "config", "cogs")
    return is_ours and (dataclasses.is_dataclass(kind) or issubclass(kind, pydantic.BaseModel | Exception))


def held_by(each: object) -> list[str]:
    """Return the texts that an object holds."""
    fields = dataclasses.fields(each) if dataclasses.is_dataclass(each) else ()
    values = [getattr(each, field.name, None) for field in fields]
    values += list(vars(each).values()) if hasattr(each, "__dict__") else []
    flat = [part for value in values for part in (value.values() if isinstance(value, dict) else [value])]
    return [
        part.get_secret_value() if isinstance(part, pydantic.SecretStr) else str(part)
        for part in flat
        if isinstance(part, str | pydantic.SecretStr | bytes) or type(part).__name__ == "URL"
    ]


async def test_no_object_tells_a_secret_that_it_holds(tmp_path: Path) -> None:
    listener = Listener()
    async with LoopbackServer() as web:
        web.answers_otherwise(listener.answer)
        declared = community_with_secrets(web, guild=100, mail_port=9) + feed_with_secret(web)
        (tmp_path / "community.toml").write_text(declared)
        values = {
            "DATA_DIR": str(tmp_path / "data"),
            "CONFIG_DIR": str(tmp_path),
            "DISCORD_TOKEN": TOKEN,
            "SECRET_BOX": PASSWORD,
            "HEARTBEAT_URL": web.url(f"/ping/{MONITOR}"),
            "ALLOW_PRIVATE_NETS": "127.0.0.0/8",
        }
        settings = load_settings(values, env_file=tmp_path / "none.env")
        async with build(settings, load_community(tmp_path), clock=lambda: NOW) as app:
            for job in JOBS:
                await app.scheduler.run_now(job)
            listener.look()
            assert len({request.target for request in web.requests}) == 3
    assert listener.telling == set()
    assert listener.holders == set(PLANTED)
