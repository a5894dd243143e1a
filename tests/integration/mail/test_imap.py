"""IMAP against a real server: nothing is marked, news is told, logins stay secret, breaks are mended."""

import asyncio
import json
import logging
import shutil
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.errors import SourceError
from bot.mail.limits import MAX_MAIL_BYTES
from bot.mail.sources import imap
from bot.mail.sources.contract import MailboxLogin, OAuth, start_cursor
from tests.integration.mail.dovecot import MISSING, PASSWORD, USER
from tests.integration.mail.letters import NOW, letters
from tests.integration.mail.site import Site
from tests.integration.mail.stages.imap import FOLDER, STAGE, ImapArchive
from tests.integration.mail.stages.stage import read_all
from tests.loopback_http import make_certificate, reply

BACKFILL, FROM_NOW = start_cursor(NOW, days=90), start_cursor(NOW)
needs_server = pytest.mark.skipif(bool(MISSING), reason=MISSING)


@pytest.fixture
async def archive(access):
    async with ImapArchive(access) as built:
        yield built


@pytest.fixture
async def source(archive, access):
    opened = STAGE.open(archive, access)
    yield opened
    await opened.close()


@pytest.fixture
async def site():
    async with Site() as running:
        yield running


@pytest.fixture
async def open_at(access):
    """Open sources that are closed however the test ends: (place, login, more of the access)."""
    opened = []

    def make(place, login, **given):
        source = imap.KIND.open(place, replace(access, mailboxes={"team": login}, **given))
        opened.append(source)
        return source

    yield make
    for source in opened:
        await source.close()


def subjects(batches):
    return [message_from_bytes(mail.data)["Subject"] for batch in batches for mail in batch.mails]


def threads():
    return {thread for thread in threading.enumerate() if thread.name.startswith("imap-team")}


async def threads_end():
    await asyncio.gather(*(asyncio.to_thread(thread.join, 5) for thread in threads()))
    assert threads() == set()


@needs_server
async def test_nothing_is_marked_as_seen(source, archive):
    archive.put(letters(3))

    batches, _ = await read_all(source, BACKFILL)

    assert len(subjects(batches)) == 3
    folder = archive.server.folder(FOLDER)
    assert len(list((folder / "new").iterdir())) == 3
    assert list((folder / "cur").iterdir()) == []


@needs_server
async def test_mail_has_the_time_at_which_it_came(source, archive):
    archive.put(letters(1))

    batches, _ = await read_all(source, BACKFILL)

    assert batches[0].mails[0].arrived_at == letters(1)[0].sent_at


@needs_server
async def test_backfill_begins_with_its_first_day(source, archive):
    archive.put(letters(2, start=NOW - timedelta(days=120)))
    archive.put(letters(2, first=2))

    batches, _ = await read_all(source, BACKFILL)

    assert subjects(batches) == ["Mail 2", "Mail 3"]


@needs_server
async def test_mails_that_are_numbered_anew_come_no_second_time(source, archive):
    archive.put(letters(5, start=NOW - timedelta(hours=5)))
    _, cursor = await read_all(source, BACKFILL)

    archive.server.stop()
    archive.server.number_anew(FOLDER)
    archive.server.start()
    archive.put(letters(2, first=5, start=NOW - timedelta(hours=1)))
    batches, cursor = await read_all(source, json.loads(json.dumps(cursor)))

    assert sorted(subjects(batches)) == ["Mail 5", "Mail 6"]
    assert "numbered" in batches[0].problems[0].what
    batches, _ = await read_all(source, cursor)
    assert (subjects(batches), batches[0].problems) == ([], ())


@needs_server
async def test_one_list_of_several_is_told_apart_by_its_id(archive, open_at):
    archive.put(letters(2))
    other = letters(1, first=2)[0].to_bytes().replace(b"dev.lists.example.org", b"users.lists.example.org")
    archive.server.deliver(other, folder=FOLDER, at=NOW)
    place = imap.KIND.recognise(urlsplit(f"imap://team/{FOLDER}?list=users.lists.example.org"))
    source = open_at(place, archive.login)

    batches, cursor = await read_all(source, BACKFILL)

    assert (place.name, subjects(batches)) == ("users", ["Mail 2"])
    archive.put(letters(1, first=3))
    batches, _ = await read_all(source, cursor)
    assert subjects(batches) == []


@needs_server
async def test_new_mail_is_told_of_at_once(source, archive):
    _, cursor = await read_all(source, FROM_NOW)
    waiting = asyncio.create_task(source.wait_for_news(cursor, timeout_seconds=30))
    await asyncio.sleep(0.3)
    assert not waiting.done()

    started = time.monotonic()
    archive.put(letters(1))
    assert await waiting
    batches, cursor = await read_all(source, cursor)

    assert subjects(batches) == ["Mail 0"]
    assert time.monotonic() - started < 5
    assert not await source.wait_for_news(cursor, timeout_seconds=0.2)


