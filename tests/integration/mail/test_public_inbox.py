"""public-inbox as it really is: 404 for nothing new, only POST, seconds and not days, ids with slashes."""

import gzip
import os
import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.errors import SourceError
from bot.mail.sources import public_inbox
from bot.mail.sources.contract import Page, start_cursor
from bot.mail.sources.detection import find_place
from bot.mail.sources.mailbox_text import Mark, count_mails, cut_portion, open_text
from tests.integration.mail.letters import NOW, id_of, letters
from tests.integration.mail.stages.public_inbox import INBOX, PublicInboxArchive
from tests.integration.mail.stages.stage import read_all
from tests.loopback_http import reply

SAMPLES = os.environ.get("SAMPLES", "")  # noqa: TID251 (test material that not every machine has)
BACKFILL, FROM_NOW = start_cursor(NOW, days=90), start_cursor(NOW)


@pytest.fixture
async def archive(access):
    async with PublicInboxArchive(access) as built:
        yield built


@pytest.fixture
def source(archive, access):
    return public_inbox.KIND.open(archive.place, access)


def subjects(batches):
    return [message_from_bytes(mail.data)["Subject"] for batch in batches for mail in batch.mails]


async def test_nothing_new_is_404_and_no_failure(source, archive):
    batch = await source.fetch(FROM_NOW)

    assert (batch.mails, batch.is_complete) == ((), True)
    assert archive.site.statuses == [404, 200]


async def test_inbox_that_is_not_there_is_told_from_one_without_news(source, archive):
    archive.site.handlers.clear()

    with pytest.raises(SourceError, match="no inbox") as caught:
        await source.fetch(FROM_NOW)

    assert caught.value.permanent


async def test_question_is_posted_and_asks_by_the_second(source, archive):
    archive.put(letters(1))

    await read_all(source, BACKFILL)

    asked = archive.site.server.requests[0]
    start = int((NOW - timedelta(days=90, hours=1)).timestamp())
    assert (asked.method, asked.target) == ("POST", f"{INBOX}?q=rt:{start}..&x=m")
    assert all(re.search(r"rt:\d{10}\.\.(?:\d{10})?&", target) for target in archive.site.asked)


async def test_page_for_people_is_no_answer(source, archive):
    archive.site.handlers[INBOX] = lambda request: reply(b"<html>", headers={"Content-Type": "text/html"})

    with pytest.raises(SourceError, match="page for people") as caught:
        await source.fetch(BACKFILL)

    assert not caught.value.permanent


async def test_answer_that_is_too_large_is_asked_for_in_spans(source, archive):
    archive.most_mails = 20
    archive.put(letters(100, start=NOW - timedelta(days=60)))

    batches, cursor = await read_all(source, BACKFILL)

    assert sorted(subjects(batches)) == sorted(f"Mail {number}" for number in range(100))
    archive.put(letters(1, first=100, start=NOW))
    batches, _ = await read_all(source, cursor)
    assert subjects(batches) == ["Mail 100"]


async def test_quiet_list_is_asked_once_and_not_for_months(source, archive):
    archive.put(letters(3, start=NOW - timedelta(days=80)))
    _, cursor = await read_all(source, BACKFILL)
    archive.site.statuses.clear()

    batches, _ = await read_all(source, cursor)

    assert (subjects(batches), archive.site.statuses) == ([], [200])


async def test_mail_that_is_found_late_within_the_hour_is_not_lost(source, archive):
    archive.put(letters(3, start=NOW - timedelta(hours=5)))
    _, cursor = await read_all(source, BACKFILL)

    late = (archive.mails[-1][0] - 1_800, letters(1, first=3)[0])
    archive.mails.append(late)
    batches, _ = await read_all(source, cursor)

    assert subjects(batches) == ["Mail 3"]


async def test_clock_in_the_future_does_not_end_the_following(source, archive):
    archive.mails.append((NOW.timestamp() + 86_400 * 400, letters(1)[0]))
    batches, cursor = await read_all(source, BACKFILL)
    assert subjects(batches) == ["Mail 0"]

    archive.mails.append((NOW.timestamp(), letters(1, first=1)[0]))
    batches, _ = await read_all(source, cursor)

    assert subjects(batches) == ["Mail 1"]


