"""A Maildir that a mail server delivers into."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.mail.models import Place
from bot.mail.sources import maildir
from bot.mail.sources.contract import Access
from tests.integration.mail.letters import Letter
from tests.integration.mail.stages.stage import Stage


@dataclass(slots=True)
class MaildirArchive:
    """A folder with new/ and cur/; failures move parts of it away."""

    access: Access
    place: Place = field(default_factory=lambda: maildir.place_of("mail/dev"))
    files: dict[int, Path] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        return self.access.folder / "mail/dev"

    async def __aenter__(self) -> Self:
        for name in ("new", "cur", "tmp"):
            (self.path / name).mkdir(parents=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.path.parent)

    def put(self, mails: Sequence[Letter]) -> None:
        for each in mails:
            name = f"{int(each.sent_at.timestamp())}.M{len(self.files)}P1.host"
            written = self.path / "tmp" / name
            written.write_bytes(each.to_bytes())
            self.files[each.number] = written.rename(self.path / "new" / name)

    def look_at(self, number: int) -> None:
        """Move a mail to cur/ and mark it as seen, as a mail program does."""
        path = self.files[number]
        self.files[number] = path.rename(self.path / "cur" / f"{path.name}:2,S")

    def fail(self, *, is_permanent: bool) -> None:
        new = self.path / "new"
        new.rename(self.path / "away")
        if not is_permanent:
            new.symlink_to("new")  # a link to itself: there, but nobody can open it

    def recover(self) -> None:
        new = self.path / "new"
        if new.is_symlink():
            new.unlink()
        (self.path / "away").rename(new)


STAGE = Stage(kind=maildir.KIND, build=MaildirArchive)