@needs_server
async def test_mail_that_came_before_the_waiting_began_is_told_of(source, archive):
    _, cursor = await read_all(source, FROM_NOW)
    archive.put(letters(1))

    assert await source.wait_for_news(cursor, timeout_seconds=5)


@needs_server
async def test_server_without_idle_is_looked_at(archive, open_at):
    archive.server.stop()
    archive.server.capability = "IMAP4rev1"
    archive.server.start()
    source = open_at(archive.place, archive.login)
    _, cursor = await read_all(source, FROM_NOW)

    assert not await source.wait_for_news(cursor, timeout_seconds=0.3)
    archive.put(letters(1))
    assert await source.wait_for_news(cursor, timeout_seconds=0.3)


@needs_server
async def test_waiting_that_is_given_up_frees_its_thread_and_can_begin_again(source, archive):
    _, cursor = await read_all(source, FROM_NOW)
    waiting = asyncio.create_task(source.wait_for_news(cursor, timeout_seconds=600))
    await asyncio.sleep(0.3)

    started = time.monotonic()
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    archive.put(letters(1))
    batches, _ = await read_all(source, cursor)

    assert subjects(batches) == ["Mail 0"]
    assert time.monotonic() - started < 3
    await source.close()
    await threads_end()


@needs_server
async def test_connection_that_died_meanwhile_is_made_anew(source, archive):
    _, cursor = await read_all(source, FROM_NOW)
    archive.put(letters(1))

    archive.server.stop()
    archive.server.start()
    batches, _ = await read_all(source, cursor)

    assert subjects(batches) == ["Mail 0"]


@needs_server
async def test_server_that_dies_during_the_waiting_is_a_passing_failure(source, archive):
    _, cursor = await read_all(source, FROM_NOW)
    waiting = asyncio.create_task(source.wait_for_news(cursor, timeout_seconds=30))
    await asyncio.sleep(0.3)

    archive.server.stop()

    with pytest.raises(SourceError, match="mail server of team") as caught:
        await waiting
    assert not caught.value.permanent


@needs_server
async def test_refused_login_is_permanent_and_tells_no_secret(archive, caplog, open_at):
    caplog.set_level(logging.DEBUG)
    source = open_at(archive.place, replace(archive.login, password="canary-wrong"))

    with pytest.raises(SourceError, match="refuses the login") as caught:
        await source.fetch(BACKFILL)

    assert caught.value.permanent
    told = f"{caught.value!r} {caplog.text} {source._access!r}"
    assert "canary" not in told


@needs_server
async def test_folder_that_is_not_there_is_permanent(archive, open_at):
    place = imap.KIND.recognise(urlsplit("imap://team/no%20such%20folder"))
    source = open_at(place, archive.login)

    with pytest.raises(SourceError, match="'no such folder'") as caught:
        await source.fetch(BACKFILL)

    assert caught.value.permanent


@needs_server
async def test_mail_that_is_too_large_is_cut(source, archive):
    archive.put([replace(letters(1)[0], body="x" * 70 + ("\n" + "x" * 70) * 170_000), *letters(1, first=1)])

    batches, _ = await read_all(source, BACKFILL)

    assert subjects(batches) == ["Mail 0", "Mail 1"]
    assert len(batches[0].mails[0].data) == MAX_MAIL_BYTES


@needs_server
async def test_mail_that_is_deleted_leaves_no_gap(source, archive):
    archive.put(letters(5))
    for path in sorted((archive.server.folder(FOLDER) / "new").iterdir())[1:3]:
        path.unlink()

    batches, _ = await read_all(source, BACKFILL)

    assert subjects(batches) == ["Mail 0", "Mail 3", "Mail 4"]


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs the openssl command to make a certificate")
@needs_server
async def test_starttls_secures_the_connection_and_checks_the_certificate(archive, tmp_path, open_at):
    archive.server.stop()
    archive.server.certificate = make_certificate(tmp_path, "localhost")
    archive.server.start()
    archive.put(letters(1))
    secured = replace(archive.login, security="starttls", host="localhost")
    trusting = ssl.create_default_context(cafile=str(archive.server.certificate[0]))

    source = open_at(archive.place, secured, tls=trusting)
    batches, _ = await read_all(source, BACKFILL)
    assert subjects(batches) == ["Mail 0"]
    await source.close()

    source = open_at(archive.place, secured)
    with pytest.raises(SourceError, match="cannot be trusted"):
        await source.fetch(BACKFILL)


