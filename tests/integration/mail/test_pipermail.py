"""Mailman 2 archives as they really are: packed overnight, rewritten, cut off, doubled, misdated."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.errors import SourceError
from bot.mail.models import Place
from bot.mail.sources import pipermail
from bot.mail.sources.contract import start_cursor
from tests.integration.mail.letters import NOW, letters
from tests.integration.mail.site import Site
from tests.integration.mail.stages.pipermail import BASE, PipermailArchive
from tests.integration.mail.stages.stage import read_all

SAMPLES = os.environ.get("SAMPLES", "")  # noqa: TID251 (test material that not every machine has)
BACKFILL = start_cursor(NOW, days=90)
OCTOBER, NOVEMBER = datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC)


@pytest.fixture
async def archive(access):
    async with PipermailArchive(access) as built:
        yield built


@pytest.fixture
def source(archive, access):
    return pipermail.KIND.open(archive.place, access)


def subjects(batches):
    return [message_from_bytes(mail.data)["Subject"] for batch in batches for mail in batch.mails]


async def test_month_that_is_packed_overnight_brings_nothing_twice(source, archive):
    archive.put(letters(3, start=NOVEMBER))
    _, cursor = await read_all(source, BACKFILL)

    archive.packed.add("2026-November")
    archive.put(letters(1, first=3, start=NOVEMBER + timedelta(days=1)))
    batches, _ = await read_all(source, cursor)

    assert subjects(batches) == ["Mail 3"]


async def test_file_that_was_packed_since_the_index_was_read_is_found(source, archive):
    archive.put(letters(2, start=NOVEMBER))
    index = archive.site.files[BASE]
    archive.packed.add("2026-November")
    archive.publish()
    archive.site.files[BASE] = index

    batches, _ = await read_all(source, BACKFILL)

    assert subjects(batches) == ["Mail 0", "Mail 1"]


async def test_file_that_is_nowhere_is_a_problem_and_comes_later(source, archive):
    archive.put(letters(2, start=OCTOBER))
    archive.put(letters(1, first=2, start=NOVEMBER))
    october = archive.site.files.pop(f"{BASE}2026-October.txt")

    batches, cursor = await read_all(source, BACKFILL)

    assert subjects(batches) == ["Mail 2"]
    assert {problem.where for batch in batches for problem in batch.problems} == {"2026-October"}
    archive.site.files[f"{BASE}2026-October.txt"] = october
    batches, _ = await read_all(source, cursor)
    assert subjects(batches) == ["Mail 0", "Mail 1"]


async def test_rewritten_month_loses_nothing(source, archive):
    archive.put(letters(5, start=NOVEMBER))
    _, cursor = await read_all(source, BACKFILL)

    del archive.months["2026-November"][1]  # a maintainer takes a mail out and regenerates the archive
    archive.put(letters(1, first=5, start=NOVEMBER))
    batches, cursor = await read_all(source, cursor)

    assert subjects(batches) == [
        "Mail 0",
        "Mail 2",
        "Mail 3",
        "Mail 4",
        "Mail 5",
    ]  # the store knows four of them
    assert "rewritten" in batches[0].problems[0].what
    batches, _ = await read_all(source, cursor)
    assert subjects(batches) == []


async def test_month_cut_short_by_its_maintainer_goes_on_from_there(source, archive):
    archive.put(letters(5, start=NOVEMBER))
    _, cursor = await read_all(source, BACKFILL)

    del archive.months["2026-November"][2:]
    archive.put(letters(1, first=7, start=NOVEMBER))
    batches, _ = await read_all(source, cursor)

    assert subjects(batches) == ["Mail 0", "Mail 1", "Mail 7"]


async def test_packed_file_that_breaks_off_brings_what_is_whole_and_the_rest_later(source, archive):
    archive.packed.add("2026-November")
    archive.put(letters(60, start=NOVEMBER))
    path = f"{BASE}2026-November.txt.gz"
    whole = archive.site.files[path]
    archive.site.files[path] = whole[: len(whole) // 2]

    batches, cursor = await read_all(source, BACKFILL)

    first = subjects(batches)
    assert 0 < len(first) < 60
    assert "breaks off" in batches[0].problems[0].what
    archive.site.files[path] = whole
    batches, _ = await read_all(source, cursor)
    assert first + subjects(batches) == [f"Mail {number}" for number in range(60)]


async def test_garbage_under_a_packed_name_is_a_problem(source, archive):
    archive.put(letters(1, start=NOVEMBER))
    archive.site.files[f"{BASE}2026-November.txt"] = b"\x1f\x8bnot packed at all"

    batches, _ = await read_all(source, BACKFILL)

    assert (subjects(batches), len(batches[0].problems)) == ([], 1)


async def test_doubled_archive_brings_each_mail_once(source, archive):
    mails = letters(20, start=NOVEMBER)
    archive.put([mail for mail in mails for _ in range(2)])
    archive.put(mails)

    batches, _ = await read_all(source, BACKFILL)

    assert subjects(batches) == [mail.subject for mail in mails]


async def test_new_month_and_late_mail_of_the_last_one_are_both_seen(source, archive):
    archive.put(letters(2, start=OCTOBER))
    _, cursor = await read_all(source, BACKFILL)

    archive.put(letters(1, first=2, start=NOVEMBER))
    archive.put(letters(1, first=3, start=OCTOBER))
    batches, _ = await read_all(source, cursor)

    assert subjects(batches) == ["Mail 3", "Mail 2"]


async def test_backfill_begins_with_the_month_of_its_first_day(source, archive):
    for number, day in enumerate((NOW - timedelta(days=200), NOW - timedelta(days=80), NOW)):
        archive.put(letters(1, first=number, start=day))

    batches, cursor = await read_all(source, BACKFILL)

    assert subjects(batches) == ["Mail 1", "Mail 2"]
    archive.put(
        letters(1, first=3, start=NOW - timedelta(days=200))
    )  # that month is under watch all the same
    batches, _ = await read_all(source, cursor)
    assert subjects(batches) == ["Mail 3"]


async def test_volume_that_lies_in_the_future_blocks_nothing(source, archive):
    archive.put(letters(1, start=datetime(2038, 1, 19, tzinfo=UTC)))
    archive.put(letters(1, first=1, start=NOVEMBER))
    batches, cursor = await read_all(source, BACKFILL)
    assert sorted(subjects(batches)) == ["Mail 0", "Mail 1"]

    archive.put(letters(1, first=2, start=NOW))
    batches, cursor = await read_all(source, cursor)
    assert subjects(batches) == ["Mail 2"]


async def test_index_that_is_cut_off_for_a_while_loses_nothing_and_doubles_nothing(source, archive):
    for number in range(6):
        archive.put(letters(1, first=number, start=NOW - timedelta(days=30 * number)))
    _, cursor = await read_all(source, start_cursor(NOW, days=200))
    index = archive.site.files[BASE]

    archive.site.files[BASE] = index[: index.index(b"2026-September")]
    batches, cursor = await read_all(source, cursor)
    assert subjects(batches) == []
    archive.site.files[BASE] = index
    batches, _ = await read_all(source, cursor)
    assert subjects(batches) == []


async def test_permalink_is_the_mails_own_page(source, archive):
    archive.put(letters(2, start=OCTOBER))
    archive.put(letters(1, first=2, start=NOVEMBER))

    batches, _ = await read_all(source, BACKFILL)

    links = [urlsplit(mail.permalink).path for batch in batches for mail in batch.mails]
    assert links == [
        f"{BASE}2026-October/000000.html",
        f"{BASE}2026-October/000001.html",
        f"{BASE}2026-November/000002.html",
    ]


async def test_permalink_is_the_months_page_where_pages_and_mails_differ(source, archive):
    archive.put(letters(2, start=NOVEMBER))
    archive.site.files[f"{BASE}2026-November/date.html"] += b'<A HREF="000099.html">'

    batches, _ = await read_all(source, BACKFILL)

    assert {urlsplit(mail.permalink).path for mail in batches[0].mails} == {
        f"{BASE}2026-November/thread.html"
    }


async def test_poll_without_news_costs_three_answers_of_304(source, archive):
    for number in range(8):
        archive.put(letters(1, first=number, start=NOW - timedelta(days=30 * number)))
    _, cursor = await read_all(source, start_cursor(NOW, days=400))
    archive.site.statuses.clear()

    await source.fetch(json.loads(json.dumps(cursor)))

    assert archive.site.statuses == [304] * 4


async def test_page_that_is_no_archive_is_refused(source, archive):
    archive.site.files[BASE] = b"<html>Welcome to nginx!</html>"

    with pytest.raises(SourceError, match="no archive by months") as caught:
        await source.fetch(BACKFILL)
    assert caught.value.permanent


async def test_mail_with_a_line_that_begins_with_from_stays_one(source, archive):
    body = "Hello.\nFrom here on, something like:\n\nFrom now on we meet at 10:30\nSubject to change: yes.\n"
    archive.put([replace(letters(1, start=NOVEMBER)[0], body=body), *letters(1, first=1, start=NOVEMBER)])

    batches, _ = await read_all(source, BACKFILL)

    assert subjects(batches) == ["Mail 0", "Mail 1"]
    assert batches[0].mails[0].data.decode().replace(">From ", "From ").endswith(f"\n\n{body}")


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://l.example.org/pipermail/dev/", "https://l.example.org/pipermail/dev/"),
        ("https://L.example.org/pipermail/dev", "https://l.example.org/pipermail/dev/"),
        ("https://l.example.org/pipermail/dev/2026-May/000012.html", "https://l.example.org/pipermail/dev/"),
        ("https://l.example.org/x/pipermail/c++-std/?a=1#b", "https://l.example.org/x/pipermail/c++-std/"),
        ("https://l.example.org/mailman/listinfo/dev", "https://l.example.org/pipermail/dev/"),
        ("https://l.example.org/cgi-bin/mailman/listinfo.cgi/dev", "https://l.example.org/pipermail/dev/"),
        ("https://l.example.org/archives/dev/", None),
    ],
)
def test_address_alone_tells(address, place):
    found = pipermail.KIND.recognise(urlsplit(address))

    assert (found.address if found else None) == place


def test_private_archive_is_refused_with_a_way_out():
    with pytest.raises(SourceError, match="imap:NAME") as caught:
        pipermail.KIND.recognise(urlsplit("https://l.example.org/mailman/private/dev/2026-May/000012.html"))
    assert caught.value.permanent


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of real archives")
@pytest.mark.parametrize("name", ["twisted-web", "imagej-devel"])
async def test_real_archive_comes_whole(access, name):
    folder = Path(SAMPLES) / "mail/pipermail" / name
    counts = json.loads((folder / "counts.json").read_text())
    async with Site(
        files={f"/pipermail/x/{path.name}": path.read_bytes() for path in folder.iterdir()}
    ) as site:
        site.files["/pipermail/x/"] = site.files.pop("/pipermail/x/index.html")
        place = Place(kind="pipermail", address=site.url("/pipermail/x/"), name="x")
        source = pipermail.KIND.open(place, access)
        batches, _ = await read_all(source, start_cursor(NOW, days=365 * 40))

    raw = [mail.data for batch in batches for mail in batch.mails]
    assert abs(len(raw) - sum(counts.values())) <= 1  # one archive holds one mail twice
    assert len(set(raw)) == len(raw)
