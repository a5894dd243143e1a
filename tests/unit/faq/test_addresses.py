import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.faq.addresses import page_address, public_link, raw_address

WIKI = "https://wiki.example.org"
GENERATOR = b'<html><head><meta name="generator" content="DokuWiki"/></head></html>'


@pytest.mark.parametrize(
    ("url", "fetch", "link"),
    [
        (f"{WIKI}/faq.md", f"{WIKI}/faq.md", f"{WIKI}/faq.md"),
        (f"  {WIKI}/faq.md#join  ", f"{WIKI}/faq.md", f"{WIKI}/faq.md"),
        (
            f"{WIKI}/doku.php?id=team:faq",
            f"{WIKI}/doku.php?id=team:faq&do=export_raw",
            f"{WIKI}/doku.php?id=team:faq",
        ),
        (
            f"{WIKI}/doku.php?id=team:faq&do=edit#join",
            f"{WIKI}/doku.php?id=team:faq&do=export_raw",
            f"{WIKI}/doku.php?id=team:faq",
        ),
        (
            f"{WIKI}/w/doku.php/team:faq",
            f"{WIKI}/w/doku.php/team:faq?do=export_raw",
            f"{WIKI}/w/doku.php/team:faq",
        ),
        (
            "https://github.com/group/docs/blob/main/FAQ.md",
            "https://raw.githubusercontent.com/group/docs/main/FAQ.md",
            "https://github.com/group/docs/blob/main/FAQ.md",
        ),
        ("https://github.com/group/docs", "https://github.com/group/docs", "https://github.com/group/docs"),
        (f"{WIKI}/mydoku.php.html", f"{WIKI}/mydoku.php.html", f"{WIKI}/mydoku.php.html"),
    ],
)
def test_where_a_page_is_fetched_and_where_it_is_read(url: str, fetch: str, link: str) -> None:
    address = page_address(url)
    assert (address.fetch, address.link) == (fetch, link)


@given(
    st.from_regex(
        r"https://[a-z]{1,9}\.org(/[a-z.]{0,9}){0,3}(\?[a-z=&:]{0,20})?(#[a-z]{0,5})?", fullmatch=True
    )
)
def test_an_address_read_twice_is_the_same(url: str) -> None:
    once = page_address(url)
    assert page_address(once.link) == once


@pytest.mark.parametrize(
    ("url", "content", "raw"),
    [
        (f"{WIKI}/team/faq", GENERATOR, f"{WIKI}/team/faq?do=export_raw"),
        (f"{WIKI}/faq?rev=1", GENERATOR, f"{WIKI}/faq?rev=1&do=export_raw"),
        (f"{WIKI}/faq?do=export_raw", GENERATOR, None),
        (f"{WIKI}/faq", b"<html><p>We use DokuWiki</p></html>", None),
        (f"{WIKI}/faq", b" " * 20_000 + GENERATOR, None),
        (f"{WIKI}/faq", b"", None),
    ],
)
def test_an_html_page_of_a_dokuwiki_leads_to_its_source(url: str, content: bytes, raw: str | None) -> None:
    assert raw_address(url, content) == raw


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"{WIKI}/faq.md", f"{WIKI}/faq.md"),
        (f"{WIKI}/doku.php?id=team:faq&do=x", f"{WIKI}/doku.php?id=team:faq&do=x"),
        (f"{WIKI}/faq.md?token=abc", f"{WIKI}/faq.md"),
        (f"{WIKI}/faq.md?id=a&private_token=b&x=%2F", f"{WIKI}/faq.md?id=a&x=%2F"),
        (f"{WIKI}/f?KEY=a&api_key=b&sig=c&password=d&keyword=e", f"{WIKI}/f?keyword=e"),
        ("http://[", "http://["),
        ("faq.md", "faq.md"),
    ],
)
def test_no_key_is_in_what_is_shown(url: str, shown: str) -> None:
    assert public_link(url) == shown
