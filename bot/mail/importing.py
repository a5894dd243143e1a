"""Import mbox files: streamed, resumable at any mail, with bounded memory; nothing of it is ever news.

While a batch is stored the next ones are read. How far a file was read is stored with each batch, so an
import that was killed goes on behind the last one.
"""

import asyncio
import hashlib
import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.errors import SourceError, UserError
from bot.mail.email_repository import KEEP_BODIES
from bot.mail.intake import Intake, MailReader
from bot.mail.mbox import ArchivedMail, open_archive, split_mails
from bot.mail.models import Place, RawMail
from bot.mail.reading_ahead import Batch, in_batches, read_ahead
from bot.mail.repository import MailRepository
from bot.mail.stored import Follow, MailingList, MailSource
from bot.storage.database import Database
from bot.version import VERSION

KIND: Final = "import"
NO_CHANNEL: Final = 0
"""Where a list that was only imported is followed: in no channel."""

READERS_NICENESS: Final = 4
"""How far the processes that read stand back for the one that stores."""

_HEAD: Final = 65_536
_HEADER: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:>?From |[!-9;-~]{1,100}[ \t]*:)")
"""How a mail begins: a file without separators that does not begin so was picked by mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an import is: bytes of the file (uncompressed), mails read, mails that were new."""

    file: Path
    done: int
    mails: int = 0
    new: int = 0
    aside: int = 0


class Importer:
    """Read mbox files into a list.

    Args:
        clock: What time it is.
        keep: How long bodies are kept.
    """

    def __init__(
        self,
        *,
        database: Database,
        repository: MailRepository,
        reader: MailReader,
        clock: Callable[[], datetime],
        keep: timedelta = KEEP_BODIES,
    ) -> None:
        self._database = database
        self._repository = repository
        self._reader = reader
        self._clock = clock
        self._keep = keep

    async def find_or_make_list(self, guild_id: int, name: str) -> MailingList:
        """Return the guild's list of a name; one that it does not follow yet is made, for no channel."""
        wanted = " ".join(name.split())
        for known in await self._repository.list_lists(guild_id):
            if known.name.casefold() == wanted.casefold():
                return known
        now = self._clock()
        place = Place(kind=KIND, address=f"{guild_id}/{wanted}", name=wanted)
        async with self._database.writing() as connection:
            source = await self._repository.add_source(connection, place, cursor={}, now=now, is_polled=False)
            follow = Follow(guild_id=guild_id, list_id=source.list_id, channel_id=NO_CHANNEL, followed_at=now)
            await self._repository.follow(connection, follow)
        found = await self._repository.get_list(source.list_id)
        if found is None:
            raise RuntimeError("a list that was just stored is gone")
        return found

    async def import_file(
        self, mailing_list: MailingList, path: Path, *, tell: Callable[[Progress], None]
    ) -> Progress:
        """Read a file from where its last import ended.

        Raises:
            UserError: It cannot be read.
        """
        head, name = await asyncio.to_thread(_identify, path)
        source = await self._source(mailing_list, name)
        start = int(source.cursor.get("end", 0)) if source.cursor.get("head") == head else 0
        progress = Progress(file=path, done=start)
        batches = _split(path, start)
        ahead = read_ahead(self._reader, mailing_list.id, batches, list_name=mailing_list.name)
        try:
            with _telling(path):
                async for batch, intake in ahead:
                    source, new = await self._save(source, intake, head=head, end=batch.end)
                    progress = Progress(
                        file=path,
                        done=batch.end,
                        mails=progress.mails + len(batch.mails),
                        new=progress.new + new,
                        aside=progress.aside + len(intake.problems),
                    )
                    tell(progress)
        finally:
            await ahead.aclose()
            batches.close()
        return progress

    async def _source(self, mailing_list: MailingList, name: str) -> MailSource:
        place = Place(kind=KIND, address=f"{mailing_list.id}:{name}", name=mailing_list.name)
        async with self._database.writing() as connection:
            return await self._repository.add_source(
                connection,
                place,
                cursor={},
                now=self._clock(),
                list_id=mailing_list.id,
                is_polled=False,
            )

    async def _save(
        self, source: MailSource, intake: Intake, *, head: str, end: int
    ) -> tuple[MailSource, int]:
        now = self._clock()
        cursor: Mapping[str, Any] = {"head": head, "end": end}
        async with self._database.writing() as connection:
            saved = await self._repository.save_batch(
                connection, source.list_id, intake.arrivals, now=now, keep=self._keep
            )
            await self._repository.save_fetch(
                connection,
                source.id,
                before=source.cursor,
                cursor=cursor,
                is_complete=False,
                problems=intake.problems,
                now=now,
                next_check_at=None,
            )
            await self._repository.keep_aside(
                connection, source.list_id, intake.aside, version=VERSION, now=now
            )
        return replace(source, cursor=cursor), len(saved.emails)


def check_file(path: Path) -> None:
    """Read a file's beginning, so that nothing is made for one that cannot be imported.

    Raises:
        UserError: It cannot be read, or holds no mail.
    """
    with _telling(path):
        if path.exists() and not path.is_file() and not path.is_dir():
            raise UserError(f"{path} is not a file. Save what it gives into one, and import that.")
        with closing(_split(path, 0)) as batches:
            next(batches, None)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}).") from error
    except SourceError as error:
        raise UserError(f"{path}: {error}") from error


def _split(path: Path, start: int) -> Generator[Batch, None, None]:
    with path.open("rb") as file:
        mails = split_mails(open_archive(file), start=start)
        yield from map(_batch, in_batches(mails, lambda mail: len(mail.content)))


def _batch(mails: Sequence[ArchivedMail]) -> Batch:
    first = mails[0]
    if len(mails) == 1 and first.start == 0 and not _HEADER.match(first.content):
        raise SourceError("This is no mbox: it holds neither “From ” lines nor a mail.", permanent=True)
    return Batch(mails=tuple(RawMail(data=mail.content) for mail in mails), end=mails[-1].end)


def _identify(path: Path) -> tuple[str, str]:
    """Return what tells a file from another one of the same name, and its whole name."""
    with _telling(path), path.open("rb") as file:
        return hashlib.sha256(file.read(_HEAD)).hexdigest()[:16], str(path.resolve())
