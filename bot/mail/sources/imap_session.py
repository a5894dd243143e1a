"""Hold one connection to an IMAP server, read-only; everything here blocks, and runs in a thread of its own.

The folder is opened with EXAMINE and mails are fetched with BODY.PEEK, so nothing is marked as seen.
"""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from bot.errors import SourceError
from bot.mail.limits import MAX_MAIL_BYTES
from bot.mail.sources.contract import MOST_BYTES, MOST_MAILS, MailboxLogin

CONNECT_SECONDS = 10.0
RENEW_SECONDS = 25 * 60.0  # servers may end an IDLE after 29 minutes (RFC 2177)

_PEEK_SECONDS = 5.0  # how long one wait inside an IDLE may be, so that an end is noticed
_ANSWER_SECONDS = 60.0
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,15})\b")
_ARRIVED = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"')
_DATE_TIME = re.compile(
    r"\s?(?P<day>\d{1,2})-(?P<month>[A-Za-z]{3})-(?P<year>\d{4}) (?P<time>\d\d:\d\d:\d\d) (?P<zone>[+-]\d{4})"
)
_PASSING = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "[CONTACTADMIN]", "temporar", "Temporar")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BROKEN = (OSError, imaplib.IMAP4.abort, ssl.SSLError)


class BrokenError(Exception):
    """The connection broke; another one may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """What EXAMINE says of a folder.

    Attributes:
        validity: UIDVALIDITY; when it changes, the numbers mean other mails.
        newest: The highest number that a mail may have.
    """

    validity: int
    newest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A mail as the server keeps it."""

    uid: int
    data: bytes = field(repr=False)
    arrived_at: datetime | None


class Session:
    """One connection. `interrupt` may be called from another thread; the rest from one alone.

    Args:
        name: What the operator calls the account, for messages.
        access_token: For XOAUTH2; "" to log in with the password.
    """

    def __init__(self, login: MailboxLogin, *, name: str, access_token: str, tls: ssl.SSLContext) -> None:
        self._login = login
        self._name = name
        self._access_token = access_token
        self._tls = tls
        self._box: BaseMailBox | None = None
        self._can_idle = False
        self._is_interrupted = False

    @property
    def is_open(self) -> bool:
        """Tell whether a connection was made."""
        return self._box is not None

    def interrupt(self) -> None:
        """Make whatever waits for the server end at once."""
        self._is_interrupted = True
        box = self._box
        if box is not None:
            with suppress(OSError):
                box.client.sock.shutdown(socket.SHUT_RDWR)

    def drop(self) -> None:
        """Close the connection without a word."""
        box, self._box = self._box, None
        if box is not None:
            with suppress(OSError):
                box.client.shutdown()

    def examine(self, folder: str) -> Folder:
        """Open a folder, read-only.

        Raises:
            SourceError: The login or the folder is refused.
            BrokenError: The connection broke.
        """
        box = self._open()
        with _translated(self._name):
            try:
                box.folder.set(folder, readonly=True)
            except MailboxFolderSelectError as error:
                raise _no_folder(self._name, folder, error) from error
            validity = _number(box.client.response("UIDVALIDITY")[1])
            following = _number(box.client.response("UIDNEXT")[1])
            newest = following - 1 if following else max(self._search("UID 1:*"), default=0)
        return Folder(validity=validity, newest=newest)

    def find(self, *, after: int, until: int, since: datetime | None, list_id: str) -> list[int]:
        """Find the numbers of mails, in their order.

        Args:
            after: Above this number.
            until: Up to this one.
            since: That came on this day or later.
            list_id: That were sent through this list.
        """
        if until <= after:
            return []
        # "7:*" would name the newest mail even where its number is lower, so the end is always given.
        wish = [f"UID {after + 1}:{until}"]
        if since is not None:
            wish.append(f"SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}")
        if list_id:
            wish.append(f'HEADER List-Id "{list_id}"')
        return [uid for uid in self._search(" ".join(wish)) if after < uid <= until]

    def fetch(self, uids: Sequence[int]) -> tuple[tuple[Fetched, ...], int]:
        """Fetch the first of these mails, as many as make a batch; and say up to which one that was.

        Mails that were deleted meanwhile are left out.
        """
        wanted = list(uids[:MOST_MAILS])
        sizes = self._sizes(wanted)
        size = 0
        for position, uid in enumerate(wanted):
            if size >= MOST_BYTES:
                wanted = wanted[:position]
                break
            size += min(sizes.get(uid, 0), MAX_MAIL_BYTES)
        taken = [uid for uid in wanted if uid in sizes]
        items = f"(UID INTERNALDATE BODY.PEEK[]<0.{MAX_MAIL_BYTES}>)"
        lines = self._ask("FETCH", _numbers(taken), items) if taken else ()
        found = {mail.uid: mail for mail in _read(lines)}
        return tuple(found[uid] for uid in taken if uid in found), wanted[-1] if wanted else 0

    def wait(self, *, timeout_seconds: float) -> bool:
        """Wait in IDLE until the server tells of a new mail; False when it does not in time, or cannot."""
        box = self._open()
        with _translated(self._name):
            if not self._can_idle:
                return False
            box.idle.start()  # type: ignore[no-untyped-call] # the library leaves it so
            left = min(timeout_seconds, RENEW_SECONDS)
            has_news = False
            while left > 0 and not has_news and not self._is_interrupted:
                part = min(left, _PEEK_SECONDS)
                lines = box.idle.poll(timeout=part)
                has_news = any(b"EXISTS" in line or b"BYE" in line for line in lines)
                left -= part
            if not self._is_interrupted:
                box.idle.stop()  # type: ignore[no-untyped-call] # the library leaves it so
            return has_news

    def _open(self) -> BaseMailBox:
        if self._box is not None:
            return self._box
        login = self._login
        try:
            box = self._connect()
        except ssl.SSLCertVerificationError as error:
            what = f"The TLS certificate of the mail server of {self._name} cannot be trusted"
            raise SourceError(f"{what}; whoever runs that server has to correct it.") from error
        except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
            what = f"The mail server of {self._name} cannot be reached on port {login.port}"
            raise SourceError(f"{what}. It may be down; it is tried again later.") from error
        self._box = box
        if self._is_interrupted:
            self.drop()
            raise BrokenError
        try:
            if self._access_token:
                box.xoauth2(login.user, self._access_token, initial_folder=None)
            else:
                box.login(login.user, login.password, initial_folder=None)
            # What is offered after the login may be more, and imaplib keeps what was offered before.
            self._can_idle = b"IDLE" in b" ".join(box.client.capability()[1]).upper().split()
            box.client.sock.settimeout(_ANSWER_SECONDS)
        except (MailboxLoginError, imaplib.IMAP4.error) as error:
            self.drop()
            raise _refused(self._name, error) from error
        except (OSError, ImapToolsError) as error:
            self.drop()
            raise SourceError(f"The mail server of {self._name} broke off during the login.") from error
        return box

    def _connect(self) -> BaseMailBox:
        host, port = self._login.host, self._login.port
        match self._login.security:
            case "tls":
                return MailBox(host, port, timeout=CONNECT_SECONDS, ssl_context=self._tls)
            case "starttls":
                return MailBoxStartTls(host, port, timeout=CONNECT_SECONDS, ssl_context=self._tls)
            case _:
                return MailBoxUnencrypted(host, port, timeout=CONNECT_SECONDS)

    def _search(self, wish: str) -> list[int]:
        lines = self._ask("SEARCH", wish)
        return sorted(int(number) for line in lines if isinstance(line, bytes) for number in line.split())

    def _sizes(self, uids: Sequence[int]) -> dict[int, int]:
        if not uids:
            return {}
        found: dict[int, int] = {}
        for line in self._ask("FETCH", _numbers(uids), "(UID RFC822.SIZE)"):
            uid, size = (_UID.search(line), _SIZE.search(line)) if isinstance(line, bytes) else (None, None)
            if uid and size:
                found[int(uid[1])] = int(size[1])
        return dict(sorted(found.items()))

    def _ask(self, command: str, *words: str) -> Sequence[Any]:
        box = self._open()
        with _translated(self._name):
            status, lines = box.client.uid(command, *words)
        if status != "OK":
            raise SourceError(
                f"The mail server of {self._name} does not carry out {command}; it is tried later."
            )
        return [line for line in lines if line is not None]


