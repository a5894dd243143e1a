"""Turn mails into rows and rows into mails."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from bot.mail.models import Attachment
from bot.mail.quotes.patches import PatchSummary
from bot.mail.stored import Arrival, StoredBody, StoredEmail
from bot.mail.threads import envelope_of

HashAuthor = Callable[[str], str]
"""Turn an address into what tells it from others and does not tell it."""

AUTHORS_SECRET = "mail_authors"  # noqa: S105 (the name of a key, not the key)
"""Names the key that the store keeps for hashing addresses."""

_HASH_CHARACTERS = 32
_ROW_NAMES = tuple(field.name for field in fields(StoredEmail) if field.name not in {"id", "body"})
_SAME_IN_EMAIL = (
    "author_name",
    "subject",
    "topic",
    "topic_key",
    "tags",
    "in_reply_to",
    "references",
    "topic_link",
    "size",
    "is_reply",
    "is_forward",
    "is_auto_submitted",
    "is_bot",
    "is_private",
    "is_encrypted",
    "is_patch",
    "has_calendar",
)


def hash_authors_with(secret: bytes) -> HashAuthor:
    """Return what hashes addresses with a key of this store's own, so that no list of addresses undoes it."""

    def hash_author(address: str) -> str:
        return hmac.new(secret, address.lower().encode(), hashlib.sha256).hexdigest()[:_HASH_CHARACTERS]

    return hash_author


def make_stored(
    arrival: Arrival,
    *,
    email_id: int,
    list_id: int,
    thread: int,
    is_orphan: bool,
    now: datetime,
    hash_author: HashAuthor,
) -> StoredEmail:
    """Return a mail as it will be stored."""
    email = arrival.email
    words = arrival.words
    return StoredEmail(
        id=email_id,
        list_id=list_id,
        key=email.key,
        thread=thread,
        at=envelope_of(email, arrived_at=arrival.arrived_at or now).at,
        stored_at=now,
        author_hash=hash_author(email.author_address) if email.author_address else "",
        sent_at=email.date,
        permalink=arrival.permalink or email.permalink,
        attachments=email.attachments,
        is_orphan=is_orphan,
        body=StoredBody(
            text=email.body,
            own=words.text,
            in_context=words.in_context,
            is_all_quoted=words.is_all_quoted,
            patch=words.patch,
        ),
        **{name: getattr(email, name) for name in _SAME_IN_EMAIL},
    )


def email_row(email: StoredEmail) -> dict[str, object]:
    """Return a mail's row, without its number."""
    row = {name: getattr(email, name) for name in _ROW_NAMES}
    row["attachments"] = [(each.name, each.size, each.media_type) for each in email.attachments]
    return row


def body_row(email: StoredEmail, keep: timedelta) -> dict[str, object]:
    """Return the row of a mail's body."""
    body = email.body
    if body is None:
        raise ValueError("a mail without a body has no row for it")
    patch = body.patch
    return {
        "email_id": email.id,
        "text": body.text,
        "own": body.own,
        "in_context": "" if body.in_context == body.own else body.in_context,
        "is_all_quoted": body.is_all_quoted,
        "patch": None if patch is None else [patch.files, patch.added, patch.removed],
        "expires_at": email.stored_at + keep,
    }


def read_email(row: Mapping[str, Any]) -> StoredEmail:
    """Return the mail of a row; with its body where the row has one."""
    values = {name: row[name] for name in _ROW_NAMES}
    values["tags"] = tuple(row["tags"])
    values["references"] = tuple(row["references"])
    values["attachments"] = tuple(
        Attachment(name=name, size=size, media_type=media_type)
        for name, size, media_type in row["attachments"]
    )
    return StoredEmail(id=row["id"], body=_read_body(row), **values)


def _read_body(row: Mapping[str, Any]) -> StoredBody | None:
    if row.get("text") is None:
        return None
    patch = row["patch"]
    return StoredBody(
        text=row["text"],
        own=row["own"],
        in_context=row["in_context"] or row["own"],
        is_all_quoted=row["is_all_quoted"],
        patch=None if patch is None else PatchSummary(*patch),
    )
