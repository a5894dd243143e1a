"""Know HyperKitty's addresses, and read what its API says.

The list of mails is ordered by when they were archived, the newest first, and that is the order to poll by:
`date` is the sender's clock. A mail's hash is made from its Message-ID alone, so its page can be linked from
any copy of it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from bot.errors import SourceError

_HASH = re.compile(r"[A-Z2-7]{32}")
_EMAIL_URL = re.compile(r"/email/([A-Z2-7]{32})/")
_MESSAGE_ID = re.compile(
    rb"^Message-ID:[ \t]*(?:\r?\n[ \t]+)?<?([^<>\s]{1,998})", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A mail as the API lists it.

    Attributes:
        hash: What it is called in addresses.
        parent: The hash of the mail that it answers, if that is archived; else "".
    """

    hash: str
    message_id: str
    parent: str
    subject: str
    author: str
    address: str
    date: datetime | None
    content: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where things of one list are.

    Attributes:
        base: The archive's address, as "https://lists.example.org/archives".
        name: The list's full name: "dev@lists.example.org".
    """

    base: str
    name: str

    @property
    def archive(self) -> str:
        """Where people read it."""
        return f"{self.base}/list/{quote(self.name, safe='@')}/"

    @property
    def about(self) -> str:
        """Where the API says what the list is."""
        return f"{self.base}/api/list/{quote(self.name, safe='@')}/?format=json"

    def emails(self, *, limit: int, offset: int) -> str:
        """Where the API lists its mails."""
        list_url = f"{self.base}/api/list/{quote(self.name, safe='@')}"
        return f"{list_url}/emails/?format=json&limit={limit}&offset={offset}"

    def email(self, hash_: str) -> str:
        """Where the API tells of one mail."""
        return f"{self.base}/api/list/{quote(self.name, safe='@')}/email/{hash_}/?format=json"

    def page(self, hash_: str) -> str:
        """Where people read one mail."""
        return f"{self.archive}message/{hash_}/"

    def export(self, **query: str) -> str:
        """Where an mbox is made: of the days from `start` to before `end`, or of one `message`."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return f"{self.archive}export/{quote(self.name, safe='@')}.mbox.gz?{asked}"


def find_message_id(data: bytes) -> str:
    """Find a mail's Message-ID in its head; "" when it has none."""
    match = _MESSAGE_ID.search(data[:65_536].partition(b"\n\n")[0])
    return match[1].decode("utf-8", "replace") if match else ""


def read_entries(content: bytes, host: str) -> tuple[tuple[Entry, ...], bool]:
    """Read a page of the list of mails, and whether another one follows.

    Raises:
        SourceError: It is no such page.
    """
    answer = _load(content, host)
    rows = answer.get("results")
    if not isinstance(rows, list):
        raise _strange(host)
    entries = (_entry(row) for row in rows if isinstance(row, dict))
    return tuple(entry for entry in entries if entry is not None), bool(answer.get("next"))


def read_entry(content: bytes, host: str) -> Entry:
    """Read one mail.

    Raises:
        SourceError: It is none.
    """
    entry = _entry(_load(content, host))
    if entry is None:
        raise _strange(host)
    return entry


def _load(content: bytes, host: str) -> Mapping[str, Any]:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        raise _strange(host) from None
    if not isinstance(answer, dict):
        raise _strange(host)
    return answer


def _entry(row: Mapping[str, Any]) -> Entry | None:
    message_id, hash_ = _text(row, "message_id"), _text(row, "message_id_hash")
    if not message_id or not _HASH.fullmatch(hash_):
        return None
    parent = _EMAIL_URL.search(_text(row, "parent"))
    sender = row.get("sender")
    return Entry(
        hash=hash_,
        message_id=message_id.strip("<> "),
        parent=parent[1] if parent else "",
        subject=_text(row, "subject"),
        author=_text(row, "sender_name"),
        address=_text(sender, "address").replace(" (a) ", "@") if isinstance(sender, dict) else "",
        date=_moment(_text(row, "date")),
        content=_text(row, "content"),
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _strange(host: str) -> SourceError:
    return SourceError(f"{host} answers with something that is no list of mails. It is asked again later.")
