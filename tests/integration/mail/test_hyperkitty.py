"""HyperKitty as it really is: 500 for an unknown list, exports that are off, late mail, no References."""

import gzip
import json
import os
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.errors import SourceError
from bot.mail.permalinks import hyperkitty_hash
from bot.mail.sources import hyperkitty
from bot.mail.sources.contract import Page, start_cursor
from bot.mail.sources.hyperkitty_api import find_message_id, read_entries, read_entry
from bot.mail.sources.mailbox_text import Mark, cut_portion, open_text
from tests.integration.mail.letters import NOW, id_of, letters
from tests.integration.mail.stages.hyperkitty import API, ARCHIVE, LIST, HyperkittyArchive, mail_hash
from tests.integration.mail.stages.stage import read_all
from tests.loopback_http import reply

SAMPLES = os.environ.get("SAMPLES", "")  # noqa: TID251 (test material that not every machine has)
BACKFILL, FROM_NOW = start_cursor(NOW, days=90), start_cursor(NOW)


@pytest.fixture
async def archive(access):
    async with HyperkittyArchive(access) as built:
        yield built


@pytest.fixture
def source(archive, access):
    return hyperkitty.KIND.open(archive.place, access)


def parsed(batches):
    return [message_from_bytes(mail.data) for batch in batches for mail in batch.mails]


def subjects(batches):
    return [mail["Subject"] for mail in parsed(batches)]


async def test_unknown_list_is_permanent_though_its_server_says_500(source, archive):
    archive.is_there = False

    with pytest.raises(SourceError, match="has no list dev@") as caught:
        await source.fetch(BACKFILL)

    assert caught.value.permanent
    assert archive.site.statuses == [500, 404, 404]


async def test_error_500_of_a_list_that_exists_is_passing(source, archive):
    archive.site.handlers[f"{API}/emails/"] = lambda request: reply(b"oops", status=500)

    with pytest.raises(SourceError, match="trouble of its own") as caught:
        await source.fetch(BACKFILL)

    assert not caught.value.permanent


async def test_private_list_is_refused_with_a_way_out(source, archive):
    archive.is_private = True

    with pytest.raises(SourceError, match="imap:NAME") as caught:
        await source.fetch(BACKFILL)

    assert caught.value.permanent


@pytest.mark.parametrize("status", [403, 404])
async def test_list_whose_api_is_switched_off_is_refused_with_its_feed(source, archive, status):
    archive.site.handlers |= {f"{API}/{page}": lambda _: reply(status=status) for page in ("", "emails/")}
    archive.site.files[f"{ARCHIVE}/"] = b"<html>dev</html>"

    with pytest.raises(SourceError, match=r"its API is switched off.* feed/ at its end") as caught:
        await source.fetch(BACKFILL)

    assert caught.value.permanent


async def test_page_that_is_no_data_is_passing_and_not_told(source, archive):
    archive.site.handlers[f"{API}/emails/"] = lambda request: reply(b"<html>Checking your browser</html>")

    with pytest.raises(SourceError, match="no list of mails") as caught:
        await source.fetch(BACKFILL)

    assert not caught.value.permanent
    assert "browser" not in str(caught.value)


async def test_exports_that_are_switched_off_are_made_up_for_by_the_api(source, archive):
    archive.has_exports = False
    archive.put(letters(6))

    batches, cursor = await read_all(source, BACKFILL)

    assert subjects(batches) == [f"Mail {number}" for number in range(6)]
    assert "switched off" in batches[0].problems[0].what
    assert [mail["In-Reply-To"] for mail in parsed(batches)][2] == f"<{id_of(1)}>"
    assert parsed(batches)[0]["From"] == "Ann Author <ann@example.org>"
    archive.put(letters(1, first=6, start=NOW))
    batches, _ = await read_all(source, cursor)
    assert subjects(batches) == ["Mail 6"]


async def test_api_backfill_of_a_busy_list_begins_with_the_eldest(source, archive):
    archive.has_exports = False
    archive.put(letters(2_100))

    batch = await source.fetch(BACKFILL)

    assert subjects([batch])[0] == "Mail 0"
    assert [problem.where for problem in batch.problems] == ["export"]


async def test_api_backfill_ends_at_its_first_day(source, archive):
    archive.has_exports = False
    archive.put(letters(60, start=NOW - timedelta(days=300)))
    archive.put(letters(2, first=60))

    batches, _ = await read_all(source, BACKFILL)

    assert subjects(batches) == ["Mail 60", "Mail 61"]


async def test_export_has_no_references_and_answers_are_still_told(source, archive):
    archive.put(letters(3))

    batches, _ = await read_all(source, BACKFILL)

    assert [(mail["References"], mail["In-Reply-To"]) for mail in parsed(batches)] == [
        (None, None),
        (None, None),
        (None, f"<{id_of(1)}>"),
    ]


async def test_mail_with_an_old_date_that_comes_now_is_new(source, archive):
    archive.put(letters(3))
    _, cursor = await read_all(source, FROM_NOW)

    archive.put(letters(1, first=3, start=NOW - timedelta(days=4_000)))
    archive.put(letters(1, first=4, start=NOW + timedelta(days=4_000)))
    batches, _ = await read_all(source, cursor)

    assert subjects(batches) == ["Mail 3", "Mail 4"]


async def test_permalink_is_made_from_the_message_id(source, archive):
    archive.put(letters(1))

    batches, _ = await read_all(source, BACKFILL)

    assert batches[0].mails[0].permalink == archive.site.url(f"{ARCHIVE}/message/{mail_hash(0)}/")


