"""A group on groups.io, seen through its API."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from bot.mail.models import Place
from bot.mail.sources import groupsio
from bot.mail.sources.contract import Access, Source
from tests.integration.mail.letters import Letter
from tests.integration.mail.site import Site
from tests.integration.mail.stages.stage import Stage
from tests.loopback_http import Request, reply

KEY = "canary-key"
MESSAGES = "/api/v1/getmessages"


def error(kind: str, status: int = 400) -> bytes:
    return reply(json.dumps({"object": "error", "type": kind}).encode(), status=status)


@dataclass(slots=True)
class GroupsioArchive:
    """One group; each message is numbered as it comes.

    Attributes:
        key: What is accepted.
    """

    access: Access
    site: Site = field(default_factory=Site)
    mails: list[Letter] = field(default_factory=list)
    key: str = KEY
    place: Place | None = None

    async def __aenter__(self) -> Self:
        await self.site.__aenter__()
        address = self.site.url("/g/dev")
        self.place = Place(kind="groupsio", address=address, name="dev", is_private=True)
        self.site.handlers[MESSAGES] = self._messages
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.site.__aexit__(kind, error, trace)

    def put(self, mails: Sequence[Letter]) -> None:
        self.mails += mails

    def fail(self, *, is_permanent: bool) -> None:
        self.key, self.site.failure = ("another", 0) if is_permanent else (KEY, 503)

    def recover(self) -> None:
        self.key, self.site.failure = KEY, 0

    def _messages(self, request: Request) -> bytes:
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.target).query).items()}
        if request.headers.get("authorization") != f"Bearer {self.key}":
            return error("unauthorized_error")
        if query.get("group_name") != "dev":
            return error("group_not_found")
        limit, start = int(query["limit"]), int(query.get("page_token", "0"))
        numbered = list(enumerate(self.mails, 1))[::-1]
        rows = [self._row(number, mail) for number, mail in numbered[start : start + limit]]
        has_more = start + limit < len(numbered)
        answer = {
            "object": "list",
            "total_count": len(numbered),
            "has_more": has_more,
            "next_page_token": start + limit if has_more else 0,
            "data": rows or None,
        }
        return reply(json.dumps(answer).encode())

    def _row(self, number: int, mail: Letter) -> dict[str, object]:
        return {
            "object": "message",
            "id": 9_000 + number,
            "topic_id": 700 + (mail.number if mail.in_reply_to is None else mail.in_reply_to),
            "group_id": 8_407,
            "created": f"{mail.sent_at:%Y-%m-%dT%H:%M:%S.%f}Z",
            "subject": mail.subject,
            "body": mail.body,
            "name": "Ann Author",
            "msg_num": number,
            "is_reply": mail.in_reply_to is not None,
            "is_plain_text": True,
        }


class GroupsioStage(Stage):
    """The key stands in the settings, by the host."""

    __slots__ = ()

    def open(self, archive: GroupsioArchive, access: Access) -> Source:
        return groupsio.KIND.open(archive.place, replace(access, api_keys={"127.0.0.1": KEY}))


STAGE = GroupsioStage(kind=groupsio.KIND, build=GroupsioArchive)
