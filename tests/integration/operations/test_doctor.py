"""Thirty and more broken set-ups, and for each the one right hint; and one that is well, with none."""

import asyncio
import json
import os
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.operations.check import check
from bot.operations.findings import to_json, to_text
from bot.storage.database import Database
from tests.integration.operations.broken_setups import (
    ADMIN,
    CALENDAR,
    EVERYTHING,
    MEMBERS,
    NEWS,
    NOW,
    TOKEN,
    VIEW,
    SetUp,
    channel,
    healthy,
)
from tests.loopback_http import LoopbackServer, hang_up, make_certificate, reply

SEND, EMBED, HISTORY, CREATE_EVENTS = 1 << 11, 1 << 14, 1 << 16, 1 << 44

Break = Callable[[SetUp], object]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "rapporteur.sqlite3"
    async with Database(f"sqlite:///{path}") as database:
        await database.migrate()
    return path


@pytest.fixture
async def set_up(tmp_path: Path, empty_store: Path) -> AsyncIterator[SetUp]:
    async with healthy(tmp_path, empty_store) as made:
        yield made


async def test_a_healthy_set_up_gives_no_hint_and_says_what_was_looked_at(set_up: SetUp) -> None:
    report = await set_up.examine()
    assert (report.findings, report.exit_code) == ((), 0), to_text(report)
    looked_at = {passed.check for passed in report.passed}
    assert looked_at == {
        "settings", "community.toml",
        "disk", "time zones", "store", "posts", "backups", "token", "application", "clock", "servers",
        "#admins (admin channel)", "#news (reminders of Harbour calls)", "#members (list dev)",
        "Events tab (calendar Harbour calls)",
        "FAQ page Harbour FAQ", "calendar Harbour calls", "list dev",
    }  # fmt: skip
    facts = {passed.check: passed.what for passed in report.passed}
    assert facts["FAQ page Harbour FAQ"] == "questions: 2"
    assert facts["calendar Harbour calls"] == "dates in the next weeks: 1"
    assert facts["list dev"].startswith("new mails: ")
    assert TOKEN not in to_text(report) + to_json(report)
    assert set_up.web.base not in to_json(report).replace(json.dumps(set_up.web.url("/faq.md")), "")


def setting(name: str, value: str) -> Break:
    return lambda it: it.environ.update({name: value})


def replaced(old: str, new: str) -> Break:
    def do(it: SetUp) -> None:
        assert old in it.community
        it.community = it.community.replace(old, new)

    return do


def portal(**fields: object) -> Break:
    return lambda it: it.application.update(fields)


def denied(number: int, name: str, bits: int, **more: int) -> Break:
    return lambda it: it.channels.update({number: channel(number, name, bot_denied=bits, **more)})


def env_file(text: str, mode: int = 0o600) -> Break:
    def do(it: SetUp) -> None:
        (it.directory / ".env").write_text(text)
        (it.directory / ".env").chmod(mode)

    return do


def refuse_token(it: SetUp) -> None:
    it.answer("/users/@me", {"message": "401: Unauthorized", "code": 0}, 401)


def kick(it: SetUp) -> None:
    it.guilds = []


def run_fast(it: SetUp) -> None:
    it.server_time = NOW - timedelta(minutes=3)


def damage(it: SetUp) -> None:
    it.store.write_bytes(b"no database at all" * 1000)


def wait_long(it: SetUp) -> None:
    due = int((NOW - timedelta(hours=3)).timestamp() * 1_000_000)
    columns = dict.fromkeys(("guild_id", "channel_id"), 7) | {"due_at": due}
    import sqlite3

    with sqlite3.connect(it.store) as connection:
        facts = connection.execute("PRAGMA table_info(outbox)").fetchall()
        for _, name, kind, is_needed, default, is_key in facts:
            if is_needed and default is None and not is_key and name not in columns:
                columns[name] = due if "INT" in kind.upper() else "x"
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        connection.execute(f"INSERT INTO outbox ({names}) VALUES ({marks})", tuple(columns.values()))
    connection.close()


