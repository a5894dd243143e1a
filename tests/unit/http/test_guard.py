import asyncio
import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.http.failures import UnansweredError
from bot.http.guard import Guard, Reach

CLOSED = Guard()
OPENED = Guard([ipaddress.ip_network("10.1.0.0/16")])


def answering(*addresses):
    async def resolve(host, port):
        return addresses

    return resolve


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("https://example.org/faq", "https://example.org/faq"),
        ("  https://example.org/faq\n", "https://example.org/faq"),
        ("HTTPS://Example.ORG:443/Faq?a=1#part", "https://example.org/Faq?a=1"),
        ("https://example.org.:8443/", "https://example.org:8443/"),
        ("https://münchen.example/ä", "https://xn--mnchen-3ya.example/%C3%A4"),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
        ("https://[2606:4700:4700::1111]/", "https://[2606:4700:4700::1111]/"),
        ("https://my_wiki.example/", "https://my_wiki.example/"),
    ],
)
def test_check_url_normalises_what_a_person_types(typed, normal):
    assert str(CLOSED.check_url(typed)) == normal


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("", "begin with https://"),
        ("example.org/faq", "begin with https://"),
        ("//example.org/faq", "begin with https://"),
        ("file:///etc/passwd", "begin with https://"),
        ("ftp://example.org/", "begin with https://"),
        ("gopher://127.0.0.1:25/_MAIL", "begin with https://"),
        ("dict://a:1/d:w", "begin with https://"),
        ("jar:https://example.org!/", "begin with https://"),
        ("webcal://example.org/a.ics", "begin with https://"),
        ("javascript:alert(1)", "begin with https://"),
        ("data:text/plain,hi", "begin with https://"),
        ("https:example.org", "names no host"),
        ("https:///path", "names no host"),
        ("https:\\\\127.0.0.1\\", "names no host"),
        ("https://user:secret@example.org/", "user name or password"),
        ("https://token@example.org/", "user name or password"),
        ("https://127.1.1.1:443\\@127.2.2.2/", "user name or password"),
        ("https://1.1.1.1 &@2.2.2.2# @3.3.3.3/", "user name or password"),
        ("https://exam ple.org/", "not a valid name"),
        ("https://exa%2fmple.org/", "not a valid name"),
        ("https://example.org\\.evil.example/", "not a valid name"),
        ("https://-a.example/", "not a valid name"),
        ("https://a..example/", "not a valid name"),
        (f"https://{'a' * 64}.example/", "not a valid name"),
        (f"https://{'a.' * 130}example/", "not a valid name"),
        (f"https://{'0.' * 130}0/", "not a valid name"),
        ("https://example.org:0/", "port does not exist"),
        ("https://example.org:99999/", "port does not exist"),
        ("https://example.org:port/", "not a web address"),
        ("https://exa\tmple.org/", "not a web address"),
        ("https://example.org/\x00", "not a web address"),
        ("https://[::1/", "not a web address"),
        ("https://xn--zzzzz999999/", "not a web address"),
        ("https://example.org/" + "a" * 5_000, "longer than"),
        ("http://example.org/", "only https"),
        ("https://example.org:80/", "only https"),
        ("https://example.org:22/", "only https"),
        ("http://example.org:443/", "only https"),
    ],
)
def test_check_url_refuses_and_says_why(url, what):
    with pytest.raises(SourceError, match=what) as caught:
        CLOSED.check_url(url)
    assert caught.value.permanent


@given(
    st.text()
    | st.text(alphabet="htps:/@[]?#\\%.0123456789xnabf-").map("https://xn--".__add__)
    | st.text(alphabet="htps:/@[]?#\\%.0123456789xabf-").map("https://".__add__)
)
def test_check_url_gives_a_usable_address_or_a_source_error(text):
    for guard in (CLOSED, OPENED):
        try:
            url = guard.check_url(text)
        except SourceError:
            continue
        assert guard.check_url(str(url)) == url
        assert url.scheme in {"http", "https"}
        assert not url.userinfo
        assert not url.fragment
        assert url.host