async def test_references_and_bytes_are_the_mails_own(source, archive):
    archive.put([replace(letters(1)[0], body="One.\nFrom here.\n>From there.\n")])

    batches, _ = await read_all(source, BACKFILL)

    (mail,) = batches[0].mails
    assert mail.data.endswith(b"\n\nOne.\nFrom here.\n>From there.\n")
    assert mail.arrived_at == letters(1)[0].sent_at


async def test_permalink_keeps_a_slash_inside_the_message_id(source, archive):
    archive.put(letters(1))
    whole = archive._search

    def with_slash(request):
        _, _, packed = whole(request).partition(b"\r\n\r\n")
        text = gzip.decompress(packed).replace(id_of(0).encode(), b"a/b+c@example.org")
        return reply(gzip.compress(text))

    archive.site.handlers[INBOX] = with_slash
    batches, _ = await read_all(source, BACKFILL)

    assert batches[0].mails[0].permalink == archive.site.url(f"{INBOX}a%2Fb+c@example.org/")


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://lore.kernel.org/linux-leds/", "https://lore.kernel.org/linux-leds/"),
        ("http://lore.kernel.org/linux-leds", "https://lore.kernel.org/linux-leds/"),
        ("https://lore.kernel.org/linux-leds/x@y/T/#u", "https://lore.kernel.org/linux-leds/"),
        ("https://lore.kernel.org/", None),
        ("https://lore.kernel.org/r/x@y/", None),
        ("https://inbox.example.org/dev/", None),
    ],
)
def test_address_of_lore_alone_tells(address, place):
    found = public_inbox.KIND.recognise(urlsplit(address))

    assert (found.address if found else None) == place


async def test_other_inboxes_are_known_by_their_page(access, archive):
    place = await find_place(archive.site.url(INBOX), kinds=[public_inbox.KIND], fetcher=access.fetcher)

    assert place == replace(archive.place, archive_url=archive.place.address)


@pytest.mark.parametrize(
    ("path", "links", "root"),
    [
        ("/lists/leds/", 'href="new.atom"', "/lists/leds/"),
        ("/lists/leds/x@y/", "href='../new.atom'", "/lists/leds/"),
        ("/lists/leds/x@y/T/", 'href="../t.atom" href=\n"../../_/text/mirror/"', "/lists/leds/"),
        ("/lists/leds/_/text/help/", 'href="../../../new.atom"', "/lists/leds/"),
        ("/lists/leds/x@y/T/", 'href="../new.atom"', "/lists/leds/"),
        ("/lists/leds/new.atom", 'href="http://inner.example.org/leds/new.atom"', "/lists/leds/"),
        ("/blog/", "href=https://inbox.example.org/leds/new.atom", None),
        ("/blog/", "new.atom", None),
    ],
    ids=["front", "mail", "thread", "help", "below-mail", "feed", "elsewhere", "unlinked"],
)
def test_every_page_below_an_inbox_leads_to_it(path, links, root):
    page = Page(
        url=urlsplit(f"https://mirror.example.org{path}"),
        media_type="text/html",
        text=f"<title>Re: [PATCH] leds</title><a {links}>x</a> This is a public inbox",
    )

    place = public_inbox.KIND.inspect(page)

    assert (place.address if place else None) == (root and f"https://mirror.example.org{root}")


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of real answers")
def test_real_answers_are_understood():
    folder = Path(SAMPLES) / "mail/feeds"
    answer = (folder / "public-inbox-search-xm.mbox.gz").read_bytes()
    html = (folder / "public-inbox-index.html").read_text()
    url = urlsplit("https://inbox.example.org/leds/")

    assert public_inbox.KIND.inspect(Page(url=url, media_type="text/html", text=html)).name == "leds"
    portion = cut_portion(open_text(answer), Mark())
    assert len(portion.mails) == count_mails(open_text(answer)) > 20
    times = [public_inbox._received_at(data) for _, data in portion.mails]
    assert all(times)