@contextmanager
def _translated(name: str) -> Iterator[None]:
    """Tell a broken connection from a refusal."""
    try:
        yield
    except _BROKEN as error:
        raise BrokenError from error
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        raise SourceError(f"The mail server of {name} refuses a command. It is tried again later.") from error


def _refused(name: str, error: Exception) -> SourceError:
    """Judge a refused login; RFC 5530's codes say when it is not the login's fault."""
    if isinstance(error, imaplib.IMAP4.abort) or any(word in str(error) for word in _PASSING):
        return SourceError(f"The mail server of {name} takes no login for now. It is tried again later.")
    return SourceError(
        f"The mail server of {name} refuses the login. Whoever runs the bot has to correct or renew it.",
        permanent=True,
    )


def _no_folder(name: str, folder: str, error: Exception) -> SourceError:
    if any(word in str(error) for word in _PASSING):
        what = f"The mail server of {name} cannot open the folder {folder[:80]!r} for now."
        return SourceError(f"{what} It is tried again later.")
    return SourceError(f"The mailbox {name} has no folder {folder[:80]!r} that can be read.", permanent=True)


def _read(lines: Sequence[Any]) -> Iterator[Fetched]:
    """Read what FETCH answered: a pair of words and bytes for each mail, and words again after it."""
    for position, line in enumerate(lines):
        if not isinstance(line, tuple):
            continue
        after = lines[position + 1] if position + 1 < len(lines) else b""
        words = line[0] + b" " + (after if isinstance(after, bytes) else b"")
        uid, arrived = _UID.search(words), _ARRIVED.search(words)
        if uid:
            yield Fetched(uid=int(uid[1]), data=line[1], arrived_at=_moment(arrived[1]) if arrived else None)


def _moment(text: bytes) -> datetime | None:
    """Read a date-time of RFC 9051: "24-Nov-2026 12:00:00 +0000"."""
    match = _DATE_TIME.fullmatch(text.decode("ascii", "replace"))
    if match is None or match["month"].title() not in _MONTHS:
        return None
    day, year, time, zone = match["day"], match["year"], match["time"], match["zone"]
    month = _MONTHS.index(match["month"].title()) + 1
    with suppress(ValueError, OverflowError):
        return datetime.fromisoformat(f"{year}-{month:02}-{int(day):02}T{time}{zone}").astimezone(UTC)
    return None


def _number(values: Sequence[Any]) -> int:
    last = values[-1] if values else None
    return int(last) if isinstance(last, bytes) and last.isdigit() else 0


def _numbers(uids: Sequence[int]) -> str:
    return ",".join(str(uid) for uid in uids)
