"""Find out who wrote a mail, also where the list put itself in From because of the sender's DMARC policy.

Mailman and Google write "Jo via List <list@…>" and keep the author in Reply-To or X-Original-From; groups.io
writes "user=domain@groups.io". On real lists up to half of all mails are so (45 % on one).
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from bot.mail.addresses import MASK, mask_address, mask_addresses
from bot.mail.mime.addresses import Mailbox, read_mailboxes
from bot.mail.mime.headers import Headers

_VIA: Final = re.compile(r"['\"]?(.*?)['\"]?(?<!\s)\s+via\s+\S.*", re.IGNORECASE)
_SIGN: Final = re.compile(r"\s?(?:[@＠]|[(\[]at?[)\]]|\bat\b)\s?")
_LOCAL: Final = re.compile(r"(?<![^\s<>()@…])[^\s<>()@…]++(?=@\S)")
_WORD: Final = re.compile(r"(?<!\S)\S++(?= at \S+\.\w\w)")
_GROUPS_IO: Final = "@groups.io"
_NO_PERSON: Final = re.compile(r"bounce|mailer-daemon|no-?reply|^owner-|-owner@|-request@|^srs[01]|=")
_ORIGINALS: Final = (b"x-original-from", b"reply-to", b"x-original-sender", b"x-mailfrom")


def find_author(headers: Headers, list_post: str, label: str) -> Mailbox:
    """Return the author, with a name to show: never a full address, and "" only if all is missing.

    Args:
        headers: The mail's.
        list_post: The list's own address, in lower case; "" when unknown.
        label: The charset that the mail declares, for raw bytes.
    """
    found = _read_writer(headers.first(b"from"), list_post, label) or _read_writer(
        headers.first(b"sender"), list_post, label
    )
    if found is None:
        return Mailbox()
    author, name = found
    if name is None:
        return author
    return _presentable(_find_original(headers, author, name, list_post, label))


@lru_cache(maxsize=1000)
def _read_writer(value: bytes, list_post: str, label: str) -> tuple[Mailbox, str | None] | None:
    """Return whom a header names as a mail's author, and what the list left of the name it wrote over.

    Without such a name it is the author, presentable. Kept for a while, because people write often.
    """
    written = read_mailboxes(value, label)
    if not written:
        return None
    author = next((box for box in written if box.address != list_post), written[0])
    via = _VIA.fullmatch(author.name)
    if via or (list_post and author.address == list_post) or _is_rewritten(author.address):
        return author, via[1] if via else author.name
    return _presentable(author), None


def _is_rewritten(address: str) -> bool:
    return address.endswith(_GROUPS_IO) and "=" in address


def _find_original(headers: Headers, written: Mailbox, name: str, list_post: str, label: str) -> Mailbox:
    own = {list_post, written.address}
    for header in _ORIGINALS:
        found = _first_person(read_mailboxes(headers.first(header), label), own)
        if found:
            return Mailbox(name=found.name or name, address=found.address)
    if _is_rewritten(written.address):
        user, _, domain = written.address.removesuffix(_GROUPS_IO).rpartition("=")
        return Mailbox(name=name, address=f"{user}@{domain}" if "." in domain else "")
    # "Tom via Dolorosa <tom@…>" is a person's name; the list's address is nobody's.
    return written if not list_post or written.address != list_post else Mailbox(name=name)


def _first_person(boxes: Iterable[Mailbox], own: set[str]) -> Mailbox | None:
    for box in boxes:
        if box.address and box.address not in own and not _NO_PERSON.search(box.address):
            return box
    return None


@lru_cache(maxsize=1000)
def _presentable(box: Mailbox) -> Mailbox:
    """Return an author with a name to show: without one, as much of the address as tells two people apart.

    A name with an address in it that is not the mail's own may pose as somebody: the own one's domain stands
    beside it, "c…@board.example (x…@evil.example)".
    """
    return Mailbox(name=_find_name(box), address=box.address)


def _find_name(box: Mailbox) -> str:
    if not box.name:
        return _without_local(mask_addresses(box.address))
    shown = _without_local(mask_addresses(box.name))
    if not box.address or not _SIGN.search(box.name) or shown == box.name:
        return shown
    own = mask_address(box.address)
    is_own = own in shown or box.address in _SIGN.sub("@", box.name.lower())
    return shown if is_own else f"{shown} ({own})"


def _without_local(text: str) -> str:
    """Take out what stands before a sign, also where no rule makes an address of it, such as "!‘@from:"."""
    return _WORD.sub(MASK, _LOCAL.sub(lambda found: f"{found[0][0]}{MASK}", text))
