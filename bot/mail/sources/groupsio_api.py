"""Read what the API of groups.io says: pages of messages, and its errors, which come as 400 with a type."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any

from bot.errors import SourceError


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as the API tells of it.

    Attributes:
        number: Its number in the group, which is also its page's.
        topic: The number of its thread.
    """

    number: int
    topic: int
    subject: str
    author: str
    address: str
    created_at: datetime | None
    body: str = field(repr=False)
    is_html: bool


def read_messages(content: bytes, host: str) -> tuple[tuple[Message, ...], str]:
    """Read a page of messages, and the token of the next one; "" when it is the last.

    Raises:
        SourceError: It is no such page.
    """
    answer = _load(content)
    rows = answer.get("data", [])
    if answer.get("object") != "list" or not isinstance(rows, list | None):
        raise SourceError(
            f"{host} answers with something that is no list of messages. It is asked again later."
        )
    messages = (_message(row) for row in rows or () if isinstance(row, dict))
    token = str(answer.get("next_page_token") or "") if answer.get("has_more") else ""
    return tuple(message for message in messages if message is not None), token


def explain(status: int, content: bytes, *, host: str, group: str) -> SourceError:
    """Put a refusal into words."""
    kind = str(_load(content).get("type", ""))
    if status == 401 or kind in {"unauthorized_error", "invalid_key", "expired_key"}:
        what = f"{host} does not accept the API key (any more). Whoever runs the bot has to put in a new one."
    elif status == 403 or kind == "inadequate_permissions":
        what = f"The owner of the API key may not read {group}: join the group with that account."
    elif any(word in kind for word in ("internal", "rate", "timeout", "temporar")):
        return SourceError(f"{host} has trouble of its own. It is read again later.")
    else:
        what = f"{host} knows no group {group}, or not for this API key. Check the address."
    return SourceError(what, permanent=True)


def _load(content: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _message(row: Mapping[str, Any]) -> Message | None:
    number = row.get("msg_num")
    if not isinstance(number, int) or number <= 0:
        return None
    topic = row.get("topic_id")
    name, address = parseaddr(_text(row, "name")) if "@" in _text(row, "name") else (_text(row, "name"), "")
    return Message(
        number=number,
        topic=topic if isinstance(topic, int) else 0,
        subject=_text(row, "subject"),
        author=name,
        address=address,
        created_at=_moment(_text(row, "created")),
        body=_text(row, "body") or _text(row, "snippet"),
        is_html=not row.get("is_plain_text"),
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
