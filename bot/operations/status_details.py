"""Draw what became of posts that did not leave: those set aside, with a way on; those dropped, with why."""

from collections.abc import Sequence

from bot.delivery.models import OutboxRow
from bot.delivery.post import Accent, Action, Block, Button, ButtonStyle, Post, Row, Words
from bot.faq.render import escaped_line
from bot.text.catalogue import Texts
from bot.text.times import timestamp

FAILED_SHOWN = 6
DROPPED_SHOWN = 8
_REASON_LENGTH = 200


def render_details(
    texts: Texts, failed: Sequence[OutboxRow], dropped: Sequence[OutboxRow], *, failed_total: int
) -> Post:
    """List the posts that were set aside and those that were dropped, the newest first."""
    blocks: list[Block] = []
    for number, row in enumerate(failed[:FAILED_SHOWN], start=1):
        blocks.append(Words(markdown=f"**{number}.** 🔴 {_line(texts, row)}"))
        blocks.append(Row(buttons=_buttons(texts, row, number)))
    if failed_total > len(failed[:FAILED_SHOWN]):
        blocks.append(Words(markdown=texts.count("status.more", failed_total - FAILED_SHOWN)))
    if dropped:
        lines = [f"- {_line(texts, row)}" for row in dropped[:DROPPED_SHOWN]]
        blocks.append(Words(markdown="\n".join([f"**{texts('status.dropped')}**", *lines])))
    if not blocks:
        blocks.append(Words(markdown=texts("status.nothing_happened")))
    return Post(
        title=texts("status.details_title"),
        blocks=tuple(blocks),
        accent=Accent.PROBLEM if failed else Accent.PLAIN,
    )


def _line(texts: Texts, row: OutboxRow) -> str:
    where = f"<@{row.channel_id}>" if row.is_direct else f"<#{row.channel_id}>"
    when = timestamp(row.ended_at or row.due_at, "R")
    reason = escaped_line(row.reason, _REASON_LENGTH)
    return texts("status.row", kind=row.kind, channel=where, when=when, reason=reason)


def _buttons(texts: Texts, row: OutboxRow, number: int) -> tuple[Button, ...]:
    """Carry the row's place in the label: the embed fallback shows all buttons together below."""
    return (
        Button(
            label=texts("status.retry", number=number),
            action=Action(kind="status.retry", args=(str(row.id),)),
            style=ButtonStyle.PRIMARY,
        ),
        Button(
            label=texts("status.drop", number=number),
            action=Action(kind="status.drop", args=(str(row.id),)),
        ),
    )
