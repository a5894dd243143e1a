"""Turn the bytes of a mail into an Email: the way in, and the only module that others call.

Meant for a worker process, because the bytes are anybody's; but nothing here raises, whatever they are, and
nothing takes over a second. What could not be read as it stands is told in the mail's problems.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from bot.mail.limits import MAX_MAIL_BYTES
from bot.mail.mime.authors import find_author
from bot.mail.mime.bodies import read_content
from bot.mail.mime.dates import is_plausible, parse_date, parse_received
from bot.mail.mime.headers import Headers, read_headers, split_mail, trim
from bot.mail.mime.identifiers import read_in_reply_to, read_message_id, read_references
from bot.mail.mime.origins import is_auto_submitted, is_no_archive, is_private, is_robot
from bot.mail.mime.parts import Allowance
from bot.mail.mime.structure import read_structure
from bot.mail.mime.words import decode_header
from bot.mail.models import Email, Problem
from bot.mail.permalinks import find_links, read_marked_url
from bot.mail.subjects import parse_subject

_LABEL: Final = re.compile(rb"charset\s*=\s*\"?([\w.:+-]{1,40})", re.IGNORECASE)
_LIST_ID: Final = re.compile(r"<\s*([^<>\s]{1,200})\s*>\s*\Z")
_MAILTO: Final = re.compile(rb"<mailto:([^<>?\s]{1,300})", re.IGNORECASE)
_HASHED_CHARACTERS: Final = 20_000


def parse_batch(mails: Iterable[bytes], *, list_name: str = "") -> list[Email]:
    """Parse many mails, in their order; see `parse_email`. This is what a worker process is asked for."""
    return [parse_email(raw, list_name=list_name) for raw in mails]


def parse_email(raw: bytes, *, list_name: str = "") -> Email:
    """Return a mail as it can be understood.

    Args:
        raw: Its bytes, as an archive or a mailbox has them.
        list_name: What its list is called, where the source knows: the list's tag in the subject is told
            from others by it.
    """
    mail = trim(raw[:MAX_MAIL_BYTES])
    block, rest = split_mail(mail)
    headers = read_headers(block)
    label = _find_label(headers.first(b"content-type"))
    list_id, list_post, list_archive = _read_list(
        headers.first(b"list-id"), headers.first(b"list-post"), headers.first(b"list-archive")
    )
    allowance = Allowance()
    content = read_content(read_structure(headers, mail, len(mail) - len(rest), allowance), label)
    answered = read_in_reply_to(headers.first(b"in-reply-to"))
    references = read_references(headers.first(b"references"))
    message_id = _read_message_id(headers)
    subject = parse_subject(decode_header(headers.first(b"subject"), label), (list_name, list_id, list_post))
    author = find_author(headers, list_post, label)
    date = parse_date(headers.first(b"date"))
    received_at = parse_received(headers.first(b"received"))
    body = content.body()
    permalink, topic_link = find_links(
        message_id=message_id,
        archived_at=_read_url(headers.first(b"archived-at")),
        list_archive=list_archive,
        list_hosts=(list_id, list_post.rpartition("@")[2]),
        body=body,
    )
    is_answer = is_auto_submitted(headers)
    return Email(
        key=message_id or _hash(author.address, date, subject.topic_key, body),
        message_id=message_id,
        in_reply_to=answered[0] if answered else "",
        references=(*(name for name in answered[1:] if name not in references), *references),
        subject=subject.text,
        topic=subject.topic,
        topic_key=subject.topic_key,
        tags=subject.tags,
        is_reply=subject.is_reply,
        is_forward=subject.is_forward,
        author_name=author.name,
        author_address=author.address,
        date=date,
        is_date_trusted=is_plausible(date, received_at),
        received_at=received_at,
        list_id=list_id,
        list_post=list_post,
        list_archive=list_archive,
        permalink=permalink,
        topic_link=topic_link,
        is_auto_submitted=is_answer,
        is_bot=is_answer or is_robot(headers, author.name, author.address),
        is_no_archive=is_no_archive(headers),
        is_private=is_private(headers),
        body=body,
        is_html=content.is_html,
        is_encrypted=content.is_sealed and not body,
        is_patch=content.is_patch,
        has_calendar=content.has_calendar,
        attachments=tuple(content.attachments),
        size=len(raw),
        problems=(*_find_problems(raw, headers, message_id, date, allowance), *content.problems),
    )


@lru_cache(maxsize=100)
def _find_label(content_type: bytes) -> str:
    """Return the charset that a mail declares as a whole; raw bytes in its headers are likely in it too."""
    found = _LABEL.search(content_type)
    return found[1].decode("ascii", "replace") if found else ""


@lru_cache(maxsize=100)
def _read_list(list_id: bytes, list_post: bytes, list_archive: bytes) -> tuple[str, str, str]:
    """Return the list's id, its address and its archive, as List-Id, List-Post and List-Archive tell."""
    text = list_id.decode("utf-8", "replace").lower()
    found = _LIST_ID.search(text)
    name = found[1] if found else "" if " " in text else text[:200]
    post = _MAILTO.search(list_post)
    address = unquote(post[1].decode("utf-8", "replace")).lower() if post else ""
    return name, address, _read_url(list_archive)


def _read_message_id(headers: Headers) -> str:
    first = read_message_id(headers.first(b"message-id"))
    return first or next(filter(None, map(read_message_id, headers.all(b"message-id"))), "")


def _read_url(value: bytes) -> str:
    return read_marked_url(value.decode("utf-8", "replace")) if value else ""


def _hash(address: str, date: datetime | None, topic_key: str, body: str) -> str:
    """Return a key for a mail without an id: of what every archive keeps of it alike."""
    words = " ".join(body[:_HASHED_CHARACTERS].split())
    when = date.isoformat() if date else ""
    content = f"{address}\n{when}\n{topic_key}\n{words}"
    return f"sha256 {hashlib.sha256(content.encode('utf-8', 'replace')).hexdigest()}"


def _find_problems(
    raw: bytes, headers: Headers, message_id: str, date: datetime | None, allowance: Allowance
) -> Iterator[Problem]:
    if len(raw) > MAX_MAIL_BYTES:
        yield Problem(where="message", what="it is larger than is read; its end is left out")
    if allowance.is_exceeded:
        yield Problem(where="message", what="it has more parts, or deeper ones, than are read")
    if headers.is_cut:
        yield Problem(where="message", what="it has more headers, or longer ones, than are read")
    if not headers.firsts:
        yield Problem(where="message", what="it has no headers")
    if not message_id:
        yield Problem(where="Message-ID", what="there is none to use; the mail is known by its content")
    elif len(headers.all(b"message-id")) > 1:
        yield Problem(where="Message-ID", what="there are several; the first one counts")
    if date is None:
        yield Problem(where="Date", what="it is missing, or no date")
