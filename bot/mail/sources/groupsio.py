"""Read a group on groups.io by its API, with the key of a member.

The API tells no Message-ID and no references, only which topic a message is of. So each message refers to an
id made of its topic, and the threads come out as the group has them.
"""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import SplitResult, urlencode, urlsplit, urlunsplit

from bot.errors import SourceError
from bot.mail.models import Place, Problem, RawMail
from bot.mail.sources.contract import MOST_BYTES, MOST_MAILS, Access, Batch, Cursor, Kind, Page, since_of
from bot.mail.sources.groupsio_api import Message, explain, read_messages
from bot.mail.sources.writing import Fields, write_mail

_PAGE = 100  # the most that the API gives
_MOST_PAGES = 50
_MOST_PAGE_BYTES = 32_000_000
_REFUSALS = frozenset({400, 401, 403, 404})
_GROUP = re.compile(r"/g/(?P<name>[A-Za-z0-9_.+-]{1,100})(?:/.*)?")


class GroupsioSource:
    """One group.

    The cursor holds `last` (the number of the newest message read); during the backfill the start's date
    bounds it instead.
    """

    def __init__(self, place: Place, access: Access) -> None:
        url = urlsplit(place.address)
        self._url = place.address
        self._host = str(url.hostname)
        self._root = f"{url.scheme}://{url.netloc}"
        self._group = url.path.removeprefix("/g/").strip("/")
        self._access = access
        self._waiting: tuple[Message, ...] = ()
        self._waiting_after = 0

    async def fetch(self, cursor: Cursor) -> Batch:
        """Read the messages above the last one, the eldest first."""
        problems: list[Problem] = []
        last = cursor.get("last")
        waiting = self._waiting if last == self._waiting_after else ()
        if not waiting:
            waiting = await self._find_new(cursor, problems)
        taken = waiting if cursor["is_new"] else _portion(waiting)
        self._waiting = waiting[len(taken) :]
        newest = max((message.number for message in taken), default=last or 0)
        self._waiting_after = newest
        mails = () if cursor["is_new"] else tuple(self._write(message) for message in taken)
        return Batch(
            mails=mails,
            cursor={"since": cursor["since"], "is_new": False, "last": newest},
            is_complete=not self._waiting,
            problems=tuple(problems),
        )

    async def wait_for_news(self, cursor: Cursor, *, timeout_seconds: float) -> bool:  # noqa: ARG002 (the contract's signature)
        """Wait: a group cannot be watched."""
        await asyncio.sleep(timeout_seconds)
        return False

    async def close(self) -> None:
        """Forget what is at hand."""
        self._waiting = ()

    async def _find_new(self, cursor: Cursor, problems: list[Problem]) -> tuple[Message, ...]:
        """List messages from the newest down to the last one read, or to the first day wanted."""
        last, since = cursor.get("last"), since_of(cursor)
        found: dict[int, Message] = {}
        token = ""
        for _ in range(_MOST_PAGES):
            messages, token = await self._list(token)
            wanted = [message for message in messages if _is_wanted(message, last, since) or cursor["is_new"]]
            found |= {message.number: message for message in wanted}
            is_end = bool(messages) and messages[-1].number not in found
            if not token or is_end or cursor["is_new"]:
                return _by_number(found)
        what = f"more than {len(found)} new messages; the eldest are left out"
        problems.append(Problem(where="list", what=what))
        return _by_number(found)

    async def _list(self, token: str) -> tuple[tuple[Message, ...], str]:
        key = self._access.api_keys.get(self._host, "")
        if not key:
            raise SourceError(
                f"{self._host} is read with a member's API key, and none is set up for it. Whoever runs the "
                "bot has to, or follow the group through a mailbox that is subscribed to it (imap:NAME).",
                permanent=True,
            )
        query = {"group_name": self._group, "sort_field": "created", "sort_dir": "desc", "limit": str(_PAGE)}
        if token:
            query["page_token"] = token
        answer = await self._access.fetcher.fetch(
            f"{self._root}/api/v1/getmessages?{urlencode(query)}",
            headers={"Authorization": f"Bearer {key}"},
            max_bytes=_MOST_PAGE_BYTES,
            expected=_REFUSALS,
        )
        if answer.status in _REFUSALS:
            raise explain(answer.status, answer.content, host=self._host, group=self._group)
        return read_messages(answer.content, self._host)

    def _write(self, message: Message) -> RawMail:
        domain = f"{self._group}.{self._host}".replace("+", ".")
        link = f"{self._url}/message/{message.number}"
        fields = Fields(
            message_id=f"message-{message.number}@{domain}.invalid",
            subject=message.subject,
            author=message.author,
            address=message.address,
            date=message.created_at,
            references=(f"topic-{message.topic}@{domain}.invalid",) if message.topic else (),
            others={"List-Id": f"<{domain}>", "Archived-At": f"<{link}>"},
            body=message.body,
            is_html=message.is_html,
        )
        return RawMail(data=write_mail(fields), permalink=link, arrived_at=message.created_at)


def _is_wanted(message: Message, last: int | None, since: datetime) -> bool:
    if last is not None:
        return message.number > last
    return message.created_at is None or message.created_at >= since


def _by_number(found: dict[int, Message]) -> tuple[Message, ...]:
    return tuple(found[number] for number in sorted(found))


def _portion(messages: Sequence[Message]) -> Sequence[Message]:
    size = 0
    for position, message in enumerate(messages):
        if position >= MOST_MAILS or size >= MOST_BYTES:
            return messages[:position]
        size += len(message.body)
    return messages


def _recognise(url: SplitResult) -> Place | None:
    match = _GROUP.fullmatch(url.path)
    host = (url.hostname or "").removeprefix("www.")
    is_it = host == "groups.io" or host.endswith(".groups.io")
    return _place(url._replace(scheme="https", netloc=host), match["name"]) if match and is_it else None


def _inspect(page: Page) -> Place | None:
    """Know a group under a domain of its own by what its page says."""
    match = _GROUP.fullmatch(page.url.path)
    return _place(page.url, match["name"]) if match and "groups.io" in page.text else None


def _place(url: SplitResult, name: str) -> Place:
    address = urlunsplit((url.scheme, url.netloc.lower(), f"/g/{name}", "", ""))
    return Place(kind=KIND.name, address=address, name=name, archive_url=f"{address}/topics", is_private=True)


KIND = Kind(
    name="groupsio",
    label="groups.io group",
    recognise=_recognise,
    inspect=_inspect,
    open=GroupsioSource,
)