def grow_old(it: SetUp) -> None:
    moment = (NOW - timedelta(days=9)).timestamp()
    backups = it.directory / "data" / "backups"
    backups.mkdir()
    (backups / "rapporteur-nightly-20260220T030000Z.sqlite3").write_bytes(it.store.read_bytes())
    for path in backups.iterdir():
        os.utime(path, (moment, moment))


def hoard(it: SetUp) -> None:
    backups = it.directory / "data" / "backups"
    backups.mkdir()
    for name, days in (("rapporteur-20260101T030000Z", 40), ("rapporteur-nightly-20260220T030000Z", 0)):
        path = backups / f"{name}.sqlite3"
        path.write_bytes(it.store.read_bytes())
        os.utime(path, ((NOW - timedelta(days=days)).timestamp(),) * 2)


def live_on(it: SetUp) -> None:
    it.now = it.server_time = NOW.replace(year=2029)
    os.utime(it.store, (it.now.timestamp(), it.now.timestamp()))


def take_directory_away(it: SetUp) -> None:
    (it.directory / "file").write_text("")
    it.environ["DATA_DIR"] = str(it.directory / "file" / "data")


async def sign_itself(it: SetUp) -> None:
    certificate, key = make_certificate(it.directory, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = await LoopbackServer(tls=context).__aenter__()
    it.community = it.community.replace(it.web.url("/faq.md"), server.url("/faq.md"))


def drip(it: SetUp) -> None:
    async def never(_request: object, _send: object) -> None:
        await asyncio.sleep(60)

    it.patience = 4.0

    it.web.answers("/faq.md", never)


MAILBOX = """
[[guild.mailbox]]
name = "box"
host = "imap.example.org"
user = "bot"
password = "SECRET_BOX"
"""

# What is broken, how, and how the one line begins that tells of it.
CASES: list[tuple[str, Break, str]] = [
    ("no token", setting("DISCORD_TOKEN", ""), "error: DISCORD_TOKEN is missing."),
    ("token in quotes", setting("DISCORD_TOKEN", f'"{TOKEN}"'), "error: DISCORD_TOKEN is in quotes"),
    ("token with Bot", setting("DISCORD_TOKEN", f"Bot {TOKEN}"), 'error: DISCORD_TOKEN begins with "Bot "'),
    (
        "token broken",
        setting("DISCORD_TOKEN", f"{TOKEN[:30]} {TOKEN[30:]}"),
        "error: DISCORD_TOKEN holds a space",
    ),
    ("client secret", setting("DISCORD_TOKEN", "a" * 32), "error: DISCORD_TOKEN is no bot token"),
    ("token reset", refuse_token, "token: error: Discord refuses it: it was reset"),
    (
        "proxy down",
        setting("DISCORD_API_URL", "http://127.0.0.1:9/api/v10"),
        "Discord: error: it cannot be asked: no conn",
    ),
    (
        "not Discord",
        lambda it: it.discord.answers("/api/v10/users/@me", reply(b"<html>")),
        "Discord: error: it cannot be asked: what answers there",
    ),
    (
        "Discord is down",
        lambda it: it.answer("/users/@me", {}, 503),
        "Discord: error: it cannot be asked: Discord has trouble (HTTP 503)",
    ),
    (
        "message content on",
        portal(flags=1 << 19),
        "application: warning: the Message Content Intent is on and not needed.",
    ),
    (
        "members on",
        portal(flags=1 << 15),
        "application: warning: the Server Members Intent is on and not needed.",
    ),
    ("presence on", portal(flags=1 << 13), "application: warning: the Presence Intent is on and not needed."),
    (
        "code grant",
        portal(bot_require_code_grant=True),
        "application: error: Requires OAuth2 Code Grant is on",
    ),
    (
        "endpoint",
        portal(interactions_endpoint_url="https://x.example"),
        "application: error: an Interactions Endpoint URL is set",
    ),
    (
        "only users",
        portal(integration_types_config={"1": {}}),
        "application: error: the bot cannot be installed in servers",
    ),
    (
        "in no server",
        kick,
        "server 7: error: community.toml names it, and the bot is not in it. Invite it: https://",
    ),
    (
        "wrong server",
        replaced("id = 7", "id = 8"),
        "server 8: error: community.toml names it, and the bot is not in it.",
    ),
    (
        "channel gone",
        lambda it: it.channels.pop(NEWS),
        "reminders of Harbour calls in server 7: error: its channel (72) is gone",
    ),
    (
        "may not see",
        denied(NEWS, "news", VIEW | SEND),
        "#news (reminders of Harbour calls): error: the bot lacks: View Channel.",
    ),
    (
        "may not send",
        denied(NEWS, "news", SEND),
        "#news (reminders of Harbour calls): error: the bot lacks: Send Messages.",
    ),
    (
        "may not embed",
        denied(ADMIN, "admins", EMBED, everyone_denied=VIEW),
        "#admins (admin channel): error: the bot lacks: Embed Links.",
    ),
    (
        "may not read back",
        denied(NEWS, "news", HISTORY),
        "#news (reminders of Harbour calls): error: the bot lacks: Read Message History.",
    ),
    (
        "no events",
        denied(NEWS, "news", CREATE_EVENTS),
        "Events tab (calendar Harbour calls): error: the bot lacks: Create Events.",
    ),
    (
        "private list",
        denied(MEMBERS, "members", 0),
        "#members (list dev): error: everybody sees it, and this list is private",
    ),
    ("clock", run_fast, "clock: warning: this machine's is 1"),
    (
        "page gone",
        lambda it: it.serve("/faq.md", "", status=404),
        "FAQ page Harbour FAQ: error: 127.0.0.1 has no such page (404).",
    ),
    (
        "page closed",
        lambda it: it.serve("/faq.md", "", status=401),
        "FAQ page Harbour FAQ: error: 127.0.0.1 wants a login (401).",
    ),
    (
        "page is empty",
        lambda it: it.serve("/faq.md", "Soon.\n", "text/markdown"),
        "FAQ page Harbour FAQ: error: no question was found on it.",
    ),
    (
        "no such name",
        lambda it: replaced(it.web.url("/faq.md"), "https://nowhere.invalid/faq")(it),
        "FAQ page Harbour FAQ: error: The name nowhere.invalid ",
    ),
    (
        "private address",
        lambda it: replaced(it.web.url("/faq.md"), "https://10.1.2.3/faq")(it),
        "FAQ page Harbour FAQ: error: 10.1.2.3: address not public.",
    ),
    ("certificate", sign_itself, "FAQ page Harbour FAQ: error: The TLS certificate of 127.0.0.1 is "),
    ("too slow", drip, "FAQ page Harbour FAQ: error: it did not deliver within 4 seconds."),
    (
        "no calendar",
        lambda it: it.serve("/calendar.ics", "<html>sign in</html>", "text/html"),
        "calendar Harbour calls: error: ",
    ),
    (
        "half a calendar",
        lambda it: it.serve("/calendar.ics", CALENDAR[:60], "text/calendar"),
        "calendar Harbour calls: error: ",
    ),
    (
        "calendar server cut",
        lambda it: it.web.answers("/calendar.ics", hang_up),
        "calendar Harbour calls: error: 127.0.0.1 ",
    ),
    ("no list", lambda it: it.serve("/list.rss", "<html>", "text/html"), "list dev: error: "),
    (
        "no password",
        lambda it: setattr(it, "community", it.community + MAILBOX),
        "community.toml:19: error: SECRET_BOX is named here and not set. Write SECRET_BOX=",
    ),
    ("syntax", replaced("id = 7", "id = "), "community.toml:3: error: "),
    ("unknown key", replaced("admin_channel", "admin_chanel"), "community.toml:4: error: unknown key"),
    ("bad setting", setting("LOG_LEVEL", "loud"), "error: LOG_LEVEL: is 'loud'"),
    ("set twice", env_file("LOG_FORMAT=text\nLOG_FORMAT=json\n"), ".env:2: error: LOG_FORMAT"),
    ("misspelt", env_file("LOG_LEVL=INFO\n"), ".env:1: error: LOG_LEVL"),
    (
        "open secrets",
        env_file("LOG_LEVEL=INFO\n", 0o644),
        ".env: warning: others on this machine can read it",
    ),
    (
        "meeting without uid",
        replaced("[[guild.list]]", "[[guild.calendar.series]]\nmuted = true\n[[guild.list]]"),
        "community.toml:13: error: a meeting needs uid",
    ),
    ("damaged store", damage, "rapporteur.sqlite3: error: this file is damaged, or no database"),
    (
        "newer store",
        lambda it: it.execute("UPDATE alembic_version SET version_num = '9999'"),
        "rapporteur.sqlite3: error: a newer Rapporteur wrote it (schema 9999",
    ),
    ("old backups", grow_old, "backups: warning: the newest backup is of 9 days ago. Make one now"),
    ("hoarded backups", hoard, "backups: warning: 1 of the backups is older than 30 days"),
    ("posts wait", wait_long, "posts: warning: 1 should have left, the oldest 3 hours ago."),
    ("old zones", live_on, "tzdata: warning: the time zones are of 20"),
    ("no directory", take_directory_away, "error: DATA_DIR: is no directory"),
]


@pytest.mark.parametrize(("name", "harm", "hint"), CASES, ids=[name for name, _, _ in CASES])
async def test_what_is_broken_is_named_once_with_what_to_do(
    set_up: SetUp, name: str, harm: Break, hint: str
) -> None:
    done = harm(set_up)
    if isinstance(done, Awaitable):
        await done
    report = await set_up.examine()
    lines = [str(finding).replace(f"{set_up.directory}/data/", "") for finding in report.findings]
    lines = [
        line.replace(f"{set_up.directory}/config/", "").replace(f"{set_up.directory}/", "") for line in lines
    ]
    assert len(lines) == 1, "\n".join(lines)
    assert lines[0].startswith(hint), lines[0]
    assert report.exit_code == (1 if ": warning: " in lines[0] else 2)
    assert len(lines[0]) > len(hint)
    document = json.loads(to_json(report))
    assert document["exit_code"] == report.exit_code
    (told,) = document["findings"]
    assert told["what"], told
    assert re.match(r"[A-Z]|chmod ", told["fix"]), told
    assert told["fix"] not in told["what"]
    assert TOKEN not in json.dumps(document)


def test_there_are_thirty_broken_set_ups_at_least() -> None:
    assert len({name for name, _, _ in CASES}) >= 30
    assert EVERYTHING & 8 == 0  # none of them needs Administrator


async def test_one_thing_that_is_wrong_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "community.toml").write_text("[[guild]]\nid = 1\nadmin_chanel = 2\n")
    (tmp_path / ".env").write_text("CARD_STYLE=round\nDISCORD_TOKEN=nonsense\n")
    (tmp_path / ".env").chmod(0o644)
    environ = {"CONFIG_DIR": str(tmp_path), "DATA_DIR": str(tmp_path / "data"), "HEALTH_PORT": "http"}
    report = await check(clock=lambda: NOW, environ=environ, env_file=tmp_path / ".env")
    told = to_text(report)
    for word in ("CARD_STYLE", "HEALTH_PORT", "DISCORD_TOKEN", "did you mean admin_channel?", "chmod 600"):
        assert told.count(word) == 1, told
    assert report.exit_code == 2
    assert {"disk", "time zones"} <= {passed.check for passed in report.passed}