@needs_server
async def test_token_is_renewed_and_opens_the_mailbox(archive, site, open_at):
    good = set()

    def renew(request):
        form = parse_qs(request.body.decode())
        assert (form["grant_type"], form["refresh_token"]) == (["refresh_token"], ["canary-refresh"])
        good.add(f"token-{len(good)}")
        return reply(json.dumps({"access_token": f"token-{len(good) - 1}", "expires_in": 3600}).encode())

    def introspect(request):
        is_good = parse_qs(request.body.decode())["token"][0] in good
        return reply(json.dumps({"active": is_good, "user": USER}).encode())

    site.handlers |= {"/token": renew, "/introspect": introspect}
    archive.server.stop()
    archive.server.introspection_url = site.url("/introspect")
    archive.server.start()
    archive.put(letters(1))
    oauth = OAuth(token_url=site.url("/token"), client_id="bot", refresh_token="canary-refresh")
    times = [NOW]
    login = replace(archive.login, password="", oauth=oauth)
    source = open_at(archive.place, login, clock=lambda: times[0])

    batches, cursor = await read_all(source, BACKFILL)
    assert subjects(batches) == ["Mail 0"]
    await source.close()
    await read_all(source, cursor)
    assert len(good) == 1

    times[0] += timedelta(hours=2)
    await source.close()
    await read_all(source, cursor)
    assert len(good) == 2


@pytest.mark.parametrize(
    ("answer", "is_permanent"),
    [
        (reply(b'{"error":"invalid_grant"}', status=400), True),
        (reply(b'{"error":"temporarily_unavailable"}', status=400), False),
        (reply(b"{}"), False),
        (reply(b"<html>"), False),
        (reply(status=503), False),
    ],
)
async def test_token_that_is_not_given_says_who_has_to_act(site, answer, is_permanent, open_at):
    site.handlers["/token"] = lambda request: answer
    oauth = OAuth(token_url=site.url("/token"), client_id="bot", refresh_token="canary-refresh")
    login = MailboxLogin(host="127.0.0.1", port=1, user=USER, oauth=oauth)
    place = imap.KIND.recognise(urlsplit("imap:team"))

    with pytest.raises(SourceError) as caught:
        await open_at(place, login).fetch(BACKFILL)

    assert caught.value.permanent is is_permanent
    assert "canary" not in f"{caught.value!r}{login!r}"


async def test_server_that_says_nothing_can_be_given_up(open_at):
    async def say_nothing(reader, writer):
        await reader.read()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as silent:
        port = silent.sockets[0].getsockname()[1]
        login = MailboxLogin(host="127.0.0.1", port=port, security="none", user=USER, password=PASSWORD)
        place = imap.KIND.recognise(urlsplit("imap:team"))
        source = open_at(place, login)
        task = asyncio.create_task(source.fetch(BACKFILL))
        await asyncio.sleep(0.1)

        started = time.monotonic()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await source.close()

        assert time.monotonic() - started < 1


async def test_mailbox_that_is_not_set_up_is_permanent(access):
    place = imap.KIND.recognise(urlsplit("imap:team"))

    with pytest.raises(SourceError, match="under the name team") as caught:
        await imap.KIND.open(place, access).fetch(BACKFILL)

    assert caught.value.permanent


@pytest.mark.parametrize(
    ("address", "normal", "name"),
    [
        ("imap:team", "imap://team/INBOX", "team"),
        ("imap://team", "imap://team/INBOX", "team"),
        ("imap://team/", "imap://team/INBOX", "team"),
        ("imap:team/lists/dev", "imap://team/lists/dev", "dev"),
        ("imap://team/Listen%20%C3%BC", "imap://team/Listen%20%C3%BC", "Listen ü"),
        ("imap://team?list=dev.lists.example.org", "imap://team/INBOX?list=dev.lists.example.org", "dev"),
    ],
)
def test_address_names_an_account_and_a_folder(address, normal, name):
    place = imap.KIND.recognise(urlsplit(address))

    assert (place.address, place.name, place.is_private) == (normal, name, True)


@pytest.mark.parametrize(
    "address",
    ["imap:", "imap://mail.example.org/INBOX", "imap://team:993/", 'imap:team?list=a"b', "imaps://a b"],
)
def test_address_of_a_server_is_refused(address):
    with pytest.raises(SourceError, match="imap:NAME") as caught:
        imap.KIND.recognise(urlsplit(address))
    assert caught.value.permanent


def test_ci_installs_the_server():
    assert "dovecot-imapd" in (Path(__file__).parents[3] / ".ci/run").read_text()
