"""Mailboxes on this machine: growing, replaced, half written, looked at; and paths that lead elsewhere."""

import asyncio
import gzip
import os
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from urllib.parse import urlsplit

import pytest

from bot.errors import SourceError
from bot.mail.sources import maildir, mbox
from bot.mail.sources.contract import start_cursor
from bot.mail.sources.local import is_sent_before
from tests.integration.mail.letters import NOW, as_mbox, letters
from tests.integration.mail.stages.maildir import MaildirArchive
from tests.integration.mail.stages.mbox import MboxArchive
from tests.integration.mail.stages.stage import read_all

BACKFILL, FROM_NOW = start_cursor(NOW, days=90), start_cursor(NOW)


@pytest.fixture
async def box(access):
    async with MboxArchive(access) as built:
        yield built


@pytest.fixture
async def folder(access):
    async with MaildirArchive(access) as built:
        yield built


def subjects(batches):
    return [message_from_bytes(mail.data)["Subject"] for batch in batches for mail in batch.mails]


async def test_mbox_that_is_replaced_or_cut_short_loses_nothing(box, access):
    source = mbox.KIND.open(box.place, access)
    mails = letters(6)
    box.put(mails[:4])
    _, cursor = await read_all(source, BACKFILL)

    box.path.write_bytes(as_mbox(mails[2:5]))
    batches, cursor = await read_all(source, cursor)
    assert subjects(batches) == ["Mail 2", "Mail 3", "Mail 4"]
    assert "replaced" in batches[0].problems[0].what

    box.path.write_bytes(b"")
    batches, cursor = await read_all(source, cursor)
    assert subjects(batches) == []
    box.put(mails[5:])
    batches, cursor = await read_all(source, cursor)
    assert subjects(batches) == ["Mail 5"]


async def test_mail_that_is_still_being_written_waits(box, access):
    source = mbox.KIND.open(box.place, access)
    box.put(letters(1))
    text = as_mbox(letters(1, first=1))
    with box.path.open("ab") as file:
        file.write(text[:-9])
        file.flush()
        batches, cursor = await read_all(source, BACKFILL)
        assert subjects(batches) == ["Mail 0"]
        file.write(text[-9:])

    batches, _ = await read_all(source, cursor)

    assert subjects(batches) == ["Mail 1"]
    assert batches[0].mails[0].data.endswith(b"\n\nthis is a mail.\n")


async def test_last_mail_without_a_line_end_comes_when_nothing_is_written_any_more(box, access):
    source = mbox.KIND.open(box.place, access)
    box.path.write_bytes(as_mbox(letters(2)).rstrip())

    batches, cursor = await read_all(source, BACKFILL)
    assert subjects(batches) == ["Mail 0"]
    batches, cursor = await read_all(source, cursor)
    assert subjects(batches) == ["Mail 1"]


async def test_packed_mbox_can_be_read(box, access):
    box.path.write_bytes(gzip.compress(as_mbox(letters(3))))

    batches, _ = await read_all(mbox.KIND.open(box.place, access), BACKFILL)

    assert subjects(batches) == ["Mail 0", "Mail 1", "Mail 2"]


async def test_backfill_takes_no_older_mail_than_asked_for_but_later_every_one(box, access):
    source = mbox.KIND.open(box.place, access)
    old = letters(1, start=NOW - timedelta(days=100))
    box.put([*old, *letters(1, first=1, start=NOW - timedelta(days=80))])

    batches, cursor = await read_all(source, BACKFILL)
    assert subjects(batches) == ["Mail 1"]

    box.put(letters(1, first=2, start=NOW - timedelta(days=1_000)))  # its clock is wrong, but it came now
    batches, _ = await read_all(source, cursor)
    assert subjects(batches) == ["Mail 2"]


async def test_maildir_backfill_goes_by_when_mails_came(folder, access):
    source = maildir.KIND.open(folder.place, access)
    folder.put(letters(2))
    long_ago = (NOW - timedelta(days=100)).timestamp()
    os.utime(folder.files[0], (long_ago, long_ago))
    recently = (NOW - timedelta(days=1)).timestamp()
    os.utime(folder.files[1], (recently, recently))

    batches, _ = await read_all(source, BACKFILL)

    assert subjects(batches) == ["Mail 1"]
    assert batches[0].mails[0].arrived_at == NOW - timedelta(days=1)


