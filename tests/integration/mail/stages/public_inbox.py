"""A public-inbox server: a search by time of receipt that answers with an mbox, and only to POST."""

import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from bot.mail.models import Place
from bot.mail.sources import public_inbox
from bot.mail.sources.contract import Access
from tests.integration.mail.letters import NOW, Letter
from tests.integration.mail.site import Site
from tests.integration.mail.stages.stage import Stage
from tests.loopback_http import Request, reply

INBOX = "/dev/"


def received(mail: Letter, at: float) -> bytes:
    """Write a mail as the archive keeps it, with what its own server noted first."""
    when = format_datetime(NOW - timedelta(seconds=NOW.timestamp() - at))
    head = (
        "From mboxrd@z Thu Jan  1 00:00:00 1970\nReturn-Path: <dev+bounces@lists.example.org>\n"
        f"Received: from mail.example.org\n\tby archive.example.org with LMTP\n\tid 1; {when}\n"
    )
    return head.encode() + re.sub(rb"(?m)^(>*From )", rb">\1", mail.to_bytes()) + b"\n"


@dataclass(slots=True)
class PublicInboxArchive:
    """One inbox; each mail with the second at which it was received.

    Attributes:
        most_mails: An answer with more is too large to be sent.
    """

    access: Access
    site: Site = field(default_factory=Site)
    mails: list[tuple[float, Letter]] = field(default_factory=list)
    most_mails: int = 10_000
    place: Place | None = None

    async def __aenter__(self) -> Self:
        await self.site.__aenter__()
        self.place = Place(kind="public-inbox", address=self.site.url(INBOX), name="dev")
        self.site.handlers |= {INBOX: self._search, f"{INBOX}_/text/config/raw": self._about}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.site.__aexit__(kind, error, trace)

    def put(self, mails: Sequence[Letter]) -> None:
        """Receive mails: each when it was sent, but after the ones before it, and none in the future."""
        for each in mails:
            before = max((at for at, _ in self.mails), default=0.0)
            self.mails.append((max(min(each.sent_at.timestamp(), NOW.timestamp() - 1), before), each))

    def fail(self, *, is_permanent: bool) -> None:
        self.site.failure = 404 if is_permanent else 503

    def recover(self) -> None:
        self.site.failure = 0

    def _about(self, request: Request) -> bytes:
        return reply(b'[publicinbox "dev"]\n')

    def _search(self, request: Request) -> bytes:
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.target).query).items()}
        if request.method != "POST" or query.get("x") != "m":
            page = b"<html>public inbox for dev <a href=new.atom>feed</a></html>"
            return reply(page, headers={"Content-Type": "text/html"})
        start, end = re.fullmatch(r"rt:(\d+)\.\.(\d*)", query["q"]).groups()
        found = [(at, mail) for at, mail in self.mails if int(start) <= int(at) <= int(end or 1e12)]
        if not found:
            return reply(b"<html>no results</html>", status=404)
        if len(found) > self.most_mails:
            return reply(headers={"Content-Length": "999999999"})
        newest_first = sorted(found, key=lambda each: -each[0])
        content = gzip.compress(b"".join(received(mail, at) for at, mail in newest_first), mtime=0)
        return reply(content, headers={"Content-Type": "application/gzip"})


STAGE = Stage(kind=public_inbox.KIND, build=PublicInboxArchive)
