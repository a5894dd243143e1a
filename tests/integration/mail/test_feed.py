"""Feeds as they really are: restless, broken, hostile; and those of archives that are known."""

import asyncio
import os
from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.errors import SourceError
from bot.mail.sources import feed
from bot.mail.sources.contract import Page, start_cursor
from bot.mail.sources.detection import find_place
from bot.mail.sources.feed_reading import read_feed
from bot.mail.sources.registry import KINDS
from tests.integration.mail.letters import NOW, letters
from tests.integration.mail.stages.feed import PATH, FeedArchive, atom_entry, atom_feed
from tests.integration.mail.stages.stage import read_all

SAMPLES = os.environ.get("SAMPLES", "")  # noqa: TID251 (test material that not every machine has)
BACKFILL, FROM_NOW = start_cursor(NOW, days=90), start_cursor(NOW)


@pytest.fixture
async def archive(access):
    async with FeedArchive(access) as built:
        yield built


@pytest.fixture
def source(archive, access):
    return feed.KIND.open(archive.place, access)


def parsed(batches):
    return [message_from_bytes(mail.data) for batch in batches for mail in batch.mails]


def subjects(batches):
    return [mail["Subject"] for mail in parsed(batches)]


def rss(*items: str, charset: str = "utf-8") -> bytes:
    text = f'<?xml version="1.0" encoding="{charset}"?><rss version="2.0"><channel><title>Dev</title>'
    return f"{text}{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>".encode(charset)


async def test_item_is_posted_once_however_it_changes(source, archive):
    cursor = BACKFILL
    seen = []
    for day in range(30):
        item = (
            f"<title>Release {day}</title><guid>r1</guid><link>https://example.org/r1?utm_source={day}</link>"
            f"<pubDate>{day + 1:02} Nov 2026 12:00:00 GMT</pubDate>"
        )
        other = "<title>Other</title><guid>r2</guid>"
        archive.site.files[PATH] = rss(*((item, other) if day % 2 else (other, item)))
        batches, cursor = await read_all(source, cursor)
        seen += subjects(batches)

    assert sorted(seen) == ["Other", "Release 0"]


async def test_item_without_an_identity_is_known_by_its_address(source, archive):
    archive.site.files[PATH] = rss("<title>A</title><link>https://example.org/a?p=1&amp;utm_source=x</link>")
    _, cursor = await read_all(source, BACKFILL)

    archive.site.files[PATH] = rss(
        "<title>A2</title><link>https://example.org/a?p=1&amp;utm_source=y#c</link>"
    )
    batches, _ = await read_all(source, cursor)

    assert subjects(batches) == []


async def test_item_that_leaves_and_returns_is_not_new(source, archive):
    mails = letters(3)
    archive.put(mails)
    _, cursor = await read_all(source, BACKFILL)
    for entries in ([mails[2]], [], list(mails)):
        archive.site.files[PATH] = atom_feed([atom_entry(each) for each in entries])
        batches, cursor = await read_all(source, cursor)
        assert subjects(batches) == []


async def test_item_whose_identity_alone_changes_is_not_new(source, archive):
    def items(scheme, *more):
        head = "<link>https://example.org/a</link><pubDate>1 Nov 2026 12:00:00 GMT</pubDate>"
        kept = (f"<guid>{scheme}:{number}</guid><title>A</title>{head}" for number in ("1",))
        return rss(*kept, *more)

    archive.site.files[PATH] = items("http")
    _, cursor = await read_all(source, BACKFILL)

    archive.site.files[PATH] = items("https", "<guid>https:2</guid><title>A</title>Other text")
    batches, _ = await read_all(source, cursor)

    assert [mail["Subject"] for mail in parsed(batches)] == ["A"]
    assert batches[0].mails[0].permalink == ""


async def test_identities_that_were_made_anew_are_known_from_then_on(source, archive):
    def item(identity, title):
        return f"<guid>{identity}</guid><title>{title}</title>"

    cursor = BACKFILL
    told = []
    for items in (
        [item("http:1", "A"), item("http:2", "B")],
        [item("https:1", "A"), item("https:2", "B"), item("https:3", "C")],
        [item("https:1", "A"), item("https:2", "B"), item("https:3", "C"), item("https:4", "D")],
    ):
        archive.site.files[PATH] = rss(*items)
        batches, cursor = await read_all(source, cursor)
        told.append(sorted(mail["Subject"] for mail in parsed(batches)))

    assert told == [["A", "B"], ["C"], ["D"]]


