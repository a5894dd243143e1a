"""What may be reached: S6 to S9 of the threat table, over real sockets."""

import asyncio
import ipaddress
import socket

import httpcore
import pytest

from bot.errors import SourceError
from bot.http.guard import Guard, Reach
from bot.http.transport import GuardedNetwork
from tests.integration.http.ssrf_forms import FORMS, NAMES
from tests.loopback_http import LoopbackServer, Switchboard, redirect, reply

ELSEWHERE = (
    ipaddress.ip_network("10.99.0.0/16"),
)  # opened, so that plain http gets past the look at the text
PUBLIC = "93.184.215.14"


async def resolve_forms(host, port):
    if host in NAMES:
        return (NAMES[host],)
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(answer[4][0] for answer in found)


def answering(*addresses):
    async def resolve(host, port):
        return addresses

    return resolve


def test_there_are_enough_forms():
    assert len(set(FORMS)) >= 63


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("networks", [(), ELSEWHERE], ids=["closed", "opened elsewhere"])
async def test_form_of_an_inner_address_is_refused_before_anything_is_sent(make_fetcher, form, networks):
    wire = Switchboard()
    fetcher = await make_fetcher(networks=networks, resolve=resolve_forms, network=wire)
    for scheme in ("https", "http"):
        with pytest.raises(SourceError) as caught:
            await fetcher.fetch(f"{scheme}://{form}/latest/")
        assert caught.value.permanent
    assert wire.dialled == []


@pytest.mark.parametrize("form", FORMS)
async def test_form_is_refused_by_the_connection_itself(form):
    wire = Switchboard()
    network = GuardedNetwork(Guard(resolve=resolve_forms), Reach.ANY, wire)
    with pytest.raises(SourceError):
        await network.connect_tcp(form.strip("[]").lower(), 443)
    assert wire.dialled == []


@pytest.mark.parametrize(
    ("host", "address"),
    [(PUBLIC, PUBLIC), ("[2606:4700:4700::1111]", "2606:4700:4700::1111"), ("faq.example", PUBLIC)],
)
async def test_public_address_is_dialled(make_fetcher, host, address):
    wire = Switchboard()
    fetcher = await make_fetcher(networks=(), resolve=answering(PUBLIC), network=wire)
    with pytest.raises(SourceError, match="cannot be reached"):
        await fetcher.fetch(f"https://{host}/")
    assert set(wire.dialled) == {(address, 443)}


async def test_refusal_names_only_the_class(make_fetcher, server):
    fetcher = await make_fetcher(networks=())
    messages = set()
    for port in (server.port, 443, 1):  # something listens, or nothing does: no difference may show
        with pytest.raises(SourceError) as caught:
            await fetcher.fetch(f"https://127.0.0.1:{port}/secret?token=1")
        messages.add(str(caught.value).replace(str(port), "PORT"))
    assert all("secret" not in message and "token" not in message for message in messages)
    assert server.connections == 0
    with pytest.raises(SourceError, match="address not public"):
        await fetcher.fetch("https://127.0.0.1/")


@pytest.mark.parametrize(
    "mixed", [(PUBLIC, "127.0.0.1"), ("127.0.0.1", PUBLIC), (PUBLIC, "::1"), (PUBLIC, "fd00::1")]
)
async def test_one_inner_address_among_public_ones_refuses_all(make_fetcher, mixed):
    wire = Switchboard()
    fetcher = await make_fetcher(networks=(), resolve=answering(*mixed), network=wire)
    with pytest.raises(SourceError, match="address not public"):
        await fetcher.fetch("https://mixed.example/")
    assert wire.dialled == []


async def test_rebinding_gains_nothing(make_fetcher):
    asked = []

    async def rebind(host, port):
        asked.append(host)
        return (PUBLIC,) if len(asked) == 1 else ("127.0.0.1",)

    wire = Switchboard()
    fetcher = await make_fetcher(networks=(), resolve=rebind, network=wire)
    # The first try dials what was checked, and fails; the second resolves anew, and is refused.
    with pytest.raises(SourceError, match="address not public"):
        await fetcher.fetch("https://rebind.example/")
    assert wire.dialled == [(PUBLIC, 443)]
    assert asked == ["rebind.example"] * 2


