"""What can tell of new mail is watched: read at once, left alone when it fails, let go when nobody asks."""

import asyncio
from dataclasses import replace

import pytest

from bot.mail.intake import MailReader
from bot.mail.models import Place
from bot.mail.polling import Polling
from bot.mail.sources.contract import start_cursor
from bot.mail.watching import Watching
from tests.integration.mail.arrivals import follow
from tests.integration.mail.letters import NOW, as_mbox, letters

PLACE = Place(kind="mbox", address="dev.mbox", name="Dev")


@pytest.fixture
async def polling(database, mail, access):
    reader = MailReader(workers=access.workers, repository=mail)
    made = Polling(
        database=database, repository=mail, reader=reader, access=replace(access, clock=lambda: NOW)
    )
    yield made
    await made.close()


@pytest.fixture
async def watching(mail, polling):
    made = Watching(repository=mail, polling=polling, leave_seconds=0.05)
    yield made
    await made.close()


@pytest.fixture
async def source(database, mail, polling, access):
    (access.folder / "dev.mbox").write_bytes(as_mbox(letters(2)))
    async with database.writing() as connection:
        made = await mail.add_source(connection, PLACE, cursor=start_cursor(NOW, days=90), now=NOW)
        await mail.follow(connection, follow(made.list_id))
    await polling.read_on(made)
    return made


async def until(condition, seconds=15):
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 (the store tells nobody)
            await asyncio.sleep(0.02)


async def test_new_mail_is_read_without_being_asked_for(mail, watching, source, access):
    await watching.keep(seconds=60)
    with (access.folder / "dev.mbox").open("ab") as file:
        file.write(as_mbox(letters(1, first=2)))

    async def is_there():
        return (await mail.count_emails(source.list_id)).mails == 3

    await until(is_there)


async def test_a_source_that_fails_is_watched_again_when_it_works(mail, watching, source, access):
    await watching.keep(seconds=60)
    path = access.folder / "dev.mbox"
    path.rename(path.with_suffix(".away"))
    await asyncio.sleep(0.3)
    path.with_suffix(".away").rename(path)
    with path.open("ab") as file:
        file.write(as_mbox(letters(1, first=2)))

    async def is_there():
        return (await mail.count_emails(source.list_id)).mails == 3

    await until(is_there)


async def test_a_watch_ends_when_the_list_is_left_and_when_nobody_asks(database, mail, watching, source):
    await watching.keep(seconds=60)
    assert len(watching_tasks()) == 1
    async with database.writing() as connection:
        await mail.unfollow(connection, 100, source.list_id)
    await watching.keep(seconds=60)
    assert watching_tasks() == []


def watching_tasks():
    return [task for task in asyncio.all_tasks() if task.get_name().startswith("watch list source")]
