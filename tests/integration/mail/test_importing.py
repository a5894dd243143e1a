"""Importing mbox files: all of it once, also over a crash, and nothing of it is news."""

import gzip
import os
from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.mail.importing import Importer, check_file
from bot.mail.intake import MailReader
from tests.integration.mail.letters import NOW, as_mbox, letters

GUILD = 7


@pytest.fixture
def importer(database, mail, access):
    return make(database, mail, access)


def make(database, mail, access):
    reader = MailReader(workers=access.workers, repository=mail)
    return Importer(database=database, repository=mail, reader=reader, clock=lambda: NOW)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "dev.mbox"
    path.write_bytes(as_mbox(letters(1_200)))
    return path


async def count(mail, mailing_list):
    return (await mail.count_emails(mailing_list.id)).mails


def ignore(progress):
    pass


async def test_a_file_is_read_whole_and_told_step_by_step(importer, mail, file):
    mailing_list = await importer.find_or_make_list(GUILD, "Dev")
    told = []
    done = await importer.import_file(mailing_list, file, tell=told.append)
    assert (done.mails, done.new, done.done) == (1_200, 1_200, file.stat().st_size)
    assert [each.mails for each in told] == [100, 300, 700, 1_200]
    assert await count(mail, mailing_list) == 1_200


async def test_a_list_is_found_by_its_name_and_seen_by_its_guild_alone(importer, mail):
    first = await importer.find_or_make_list(GUILD, "Dev")
    assert await importer.find_or_make_list(GUILD, " dev ") == first
    assert await importer.find_or_make_list(GUILD + 1, "Dev") != first
    assert await mail.list_lists(GUILD) == (first,)


async def test_an_import_is_looked_at_by_nobody_afterwards(importer, mail, file):
    mailing_list = await importer.find_or_make_list(GUILD, "Dev")
    await importer.import_file(mailing_list, file, tell=ignore)
    assert await mail.list_due_sources(NOW + timedelta(days=900), 10) == ()


async def test_a_broken_off_import_goes_on_behind_the_last_batch(importer, database, mail, access, file):
    mailing_list = await importer.find_or_make_list(GUILD, "Dev")

    def crash(progress):
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        await importer.import_file(mailing_list, file, tell=crash)
    assert await count(mail, mailing_list) == 100
    done = await make(database, mail, access).import_file(mailing_list, file, tell=ignore)
    assert (done.mails, done.new) == (1_100, 1_100)
    assert await count(mail, mailing_list) == 1_200


async def test_a_second_import_stores_nothing(importer, mail, file, tmp_path):
    mailing_list = await importer.find_or_make_list(GUILD, "Dev")
    await importer.import_file(mailing_list, file, tell=ignore)
    assert (await importer.import_file(mailing_list, file, tell=ignore)).mails == 0
    copy = tmp_path / "copy.mbox.gz"
    copy.write_bytes(gzip.compress(file.read_bytes()))
    done = await importer.import_file(mailing_list, copy, tell=ignore)
    assert (done.mails, done.new) == (1_200, 0)


async def test_a_file_that_was_replaced_is_read_from_its_start(importer, mail, file):
    mailing_list = await importer.find_or_make_list(GUILD, "Dev")
    await importer.import_file(mailing_list, file, tell=ignore)
    file.write_bytes(as_mbox(letters(3, first=5_000)))
    done = await importer.import_file(mailing_list, file, tell=ignore)
    assert (done.mails, done.new) == (3, 3)


async def test_a_file_that_is_not_there_is_told(importer, tmp_path):
    mailing_list = await importer.find_or_make_list(GUILD, "Dev")
    with pytest.raises(UserError, match="cannot be read"):
        await importer.import_file(mailing_list, tmp_path / "none.mbox", tell=ignore)


@pytest.mark.parametrize(
    ("content", "is_mail"),
    [
        (b"", True),
        (b"From ann@example.org Thu Jan  1 00:00:00 1970\nFrom: Ann\n\nwords\n", True),
        (b"Return-Path: <ann@example.org>\nFrom: Ann\n\none mail that was saved\n", True),
        (b"hello\nworld\n", False),
        (b"<html><title>Sign in</title></html>", False),
        (bytes(range(256)) * 9_000, False),
    ],
    ids=["empty", "mbox", "one-mail", "text", "page", "bytes"],
)
async def test_what_is_no_mbox_is_refused(importer, mail, tmp_path, content, is_mail):
    path = tmp_path / "picked"
    path.write_bytes(content)
    if is_mail:
        check_file(path)
        return
    with pytest.raises(UserError, match="This is no mbox"):
        check_file(path)
    mailing_list = await importer.find_or_make_list(GUILD, "Dev")
    with pytest.raises(UserError, match="This is no mbox"):
        await importer.import_file(mailing_list, path, tell=ignore)
    assert await count(mail, mailing_list) == 0


def test_what_is_no_file_is_refused_before_it_is_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UserError, match="is not a file"):
        check_file(tmp_path / "pipe")
    with pytest.raises(UserError, match="cannot be read"):
        check_file(tmp_path)
