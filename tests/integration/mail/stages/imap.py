"""A mailbox on a real IMAP server, with a folder of its own for the list."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.mail.models import Place
from bot.mail.sources import imap
from bot.mail.sources.contract import Access, MailboxLogin, Source
from tests.integration.mail.dovecot import MISSING, PASSWORD, USER, Dovecot
from tests.integration.mail.letters import Letter
from tests.integration.mail.stages.stage import Stage

FOLDER = "lists"


@dataclass(slots=True)
class ImapArchive:
    """A failure that lasts takes the folder away; one that passes stops the server."""

    access: Access
    server: Dovecot = field(init=False)
    place: Place = field(
        default_factory=lambda: Place(
            kind="imap", address=f"imap://team/{FOLDER}", name=FOLDER, is_private=True
        )
    )
    _folder: "tempfile.TemporaryDirectory[str]" = field(default_factory=tempfile.TemporaryDirectory)

    async def __aenter__(self) -> Self:
        self.server = Dovecot(Path(self._folder.name))
        self.server.start()
        self.server.folder(FOLDER)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.stop()
        self._folder.cleanup()

    @property
    def login(self) -> MailboxLogin:
        return MailboxLogin(
            host="127.0.0.1", port=self.server.port, security="none", user=USER, password=PASSWORD
        )

    def put(self, mails: Sequence[Letter]) -> None:
        for each in mails:
            self.server.deliver(each.to_bytes(), folder=FOLDER, at=each.sent_at)

    def fail(self, *, is_permanent: bool) -> None:
        if is_permanent:
            folder = self.server.folder(FOLDER)
            folder.rename(folder.with_name("away"))
        else:
            self.server.stop()

    def recover(self) -> None:
        away = self.server.folder(FOLDER).with_name("away")
        if away.exists():
            for part in ("new", "cur", "tmp"):
                (away.with_name(f".{FOLDER}") / part).rmdir()
            away.rename(away.with_name(f".{FOLDER}"))
        else:
            self.server.start()


class ImapStage(Stage):
    """The account stands in the settings, by its name."""

    __slots__ = ()

    def open(self, archive: ImapArchive, access: Access) -> Source:
        return imap.KIND.open(archive.place, replace(access, mailboxes={"team": archive.login}))


STAGE = ImapStage(kind=imap.KIND, build=ImapArchive, missing=MISSING)
