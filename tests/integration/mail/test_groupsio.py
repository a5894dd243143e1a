"""groups.io: errors come as 400 with a type, the key goes to that host alone, topics become threads."""

import json
import logging
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from urllib.parse import urlsplit

import pytest

from bot.errors import SourceError
from bot.mail.sources import groupsio
from bot.mail.sources.contract import Page, start_cursor
from bot.mail.sources.detection import find_place
from bot.mail.sources.registry import KINDS
from bot.mail.threads import Envelope, attach
from tests.integration.mail.letters import NOW, letters
from tests.integration.mail.stages.groupsio import KEY, MESSAGES, STAGE, GroupsioArchive, error
from tests.integration.mail.stages.stage import read_all
from tests.loopback_http import LoopbackServer, redirect, reply

BACKFILL = start_cursor(NOW, days=90)


@pytest.fixture
async def archive(access):
    async with GroupsioArchive(access) as built:
        yield built


@pytest.fixture
def source(archive, access):
    return STAGE.open(archive, access)


def parsed(batches):
    return [message_from_bytes(mail.data) for batch in batches for mail in batch.mails]


@pytest.mark.parametrize(
    ("answer", "words", "is_permanent"),
    [
        (error("unauthorized_error"), "does not accept the API key", True),
        (error("inadequate_permissions"), "may not read dev", True),
        (error("x", status=401), "does not accept the API key", True),
        (error("x", status=403), "may not read dev", True),
        (error("group_not_found"), "knows no group dev", True),
        (error("internal_error"), "trouble of its own", False),
        (reply(b"<html>", status=400), "knows no group dev", True),
        (reply(b"<html>"), "no list of messages", False),
        (reply(b'{"object":"list","data":7}'), "no list of messages", False),
        (reply(b"[" * 100_000), "no list of messages", False),
    ],
)
async def test_refusal_is_put_into_words(source, archive, answer, words, is_permanent):
    archive.site.handlers[MESSAGES] = lambda request: answer

    with pytest.raises(SourceError, match=words) as caught:
        await source.fetch(BACKFILL)

    assert caught.value.permanent is is_permanent


async def test_group_without_a_key_says_what_to_do(archive, access):
    with pytest.raises(SourceError, match="imap:NAME") as caught:
        await groupsio.KIND.open(archive.place, access).fetch(BACKFILL)

    assert caught.value.permanent
    assert archive.site.asked == []


async def test_key_stays_with_its_host_and_out_of_logs(source, archive, caplog):
    caplog.set_level(logging.DEBUG)
    async with LoopbackServer() as other:
        other.answers_otherwise(reply(b"{}"))
        archive.site.handlers[MESSAGES] = lambda request: redirect(other.url("/away"))
        with pytest.raises(SourceError) as caught:
            await source.fetch(BACKFILL)

        assert "authorization" not in other.requests[0].headers
    assert KEY not in f"{caught.value!r} {caught.value} {caplog.text} {source._access!r}"


async def test_messages_of_a_topic_are_one_thread(source, archive):
    archive.put(letters(4))

    batches, _ = await read_all(source, BACKFILL)

    mails = [
        Envelope(key=mail["Message-ID"], references=tuple(mail["References"].split()), at=NOW)
        for mail in parsed(batches)
    ]
    threads = attach(mails, known={}, next_thread=1).threads
    numbers = [threads[mail.key] for mail in mails]
    assert numbers[1] == numbers[2]
    assert len(set(numbers)) == 3


async def test_permalink_and_time_are_the_groups_own(source, archive):
    archive.put(letters(2))

    batches, _ = await read_all(source, BACKFILL)

    assert [mail.permalink for mail in batches[0].mails] == [
        archive.site.url("/g/dev/message/1"),
        archive.site.url("/g/dev/message/2"),
    ]
    assert batches[0].mails[0].arrived_at == letters(1)[0].sent_at


async def test_backfill_ends_at_its_first_day_and_a_poll_at_what_is_known(source, archive):
    archive.put(letters(250, start=NOW - timedelta(days=200)))
    archive.put(letters(3, first=250))

    batches, cursor = await read_all(source, BACKFILL)
    assert [mail["Subject"] for mail in parsed(batches)] == ["Mail 250", "Mail 251", "Mail 252"]
    assert len(archive.site.asked) == 1

    archive.put(letters(1, first=253, start=NOW - timedelta(days=900)))
    batches, _ = await read_all(source, cursor)
    assert [mail["Subject"] for mail in parsed(batches)] == ["Mail 253"]
    assert len(archive.site.asked) == 2


async def test_html_body_is_declared_and_odd_rows_are_left_out(source, archive):
    rows = [
        {
            "msg_num": 1,
            "subject": "A",
            "body": "<p>Hello</p>",
            "name": "Ann <ann@example.org>",
            "created": "x",
        },
        {"msg_num": "2", "subject": "B"},
        {"subject": "C"},
        None,
        {
            "msg_num": 3,
            "topic_id": "x",
            "subject": None,
            "body": None,
            "snippet": "short",
            "is_plain_text": True,
        },
    ]
    answer = json.dumps({"object": "list", "data": rows}).encode()
    archive.site.handlers[MESSAGES] = lambda request: reply(answer)

    batches, _ = await read_all(source, BACKFILL)

    first, second = parsed(batches)
    assert (first.get_content_type(), first["From"]) == ("text/html", "Ann <ann@example.org>")
    assert (second["Subject"], second.get_payload()) == (None, "short")


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://groups.io/g/dev", "https://groups.io/g/dev"),
        ("http://www.groups.io/g/dev/topics?p=1", "https://groups.io/g/dev"),
        ("https://groups.io/g/main+sub/message/53", "https://groups.io/g/main+sub"),
        ("https://wg.groups.io/g/main", "https://wg.groups.io/g/main"),
        ("https://groups.io/mt/1/2", None),
        ("https://lists.example.org/g/dev", None),
        ("https://evil-groups.io/g/dev", None),
    ],
)
def test_address_of_groups_io_alone_tells(address, place):
    found = groupsio.KIND.recognise(urlsplit(address))

    assert (found.address if found else None) == place
    assert found is None or found.is_private


async def test_group_under_a_domain_of_its_own_is_known_by_its_page(access, archive):
    archive.site.files["/g/dev/topics"] = b"<html>Powered by <a href='https://groups.io'>groups.io</a></html>"

    place = await find_place(archive.site.url("/g/dev/topics"), kinds=KINDS, fetcher=access.fetcher)

    assert place == replace(archive.place, archive_url=archive.site.url("/g/dev/topics"))
    page = Page(url=urlsplit("https://l.example.org/x"), media_type="", text="groups.io")
    assert groupsio.KIND.inspect(page) is None
