"""A HyperKitty server: its API, its exports, and its ways to refuse."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.header import Header
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from bot.mail.models import Place
from bot.mail.permalinks import hyperkitty_hash
from bot.mail.sources import hyperkitty
from bot.mail.sources.contract import Access
from tests.integration.mail.letters import Letter, id_of
from tests.integration.mail.site import Site
from tests.integration.mail.stages.stage import Stage
from tests.loopback_http import Request, reply

LIST = "dev@lists.example.org"
API = f"/archives/api/list/{LIST}"
ARCHIVE = f"/archives/list/{LIST}"


def mail_hash(number: int) -> str:
    return hyperkitty_hash(id_of(number))


def exported(mail: Letter) -> bytes:
    """Write a mail as HyperKitty exports it: no References, always multipart, no @ in the text."""
    parent = "" if mail.in_reply_to is None else f"In-Reply-To: <{id_of(mail.in_reply_to)}>\n"
    head = (
        "From ann@example.org Thu Jan  1 00:00:00 1970\n"
        "From: Ann Author <ann@example.org>\nTo: dev@lists.example.org\n"
        f"Subject: {Header(mail.subject).encode()}\nDate: {mail.sent_at:%a, %d %b %Y %H:%M:%S %z}\n"
        f"Message-ID: <{mail.message_id}>\n{parent}MIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="=="\n\n--==\n'
        'Content-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: 8bit\n\n'
    )
    body = mail.body.replace("@", "(a)").replace("\nFrom ", "\n>From ")
    return f"{head}{body}\n--==--\n\n".encode()


@dataclass(slots=True)
class HyperkittyArchive:
    """One list; `mails` in the order in which they were archived.

    Attributes:
        has_exports: The administrator allows downloads.
        is_private: Only members may read.
        is_there: The server knows the list.
    """

    access: Access
    site: Site = field(default_factory=Site)
    mails: list[Letter] = field(default_factory=list)
    has_exports: bool = True
    is_private: bool = False
    is_there: bool = True
    place: Place | None = None

    async def __aenter__(self) -> Self:
        await self.site.__aenter__()
        self.place = hyperkitty.KIND.recognise(urlsplit(self.site.url(f"{ARCHIVE}/")))
        self.site.handlers |= {
            f"{API}/": self._about,
            f"{API}/emails/": self._emails,
            f"{ARCHIVE}/export/{LIST}.mbox.gz": self._export,
        }
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.site.__aexit__(kind, error, trace)

    def put(self, mails: Sequence[Letter]) -> None:
        self.mails += mails
        for each in mails:
            self.site.handlers[f"{API}/email/{mail_hash(each.number)}/"] = self._email

    def fail(self, *, is_permanent: bool) -> None:
        self.is_there = not is_permanent
        self.site.failure = 0 if is_permanent else 503

    def recover(self) -> None:
        self.is_there, self.site.failure = True, 0

    def _refusal(self, *, of_list: bool) -> bytes:
        if not self.is_there:
            # The list of mails of an unknown list is an error of the server's own.
            return reply(b"<h1>Server Error (500)</h1>", status=500 if of_list else 404)
        return reply(b'{"detail":"Forbidden"}', status=403) if self.is_private else b""

    def _about(self, request: Request) -> bytes:
        return self._refusal(of_list=False) or reply(json.dumps({"name": LIST}).encode())

    def _emails(self, request: Request) -> bytes:
        refusal = self._refusal(of_list=True)
        if refusal:
            return refusal
        query = parse_qs(urlsplit(request.target).query)
        limit, offset = int(query["limit"][0]), int(query["offset"][0])
        newest_first = self.mails[::-1]
        page = newest_first[offset : offset + limit]
        following = self.site.url(f"{API}/emails/?offset={offset + limit}")
        has_more = offset + limit < len(newest_first)
        answer = {
            "count": len(self.mails),
            "next": following if has_more else None,
            "previous": None,
            "results": [self._row(each) for each in page],
        }
        return reply(json.dumps(answer).encode())

    def _email(self, request: Request) -> bytes:
        hash_ = request.path.rstrip("/").rpartition("/")[2]
        mail = next((each for each in self.mails if mail_hash(each.number) == hash_), None)
        if mail is None:
            return reply(b'{"detail":"Not found."}', status=404)
        return reply(json.dumps({**self._row(mail), "content": mail.body, "attachments": []}).encode())

    def _row(self, mail: Letter) -> dict[str, object]:
        parent = mail.in_reply_to
        return {
            "url": self.site.url(f"{API}/email/{mail_hash(mail.number)}/?format=json"),
            "message_id": mail.message_id,
            "message_id_hash": mail_hash(mail.number),
            "sender": {"address": "ann (a) example.org", "mailman_id": None, "emails": None},
            "sender_name": "Ann Author",
            "subject": mail.subject,
            "date": f"{mail.sent_at:%Y-%m-%dT%H:%M:%SZ}",
            "parent": None
            if parent is None
            else self.site.url(f"{API}/email/{mail_hash(parent)}/?format=json"),
            "children": [],
        }

    def _export(self, request: Request) -> bytes:
        if not self.has_exports:
            return reply(b"Archive download disabled.", status=400)
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.target).query).items()}
        if "message" in query:
            chosen = [each for each in self.mails if mail_hash(each.number) == query["message"]]
        else:
            day = "{:%Y-%m-%d}".format
            chosen = [each for each in self.mails if query["start"] <= day(each.sent_at) < query["end"]]
        return reply(gzip.compress(b"".join(map(exported, chosen)), mtime=0))


STAGE = Stage(kind=hyperkitty.KIND, build=HyperkittyArchive)
