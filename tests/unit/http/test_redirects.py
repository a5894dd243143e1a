import ipaddress

import pytest

from bot.errors import SourceError
from bot.http.guard import Guard, Reach
from bot.http.redirects import MAX_REDIRECTS, Hop, Redirect, plan_hop

GUARD = Guard([ipaddress.ip_network("10.1.0.0/16")])


def start(url="https://a.example/one"):
    parsed = GUARD.check_url(url)
    return Hop(url=parsed, reach=GUARD.reach_of(parsed))


def go(hop, location, status=302, *, is_from_public=True):
    return plan_hop(hop, Redirect(status=status, location=location, is_from_public=is_from_public), GUARD)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/two", "https://a.example/two"),
        ("two?x=1#y", "https://a.example/two?x=1"),
        ("//b.example/", "https://b.example/"),
        ("https://b.example:8443/", "https://b.example:8443/"),
        ("../../..", "https://a.example/"),
    ],
)
def test_redirect_is_read_relative_to_the_page(location, target):
    assert str(go(start(), location).url) == target


@pytest.mark.parametrize(
    ("statuses", "permanent_url"),
    [
        ((301,), "https://a.example/1"),
        ((308, 301), "https://a.example/2"),
        ((302,), ""),
        ((303,), ""),
        ((307,), ""),
        ((301, 302), ""),
        ((302, 301), ""),
    ],
)
def test_redirect_is_permanent_only_if_all_were(statuses, permanent_url):
    hop = start()
    for number, status in enumerate(statuses, start=1):
        hop = go(hop, f"/{number}", status)
    assert hop.permanent_url == permanent_url


def test_redirect_chain_ends():
    hop = start()
    for number in range(MAX_REDIRECTS):
        hop = go(hop, f"/{number}")
    with pytest.raises(SourceError, match="more than 5 times"):
        go(hop, "/last")


@pytest.mark.parametrize("location", ["/one", "https://a.example:443/one#again", "HTTPS://A.example/one"])
def test_redirect_circle_ends(location):
    with pytest.raises(SourceError, match="in a circle"):
        go(go(start(), "/two"), location)


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://b.example/",
        "https://user:pw@b.example/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/",
        "https://b.example:22/",
        "https://10.1.0.1:8080/",
        "http://b.example/",
        "http://10.1.0.1/",
        "https://[::1",
        "https://b\x00.example/",
        "https://xn--zzzzz999999..example/",
    ],
)
def test_redirect_from_the_internet_leads_only_to_the_internet(location):
    with pytest.raises(SourceError):
        go(start(), location)


def test_redirect_from_the_internet_may_not_resolve_inside():
    hop = go(start(), "https://wiki.example/")
    assert hop.reach is Reach.PUBLIC
    # Not even when a later server says that it stands inside itself.
    assert go(hop, "https://other.example/", is_from_public=False).reach is Reach.PUBLIC


@pytest.mark.parametrize(
    ("location", "reach"),
    [
        ("http://10.1.0.2:8080/", Reach.OPENED),
        ("http://wiki.internal/", Reach.OPENED),
        ("https://wiki.internal/", Reach.ANY),
    ],
)
def test_redirect_from_an_opened_network_may_stay_inside(location, reach):
    assert go(start("https://10.1.0.1/"), location, is_from_public=False).reach is reach


@pytest.mark.parametrize(
    ("location", "is_same"),
    [
        ("/two", True),
        ("https://a.example:443/two", True),
        ("https://a.example:8443/two", False),
        ("https://b.example/one", False),
        ("https://www.a.example/one", False),
    ],
)
def test_redirect_to_another_server_is_noticed(location, is_same):
    assert go(start(), location).is_same_origin is is_same


def test_redirect_back_to_the_first_server_does_not_bring_the_callers_headers_back():
    assert not go(go(start(), "https://b.example/"), "https://a.example/two").is_same_origin
