"""Turn mails into rows and rows into mails."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Final

from bot.mail.models import Attachment
from bot.mail.quotes.patches import PatchSummary
from bot.mail.stored import Arrival, StoredBody, StoredEmail

HashAuthor = Callable[[str], str]
"""Turn an address into what tells it from others and does not tell it."""

AUTHORS_SECRET = "mail_authors"  # noqa: S105 (the name of a key, not the key)
"""Names the key that the store keeps for hashing addresses."""

_HASH_CHARACTERS = 32
EMAIL_COLUMNS: Final = tuple(field.name for field in fields(StoredEmail) if field.name != "body")
BODY_COLUMNS: Final = (
    "email_id",
    "text",
    "own",
    "is_whole",
    "in_context",
    "is_all_quoted",
    "patch",
    "expires_at",
)
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

_same_in = attrgetter(*_SAME_IN_EMAIL)
_row_of = attrgetter(*EMAIL_COLUMNS)
_ATTACHMENTS = EMAIL_COLUMNS.index("attachments")


def hash_authors_with(secret: bytes) -> HashAuthor:
    """Return what hashes addresses with a key of this store's own, so that no list of addresses undoes it."""

    def hash_author(address: str) -> str:
        return hmac.digest(secret, address.lower().encode(), "sha256").hex()[:_HASH_CHARACTERS]

    return hash_author


def make_stored(
    arrival: Arrival,
    *,
    email_id: int,
    list_id: int,
    thread: int,
    at: datetime,
    author_hash: str,
    is_orphan: bool,
    now: datetime,
) -> StoredEmail:
    """Return a mail as it will be stored."""
    email = arrival.email
    words = arrival.words
    return StoredEmail(
        id=email_id,
        list_id=list_id,
        key=email.key,
        thread=thread,
        at=at,
        stored_at=now,
        author_hash=author_hash,
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
        **dict(zip(_SAME_IN_EMAIL, _same_in(email), strict=True)),
    )


def email_row(email: StoredEmail) -> Sequence[Any]:
    """Return a mail's row: EMAIL_COLUMNS."""
    row = list(_row_of(email))
    row[_ATTACHMENTS] = [(each.name, each.size, each.media_type) for each in email.attachments]
    return row


def body_row(email: StoredEmail, keep: timedelta) -> Sequence[Any]:
    """Return the row of a mail's body: BODY_COLUMNS."""
    body = email.body
    if body is None:
        raise ValueError("a mail without a body has no row for it")
    patch = body.patch
    is_whole = body.own == body.text
    return (
        email.id,
        body.text,
        "" if is_whole else body.own,
        is_whole,
        "" if body.in_context == body.own else body.in_context,
        body.is_all_quoted,
        None if patch is None else (patch.files, patch.added, patch.removed),
        email.stored_at + keep,
    )


def read_email(row: Mapping[str, Any]) -> StoredEmail:
    """Return the mail of a row; with its body where the row has one."""
    values = {name: row[name] for name in EMAIL_COLUMNS}
    values["tags"] = tuple(row["tags"])
    values["references"] = tuple(row["references"])
    values["attachments"] = tuple(
        Attachment(name=name, size=size, media_type=media_type)
        for name, size, media_type in row["attachments"]
    )
    return StoredEmail(body=_read_body(row), **values)


def _read_body(row: Mapping[str, Any]) -> StoredBody | None:
    if row.get("text") is None:
        return None
    patch = row["patch"]
    own = row["text"] if row["is_whole"] else row["own"]
    return StoredBody(
        text=row["text"],
        own=own,
        in_context=row["in_context"] or own,
        is_all_quoted=row["is_all_quoted"],
        patch=None if patch is None else PatchSummary(*patch),
    )
