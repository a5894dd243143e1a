"""Follow the visitor's own list in a trial: an archive's address, or an mbox file of any size."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import time
from pathlib import Path
from typing import Final

from bot.app import App
from bot.errors import SourceError
from bot.mail.digest.wishes import DigestWish
from bot.mail.following import Wish
from bot.mail.mbox import open_archive, split_mails
from bot.mail.models import Place, RawMail
from bot.mail.polling import Turn
from bot.text.cadence import Schedule
from bot.trial.stage import Stage

_CATCH_UP_SECONDS: Final = 60.0
_MOST_MAILS: Final = 250
_MOST_BYTES: Final = 2_000_000
_TOLD_EVERY: Final = 5_000
_DIGEST: Final = Schedule(at=time(9))


async def follow_own_list(app: App, stage: Stage, where: str, *, tell: Callable[[str], None]) -> None:
    """Follow a list where the page shows it, read what is there, and want a digest each morning.

    Args:
        app: The bot.
        stage: Where it is followed.
        where: An archive's address, or the path of an mbox file, which may be packed.
        tell: Told how far the reading is.

    Raises:
        SourceError: The file cannot be read.
        UserError: The address cannot be followed.
    """
    if "://" in where:
        list_id = await _follow_address(app, stage, where, tell)
    else:
        list_id = await _read_file(app, stage, Path(where), tell)
    counts = await app.mail.repository.count_emails(list_id)
    tell(f"{counts.mails} mails in {counts.threads} threads read from {where}")
    mailing_list = await app.mail.repository.find_list(stage.guild.id, list_id)
    if mailing_list is not None:
        wish = DigestWish(
            guild_id=stage.guild.id, list_id=list_id, channel_id=stage.channel.id, schedule=_DIGEST
        )
        await app.telling.digests.arranging.wish(wish, mailing_list, is_public_channel=True, now=app.clock())


async def _follow_address(app: App, stage: Stage, address: str, tell: Callable[[str], None]) -> int:
    following = app.mail.following
    wish = _wish(stage, await following.look_up(stage.guild.id, address))
    followed = await following.follow(wish, now=app.clock())

    async def tell_turn(turn: Turn) -> None:
        if turn.new:
            tell(f"{turn.new} mails so far")

    await following.catch_up(followed, wish, seconds=_CATCH_UP_SECONDS, tell=tell_turn)
    return followed.mailing_list.id


async def _read_file(app: App, stage: Stage, path: Path, tell: Callable[[str], None]) -> int:
    """Read a whole file as what was there before: the search finds all of it, nothing is posted."""
    name = path.name.partition(".")[0]
    place = Place(kind="import", address=name, name=name)
    batches = _batches(path)
    read, told = 0, 0
    try:
        first = await asyncio.to_thread(next, batches, None)
        if first is None:
            raise SourceError(f"{path} holds no mail; an mbox file is meant.", permanent=True)
        async with app.database.writing() as connection:
            source = await app.mail.repository.add_source(
                connection, place, cursor={}, now=app.clock(), is_polled=False
            )
        await app.mail.following.follow(_wish(stage, place), now=app.clock())
        batch: list[RawMail] | None = first
        while batch is not None:
            await app.mail.polling.take_in(source.list_id, batch, is_old=True)
            read += len(batch)
            if read - told >= _TOLD_EVERY:
                told = read
                tell(f"{read} mails so far")
            batch = await asyncio.to_thread(next, batches, None)
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}).", permanent=True) from error
    return source.list_id


def _batches(path: Path) -> Iterator[list[RawMail]]:
    with path.open("rb") as file:
        batch: list[RawMail] = []
        size = 0
        archive = open_archive(file)
        if archive.read(5) != b"From ":
            raise SourceError(f"{path} is no mbox file: it does not begin with a From line.", permanent=True)
        archive.seek(0)
        for mail in split_mails(archive):
            batch.append(RawMail(data=mail.content))
            size += len(mail.content)
            if len(batch) >= _MOST_MAILS or size >= _MOST_BYTES:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch


def _wish(stage: Stage, place: Place) -> Wish:
    return Wish(guild_id=stage.guild.id, channel_id=stage.channel.id, place=place, is_public_channel=True)