async def test_items_that_are_alike_are_several(source, archive):
    failed = "<title>Build failed</title><link>https://example.org/builds</link>"
    cursor = BACKFILL
    for number in (1, 2, 3):
        guids = (f"<guid>{each}</guid>{failed}" for each in range(number, 0, -1))
        archive.site.files[PATH] = rss(*guids)
        batches, cursor = await read_all(source, cursor)
        assert len(parsed(batches)) == 1


async def test_unchanged_feed_costs_a_304(source, archive):
    archive.put(letters(3))
    _, cursor = await read_all(source, BACKFILL)
    archive.site.statuses.clear()

    await source.fetch(cursor)

    assert archive.site.statuses == [304]


async def test_answer_is_threaded_below_what_it_answers(source, archive):
    archive.put(letters(3))

    batches, _ = await read_all(source, BACKFILL)

    first, second, third = parsed(batches)
    assert (first["In-Reply-To"], third["In-Reply-To"]) == (None, second["Message-ID"])


async def test_link_is_made_whole_and_only_web_addresses_are_links(source, archive):
    archive.site.files[PATH] = rss(
        "<guid>1</guid><title>a</title><link>/a</link>",
        "<guid>2</guid><title>b</title><link>javascript:alert(1)</link>",
    )

    batches, _ = await read_all(source, BACKFILL)

    assert {mail.permalink for mail in batches[0].mails} == {archive.site.url("/a"), ""}


async def test_broken_xml_is_a_problem_beside_the_items(source, archive):
    archive.site.files[PATH] = atom_feed([atom_entry(letters(1)[0])])[:-30] + b"<oops &"

    batches, _ = await read_all(source, BACKFILL)

    assert subjects(batches) == ["Mail 0"]
    assert [problem.where for problem in batches[0].problems] == ["feed"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><title>Checking your browser</title></html>",
        b"\xff\xfe\x00",
        b"/etc/hosts",
        b"file:///etc/hosts",
    ],
)
async def test_what_is_no_feed_is_passing_and_opens_nothing(source, archive, content):
    archive.site.files[PATH] = content

    with pytest.raises(SourceError, match="no feed") as caught:
        await source.fetch(BACKFILL)

    assert not caught.value.permanent


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + ']><rss version="2.0"><channel><item><title>&i;</title><guid>1</guid></item></channel></rss>'
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/hosts">]>'
    '<rss version="2.0"><channel><item><title>&x;</title><guid>1</guid></item></channel></rss>'
)
DEEP = '<rss version="2.0"><channel><item><guid>1</guid><description>' + "<b>" * 200_000


@pytest.mark.parametrize("content", [BOMB, OUTSIDE, DEEP], ids=["laughs", "outside", "deep"])
async def test_hostile_xml_does_no_harm(source, archive, content):
    archive.site.files[PATH] = content.encode()
    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.create_task(tick())
    started = asyncio.get_running_loop().time()
    mails = ()
    with suppress(SourceError):
        mails = (await source.fetch(BACKFILL)).mails
    seconds = asyncio.get_running_loop().time() - started
    ticking.cancel()
    assert all(b"localhost" not in mail.data and len(mail.data) < 1_000_000 for mail in mails)
    assert seconds < 15
    assert ticks > seconds * 100 / 4  # the loop went on meanwhile


