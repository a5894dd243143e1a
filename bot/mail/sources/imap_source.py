"""Read a folder of an IMAP mailbox that is subscribed to the list: read-only, and told of new mail at once.

The library blocks, so each source has a thread of its own. Whoever gives up waiting for it cuts the
connection, and the thread comes free.
"""

import asyncio
import hashlib
import re
import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from bot.errors import SourceError
from bot.mail.models import Place, Problem, RawMail
from bot.mail.sources.contract import Access, Batch, Cursor, MailboxLogin, since_of
from bot.mail.sources.imap_session import BrokenError, Fetched, Folder, Session
from bot.mail.sources.tokens import Token

T = TypeVar("T")

_FETCH_SECONDS = 180.0
_GRACE_SECONDS = 30.0
_LOOK_SECONDS = 60.0
_REMEMBERED = 300
_MESSAGE_ID = re.compile(rb"^Message-ID:[ \t]*(?:\r?\n[ \t]+)?([^\r\n]{1,998})", re.IGNORECASE | re.MULTILINE)
_A_DAY = timedelta(days=1)


class ImapSource:
    """One folder.

    The cursor holds `validity` and `last` (the newest mail's number, which means something only together with
    it), `recent` (marks of the mails read last) and `day` (when the last of them came).
    """

    def __init__(self, place: Place, access: Access) -> None:
        url = urlsplit(place.address)
        self._name = url.netloc
        self._folder = unquote(url.path.strip("/")) or "INBOX"
        self._list_id = parse_qs(url.query).get("list", [""])[0]
        self._access = access
        self._token: Token | None = None
        self._session: Session | None = None
        self._thread = _make_thread(self._name)

    async def fetch(self, cursor: Cursor) -> Batch:
        """Read the mails above the last one."""
        return await self._run(lambda session: self._read(session, cursor), seconds=_FETCH_SECONDS)

    async def wait_for_news(self, cursor: Cursor, *, timeout_seconds: float) -> bool:
        """Let the server tell of new mail (IDLE); where it cannot, look every minute."""
        now = asyncio.get_running_loop().time
        ends_at = now() + timeout_seconds
        while (left := ends_at - now()) > 0:
            begun = now()
            if await self._run(
                partial(self._wait, cursor=cursor, seconds=left), seconds=left + _GRACE_SECONDS
            ):
                return True
            if now() - begun < 1:  # it cannot be told; or else it was, until IDLE had to be renewed
                await asyncio.sleep(min(_LOOK_SECONDS, ends_at - now()))
        return False

    async def close(self) -> None:
        """Cut the connection, and let the thread end."""
        self._cut()
        self._thread.shutdown(wait=False)
        self._thread = _make_thread(self._name)

    async def _run(self, work: Callable[[Session], T], *, seconds: float) -> T:
        """Do something with the connection in the thread; once more when a connection at hand had died."""
        was_open = self._session is not None and self._session.is_open
        try:
            return await self._run_once(work, seconds=seconds)
        except BrokenError:
            if not was_open:
                raise _broken(self._name) from None
        try:
            return await self._run_once(work, seconds=seconds)
        except BrokenError:
            raise _broken(self._name) from None

    async def _run_once(self, work: Callable[[Session], T], *, seconds: float) -> T:
        session = self._session or await self._prepare()
        self._session = session
        job = asyncio.get_running_loop().run_in_executor(self._thread, work, session)
        try:
            async with asyncio.timeout(seconds):
                return await job
        except TimeoutError:
            self._cut()
            raise SourceError(f"The mail server of {self._name} did not answer in time.") from None
        except SourceError as error:
            self._cut()
            if error.permanent and self._token is not None:
                self._token.forget()
            raise
        except (asyncio.CancelledError, BrokenError):
            self._cut()  # it is in the middle of something
            raise

    async def _prepare(self) -> Session:
        """Make a session that is not connected yet."""
        login = self._access.mailboxes.get(self._name)
        if login is None:
            raise SourceError(
                f"No mailbox is set up under the name {self._name}. Whoever runs the bot has to do that.",
                permanent=True,
            )
        token = await self._get_token(login)
        tls = self._access.tls or ssl.create_default_context()
        return Session(login, name=self._name, access_token=token, tls=tls)

    async def _get_token(self, login: MailboxLogin) -> str:
        if login.oauth is None:
            return ""
        if self._token is None:
            self._token = Token(
                login.oauth, name=self._name, fetcher=self._access.fetcher, clock=self._access.clock
            )
        return await self._token.get()

    def _cut(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.interrupt()
            self._thread.submit(session.drop)  # after what still runs with it

    def _wait(self, session: Session, *, cursor: Cursor, seconds: float) -> bool:
        folder = session.examine(self._folder)
        if folder.validity != cursor.get("validity") or folder.newest > cursor["last"]:
            return True
        return session.wait(timeout_seconds=seconds)

    def _read(self, session: Session, cursor: Cursor) -> Batch:
        """Read a batch; runs in the thread."""
        folder = session.examine(self._folder)
        state = dict(cursor)
        problems: list[Problem] = []
        since = self._enter(folder, state, problems)
        uids = session.find(after=state["last"], until=folder.newest, since=since, list_id=self._list_id)
        fetched, reached = session.fetch(uids)
        is_complete = not uids or reached == uids[-1]
        mails = _keep(fetched, state)
        state["last"] = folder.newest if is_complete else reached
        state["is_new"] = False
        if is_complete:
            state.pop("is_resync", None)
        return Batch(mails=mails, cursor=state, is_complete=is_complete, problems=tuple(problems))

    def _enter(self, folder: Folder, state: dict[str, Any], problems: list[Problem]) -> datetime | None:
        """Find out where to go on in a folder; return the day to begin with where its numbers do not tell."""
        if state.get("validity") == folder.validity:
            return None
        if "validity" not in state:
            state |= {"validity": folder.validity, "last": folder.newest if state["is_new"] else 0}
            return since_of(state)
        what = "the server numbered its mails anew; the newest are looked through by their Message-ID"
        problems.append(Problem(where=self._folder, what=what))
        state |= {"validity": folder.validity, "last": 0, "is_resync": True}
        return datetime.fromisoformat(state.get("day", state["since"])) - _A_DAY


def _make_thread(name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"imap-{name}")


def _keep(fetched: Sequence[Fetched], state: dict[str, Any]) -> tuple[RawMail, ...]:
    """Note what was read; leave out what was read before, where the mails' numbers do not tell that."""
    recent: list[str] = list(state.get("recent", ()))
    known = frozenset(recent) if state.get("is_resync") else frozenset()
    marks = [_mark(mail.data) for mail in fetched]
    days = [mail.arrived_at.isoformat() for mail in fetched if mail.arrived_at is not None]
    state["recent"] = [*recent, *marks][-_REMEMBERED:]
    if days:
        state["day"] = max(days[-1], state.get("day", ""))
    return tuple(
        RawMail(data=mail.data, arrived_at=mail.arrived_at)
        for mail, mark in zip(fetched, marks, strict=True)
        if mark not in known
    )


def _mark(data: bytes) -> str:
    head = data[:65_536].partition(b"\r\n\r\n")[0]
    match = _MESSAGE_ID.search(head)
    return hashlib.sha256(match[1].strip() if match else data).hexdigest()[:10]


def _broken(name: str) -> SourceError:
    return SourceError(f"The connection to the mail server of {name} broke. It is tried again later.")
