"""Fold what has piled up: the first posts of a group leave as they are, the rest becomes lines of a summary.

After an outage, a list's mail would flood its channel. What has only just come is no pile, and leaves one by
one. Nothing is lost: each folded row says where it went, and the summary holds a line of each.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.models import OutboxRow, State, Verb
from bot.delivery.post import Post, Words
from bot.delivery.post_json import to_json
from bot.storage.schema import outbox
from bot.storage.upsert import insert_missing
from bot.text.catalogue import Texts

POSTS_BEFORE_FOLDING = 10
"""How many posts of a group leave one by one before the rest is folded."""

PILED_UP = timedelta(minutes=10)
"""Since when the first of them has to wait."""

_LINES = 3_600
_LEAST_FOLDED = 3


async def fold_waiting(connection: AsyncConnection, first: OutboxRow, texts: Texts, *, now: datetime) -> bool:
    """Fold what waits of the first row's group beyond the limit; return whether anything was folded."""
    if first.due_at > now - PILED_UP:
        return False
    wanted = (
        select(outbox.c.id, outbox.c.key, outbox.c.fold_line, outbox.c.due_at)
        .where(
            outbox.c.ended_at.is_(None),
            outbox.c.channel_id == first.channel_id,
            outbox.c.fold_group == first.fold_group,
            outbox.c.verb == Verb.SEND,
            outbox.c.state == State.QUEUED,
            outbox.c.sending_at.is_(None),
            outbox.c.due_at <= now,
        )
        .order_by(outbox.c.due_at, outbox.c.id)
    )
    waiting = (await connection.execute(wanted)).all()[POSTS_BEFORE_FOLDING:]
    if len(waiting) < _LEAST_FOLDED:
        return False
    key = f"fold:{waiting[0].key}"
    summary = replace(
        render_summary(tuple(row.fold_line for row in waiting), texts),
        is_confidential=bool(first.post.get("is_confidential")),
    )
    shared = ("guild_id", "channel_id", "is_direct", "kind", "verb", "created_at", "attempts")
    values = {name: getattr(first, name) for name in shared}
    blank = {"target_key": "", "topic": "", "topic_name": "", "fold_group": "", "fold_line": "", "reason": ""}
    # Due with the last of what it stands for: it leaves after the posts that were not folded.
    state = {"key": key, "post": to_json(summary), "due_at": waiting[-1].due_at, "state": State.QUEUED}
    await insert_missing(connection, outbox, {**values, **blank, **state})
    await connection.execute(
        update(outbox)
        .where(outbox.c.id.in_([row.id for row in waiting]))
        .values(state=State.DROPPED, reason=texts("delivery.folded"), ended_at=now)
    )
    return True


def render_summary(lines: tuple[str, ...], texts: Texts) -> Post:
    """Draw the summary of folded posts: as many lines as fit, and how many more there are."""
    shown: list[str] = []
    room = _LINES
    for line in lines:
        if len(line) + len("- \n") > room:
            break
        shown.append(f"- {line}")
        room -= len(line) + len("- \n")
    if len(shown) < len(lines):
        shown.append(texts.count("delivery.fold_rest", len(lines) - len(shown)))
    title = texts.count("delivery.fold_title", len(lines))
    return Post(title=title, blocks=(Words(markdown="\n".join(shown)),))
