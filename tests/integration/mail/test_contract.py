"""What every mail source owes, whatever it reads: nothing lost, nothing twice, in bounds, resumable."""

import asyncio
import json
import random
from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header

import pytest

from bot.errors import SourceError
from bot.mail.limits import MAX_MAIL_BYTES
from bot.mail.sources.contract import MOST_BYTES, MOST_MAILS, start_cursor
from bot.mail.sources.registry import KINDS
from tests.integration.mail.letters import NOW, WORDS, letters
from tests.integration.mail.stages import STAGES
from tests.integration.mail.stages.stage import read_all

BACKFILL = start_cursor(NOW, days=90)
FROM_NOW = start_cursor(NOW)


@pytest.fixture(params=STAGES, ids=lambda stage: stage.kind.name)
def stage(request):
    return request.param


@pytest.fixture
async def archive(stage, access):
    if stage.missing:
        pytest.skip(stage.missing)
    async with stage.build(access) as built:
        yield built


@pytest.fixture
async def source(stage, archive, access):
    opened = stage.open(archive, access)
    yield opened
    await opened.close()


def subjects(*batches):
    mails = (message_from_bytes(mail.data) for batch in batches for mail in batch.mails)
    return [str(make_header(decode_header(mail["Subject"]))) for mail in mails]


def wanted(mails):
    return sorted(mail.subject for mail in mails)


def stored(cursor):
    """Return a cursor as the store gives it back."""
    text = json.dumps(dict(cursor))
    assert len(text) < 20_000
    return json.loads(text)


def test_every_kind_is_on_a_stage():
    assert [stage.kind.name for stage in STAGES] == [kind.name for kind in KINDS]


async def test_empty_archive_is_no_failure(source):
    batch = await source.fetch(stored(BACKFILL))

    assert (batch.mails, batch.is_complete) == ((), True)


async def test_backfill_brings_every_mail_once(source, archive):
    mails = letters(7)
    archive.put(mails)

    batches, cursor = await read_all(source, stored(BACKFILL))

    assert sorted(subjects(*batches)) == wanted(mails)
    again = await source.fetch(stored(cursor))
    assert (again.mails, again.is_complete) == ((), True)


async def test_many_mails_come_in_bounded_batches(stage, source, archive):
    mails = letters(stage.many)
    archive.put(mails)

    batches, _ = await read_all(source, stored(BACKFILL))

    full = [batch for batch in batches if batch.mails]
    assert len(full) > 1
    assert all(len(batch.mails) <= MOST_MAILS for batch in batches)
    sizes = [sum(len(mail.data) for mail in batch.mails) for batch in batches]
    assert max(sizes) <= MOST_BYTES + MAX_MAIL_BYTES
    assert sorted(subjects(*batches)) == wanted(mails)


async def test_any_stored_cursor_can_be_gone_on_from(stage, archive, access):
    mails = letters(stage.many)
    archive.put(mails)
    first = stage.open(archive, access)
    batches, _ = await read_all(first, stored(BACKFILL))
    await first.close()

    for number, batch in enumerate(batches[:-1], 1):
        fresh = stage.open(archive, access)
        rest, _ = await read_all(fresh, stored(batch.cursor))
        await fresh.close()
        assert sorted(subjects(*batches[:number], *rest)) == wanted(mails)


async def test_new_subscription_brings_nothing_old(source, archive):
    archive.put(letters(9))

    batches, cursor = await read_all(source, stored(FROM_NOW))

    assert subjects(*batches) == []
    new = letters(2, first=9, start=NOW)
    archive.put(new)
    batches, cursor = await read_all(source, stored(cursor))
    assert sorted(subjects(*batches)) == wanted(new)
    batches, cursor = await read_all(source, stored(cursor))
    assert subjects(*batches) == []


async def test_subscription_to_an_empty_archive_brings_the_first_mail(source, archive):
    _, cursor = await read_all(source, stored(FROM_NOW))
    archive.put(letters(1, start=NOW))

    batches, _ = await read_all(source, stored(cursor))

    assert subjects(*batches) == ["Mail 0"]


async def test_mails_that_come_in_any_order_all_come_once(source, archive):
    mails = list(letters(40))
    random.Random(7).shuffle(mails)
    cursor, seen = BACKFILL, []
    for start in range(0, len(mails), 9):
        archive.put(mails[start : start + 9])
        batches, cursor = await read_all(source, stored(cursor))
        seen += subjects(*batches)

    assert sorted(seen) == wanted(mails)


@pytest.mark.parametrize("is_permanent", [True, False], ids=["permanent", "passing"])
async def test_failure_says_whether_it_passes_and_loses_nothing(source, archive, is_permanent):
    archive.put(letters(3))
    _, cursor = await read_all(source, stored(BACKFILL))
    new = letters(2, first=3, start=NOW)
    archive.put(new)

    archive.fail(is_permanent=is_permanent)
    with pytest.raises(SourceError) as caught:
        await source.fetch(stored(cursor))
    archive.recover()

    assert caught.value.permanent is is_permanent
    assert len(str(caught.value)) > 20
    assert "words of the server" not in str(caught.value)
    batches, _ = await read_all(source, stored(cursor))
    assert sorted(subjects(*batches)) == wanted(new)


async def test_cancelled_fetch_loses_nothing(source, archive):
    mails = letters(5)
    archive.put(mails)
    for seconds in (0, 0.001, 0.01):
        task = asyncio.create_task(source.fetch(stored(BACKFILL)))
        await asyncio.sleep(seconds)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    batches, _ = await read_all(source, stored(BACKFILL))

    assert sorted(subjects(*batches)) == wanted(mails)


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-15", "windows-1252", "utf-7"])
async def test_odd_charset_keeps_its_words(stage, source, archive, charset):
    archive.put([replace(letters(1)[0], body=f"{WORDS}\n", charset=charset)])

    batches, _ = await read_all(source, stored(BACKFILL))

    whole = message_from_bytes(batches[0].mails[0].data)
    mail = next(part for part in whole.walk() if part.get_content_maintype() == "text")
    text = mail.get_payload(decode=True).decode(mail.get_content_charset())
    assert text.strip() == WORDS


async def test_undeclared_bytes_do_no_harm(source, archive):
    archive.put([replace(letters(1)[0], body="caf\xe9\n", charset="latin-1", is_declared=False)])

    batches, _ = await read_all(source, stored(BACKFILL))

    assert subjects(*batches) == ["Mail 0"]


async def test_waiting_ends_in_time(source, archive):
    _, cursor = await read_all(source, stored(BACKFILL))

    async with asyncio.timeout(5):
        assert not await source.wait_for_news(stored(cursor), timeout_seconds=0.05)
