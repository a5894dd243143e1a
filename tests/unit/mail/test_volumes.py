"""The index of a Mailman 2 archive: every volume it links, whatever its name, and nothing that leads away."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.sources.volumes import is_archive, read_pages, read_volumes

SAMPLES = os.environ.get("SAMPLES", "")  # noqa: TID251 (test material that not every machine has)
BASE = "https://l.example.org/pipermail/dev/"


def names(html: str) -> list[str]:
    return [volume.name for volume in read_volumes(html, BASE)]


def link(*hrefs: str) -> str:
    return "".join(f'<A href="{href}">[ Text ]</a>\n' for href in hrefs)


@pytest.mark.parametrize(
    ("file", "start", "end"),
    [
        ("2021-August.txt.gz", datetime(2021, 8, 1, tzinfo=UTC), datetime(2021, 9, 1, tzinfo=UTC)),
        ("2021-August.txt", datetime(2021, 8, 1, tzinfo=UTC), datetime(2021, 9, 1, tzinfo=UTC)),
        ("Week-of-Mon-20210802.txt.gz", datetime(2021, 8, 2, tzinfo=UTC), datetime(2021, 8, 9, tzinfo=UTC)),
        ("20210802.txt.gz", datetime(2021, 8, 2, tzinfo=UTC), datetime(2021, 8, 3, tzinfo=UTC)),
        ("2021q3.txt", datetime(2021, 7, 1, tzinfo=UTC), datetime(2021, 10, 1, tzinfo=UTC)),
        ("2021.txt", datetime(2021, 1, 1, tzinfo=UTC), datetime(2022, 1, 2, tzinfo=UTC)),
    ],
)
def test_every_kind_of_volume_is_dated_by_its_name(file: str, start: datetime, end: datetime) -> None:
    (volume,) = read_volumes(link(file), BASE)

    assert (volume.url, volume.start, volume.end) == (BASE + file, start, end)
    assert volume.page_url("thread.html") == f"{BASE}{volume.name}/thread.html"


def test_address_is_the_one_that_the_index_names() -> None:
    html = link("2021-August.txt", "2021-August/thread.html", "2021-July.txt.gz")

    assert [volume.url for volume in read_volumes(html, BASE)] == [
        f"{BASE}2021-July.txt.gz",
        f"{BASE}2021-August.txt",
    ]
    assert [volume.other_url for volume in read_volumes(html, BASE)] == [
        f"{BASE}2021-July.txt",
        f"{BASE}2021-August.txt.gz",
    ]


@pytest.mark.parametrize(
    "href",
    [
        "https://evil.example.org/pipermail/dev/2021-August.txt",
        "//evil.example.org/2021-August.txt",
        "../other/2021-August.txt",
        "/2021-August.txt",
        "x/../../2021-August.txt",
        "2021-August.txt?a=1",
        "file:///2021-August.txt",
        "2021-Smarch.txt",
        "20211399.txt",
        "0000.txt",
        "https://[broken/2021-August.txt",
        "notes.txt",
        "2021-August.txt.exe",
    ],
)
def test_link_that_leads_away_or_names_no_time_is_none(href: str) -> None:
    assert names(link(href)) == []


def test_order_is_that_of_time_however_the_index_has_it() -> None:
    html = link("2021-August.txt", "2020-January.txt", "2021-April.txt", "2021-August.txt.gz")

    assert names(html) == ["2020-January", "2021-April", "2021-August"]


def test_pages_are_numbered_in_the_order_of_the_archive() -> None:
    html = link(
        "000010.html", "000009.html", "1000000.html", "000010.html#start", "thread.html", "author.html"
    )

    assert read_pages(html) == ("000009.html", "000010.html", "1000000.html")


def test_archive_without_mail_is_known_as_one() -> None:
    assert is_archive("<p>No messages have been posted to this list yet, so …")
    assert not is_archive("<p>Welcome!")


@given(st.text(max_size=300))
def test_any_page_can_be_read(html: str) -> None:
    assert read_volumes(html, BASE) == ()
    read_volumes(f'<a href="{html}.txt">', BASE)
    read_pages(html)


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of real archives")
@pytest.mark.parametrize("name", ["twisted-web", "imagej-bugs", "imagej-builds", "imagej-devel"])
def test_real_index_links_every_file(name: str) -> None:
    folder = Path(SAMPLES) / "mail/pipermail" / name
    html = (folder / "index.html").read_text(errors="replace")

    files = {volume.url.removeprefix(BASE).removesuffix(".gz") for volume in read_volumes(html, BASE)}

    # The newest file was packed between the moments at which the index and it were taken.
    assert files == {path.name.removesuffix(".gz") for path in folder.glob("*.txt*")}