async def test_proxies_in_the_environment_are_ignored(make_fetcher, server, monkeypatch):
    async with LoopbackServer() as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.base)
        monkeypatch.delenv("NO_PROXY", raising=False)
        server.answers("/", reply(b"direct"))
        fetcher = await make_fetcher()
        assert (await fetcher.fetch(server.url())).content == b"direct"
        with pytest.raises(SourceError, match="address not public"):
            await fetcher.fetch("http://169.254.169.254/latest/")
        assert proxy.connections == 0


async def test_opened_network_is_reached_and_its_neighbour_is_not(make_fetcher, server):
    server.answers("/", reply(b"inside"))
    opened = await make_fetcher(networks=(ipaddress.ip_network("127.0.0.1/32"),))
    closed = await make_fetcher(networks=(ipaddress.ip_network("127.0.0.2/32"),))
    assert (await opened.fetch(server.url())).content == b"inside"
    with pytest.raises(SourceError, match="address not public"):
        await closed.fetch(server.url())
    assert server.connections == 1


async def test_plain_http_to_a_name_needs_every_address_inside(make_fetcher, server):
    server.answers("/", reply(b"inside"))
    inside = await make_fetcher(resolve=answering("127.0.0.1"))
    assert (await inside.fetch(f"http://wiki.internal:{server.port}/")).content == b"inside"
    assert server.requests[0].headers["host"] == f"wiki.internal:{server.port}"
    for addresses in ((PUBLIC,), ("127.0.0.1", PUBLIC)):
        mixed = await make_fetcher(resolve=answering(*addresses))
        for url in (
            "http://wiki.example/",
            f"http://wiki.example:{server.port}/",
            "https://wiki.example:8080/",
        ):
            with pytest.raises(SourceError, match="address not public"):
                await mixed.fetch(url)
    assert server.connections == 1


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/latest/meta-data/",
        "https://2852039166/",
        "https://inner.example/",
        "https://user:pw@127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:25/_MAIL",
        "https://xn--zzzzz999999/",
        "https://[::1",
        "http://[fe80::1%25eth0]/",
        "\x7f\x01",
    ],
)
async def test_redirect_is_checked_like_a_new_address(make_fetcher, server, location):
    async def resolve(host, port):
        return ("127.0.0.1",) if host == "start.internal" else ("10.0.0.8",)

    wire = Switchboard({("127.0.0.1", server.port): server.port})
    server.answers("/", redirect(location))
    fetcher = await make_fetcher(resolve=resolve, network=wire)
    with pytest.raises(SourceError) as caught:
        await fetcher.fetch(f"http://start.internal:{server.port}/")
    assert "meta-data" not in str(caught.value)
    assert wire.dialled == [("127.0.0.1", server.port)]


async def test_second_address_is_dialled_when_the_first_does_not_answer(make_fetcher, server):
    server.answers("/", reply(b"by the second"))
    wire = Switchboard({("127.0.0.2", server.port): server.port})
    addresses = answering("127.0.0.9", "127.0.0.8", "127.0.0.2")
    fetcher = await make_fetcher(resolve=addresses, network=wire)
    assert (await fetcher.fetch(f"http://wiki.internal:{server.port}/")).content == b"by the second"
    assert [address for address, _ in wire.dialled] == ["127.0.0.9", "127.0.0.8", "127.0.0.2"]


async def test_both_families_are_tried_early_and_never_many_addresses():
    wire = Switchboard()
    many = (*(f"2606:4700::{number}" for number in range(1, 9)), "8.8.8.8")
    network = GuardedNetwork(Guard(resolve=answering(*many)), Reach.ANY, wire)
    with pytest.raises(httpcore.ConnectError):
        await network.connect_tcp("many.example", 443)
    assert [address for address, _ in wire.dialled] == [
        "2606:4700::1",
        "8.8.8.8",
        "2606:4700::2",
        "2606:4700::3",
    ]