def test_check_url_names_no_more_of_an_address_than_its_host():
    for url in ("https://user:hunter2@h.example/", "http://h.example/hunter2?hunter2", "https://h:x/hunter2"):
        with pytest.raises(SourceError) as caught:
            CLOSED.check_url(url)
        assert "hunter2" not in str(caught.value)
        assert caught.value.__cause__ is None


def test_check_url_opens_plain_http_and_ports_only_for_opened_networks():
    assert str(OPENED.check_url("http://10.1.2.3:8080/faq")) == "http://10.1.2.3:8080/faq"
    # A name may lead there; that is seen when it is resolved.
    assert OPENED.reach_of(OPENED.check_url("http://wiki.internal/")) is Reach.OPENED
    assert OPENED.reach_of(OPENED.check_url("https://wiki.internal:8443/")) is Reach.ANY
    for outside in ("http://10.2.0.1/", "http://8.8.8.8/", "https://8.8.8.8:8080/", "https://10.2.0.1/"):
        with pytest.raises(SourceError, match="address not public"):
            OPENED.check_url(outside)


def test_is_allowed_knows_public_and_opened_addresses():
    expected = {"8.8.8.8": True, "10.1.9.9": True, "10.2.0.1": False, "::ffff:10.1.9.9": False, "junk": False}
    assert {address: OPENED.is_allowed(address) for address in expected} == expected
    assert not CLOSED.is_allowed(ipaddress.ip_address("10.1.9.9"))


@pytest.mark.parametrize(
    ("addresses", "reach", "is_found"),
    [
        (("8.8.8.8",), Reach.ANY, True),
        (("8.8.8.8",), Reach.PUBLIC, True),
        (("8.8.8.8",), Reach.OPENED, False),
        (("10.1.0.1",), Reach.ANY, True),
        (("10.1.0.1",), Reach.PUBLIC, False),
        (("10.1.0.1",), Reach.OPENED, True),
        (("8.8.8.8", "10.1.0.1"), Reach.ANY, True),
        (("8.8.8.8", "10.1.0.1"), Reach.PUBLIC, False),
        (("8.8.8.8", "10.1.0.1"), Reach.OPENED, False),
        (("8.8.8.8", "10.2.0.1"), Reach.ANY, False),
        (("8.8.8.8", "::1"), Reach.ANY, False),
        (("8.8.8.8", "not an address"), Reach.ANY, False),
    ],
)
async def test_find_addresses_refuses_an_answer_with_one_address_out_of_reach(addresses, reach, is_found):
    guard = Guard([ipaddress.ip_network("10.1.0.0/16")], resolve=answering(*addresses))
    if is_found:
        assert await guard.find_addresses("wiki.example", 443, reach) == addresses
    else:
        with pytest.raises(SourceError, match=r"wiki\.example: address not public"):
            await guard.find_addresses("wiki.example", 443, reach)


async def test_find_addresses_reports_a_name_that_leads_nowhere():
    async def unknown(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    for resolve in (unknown, answering()):
        with pytest.raises(SourceError, match="leads nowhere") as caught:
            await Guard(resolve=resolve).find_addresses("typo.example", 443, Reach.ANY)
        assert not caught.value.permanent


async def test_find_addresses_may_ask_again_when_the_name_servers_fail():
    async def failing(host, port):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    async def silent(host, port):
        await asyncio.Event().wait()

    for resolve in (failing, silent):
        guard = Guard(resolve=resolve, resolve_timeout_seconds=0.05)
        with pytest.raises(UnansweredError, match=r"wiki\.example"):
            await guard.find_addresses("wiki.example", 443, Reach.ANY)


async def test_find_addresses_sees_through_encoded_numbers_by_the_systems_resolver():
    for host in ("127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0"):
        with pytest.raises(SourceError, match="address not public"):
            await Guard().find_addresses(host, 443, Reach.ANY)
