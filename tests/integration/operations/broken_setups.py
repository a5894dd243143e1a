"""A set-up as an operator has it, with a Discord and sources on this machine, to be broken in one place."""

import json
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from bot.operations.findings import Report
from bot.wiring.doctor import run_doctor
from tests.loopback_http import LoopbackServer, reply

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789AB"
API = "/api/v10"
BOT, GUILD, ADMIN, NEWS, MEMBERS = 1000, 7, 71, 72, 73
EVERYTHING = 17910013742080
VIEW = 1 << 10

FAQ = "## How do I join?\n\nWrite to the list.\n\n## Where are the minutes?\n\nIn the archive.\n"
CALENDAR = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//example//EN\r
X-WR-CALNAME:Harbour\r
BEGIN:VEVENT\r
UID:1@example.org\r
DTSTAMP:20260101T000000Z\r
DTSTART:20260305T150000Z\r
DTEND:20260305T160000Z\r
SUMMARY:Call\r
END:VEVENT\r
END:VCALENDAR\r
"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>dev</title>
<item><title>Hello</title><guid>1</guid><pubDate>Sun, 01 Mar 2026 10:00:00 +0000</pubDate></item>
</channel></rss>"""


@dataclass
class SetUp:
    """What the doctor is given."""

    directory: Path
    discord: LoopbackServer
    web: LoopbackServer
    environ: dict[str, str]
    now: datetime = NOW
    patience: float = 9.0
    community: str = ""
    channels: dict[int, dict[str, Any]] = field(default_factory=dict)
    guilds: list[dict[str, Any]] = field(default_factory=lambda: [{"id": str(GUILD), "name": "Harbour"}])
    application: dict[str, Any] = field(default_factory=lambda: {"id": str(BOT), "name": "WG", "flags": 0})
    server_time: datetime = NOW

    @property
    def store(self) -> Path:
        """Return the store's file."""
        return self.directory / "data" / "rapporteur.sqlite3"

    def execute(self, statement: str, *values: object) -> None:
        """Change the store behind the bot's back."""
        with sqlite3.connect(self.store) as connection:
            connection.execute(statement, values)
        connection.close()

    def answer(self, path: str, body: object, status: int = 200) -> None:
        """Say what Discord answers."""
        headers = {"Content-Type": "application/json", "Date": format_datetime(self.server_time, usegmt=True)}
        self.discord.answers(f"{API}{path}", reply(json.dumps(body).encode(), status=status, headers=headers))

    def serve(self, path: str, body: str, media_type: str = "text/plain", status: int = 200) -> None:
        """Say what a source answers."""
        headers = {"Content-Type": media_type}
        self.web.answers(path, reply(body.encode(), status=status, headers=headers))

    async def examine(self) -> Report:
        """Run the doctor."""
        self._publish()
        return await run_doctor(
            clock=lambda: self.now,
            environ=self.environ,
            env_file=self.directory / ".env",
            source_seconds=self.patience,
        )

    def _publish(self) -> None:
        (self.directory / "config" / "community.toml").write_text(self.community)
        self.answer("/applications/@me", self.application)
        self.answer("/users/@me/guilds", self.guilds)
        roles = [{"id": str(GUILD), "permissions": str(EVERYTHING)}]
        self.answer(
            f"/guilds/{GUILD}", {"id": str(GUILD), "name": "Harbour", "owner_id": "1", "roles": roles}
        )
        self.answer(f"/guilds/{GUILD}/members/{BOT}", {"roles": []})
        self.answer(f"/guilds/{GUILD}/channels", list(self.channels.values()))


def channel(number: int, name: str, *, everyone_denied: int = 0, bot_denied: int = 0) -> dict[str, Any]:
    """Make a channel object."""
    overwrites = [
        {"id": str(GUILD), "type": 0, "allow": "0", "deny": str(everyone_denied)},
        {"id": str(BOT), "type": 1, "allow": str(everyone_denied & ~bot_denied), "deny": str(bot_denied)},
    ]
    return {"id": str(number), "name": name, "type": 0, "permission_overwrites": overwrites}


@asynccontextmanager
async def healthy(directory: Path, empty_store: Path) -> AsyncIterator[SetUp]:
    """Make a set-up in which nothing is wrong."""
    (directory / "config").mkdir()
    (directory / "data").mkdir()
    shutil.copy(empty_store, directory / "data" / "rapporteur.sqlite3")
    os.utime(directory / "data" / "rapporteur.sqlite3", (NOW.timestamp(), NOW.timestamp()))
    async with LoopbackServer() as discord, LoopbackServer() as web:
        set_up = SetUp(
            directory=directory,
            discord=discord,
            web=web,
            environ={
                "DISCORD_TOKEN": TOKEN,
                "DISCORD_API_URL": discord.url(API),
                "CONFIG_DIR": str(directory / "config"),
                "DATA_DIR": str(directory / "data"),
                "ALLOW_PRIVATE_NETS": "127.0.0.0/8",
            },
            community=f"""
[[guild]]
id = {GUILD}
admin_channel = {ADMIN}
[[guild.faq]]
url = "{web.url("/faq.md")}"
title = "Harbour FAQ"
[[guild.calendar]]
url = "{web.url("/calendar.ics")}"
name = "Harbour calls"
channel = {NEWS}
events = true
[[guild.list]]
url = "{web.url("/list.rss")}"
name = "dev"
channel = {MEMBERS}
private = true
""",
            channels={
                ADMIN: channel(ADMIN, "admins", everyone_denied=VIEW),
                NEWS: channel(NEWS, "news"),
                MEMBERS: channel(MEMBERS, "members", everyone_denied=VIEW),
            },
        )
        set_up.answer("/users/@me", {"id": str(BOT), "username": "wg-bot"})
        set_up.serve("/faq.md", FAQ, "text/markdown")
        set_up.serve("/calendar.ics", CALENDAR, "text/calendar")
        set_up.serve("/list.rss", FEED, "application/rss+xml")
        yield set_up
