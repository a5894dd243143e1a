"""An Atom feed of a list, the newest item first."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

from bot.mail.models import Place
from bot.mail.sources import feed
from bot.mail.sources.contract import Access
from tests.integration.mail.letters import Letter, id_of
from tests.integration.mail.site import Site
from tests.integration.mail.stages.stage import Stage

PATH = "/dev/feed.atom"


def atom_entry(mail: Letter) -> str:
    parent = "" if mail.in_reply_to is None else f'<thr:in-reply-to ref="tag:{id_of(mail.in_reply_to)}"/>'
    return (
        f"<entry><id>tag:{mail.message_id}</id><title>{mail.subject}</title>"
        "<author><name>Ann Author</name></author>"
        f"<updated>{mail.sent_at:%Y-%m-%dT%H:%M:%SZ}</updated>{parent}"
        f'<link href="/dev/{mail.number}"/><content type="text">{escape(mail.body)}</content></entry>'
    )


def atom_feed(entries: Sequence[str]) -> bytes:
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:thr="http://purl.org/syndication/thread/1.0"><title>Dev</title>'
    )
    return f"{head}{''.join(entries)}</feed>".encode()


@dataclass(slots=True)
class FeedArchive:
    access: Access
    site: Site = field(default_factory=Site)
    mails: list[Letter] = field(default_factory=list)
    place: Place | None = None

    async def __aenter__(self) -> Self:
        await self.site.__aenter__()
        self.place = Place(kind="feed", address=self.site.url(PATH), name="Dev")
        self.put(())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.site.__aexit__(kind, error, trace)

    def put(self, mails: Sequence[Letter]) -> None:
        self.mails += mails
        self.site.files[PATH] = atom_feed([atom_entry(each) for each in reversed(self.mails)])

    def fail(self, *, is_permanent: bool) -> None:
        self.site.failure = 404 if is_permanent else 503

    def recover(self) -> None:
        self.site.failure = 0


STAGE = Stage(kind=feed.KIND, build=FeedArchive)
