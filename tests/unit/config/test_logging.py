"""Log lines: one a record, for people or machines, and never a secret."""

import io
import json
import logging
import timeit
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from config.logging import REDACTED, LineFormatter, Redactor, secrets_of, setup_logging
from config.settings import Settings

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.GxYzAb.aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-"
PASSWORD = "p/ä\"ss w'rd\\"
SETTINGS = Settings(
    discord_token=SecretStr(TOKEN), database_url=SecretStr("postgresql://wg:hunter22@db.example/wg")
)


def record(message: str, *args: object, level: int = logging.INFO, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("bot.test", level, "file.py", 7, message, args, None)
    vars(made).update(extra)
    return made


def line(made: logging.LogRecord, log_format: str = "text", secrets: tuple[str, ...] = ()) -> str:
    return LineFormatter(log_format, secrets=secrets).format(made)


def without_time(text: str) -> str:
    return text.partition(" ")[2]


def test_text_line_says_level_logger_message_and_keys() -> None:
    made = record("page %s loaded", "faq", guild_id=7, action="refresh")
    assert without_time(line(made)) == "INFO     bot.test: page faq loaded guild_id=7 action=refresh"


def test_json_line_is_one_object() -> None:
    found = json.loads(line(record("page %s loaded", "faq", guild_id=7), "json"))
    assert found.pop("timestamp").endswith("Z")
    assert found == {"event": "page faq loaded", "level": "info", "logger": "bot.test", "guild_id": 7}


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("a\nb", "a\\nb"),
        ("a\r\nINFO forged", "a\\r\\nINFO forged"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\u2028b\u202ec", "a\\u2028b\\u202ec"),
        ("a\tb", "a b"),
    ],
)
def test_record_stays_in_its_line(message: str, shown: str) -> None:
    assert without_time(line(record(message))) == f"INFO     bot.test: {shown}"


@given(message=st.text(), log_format=st.sampled_from(["text", "json"]))
def test_any_message_is_one_line(message: str, log_format: str) -> None:
    made = line(record("%s", message, where=message), log_format)
    assert made.splitlines() == [made]
    assert log_format == "text" or json.loads(made)["level"] == "info"


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_exception_is_in_the_line_with_cause_and_place(log_format: str) -> None:
    made = record("failed")
    try:
        try:
            int("x")
        except ValueError as error:
            raise RuntimeError(f"bad {TOKEN}\nsecond line") from error
    except RuntimeError as error:
        made.exc_info = (type(error), error, error.__traceback__)
    found = line(made, log_format)
    assert found.count("\n") == 0
    assert f"RuntimeError: bad {REDACTED}\\nsecond line < ValueError: invalid literal" in found
    assert Path(__file__).name in found
    assert TOKEN not in found


def test_arguments_that_do_not_fit_are_not_printed_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    found = line(record("two %s %s", TOKEN))
    assert without_time(found) == "INFO     bot.test: two %s %s [arguments do not fit]"
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_long_values_are_cut(log_format: str) -> None:
    assert len(line(record("x" * 1_000_000, body="y" * 1_000_000), log_format)) < 10_000


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("POST https://discord.com/api/v10/webhooks/123/aW50_tok-en?wait=1", f"POST https://discord.com/api/v10/webhooks/123/{REDACTED}?wait=1"),
        ("/interactions/9/aW50/callback", f"/interactions/9/{REDACTED}/callback"),
        ("GET https://user:pass@lists.example/x", f"GET https://{REDACTED}@lists.example/x"),
        ("https://calendar.google.com/calendar/ical/a%40b/private-0a1b2c3d/basic.ics", f"https://calendar.google.com/calendar/ical/a%40b/{REDACTED}/basic.ics"),
        ("https://x.example/feed?list=a&token=abc&n=1", f"https://x.example/feed?list=a&token={REDACTED}&n=1"),
        ("{'token': 'abc', 'id': 1}", f"{{'token': '{REDACTED}', 'id': 1}}"),
        ('{"token":"abc"}', f'{{"token":"{REDACTED}"}}'),
        ("{'Authorization': 'Bot abc.def'}", f"{{'Authorization': '{REDACTED}'}}"),
        (f"identify with {TOKEN}!", f"identify with {REDACTED}!"),
        ("https://wiki.example/private-matters?page=key", "https://wiki.example/private-matters?page=key"),
        ("3 pages at https://wiki.example/a@b", "3 pages at https://wiki.example/a@b"),
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_redacted(text: str, redacted: str) -> None:
    assert Redactor(()).redact(text) == redacted


@pytest.mark.parametrize(
    "spelling", [str, repr, json.dumps, lambda text: json.dumps(text, ensure_ascii=False)]
)
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_known_secret_is_redacted_however_it_is_spelled(spelling, log_format: str) -> None:
    found = line(
        record("value %s", spelling(PASSWORD), also=PASSWORD, nested={"a": PASSWORD}), log_format, (PASSWORD,)
    )
    assert "ss w" not in found
    assert found.count(REDACTED) == 3


@given(
    secret=st.text("abcXYZ0189-_.~/+ \"'\\é", min_size=6, max_size=40), padding=st.text("xyz ", max_size=20)
)
def test_known_secret_never_passes(secret: str, padding: str) -> None:
    for log_format in ("text", "json"):
        found = line(record("%s%s%s", padding, secret, padding, data=[secret]), log_format, (secret,))
        assert secret not in found.partition("bot.test")[2]


def test_settings_tell_their_secrets() -> None:
    assert secrets_of(SETTINGS) == (TOKEN, "postgresql://wg:hunter22@db.example/wg", "hunter22")
    assert secrets_of(Settings()) == ()
    heartbeat = Settings(heartbeat_url=SecretStr("https://hc.example/secret"))
    assert secrets_of(heartbeat) == ("https://hc.example/secret",)


@pytest.fixture
def _restored_logging():
    root = logging.getLogger()
    before = (root.level, root.handlers[:])
    yield
    root.setLevel(before[0])
    root.handlers[:] = before[1]
    logging.captureWarnings(capture=False)


@pytest.mark.usefixtures("_restored_logging")
def test_libraries_that_log_addresses_and_payloads_stay_quiet_at_debug() -> None:
    stream = io.StringIO()
    setup_logging(SETTINGS.model_copy(update={"log_level": "DEBUG"}), stream)
    for name in (
        "httpx",
        "httpcore.http11",
        "discord.gateway",
        "discord.http",
        "discord.webhook.async_",
        "alembic.runtime",
    ):
        logging.getLogger(name).info("https://secret.example/ of %s", name)
    logging.getLogger("bot.faq").debug("shown")
    logging.getLogger("discord.gateway").warning("shown too")
    logging.getLogger("discord.client").warning("PyNaCl is not installed, voice will NOT be supported")
    assert [without_time(text) for text in stream.getvalue().splitlines()] == [
        "DEBUG    bot.faq: shown",
        "WARNING  discord.gateway: shown too",
    ]


@pytest.mark.parametrize(
    "unit",
    [
        "://",
        "/webhooks/1/",
        "&token=",
        "'token': '",
        "a-.",
        "authorization: bot ",
        "x" * 24 + ".",
        "/private-",
    ],
)
def test_redaction_takes_linear_time(unit: str) -> None:
    redactor = Redactor((TOKEN, PASSWORD))

    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        return min(timeit.repeat(lambda: redactor.redact(text), number=1, repeat=3))

    # Ten times the text: quadratic code would take a hundred times as long.
    assert seconds(100_000) < 40 * seconds(10_000) + 0.05
