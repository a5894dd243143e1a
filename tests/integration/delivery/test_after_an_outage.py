"""What leaves after the bot was off: by each kind's policy, not all that was missed."""

from datetime import timedelta

import pytest

from bot.delivery.models import Fold, Kind, Late, State
from bot.delivery.post import Post
from tests.integration.delivery.conftest import GUILD, START

MEETING_ENDS = START + timedelta(minutes=70)


@pytest.mark.parametrize(
    ("off", "first"),
    [
        (timedelta(minutes=1), ["starts soon", "digest"]),
        (timedelta(hours=1), ["has started", "digest, late"]),
        (timedelta(hours=26), ["digest, late"]),
        (timedelta(days=8), ["digest, late"]),
    ],
)
async def test_reminders_are_reworded_or_dropped_digests_go_late_and_mail_is_folded(stage, off, first):
    await stage.enqueue(
        "reminder",
        kind=Kind.REMINDER,
        post=Post(title="starts soon"),
        late=Late(after=START + timedelta(minutes=10), post=Post(title="has started")),
        cutoff_at=MEETING_ENDS,
    )
    await stage.enqueue(
        "digest",
        kind=Kind.DIGEST,
        post=Post(title="digest"),
        late=Late(after=START + timedelta(minutes=30), post=Post(title="digest, late")),
    )
    for number in range(30):
        await stage.enqueue(f"mail {number}", fold=Fold(group="list:1", line=f"mail {number}"))
    stage.now += off
    await stage.run()
    titles = [order.post.title for order in stage.poster.orders]
    if off < timedelta(minutes=10):  # nothing has piled up
        assert titles == [*first, *(f"mail {number}" for number in range(30))]
        return
    mails = [f"mail {number}" for number in range(10)]
    assert titles == [*first, *mails, "20 more that came meanwhile"]
    dropped = await stage.outbox.list_ended(GUILD, State.DROPPED, limit=100)
    assert len(dropped) == 20 + ("digest, late" in first and "has started" not in first)
    assert all(row.reason for row in dropped)
