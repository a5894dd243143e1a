"""A Mailman 2 archive: index, month files, message pages, as pipermail lays them out."""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self

from bot.mail.models import Place
from bot.mail.sources import pipermail
from bot.mail.sources.contract import Access
from tests.integration.mail.letters import Letter, as_mbox
from tests.integration.mail.site import Site
from tests.integration.mail.stages.stage import Stage

BASE = "/pipermail/dev/"


def month_of(moment: datetime) -> str:
    return f"{moment:%Y-%B}"


@dataclass(slots=True)
class PipermailArchive:
    """The months' mails in the order in which they came; `packed` months are .txt.gz."""

    access: Access
    site: Site = field(default_factory=Site)
    months: dict[str, list[Letter]] = field(default_factory=dict)
    packed: set[str] = field(default_factory=set)
    numbers: dict[int, int] = field(default_factory=dict)
    place: Place | None = None

    async def __aenter__(self) -> Self:
        await self.site.__aenter__()
        self.place = Place(kind="pipermail", address=self.site.url(BASE), name="dev")
        self.publish()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.site.__aexit__(kind, error, trace)

    def put(self, mails: Sequence[Letter]) -> None:
        for each in mails:
            self.months.setdefault(month_of(each.sent_at), []).append(each)
            self.numbers.setdefault(each.number, len(self.numbers))
        self.publish()

    def fail(self, *, is_permanent: bool) -> None:
        self.site.failure = 404 if is_permanent else 503

    def recover(self) -> None:
        self.site.failure = 0

    def publish(self) -> None:
        """Write every page anew, as pipermail does at each mail."""
        self.site.files.clear()
        rows = []
        newest_first = sorted(
            self.months, key=lambda name: datetime.strptime(f"{name}+0000", "%Y-%B%z"), reverse=True
        )
        for name in newest_first:
            text = as_mbox(self.months[name])
            file = f"{name}.txt.gz" if name in self.packed else f"{name}.txt"
            self.site.files[BASE + file] = gzip.compress(text, mtime=0) if name in self.packed else text
            pages = (f'<LI><A HREF="{self.page(each)}">x</A>' for each in self.months[name])
            self.site.files[f"{BASE}{name}/date.html"] = "\n".join(pages).encode()
            rows.append(
                f'<tr><td>{name}:</td><td><A href="{name}/thread.html">[ Thread ]</a>'
                f'<A href="{name}/date.html">[ Date ]</a></td><td><A href="{file}">[ Text ]</a></td></tr>'
            )
        empty = "" if rows else "<p>No messages have been posted to this list yet, so the archives are empty."
        head = (
            '<title>The Dev Archives</title><a href="http://lists.example.org/mailman/listinfo/dev">info</a>'
        )
        self.site.files[BASE] = f"<html>{head}{empty}<table>{''.join(rows)}</table></html>".encode()

    def page(self, mail: Letter) -> str:
        return f"{self.numbers[mail.number]:06}.html"


STAGE = Stage(kind=pipermail.KIND, build=PipermailArchive)
