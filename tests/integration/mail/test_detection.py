"""What an address leads to, and the words for those that lead nowhere or hold a secret."""

import pytest

from bot.errors import SourceError
from bot.mail.models import Place
from bot.mail.sources.contract import start_cursor
from bot.mail.sources.detection import find_file, find_place, read_address, recognise
from bot.mail.sources.registry import KINDS, open_source
from tests.integration.mail.letters import NOW
from tests.integration.mail.site import Site


@pytest.fixture
async def site():
    async with Site() as running:
        yield running


async def find(address, access):
    return await find_place(address, kinds=KINDS, fetcher=access.fetcher)


@pytest.mark.parametrize(
    "address",
    [
        "https://ann:secret@lists.example.org/pipermail/dev/",
        "imap://ann:secret@mail.example.org/INBOX",
        "imaps://ann@mail.example.org",
        "ann:secret@lists.example.org/pipermail/dev/",
        "https://secret@lists.example.org/pipermail/dev/",
    ],
)
async def test_address_with_a_login_is_refused_and_not_repeated(address, access):
    with pytest.raises(SourceError) as caught:
        await find(address, access)
    assert caught.value.permanent
    assert "secret" not in str(caught.value)
    assert "imap:NAME" in str(caught.value)


@pytest.mark.parametrize("address", ["dev@lists.example.org", "mailto:dev@lists.example.org"])
def test_mail_address_is_refused_with_what_to_give_instead(address):
    with pytest.raises(SourceError, match="address of its archive"):
        read_address(address)


@pytest.mark.parametrize(
    "address", ["", "   ", "https://[broken", "two words", "https://a\n.example/", "x" * 3_000]
)
def test_text_that_is_no_address_is_refused(address):
    with pytest.raises(SourceError, match="no address"):
        read_address(address)


async def test_google_groups_are_refused_with_the_way_that_works():
    with pytest.raises(SourceError, match="imap:NAME"):
        recognise(read_address("https://groups.google.com/g/some-group"), KINDS)


async def test_address_may_lack_its_scheme_and_stand_in_brackets(access):
    place = await find("<lists.example.org/pipermail/dev/>", access)

    assert (place.kind, place.address) == ("pipermail", "https://lists.example.org/pipermail/dev/")


async def test_page_that_is_none_says_what_can_be_given(access, site):
    site.files["/"] = b"<html>Welcome!</html>"

    with pytest.raises(SourceError, match="public-inbox") as caught:
        await find(site.url("/"), access)
    assert caught.value.permanent


async def test_scheme_that_nobody_knows_is_refused(access):
    with pytest.raises(SourceError, match="no list archive"):
        await find("gopher://example.org/dev", access)


async def test_address_that_is_not_public_is_not_asked(access):
    with pytest.raises(SourceError, match="not public"):
        await find("https://10.0.0.1/archive/", access)


async def test_archive_by_another_name_is_known_by_its_index(access, site):
    site.files["/archives/dev/"] = b'<A href="2026-May/thread.html">x</A><A href="2026-May.txt.gz">y</A>'

    place = await find(site.url("/archives/dev/"), access)

    assert (place.kind, place.address, place.name) == ("pipermail", site.url("/archives/dev/"), "dev")


async def test_declared_file_is_an_mbox_or_a_maildir(access):
    (access.folder / "lists").mkdir()
    (access.folder / "lists/dev.mbox").touch()
    for part in ("new", "cur"):
        (access.folder / "lists/users" / part).mkdir(parents=True)

    box = find_file("lists/dev.mbox", folder=access.folder)
    folder = find_file("lists/users", folder=access.folder)

    assert (box.kind, box.name, folder.kind, folder.name) == ("mbox", "dev", "maildir", "users")
    for place in (box, folder):
        assert (await open_source(place, access).fetch(start_cursor(NOW, days=1))).is_complete
    with pytest.raises(SourceError, match="no lists/other"):
        find_file("lists/other", folder=access.folder)


def test_place_of_an_unknown_kind_is_refused(access):
    with pytest.raises(SourceError, match="no kind of mail source 'nntp'"):
        open_source(Place(kind="nntp", address="x", name="x"), access)
