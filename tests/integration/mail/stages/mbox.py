"""An mbox file that a mail server appends to."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.mail.models import Place
from bot.mail.sources import mbox
from bot.mail.sources.contract import Access
from tests.integration.mail.letters import Letter, as_mbox
from tests.integration.mail.stages.stage import Stage


@dataclass(slots=True)
class MboxArchive:
    """A file below the folder; a permanent failure takes it away, a passing one makes it unreadable."""

    access: Access
    place: Place = field(default_factory=lambda: mbox.place_of("lists/dev.mbox"))

    @property
    def path(self) -> Path:
        return self.access.folder / "lists/dev.mbox"

    async def __aenter__(self) -> Self:
        self.path.parent.mkdir()
        self.path.touch()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.path.parent)

    def put(self, mails: Sequence[Letter]) -> None:
        with self.path.open("ab") as file:
            file.write(as_mbox(mails))

    def fail(self, *, is_permanent: bool) -> None:
        self.path.rename(self.path.with_suffix(".away"))
        if not is_permanent:
            self.path.mkdir()  # a folder in its place: reading it fails, though it is there

    def recover(self) -> None:
        if self.path.is_dir():
            self.path.rmdir()
        self.path.with_suffix(".away").rename(self.path)


STAGE = Stage(kind=mbox.KIND, build=MboxArchive)
