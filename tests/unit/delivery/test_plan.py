from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.models import Kind, Lane, OutboxRow, State, Verb, marker_of, nonce_of
from bot.delivery.plan import TooLate, Try, Unreadable, Wait, plan_row, plan_setback
from bot.delivery.post import Post
from bot.delivery.post_json import to_json
from bot.errors import DeliveryError, DeliveryKind
from bot.text import limits

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ON_TIME, LATE = Post(title="on time"), Post(title="late")
ROW = OutboxRow(
    id=1,
    key="k",
    guild_id=1,
    channel_id=2,
    is_direct=False,
    kind=Kind.REMINDER,
    verb=Verb.SEND,
    target_key="",
    topic="",
    topic_name="",
    due_at=NOW,
    post=to_json(ON_TIME),
    late_after=None,
    late_post=None,
    cutoff_at=None,
    fold_group="",
    fold_line="",
    state=State.QUEUED,
    reason="",
    attempts=0,
    created_at=NOW,
    sending_at=None,
    next_try_at=None,
    ended_at=None,
    sent_channel_id=None,
    message_id=None,
)
LANE = Lane(
    channel_id=2,
    guild_id=1,
    reason="",
    failures=0,
    last_success_at=None,
    last_error_at=None,
    last_error="",
    next_try_at=None,
)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("row", "plan"),
    [
        (ROW, Try(post=ON_TIME, in_doubt_since=None, may_send=True)),
        (replace(ROW, verb=Verb.REMOVE, post={}), Try(post=None, in_doubt_since=None, may_send=True)),
        (replace(ROW, next_try_at=NOW), Try(post=ON_TIME, in_doubt_since=None, may_send=True)),
        (replace(ROW, next_try_at=NOW + SECOND), Wait(until=NOW + SECOND)),
        (replace(ROW, cutoff_at=NOW), Try(post=ON_TIME, in_doubt_since=None, may_send=True)),
        (replace(ROW, cutoff_at=NOW - SECOND), TooLate()),
        (
            replace(ROW, cutoff_at=NOW - SECOND, sending_at=NOW - SECOND),
            Try(post=ON_TIME, in_doubt_since=NOW - SECOND, may_send=False),
        ),
        (
            replace(ROW, late_after=NOW, late_post=to_json(LATE)),
            Try(post=ON_TIME, in_doubt_since=None, may_send=True),
        ),
        (
            replace(ROW, late_after=NOW - SECOND, late_post=to_json(LATE)),
            Try(post=LATE, in_doubt_since=None, may_send=True),
        ),
    ],
)
def test_a_row_is_tried_or_waits_or_is_too_late(row, plan):
    assert plan_row(row, now=NOW) == plan


def test_what_a_newer_version_stored_is_set_aside():
    assert isinstance(plan_row(replace(ROW, post={"is": "Hologram"}), now=NOW), Unreadable)


KINDS = st.sampled_from(DeliveryKind)


@given(KINDS, st.integers(0, 200), st.floats(0, 1), st.floats(0, 1e9), st.booleans())
def test_a_pause_lies_between_five_seconds_and_a_day(kind, tries, chance, asked, in_doubt):
    error = DeliveryError("?", kind=kind, retry_after_seconds=asked, is_in_doubt=in_doubt)
    row, lane = replace(ROW, attempts=tries), replace(LANE, failures=tries)
    setback = plan_setback(row, lane, error, now=NOW, chance=chance)
    assert setback.is_in_doubt is in_doubt
    if setback.next_try_at is None:
        assert kind is DeliveryKind.POISON
    else:
        assert timedelta(seconds=5) <= setback.next_try_at - NOW <= timedelta(days=1)
        assert setback.pauses_lane is (kind is DeliveryKind.PERMANENT)


def test_pauses_grow_from_five_seconds_to_sixty_seven_minutes():
    error = DeliveryError("?", kind=DeliveryKind.PASSING)
    pauses = [
        plan_setback(replace(ROW, attempts=attempts), LANE, error, now=NOW, chance=0).next_try_at - NOW
        for attempts in range(12)
    ]
    assert [pause.total_seconds() for pause in pauses] == [
        *(5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560),
        *(4020, 4020),
    ]


@given(st.lists(st.text(), unique=True, max_size=50))
def test_nonces_and_markers_belong_to_one_key(keys):
    nonces, markers = {nonce_of(key) for key in keys}, {marker_of(key) for key in keys}
    assert len(nonces) == len(markers) == len(keys)
    assert all(len(nonce) <= limits.NONCE for nonce in nonces)
    for marker in markers:
        assert 2**30 <= marker.first < 2**31
        assert 2**30 <= marker.second < 2**31
        assert marker.first != marker.second