async def test_mail_that_was_looked_at_does_not_come_again(folder, access):
    source = maildir.KIND.open(folder.place, access)
    folder.put(letters(5))
    folder.look_at(0)
    batches, cursor = await read_all(source, BACKFILL)
    assert sorted(subjects(batches)) == [f"Mail {number}" for number in range(5)]

    for number in range(1, 4):
        folder.look_at(number)
    folder.put(letters(1, first=5))
    batches, _ = await read_all(source, cursor)

    assert subjects(batches) == ["Mail 5"]


async def test_many_files_of_one_instant_all_come_once(folder, access):
    source = maildir.KIND.open(folder.place, access)
    folder.put(letters(1_300))

    batches, _ = await read_all(source, BACKFILL)

    assert sorted(subjects(batches)) == sorted(f"Mail {number}" for number in range(1_300))
    assert max(len(str(batch.cursor)) for batch in batches) < 12_000


async def test_links_and_hidden_files_in_a_maildir_are_no_mails(folder, access):
    secret = access.folder / "secret"
    secret.write_text("Subject: secret\n\n")
    (folder.path / "new/1.link").symlink_to(secret)
    (folder.path / "new/.hidden").write_text("Subject: hidden\n\n")

    batches, _ = await read_all(maildir.KIND.open(folder.place, access), BACKFILL)

    assert subjects(batches) == []


async def test_folder_that_is_no_maildir_is_refused(access):
    (access.folder / "plain").mkdir()

    with pytest.raises(SourceError, match=r"no new/ and cur/") as caught:
        await maildir.KIND.open(maildir.place_of("plain"), access).fetch(BACKFILL)
    assert caught.value.permanent


@pytest.mark.parametrize("kind", ["mbox", "maildir"])
async def test_news_is_noticed(kind, box, folder, access):
    archive, module = (box, mbox) if kind == "mbox" else (folder, maildir)
    source = module.KIND.open(archive.place, access)
    _, cursor = await read_all(source, FROM_NOW)
    waiting = asyncio.create_task(source.wait_for_news(cursor, timeout_seconds=20))
    await asyncio.sleep(0.05)
    assert not waiting.done()

    archive.put(letters(1))

    assert await asyncio.wait_for(waiting, 5)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "/etc/passwd",
            "../x",
            "lists/../../x",
            "~/x",
            "",
            " ",
            "C:\\x",
            "C:/x",
            "lists\\x",
            "a\0b",
            "link/x",
        ),
        *("loop", "missing", "out"),
    ],
)
@pytest.mark.parametrize("module", [mbox, maildir], ids=["mbox", "maildir"])
async def test_path_that_leads_elsewhere_is_refused(access, tmp_path_factory, module, name):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "x").write_bytes(as_mbox(letters(1)))
    (access.folder / "link").symlink_to(outside)
    (access.folder / "out").symlink_to(outside / "x")
    (access.folder / "loop").symlink_to("loop")

    with pytest.raises(SourceError):
        await module.KIND.open(module.place_of(name), access).fetch(BACKFILL)


@pytest.mark.parametrize("scheme", ["file", "mbox", "maildir"])
def test_path_typed_in_chat_is_refused(scheme):
    with pytest.raises(SourceError, match=r"community\.toml") as caught:
        mbox.KIND.recognise(urlsplit(f"{scheme}:///etc/passwd"))
    assert caught.value.permanent


def test_date_is_read_from_the_head_alone():
    mail = letters(1)[0]
    data = mail.to_bytes()

    assert is_sent_before(data, mail.sent_at + timedelta(seconds=1))
    assert not is_sent_before(data, mail.sent_at)
    assert not is_sent_before(b"Subject: x\n\nDate: Mon, 1 Jan 1990 00:00:00 +0000\n", NOW)
    assert not is_sent_before(data.replace(b"Date: ", b"Date: nonsense "), NOW)
    assert is_sent_before(replace(mail, number=1).to_bytes().replace(b"\n", b"\r\n"), NOW)
