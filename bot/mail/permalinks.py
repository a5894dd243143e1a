"""Say where a mail is archived, without asking anybody: from its Message-ID, its headers or its footer.

A mail is written by strangers, so what it says of itself counts only where it leads to its list's own site.
Personal links (groups.io's "Mute This Topic" and "Unsubscribe" hold the subscriber's number) are never given.
"""

import base64
import hashlib
import re
from typing import Final
from urllib.parse import quote

from bot.text.links import find_host, is_safe_url

_FOOTER_CHARACTERS: Final = 6_000
_MARKED: Final = re.compile(r"<\s*([^<>\s]{1,2048})\s*>")
# In plain text a colon and the address follow the words; made from HTML, the address in angle brackets.
_GROUPS_IO_MESSAGE: Final = re.compile(
    r"View/Reply Online \(#\d{1,9}\)\s{0,3}:?\s{0,3}<?(https?://[^\s<>/]{1,200}/g/[^\s<>/]{1,200})/message/(\d{1,9})(?!\d)"
)
_GROUPS_IO_TOPIC: Final = re.compile(
    r"Mute This Topic\s{0,3}:?\s{0,3}<?https?://([^\s<>/]{1,200})/mt/(\d{1,12})/"
)
_HYPERKITTY_LIST: Final = re.compile(r"https?://[^\s<>]{1,300}/list/[^\s<>/@]{1,200}@[^\s<>/@]{1,200}/?")
_MID_SAFE: Final = "!$&'()*+,;=:@-._~"


def hyperkitty_hash(message_id: str) -> str:
    """Return the name HyperKitty and Mailman 3 give a mail: it is made of the Message-ID alone."""
    digest = hashlib.sha1(message_id.encode(), usedforsecurity=False).digest()
    return base64.b32encode(digest).decode("ascii")


def hyperkitty_link(list_url: str, message_id: str) -> str:
    """Return a mail's page in a HyperKitty archive, whose list page is ".../list/{address}/"."""
    return f"{list_url.rstrip('/')}/message/{hyperkitty_hash(message_id)}/"


def public_inbox_link(inbox_url: str, message_id: str) -> str:
    """Return a mail's page in a public-inbox archive, such as lore.kernel.org's."""
    return f"{inbox_url.rstrip('/')}/{quote(message_id, safe=_MID_SAFE)}/"


def pipermail_link(archive_url: str, month: str, number: int) -> str:
    """Return a mail's page in a pipermail archive.

    Args:
        archive_url: The list's archive, ".../pipermail/{list}/".
        month: The folder, as the archive writes it: "2021-August".
        number: The page's number, as the month's index names it.
    """
    return f"{archive_url.rstrip('/')}/{month}/{number:06d}.html"


def read_marked_url(value: str) -> str:
    """Return the first http(s) address in a header such as List-Archive or Archived-At; "" when none is."""
    candidates: list[str] = [*_MARKED.findall(value), value.strip()]
    for candidate in candidates:
        if candidate[:4].lower() == "http" and is_safe_url(candidate):
            return candidate
    return ""


def find_links(
    *, message_id: str, archived_at: str, list_archive: str, list_hosts: tuple[str, ...], body: str
) -> tuple[str, str]:
    """Return where a mail is archived and where its thread is, each "" when the mail does not tell.

    Args:
        message_id: The mail's.
        archived_at: The address in Archived-At.
        list_archive: The address in List-Archive.
        list_hosts: Where the list lives, by its other headers.
        body: The text; footers stand at its end.
    """
    message, topic = _find_groups_io(body[-_FOOTER_CHARACTERS:], list_hosts)
    if archived_at and _is_of_list(archived_at, (*list_hosts, find_host(list_archive))):
        return archived_at, topic
    if not message and message_id and _HYPERKITTY_LIST.fullmatch(list_archive):
        message = hyperkitty_link(list_archive, message_id)
    return message, topic


def _find_groups_io(footer: str, list_hosts: tuple[str, ...]) -> tuple[str, str]:
    """Read the footer that groups.io puts below every mail it delivers; the last one, if one is quoted."""
    found = list(_GROUPS_IO_MESSAGE.finditer(footer)) if "View/Reply Online" in footer else []
    if not found or not _is_of_list(found[-1][1], list_hosts):
        return "", ""
    group, number = found[-1].groups()
    topics = _GROUPS_IO_TOPIC.findall(footer, found[-1].start())
    topic = f"{group}/topic/{topics[-1][1]}" if topics and topics[-1][0] == find_host(group) else ""
    link = f"{group}/message/{number}"
    return (link, topic) if is_safe_url(link) else ("", "")


def _is_of_list(url: str, hosts: tuple[str, ...]) -> bool:
    """Tell whether an address lies on the list's own site: they share the last two names of the host."""
    site = find_host(url).split(".")[-2:]
    return len(site) == 2 and any(host.split(".")[-2:] == site for host in hosts)
