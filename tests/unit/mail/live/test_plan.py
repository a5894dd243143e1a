"""What becomes of the mails of a batch: each one thing, in order, and never a flood."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail.dispositions import Fate
from bot.mail.live.models import Lately, Ruling
from bot.mail.live.plan import (
    FLOOD,
    FLOOD_POSTS,
    LATE,
    LATE_POSTS,
    Circumstances,
    daily_limit,
    order_for_reading,
    plan_live,
    usual_day,
)
from tests.unit.mail.live.mails import NOW, email

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PLAIN = Ruling()


def plan(emails, lately=None, *, rule=lambda _email: PLAIN, **circumstances):
    return plan_live(emails, Circumstances(**circumstances), lately or Lately(), rule=rule, now=NOW)


def fates(decisions):
    return Counter((each.fate, each.reason) for each in decisions)


def test_each_mail_is_posted_while_there_are_few():
    mails = [email(number, at=NOW - number * MINUTE) for number in range(1, 6)]
    planned = plan(mails)
    assert [each.email.id for each in planned] == [5, 4, 3, 2, 1]
    assert fates(planned) == {(Fate.POSTED, ""): 5}


@pytest.mark.parametrize(
    ("circumstances", "fate"),
    [
        ({"is_old": True}, Fate.OLD),
        ({"is_closed_off": True}, Fate.HELD),
        ({"hidden": frozenset({"a"})}, Fate.HIDDEN),
        ({"hidden": frozenset({"a"}), "is_old": True}, Fate.HIDDEN),
        ({"hidden": frozenset({"", "b"})}, Fate.POSTED),
    ],
)
def test_what_may_not_be_told_is_not(circumstances, fate):
    assert [each.fate for each in plan([email()], **circumstances)] == [fate]


def test_what_is_sent_while_the_first_read_is_under_way_is_new():
    mails = [email(1, at=NOW - 2 * MINUTE), email(2, at=NOW - MINUTE), email(3, at=NOW + MINUTE)]
    planned = plan(mails, is_old=True, since=NOW - MINUTE)
    assert [each.fate for each in planned] == [Fate.OLD, Fate.POSTED, Fate.OLD]


def test_what_the_channel_chose_holds_and_costs_nothing_of_its_limits():
    def rule(mail):
        if mail.id % 2:
            return Ruling(fate=Fate.FILTERED, reason="bots")
        return Ruling(is_marked=True, pings=9)

    planned = plan([email(number) for number in range(2 * FLOOD_POSTS)], rule=rule)
    assert fates(planned) == {(Fate.FILTERED, "bots"): FLOOD_POSTS, (Fate.POSTED, ""): FLOOD_POSTS}
    posted = [each for each in planned if each.fate is Fate.POSTED]
    assert all(each.is_marked and each.pings == 9 for each in posted)


def test_more_than_thirty_in_ten_minutes_are_a_flood():
    earlier = tuple(NOW - 9 * MINUTE for _ in range(20))
    planned = plan([email(number) for number in range(25)], Lately(posted=earlier, usual=100))
    assert fates(planned) == {(Fate.POSTED, ""): 10, (Fate.FOLDED, FLOOD): 15}
    later = tuple(NOW - 10 * MINUTE for _ in range(30))
    assert fates(plan([email()], Lately(posted=later, usual=100))) == {(Fate.POSTED, ""): 1}


def test_more_than_five_usual_days_in_one_are_a_flood():
    earlier = tuple(NOW - HOUR * 23 for _ in range(49))
    planned = plan([email(number) for number in range(3)], Lately(posted=earlier, usual=10))
    assert fates(planned) == {(Fate.POSTED, ""): 1, (Fate.FOLDED, FLOOD): 2}


def test_a_quiet_list_may_have_one_busy_hour():
    assert daily_limit(0) == daily_limit(6) == 30
    assert daily_limit(7) == 35


@pytest.mark.parametrize(
    ("counts", "usual"), [([], 0), ([5], 0), ([5, 4], 4), ([1] * 30, 1), ([782, 40, *[3] * 20], 40)]
)
def test_the_usual_day_is_a_busy_one_but_no_flood(counts, usual):
    assert usual_day(counts, days=30) == usual


def test_of_what_had_piled_up_ten_are_posted():
    old = [email(number, at=NOW - 2 * HOUR + number * MINUTE) for number in range(20)]
    planned = plan([*old, email(99)], is_catching_up=True)
    assert fates(planned) == {(Fate.POSTED, LATE): LATE_POSTS, (Fate.FOLDED, LATE): 10, (Fate.POSTED, ""): 1}
    assert [each.email.id for each in planned if each.fate is Fate.POSTED] == [*range(10), 99]
    assert fates(plan(old, Lately(late=8), is_catching_up=True)) == {
        (Fate.POSTED, LATE): 2,
        (Fate.FOLDED, LATE): 18,
    }


def test_old_dates_alone_are_no_pile():
    old = [email(number, at=NOW - 700 * HOUR) for number in range(20)]
    assert fates(plan(old)) == {(Fate.POSTED, ""): 20}


def test_no_mail_stands_before_the_one_that_it_answers():
    child = email(1, at=NOW - HOUR, in_reply_to="3@example.org")
    grandchild = email(2, at=NOW - 2 * HOUR, references=("3@example.org", "1@example.org"))
    assert [each.id for each in order_for_reading([child, grandchild, email(3)])] == [3, 1, 2]


@st.composite
def batches(draw):
    """Mails that answer each other in any way, also in circles, at any times."""
    count = draw(st.integers(0, 60))
    names = [f"{number}@example.org" for number in range(count)]
    return [
        email(
            number,
            at=NOW - draw(st.integers(0, 3_000)) * MINUTE,
            in_reply_to=draw(st.sampled_from(["", *names])),
            references=tuple(draw(st.lists(st.sampled_from(["x@example.org", *names]), max_size=3))),
            author_hash=draw(st.sampled_from(["", "a", "b"])),
        )
        for number in range(count)
    ]


@settings(max_examples=60, deadline=None)
@given(batches(), st.booleans(), st.integers(0, 40), st.integers(0, 9), st.randoms(use_true_random=False))
def test_every_mail_has_one_fate_whatever_comes(mails, is_catching_up, before, usual, chance):
    lately = Lately(posted=(NOW - MINUTE,) * before, usual=usual)
    planned = plan(mails, lately, is_catching_up=is_catching_up, hidden=frozenset({"b"}))
    assert sorted(each.email.id for each in planned) == [each.id for each in mails]
    posted = [each for each in planned if each.fate is Fate.POSTED]
    assert len(posted) <= max(0, FLOOD_POSTS - before)
    assert sum(each.reason == LATE for each in posted) <= LATE_POSTS
    assert not any(each.email.author_hash == "b" for each in posted)
    shuffled = list(mails)
    chance.shuffle(shuffled)
    again = plan(shuffled, lately, is_catching_up=is_catching_up, hidden=frozenset({"b"}))
    assert fates(again) == fates(planned)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 3_000)), max_size=30, unique_by=lambda pair: pair[0]
    )
)
def test_answers_come_after_what_they_answer(pairs):
    """Each mail answers one with a smaller number, whatever the clocks said."""
    mails = [
        email(number, at=NOW - minutes * MINUTE, in_reply_to=f"{number - 1}@example.org")
        for number, minutes in pairs
    ]
    place = {each.id: index for index, each in enumerate(order_for_reading(mails))}
    assert len(place) == len(mails)
    assert all(place[number - 1] < place[number] for number in place if number - 1 in place)