async def test_mails_that_a_moderator_deletes_bring_up_no_old_ones(source, archive):
    archive.put(letters(200))
    _, cursor = await read_all(source, FROM_NOW)

    del archive.mails[170:]
    archive.put(letters(1, first=200, start=NOW))
    batches, _ = await read_all(source, cursor)

    assert subjects(batches) == ["Mail 200"]


async def test_mails_of_one_instant_that_change_places_are_not_lost(source, archive):
    archive.put(letters(10))
    _, cursor = await read_all(source, FROM_NOW)

    archive.put(letters(2, first=10, start=NOW))
    archive.mails[9], archive.mails[10] = archive.mails[10], archive.mails[9]
    batches, _ = await read_all(source, cursor)

    assert sorted(subjects(batches)) == ["Mail 10", "Mail 11"]


async def test_after_an_outage_the_eldest_come_first_in_few_requests(source, archive):
    archive.put(letters(5))
    _, cursor = await read_all(source, FROM_NOW)
    archive.put(letters(130, first=5, start=NOW))
    archive.site.statuses.clear()

    batches, _ = await read_all(source, cursor)

    assert subjects(batches) == [f"Mail {number}" for number in range(5, 135)]
    assert len(archive.site.statuses) == 3 + 130


async def test_mail_deleted_between_list_and_fetch_costs_nothing_else(source, archive):
    archive.has_exports = False
    archive.put(letters(2))
    _, cursor = await read_all(source, FROM_NOW)
    archive.put(letters(2, first=2, start=NOW))
    archive.site.handlers[f"{API}/email/{mail_hash(2)}/"] = lambda request: reply(status=404)

    batches, _ = await read_all(source, cursor)

    assert subjects(batches) == ["Mail 2", "Mail 3"]  # what the list told of it


async def test_export_that_is_too_large_is_asked_for_in_smaller_pieces(source, archive):
    archive.put(letters(4, start=NOW - timedelta(days=3)))
    export = archive._export

    def unless_too_large(request):
        start, end = request.target.partition("start=")[2].split("&end=")
        is_long = start[:8] != end[:8] or int(end[8:]) - int(start[8:]) > 1
        return reply(headers={"Content-Length": "999999999"}) if is_long else export(request)

    archive.site.handlers[f"{ARCHIVE}/export/{LIST}.mbox.gz"] = unless_too_large

    batches, _ = await read_all(source, start_cursor(NOW, days=5))

    assert subjects(batches) == ["Mail 0", "Mail 1", "Mail 2", "Mail 3"]
    assert [problem for batch in batches for problem in batch.problems] == []


@pytest.mark.parametrize(
    "address",
    [
        "https://l.example.org/archives/list/dev@l.example.org/",
        "https://L.example.org/archives/list/Dev@l.example.org",
        "https://l.example.org/archives/list/dev@l.example.org/thread/ABC/?sort=date",
        "https://l.example.org/archives/list/dev%40l.example.org/latest",
        "https://l.example.org/archives/api/list/dev@l.example.org/emails/?format=json",
    ],
)
def test_address_alone_tells(address):
    place = hyperkitty.KIND.recognise(urlsplit(address))

    assert (place.address, place.name) == ("https://l.example.org/archives/list/dev@l.example.org", "dev")


def test_page_about_one_list_leads_to_its_archive():
    html = '<a href="/archives/list/dev@l.example.org/">Archives</a> <footer>Postorius 1.3</footer>'
    url = urlsplit("https://l.example.org/mailman3/lists/dev.l.example.org/")

    place = hyperkitty.KIND.inspect(Page(url=url, media_type="text/html", text=html))
    assert place.address == "https://l.example.org/archives/list/dev@l.example.org"
    two = html + '<a href="/archives/list/users@l.example.org/">other</a>'
    assert hyperkitty.KIND.inspect(Page(url=url, media_type="text/html", text=two)) is None


@pytest.mark.parametrize("end", ["feed", "feed/"])
def test_feed_of_a_list_is_a_feed(end):
    url = urlsplit(f"https://l.example.org/hyperkitty/list/dev@l.example.org/{end}")
    content = f'<rss><atom:link href="{url.geturl()}"/><a href="/hyperkitty/list/dev@l.example.org/"></rss>'

    assert hyperkitty.KIND.recognise(url) is None
    assert hyperkitty.KIND.inspect(Page(url=url, media_type="application/rss+xml", text=content)) is None


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of real answers")
def test_real_answers_are_understood():
    folder = Path(SAMPLES) / "mail/hyperkitty-api"
    entries, has_more = read_entries((folder / "limit1000.json").read_bytes(), "h")
    exported = gzip.decompress((folder / "export-all.mbox.gz").read_bytes())
    mark, ids = Mark(), []
    while True:
        portion = cut_portion(open_text(exported), mark)
        ids += [find_message_id(data) for _, data in portion.mails]
        mark = portion.mark
        if portion.is_end:
            break

    assert (len(entries), has_more) == (json.loads((folder / "limit1000.json").read_bytes())["count"], False)
    assert all(hyperkitty_hash(entry.message_id) == entry.hash and entry.date for entry in entries)
    assert sorted(ids) == sorted(entry.message_id for entry in entries)
    assert len(read_entry((folder / "email.json").read_bytes(), "h").content) > 100
    for name in ("nolist", "export-bad"):
        with pytest.raises(SourceError):
            read_entries((folder / name).read_bytes(), "h")
