"""The checked address is dialled, and TLS is spoken with the name: over a server with its own certificate."""

import asyncio
import shutil
import ssl

import pytest

from bot.errors import SourceError
from tests.loopback_http import LoopbackServer, Switchboard, make_certificate, redirect, reply

pytestmark = pytest.mark.skipif(
    not shutil.which("openssl"), reason="the openssl command makes the certificates"
)

PUBLIC = "93.184.215.14"


async def resolve(host, port):
    return ("127.0.0.1",) if host == "inner.example" else (PUBLIC,)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"), "faq.example", "inner.example")


@pytest.fixture
def names():
    """Collect the server names that clients ask for."""
    return []


@pytest.fixture
async def secure(certificate, names):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    context.sni_callback = lambda connection, name, _: names.append(name)
    async with LoopbackServer(tls=context) as server:
        server.answers("/", reply(b"secure"))
        yield server


@pytest.fixture
def wire(secure):
    public = {(PUBLIC, port): secure.port for port in (443, 8443)}
    return Switchboard({**public, ("127.0.0.1", 443): secure.port})


@pytest.fixture
async def fetcher(make_fetcher, certificate, wire):
    trusting = ssl.create_default_context(cafile=certificate[0])
    return await make_fetcher(resolve=resolve, network=wire, tls=trusting)


async def test_name_is_kept_for_tls_and_host_while_the_checked_address_is_dialled(
    fetcher, secure, wire, names
):
    assert (await fetcher.fetch("https://faq.example/")).content == b"secure"
    assert (await fetcher.fetch("https://faq.example:8443/")).content == b"secure"
    assert wire.dialled == [(PUBLIC, 443), (PUBLIC, 8443)]
    assert names == ["faq.example", "faq.example"]
    assert [request.headers["host"] for request in secure.requests] == ["faq.example", "faq.example:8443"]


async def test_certificate_of_another_name_is_refused(fetcher, secure):
    with pytest.raises(
        SourceError, match=r"certificate of other\.example is made out to another name"
    ) as caught:
        await fetcher.fetch("https://other.example/")
    assert not caught.value.permanent
    assert secure.requests == []


async def test_certificate_that_nobody_vouches_for_is_refused(make_fetcher, secure, wire):
    fetcher = await make_fetcher(resolve=resolve, network=wire)
    with pytest.raises(SourceError, match=r"certificate of faq\.example is signed by itself"):
        await fetcher.fetch("https://faq.example/")
    assert (len(wire.dialled), secure.requests) == (1, [])


async def test_plain_http_at_a_secure_port_is_told_as_such(make_fetcher):
    async def speak(reader, writer):
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with server:
        wire = Switchboard({(PUBLIC, 443): server.sockets[0].getsockname()[1]})
        fetcher = await make_fetcher(resolve=resolve, network=wire)
        with pytest.raises(SourceError, match="does not manage a secure"):
            await fetcher.fetch("https://faq.example/")


async def test_handshake_that_never_ends_is_left_at_the_deadline(make_fetcher):
    async def stay_silent(reader, writer):
        await reader.read()
        writer.close()

    server = await asyncio.start_server(stay_silent, "127.0.0.1", 0)
    async with server:
        wire = Switchboard({(PUBLIC, 443): server.sockets[0].getsockname()[1]})
        fetcher = await make_fetcher(resolve=resolve, network=wire)
        with pytest.raises(SourceError, match="did not deliver within"):
            await fetcher.fetch("https://faq.example/", deadline_seconds=0.2)


@pytest.mark.parametrize(
    "location", ["https://inner.example/", "https://127.0.0.1/", "http://127.0.0.1:8080/"]
)
async def test_page_on_the_internet_cannot_lead_inside(fetcher, secure, wire, location):
    # Who may add a source here may reach the opened network; who runs a page that is followed may not.
    assert (await fetcher.fetch("https://inner.example/")).content == b"secure"
    secure.answers("/away", redirect(location))
    with pytest.raises(SourceError) as caught:
        await fetcher.fetch("https://faq.example/away")
    assert caught.value.permanent
    assert wire.dialled == [("127.0.0.1", 443), (PUBLIC, 443)]


async def test_page_in_an_opened_network_may_lead_to_the_internet_and_not_back(fetcher, secure):
    secure.answers("/out", redirect("https://faq.example/on"))
    secure.answers("/on", reply(b"outside"))
    assert (await fetcher.fetch("https://inner.example/out")).content == b"outside"
    secure.answers("/on", redirect("https://inner.example/"))
    with pytest.raises(SourceError, match="address not public"):
        await fetcher.fetch("https://inner.example/out")
    assert [request.target for request in secure.requests] == ["/out", "/on"] * 2