async def test_charset_of_the_feed_is_used(source, archive):
    archive.site.files[PATH] = rss(
        "<guid>1</guid><title>x</title><description>Grüße</description>", charset="iso-8859-1"
    )

    batches, _ = await read_all(source, BACKFILL)

    assert parsed(batches)[0].get_payload(decode=True).decode() == "Grüße"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("<author>ann@example.org (Ann Archer)</author>", ("Ann Archer", "ann@example.org")),
        ("<author>ann＠example.org (Ann Archer)</author>", ("Ann Archer", "ann@example.org")),
        ("<author>ann at example.org (Ann)</author>", ("Ann", "ann@example.org")),
        ("<author>ann@example.org</author>", ("", "ann@example.org")),
        ("<author>ann＠example.org (Ann (Dev))</author>", ("Ann (Dev)", "ann@example.org")),
        ("<author>Ann Archer &lt;ann at example.org&gt;</author>", ("Ann Archer", "ann@example.org")),
        ("<author>Ann ‹ann＠example.org></author>", ("Ann", "ann@example.org")),
        ("<author>Ann at home (Ann)</author>", ("Ann at home (Ann)", "")),
        ("<author>Ann</author>", ("Ann", "")),
        ("", ("", "")),
    ],
    ids=["rss", "hyperkitty", "at", "address", "nested", "behind", "marks", "words", "name", "none"],
)
def test_author_is_a_name_and_an_address(written, told):
    (item,) = read_feed(rss(f"<guid>1</guid>{written}")).items

    assert (item.author, item.address) == told


def test_plain_text_in_rss_keeps_its_lines_and_what_looks_like_a_tag():
    plain = "Hello,\n\nsee Ann &lt;ann at example.org&gt; &amp;amp; others.\n"
    text = read_feed(rss(f"<guid>1</guid><description>{plain}</description>")).items[0]
    page = read_feed(rss("<guid>1</guid><description>&lt;p&gt;Hello&lt;/p&gt;</description>")).items[0]

    assert (text.content, text.is_html) == ("Hello,\n\nsee Ann <ann at example.org> & others.", False)
    assert (page.content, page.is_html) == ("<p>Hello</p>", True)


@pytest.mark.parametrize(
    ("title", "name"),
    [("[PATCH v2 0/4] leds", "[PATCH v2 0/4] leds"), ("<![CDATA[Dev [all]]]>", "Dev [all]"), (" ", "h")],
    ids=["brackets", "cdata", "empty"],
)
def test_feed_is_called_by_its_title(title, name):
    page = Page(url=urlsplit("https://h/f"), media_type="", text=f"<rss><channel><title>{title}</title>")

    assert feed.KIND.inspect(page).name == name


async def test_page_that_offers_a_feed_leads_to_it(access, archive):
    archive.site.files["/news/"] = (
        b"<html><link rel='alternate' type='application/atom+xml' href='../dev/feed.atom?a=1&amp;b=2'></html>"
    )
    archive.put(letters(1))

    place = await find_place(archive.site.url("/news/"), kinds=KINDS, fetcher=access.fetcher)
    direct = await find_place(archive.site.url(PATH), kinds=KINDS, fetcher=access.fetcher)

    assert (place.kind, place.address) == ("feed", archive.site.url(f"{PATH}?a=1&b=2"))
    assert (direct.kind, direct.address, direct.name) == ("feed", archive.site.url(PATH), "Dev")


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of real feeds")
def test_real_feed_of_a_public_inbox_tells_the_real_ids(access):
    content = (Path(SAMPLES) / "mail/feeds/public-inbox-new.atom").read_bytes()
    source = feed.KIND.open(feed._place(urlsplit("https://i.example.org/leds/new.atom"), ""), access)

    items = read_feed(content).items
    mails = [message_from_bytes(source._write(item).data) for item in items]

    assert len(items) == 25
    assert not [mail["Message-ID"] for mail in mails if "invalid" in mail["Message-ID"]]
    assert sum(mail["In-Reply-To"] is not None for mail in mails) > 10
    assert all(item.is_html and item.published_at for item in items)


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of real feeds")
def test_real_feed_of_hyperkitty_is_plain_text():
    items = read_feed((Path(SAMPLES) / "mail/hyperkitty-api/feed.xml").read_bytes()).items

    assert len(items) == 30
    assert not any(item.is_html for item in items)
    assert all("\n" in item.content and item.published_at for item in items)


def test_page_that_offers_nothing_is_none():
    url = urlsplit("https://example.org/")
    page = Page(url=url, media_type="text/html", text="<link rel=stylesheet href=x.css><title>x</title>")

    assert feed.KIND.inspect(page) is None
    for text in ("<link type=application/rss+xml href='javascript:x'>", "<link type=application/rss+xml>"):
        assert feed.KIND.inspect(replace(page, text=text)) is None
