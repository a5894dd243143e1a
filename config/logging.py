"""Set up logging: lines for people or JSON for machines, one line a record, secrets redacted.

structlog draws the line; everything in the program logs through the standard library. The last step works on
the finished line, so that no message, extra or traceback passes it by.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable
from types import TracebackType
from typing import TextIO
from urllib.parse import quote, quote_plus, urlsplit

import structlog
from structlog.typing import EventDict, WrappedLogger

from config.settings import LogFormat, Settings

REDACTED = "[redacted]"

# Each of these writes tokens, addresses or whole payloads at lower levels: measured on httpx 0.28 (every URL
# with its password at INFO) and discord.py 2.7 (gateway payloads with interaction tokens at DEBUG).
_QUIET_LOGGERS = {
    "aiosqlite": logging.INFO,
    "alembic": logging.WARNING,
    "apscheduler": logging.ERROR,
    "asyncio": logging.INFO,
    "discord": logging.WARNING,
    "hpack": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "markdown_it": logging.WARNING,
    "sqlalchemy": logging.WARNING,
}
_MAX_VALUE = 4_000
_MIN_SECRET = 4
_MOST_CAUSES = 4
_PATTERNS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(/webhooks/\d+/)[^/\s\"'?]+", rf"\1{REDACTED}"),
        (r"(/interactions/\d+/)[^/\s\"'?]+", rf"\1{REDACTED}"),
        (r"(://)[^/\s@\"']{1,500}@", rf"\1{REDACTED}@"),
        (r"(?<=/)private-[0-9A-Za-z]+(?=/)", REDACTED),
        (
            r"(?i)([?&](?:[a-z_]{0,20}token|api_?key|key|secret|password|sig|signature)=)[^&\s\"']+",
            rf"\1{REDACTED}",
        ),
        (r"(?i)([\"'](?:[a-z_]{0,20}token|password|secret)\\?[\"']: ?\\?[\"'])[^\"']+", rf"\1{REDACTED}"),
        (r"(?i)(authorization\W{1,5})(?:(?:basic|bearer|bot) )?[^\s\"',}]+", rf"\1{REDACTED}"),
        (r"(?<![\w-])[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}", REDACTED),
    )
)
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
_CONTROL |= {
    code: f"\\u{code:04x}" for code in (0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
_CONTROL |= {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): " "}


def setup_logging(settings: Settings, stream: TextIO | None = None) -> None:
    """Send every record to standard error, or to the stream given."""
    handler = logging.StreamHandler(stream if stream is not None else sys.stderr)
    handler.setFormatter(LineFormatter(settings.log_format, secrets=secrets_of(settings)))
    handler.addFilter(_is_of_use)
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name, level in _QUIET_LOGGERS.items():
        logging.getLogger(name).setLevel(level)


class LineFormatter(structlog.stdlib.ProcessorFormatter):
    """Turn a record into one line that holds no secret."""

    def __init__(self, log_format: LogFormat, *, secrets: Iterable[str] = ()) -> None:
        self._redactor = Redactor(secrets)
        super().__init__(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(),
            ],
            processors=[
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _describe_error,
                self._shorten,
                structlog.processors.JSONRenderer() if log_format == "json" else _render_text,
            ],
        )

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        try:
            record.getMessage()
        except (TypeError, ValueError):
            # Left to logging, this prints the arguments to standard error, unredacted.
            record.msg, record.args = f"{record.msg} [arguments do not fit]", ()
        return self._redactor.redact(super().format(record))

    def _shorten(self, _logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
        """Turn values into short texts, without cutting through a secret."""
        for key, value in event.items():
            if not isinstance(value, (bool, int, float, type(None))):
                text = self._redactor.redact(str(value)[: 2 * _MAX_VALUE])
                event[key] = text if len(text) <= _MAX_VALUE else text[:_MAX_VALUE] + "…"
        return event


class Redactor:
    """Replace known secrets, and whatever looks like one."""

    def __init__(self, secrets: Iterable[str]) -> None:
        spellings = {form for secret in secrets if len(secret) >= _MIN_SECRET for form in _spellings(secret)}
        longest_first = sorted(spellings, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if spellings else None

    def redact(self, text: str) -> str:
        """Return the text without secrets."""
        if self._known is not None:
            text = self._known.sub(REDACTED, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Return the secrets that the settings hold."""
    database = settings.database_url.get_secret_value()
    password = urlsplit(database).password if database else None
    heartbeat = settings.heartbeat_url.get_secret_value()
    referred = (secret.get_secret_value() for secret in settings.secrets.values())
    token = settings.discord_token.get_secret_value()
    return tuple(filter(None, (token, database, password, heartbeat, *referred)))


def _is_of_use(record: logging.LogRecord) -> bool:
    """Leave out what discord.py says to every bot without voice: which libraries that would need."""
    return not (record.name == "discord.client" and str(record.msg).endswith("voice will NOT be supported"))


def _spellings(secret: str) -> frozenset[str]:
    """Return how a secret looks in a URL, in JSON and in a repr."""
    return frozenset(
        (
            secret,
            quote(secret),
            quote(secret, safe=""),
            quote_plus(secret),
            json.dumps(secret)[1:-1],
            json.dumps(secret, ensure_ascii=False)[1:-1],
            repr(secret)[1:-1],
        )
    )


def _describe_error(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Put an exception into the line: what it was, and where it came from, innermost first."""
    exc_info = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if isinstance(exc_info, tuple) and exc_info[1] is not None:
        _kind, error, trace = exc_info
        event["error"] = _chain(error)
        event["at"] = _frames(trace)
    return event


def _chain(error: BaseException) -> str:
    parts: list[str] = []
    current: BaseException | None = error
    for _ in range(_MOST_CAUSES):
        if current is None:
            break
        # A database's errors quote the row that was refused, and the statement: neither is the log's matter.
        text = str(current).partition("\nDETAIL:")[0].partition("\n[SQL:")[0]
        if not any(part.endswith(text) for part in parts):  # a driver's error repeats the one beneath it
            parts.append(f"{type(current).__name__}: {text}"[:1_000])
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return " < ".join(parts)


def _frames(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-6:]
    return " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))


def _render_text(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    """Draw a line for people: time, level, what, then the keys."""
    head = [event.pop("timestamp"), f"{event.pop('level').upper():8}", f"{event.pop('logger')}:"]
    message = str(event.pop("event"))
    keys = [f"{key}={value!s}" for key, value in event.items()]
    return " ".join((*head, message, *keys)).translate(_CONTROL)
