"""Work out from an address what kind of place it is: by its form, else by what is there."""

import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from bot.errors import SourceError
from bot.http.fetcher import Fetcher
from bot.mail.models import Place
from bot.mail.sources import maildir, mbox
from bot.mail.sources.contract import Kind, Page
from bot.mail.sources.local import is_maildir

MOST_ADDRESS = 2_000

_MOST_PAGE_BYTES = 5_000_000  # what is read of a feed
_MOST_PAGE_TEXT = 500_000
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,30}:", re.IGNORECASE)
_LOGIN = re.compile(r"(?:[a-z][a-z0-9+.-]{0,30}:)?/{0,2}[^/?#]*@", re.IGNORECASE)
_UNUSABLE = re.compile(r"[\s\x00-\x1f\x7f]")
_MAIL_ADDRESS = re.compile(r"(?:mailto:)?[^\s/@:]+@[^\s/@:]+")


async def find_place(address: str, *, kinds: Sequence[Kind], fetcher: Fetcher) -> Place:
    """Find out what an address leads to; it is fetched only where its form does not tell.

    Args:
        address: What a person typed.
        kinds: The kinds to choose from, in the order in which they are asked.
        fetcher: Reads the page.

    Raises:
        SourceError: It leads to nothing that can be followed; with what to do instead.
    """
    url = read_address(address)
    place = recognise(url, kinds)
    if place is not None:
        return place
    if url.scheme not in {"http", "https"}:
        raise _unknown()
    answer = await fetcher.fetch(url.geturl(), max_bytes=_MOST_PAGE_BYTES)
    page = Page(
        url=urlsplit(answer.url),
        media_type=answer.media_type,
        text=answer.content[:_MOST_PAGE_TEXT].decode("utf-8", "replace"),
    )
    # A redirect may lead to an address that tells: from a list's short address to its archive.
    found = (kind.inspect(page) for kind in kinds)
    place = recognise(page.url, kinds) or next((place for place in found if place is not None), None)
    if place is None:
        raise _unknown()
    return place


def find_file(name: str, *, folder: Path) -> Place:
    """Name the place of a mailbox file or Maildir that the operator declares.

    Args:
        name: Its path below the folder.
        folder: The config directory.

    Raises:
        SourceError: It is not there, or not below the folder.
    """
    return maildir.place_of(name) if is_maildir(folder, name) else mbox.place_of(name)


def read_address(address: str) -> SplitResult:
    """Take an address apart.

    Raises:
        SourceError: It is none, or it holds what must not be typed in chat.
    """
    text = address.strip().removeprefix("<").removesuffix(">").strip()
    if _MAIL_ADDRESS.fullmatch(text):
        raise SourceError(
            "This is the list's mail address. Give the address of its archive on the web, or of a mailbox "
            "that is subscribed to it (imap:NAME).",
            permanent=True,
        )
    if _LOGIN.match(text):
        raise SourceError(
            "This address holds a user name or a password, and chat is no place for them. Whoever runs the "
            "bot puts the login into its settings under a name; then imap:NAME follows that mailbox.",
            permanent=True,
        )
    if 0 < len(text) <= MOST_ADDRESS and not _UNUSABLE.search(text):
        with suppress(ValueError):
            return urlsplit(text if _SCHEME.match(text) else f"https://{text}")
    raise SourceError("This is no address. Copy it whole, beginning with https://.", permanent=True)


def recognise(url: SplitResult, kinds: Sequence[Kind]) -> Place | None:
    """Find the place that an address names by its form alone.

    Raises:
        SourceError: It is of a kind that is known and cannot be followed so.
    """
    if url.hostname == "groups.google.com":
        raise SourceError(
            "Google Groups has no feed and no archive that a program may read. Follow the group through a "
            "mailbox that is subscribed to it (imap:NAME).",
            permanent=True,
        )
    return next((place for kind in kinds if (place := kind.recognise(url)) is not None), None)


def _unknown() -> SourceError:
    return SourceError(
        "There is no list archive or feed at this address that can be followed. Give the address of a "
        "Mailman 2 archive (…/pipermail/NAME/), a HyperKitty archive (…/archives/list/…), a group on "
        "groups.io, a public-inbox, or an RSS or Atom feed.",
        permanent=True,
    )
