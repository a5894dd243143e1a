"""Plan reminders for made-up dates, apply the plans to a ledger in memory, and look at what is in it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.meetings.models import Meeting, Moment, Occurrence, OccurrenceKey, Status
from bot.meetings.planner import (
    LedgerRow,
    Plan,
    Reason,
    Reminder,
    ReminderKey,
    ReminderRule,
    RowState,
    plan_reminders,
)

NOW = datetime(2026, 11, 18, 17, 0, tzinfo=UTC)
HORIZON = timedelta(days=35)
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
LEADS = (24 * HOUR, 15 * MINUTE, timedelta())
RULES = tuple(ReminderRule(lead=lead, channel_id=7) for lead in LEADS)


def meet(
    start: datetime | date,
    *,
    uid: str = "a",
    original: str = "1",
    length: timedelta = HOUR,
    summary: str = "",
    is_cancelled: bool = False,
) -> Occurrence:
    wall = (
        start.replace(tzinfo=None)
        if isinstance(start, datetime)
        else datetime(start.year, start.month, start.day)
    )
    return Occurrence(
        key=OccurrenceKey(uid, original),
        start=start,
        end=start + length,
        wall=wall,
        zone="UTC",
        summary=summary or f"{uid} {original}",
        status=Status.CANCELLED if is_cancelled else None,
        recurrence_id=None,
        meeting=Meeting(uid=uid, dtstart=Moment(wall=wall, zone="UTC")),
    )


class Ledger:
    """The rows as a repository would keep them; every posting is noted."""

    def __init__(self) -> None:
        self.rows: dict[ReminderKey, LedgerRow] = {}
        self.posted: list[ReminderKey] = []

    def plan(
        self,
        *occurrences: Occurrence,
        now: datetime = NOW,
        rules: tuple[ReminderRule, ...] = RULES,
        zone: str = "UTC",
    ) -> Plan:
        return plan_reminders(
            occurrences, rules, self.rows.values(), calendar="c", zone=zone, now=now, horizon=HORIZON
        )

    def apply(self, plan: Plan) -> Plan:
        for reminder in plan.add:
            assert reminder.key not in self.rows
        for reminder in plan.move:
            assert self.rows[reminder.key].state is not RowState.DONE
        for reminder in (*plan.add, *plan.move):
            self.rows[reminder.key] = LedgerRow(reminder=reminder, state=RowState.PENDING)
        for key, _ in plan.withdraw:
            assert self.rows[key].state is RowState.PENDING
            self.rows[key] = replace(self.rows[key], state=RowState.WITHDRAWN)
        return plan

    def tick(self, now: datetime) -> None:
        """Post what is due and not too late; what is, ends unposted."""
        for key, row in self.rows.items():
            if row.state is RowState.PENDING and row.reminder.due_at <= now:
                self.rows[key] = replace(row, state=RowState.DONE)
                if now < row.reminder.cutoff_at:
                    self.posted.append(key)

    def pending(self) -> list[tuple[str, str]]:
        """Return the rule and the due time of each pending row."""
        rows = [row.reminder for row in self.rows.values() if row.state is RowState.PENDING]
        return [
            (each.key.rule, each.due_at.strftime("%d %H:%M"))
            for each in sorted(rows, key=lambda row: row.due_at)
        ]


def test_each_lead_gets_a_reminder_that_ends_when_the_next_is_due() -> None:
    start = NOW + 3 * DAY
    plan = Ledger().plan(meet(start))

    assert plan.move == ()
    assert plan.withdraw == ()
    assert [(each.due_at, each.late_after, each.cutoff_at) for each in plan.add] == [
        (start - 24 * HOUR, None, start - 15 * MINUTE),
        (start - 15 * MINUTE, None, start),
        (start, start + MINUTE, start + 30 * MINUTE),
    ]


def test_the_last_words_end_with_a_short_meeting() -> None:
    start = NOW + 3 * DAY
    plan = Ledger().plan(meet(start, length=10 * MINUTE), rules=RULES[1:2])
    assert [(each.late_after, each.cutoff_at) for each in plan.add] == [(start, start + 10 * MINUTE)]


def test_a_meeting_that_takes_no_time_is_told_for_half_an_hour() -> None:
    start = NOW + 3 * DAY
    plan = Ledger().plan(meet(start, length=timedelta()), rules=RULES[2:])
    assert [each.cutoff_at for each in plan.add] == [start + 30 * MINUTE]


def test_a_new_subscription_floods_nobody() -> None:
    in_an_hour, in_ten, running, over = (
        meet(NOW + delta, original=str(place), length=HOUR / 2)
        for place, delta in enumerate((HOUR, 10 * MINUTE, -20 * MINUTE, -40 * MINUTE))
    )
    plan = Ledger().plan(in_an_hour, in_ten, running, over)
    assert [(each.key.original, each.key.rule) for each in plan.add] == [
        ("2", "0"),
        ("1", "0"),
        ("0", "900"),
        ("0", "0"),
    ]


def test_what_lies_beyond_the_horizon_waits() -> None:
    ledger = Ledger()
    meeting = meet(NOW + HORIZON + HOUR)
    assert [each.key.rule for each in ledger.apply(ledger.plan(meeting)).add] == ["86400"]
    assert [each.key.rule for each in ledger.plan(meeting, now=NOW + 2 * HOUR).add] == ["900", "0"]


def test_moving_keeps_the_keys_and_what_was_posted() -> None:
    ledger = Ledger()
    start = NOW + 25 * HOUR
    ledger.apply(ledger.plan(meet(start)))
    ledger.tick(NOW + 2 * HOUR)

    plan = ledger.apply(ledger.plan(meet(start + 2 * HOUR), now=NOW + 2 * HOUR))

    assert plan.add == ()
    assert plan.withdraw == ()
    assert [each.key.rule for each in plan.move] == ["900", "0"]
    assert ledger.pending() == [("900", "19 19:45"), ("0", "19 20:00")]


def test_a_meeting_moved_near_is_told_at_once_by_the_lead_that_still_helps() -> None:
    ledger = Ledger()
    ledger.apply(ledger.plan(meet(NOW + 5 * DAY)))
    plan = ledger.apply(ledger.plan(meet(NOW + 10 * MINUTE)))
    assert plan.withdraw == ((ReminderKey("c", "a", "1", "86400", 7), Reason.TOO_LATE),)
    ledger.tick(NOW)
    assert [key.rule for key in ledger.posted] == ["900"]


def test_a_cancelled_meeting_is_not_reminded_of_until_it_takes_place_again() -> None:
    ledger = Ledger()
    start = NOW + 3 * DAY
    ledger.apply(ledger.plan(meet(start)))
    assert {reason for _, reason in ledger.apply(ledger.plan(meet(start, is_cancelled=True))).withdraw} == {
        Reason.CANCELLED
    }
    assert ledger.pending() == []

    back = ledger.apply(ledger.plan(meet(start), now=start - HOUR))
    assert [each.key.rule for each in back.move] == ["900", "0"]


def test_a_meeting_that_left_the_calendar_is_gone_but_not_one_beyond_the_horizon() -> None:
    ledger = Ledger()
    ledger.apply(ledger.plan(meet(NOW + 3 * DAY), meet(NOW + HORIZON + HOUR, original="2")))
    plan = ledger.plan()
    assert {(key.original, reason) for key, reason in plan.withdraw} == {("1", Reason.GONE)}


def test_a_dropped_rule_and_a_changed_channel_take_their_reminders_with_them() -> None:
    ledger = Ledger()
    meeting = meet(NOW + 3 * DAY)
    ledger.apply(ledger.plan(meeting))
    plan = ledger.apply(ledger.plan(meeting, rules=(RULES[0], ReminderRule(lead=timedelta(), channel_id=8))))
    assert {(key.rule, reason) for key, reason in plan.withdraw} == {
        ("900", Reason.UNWANTED),
        ("0", Reason.UNWANTED),
    }
    assert [(each.key.rule, each.key.channel_id) for each in plan.add] == [("0", 8)]


@pytest.mark.parametrize(
    ("zone", "morning"),
    [
        ("UTC", "20 09:00"),
        ("America/New_York", "20 14:00"),
        ("Pacific/Auckland", "19 20:00"),
        ("No/Where", "20 09:00"),
    ],
)
def test_whole_days_are_told_in_the_groups_morning(zone: str, morning: str) -> None:
    ledger = Ledger()
    ledger.apply(ledger.plan(meet(date(2026, 11, 20), length=3 * DAY), zone=zone))
    assert ledger.pending() == [("day", morning)]


def test_whole_days_near_the_horizon_do_not_come_and_go() -> None:
    ledger = Ledger()
    ledger.apply(ledger.plan(meet(date(2026, 12, 23), length=DAY), zone="Pacific/Auckland"))
    assert len(ledger.pending()) == 1
    assert ledger.plan(now=NOW, zone="Pacific/Auckland").withdraw == ()


def test_dates_that_look_the_same_are_told_once_and_by_the_same() -> None:
    ledger = Ledger()
    start = NOW + 3 * DAY
    second = meet(start, uid="b", summary="Same")
    ledger.apply(ledger.plan(second))
    plan = ledger.plan(meet(start, uid="a", summary="same"), second)
    assert plan == Plan()


def test_a_lead_after_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="before the start"):
        ReminderRule(lead=-MINUTE, channel_id=7)


minutes = st.integers(-120, 40 * 24 * 60)
meetings = st.builds(
    lambda uid, original, minute, length, is_cancelled, is_all_day: (
        meet(
            (NOW + minute * MINUTE).date(), uid=uid, original=original, length=DAY, is_cancelled=is_cancelled
        )
        if is_all_day
        else meet(
            NOW + minute * MINUTE,
            uid=uid,
            original=original,
            length=length * MINUTE,
            is_cancelled=is_cancelled,
        )
    ),
    st.sampled_from("ab"),
    st.sampled_from("123"),
    minutes,
    st.integers(0, 300),
    st.booleans(),
    st.booleans(),
)
calendars = st.lists(meetings, max_size=6, unique_by=lambda each: each.key)
rule_sets = st.lists(
    st.builds(ReminderRule, lead=st.sampled_from([*LEADS, HOUR]), channel_id=st.sampled_from([7, 8])),
    max_size=5,
).map(tuple)
steps = st.lists(st.tuples(calendars, rule_sets, st.integers(0, 3 * 24 * 60)), min_size=1, max_size=6)


def seen(occurrences: list[Occurrence], now: datetime) -> list[Occurrence]:
    """Return what an expansion from now to the horizon would."""
    return [each for each in occurrences if each.starts_at < now + HORIZON and each.ends_at >= now]


@given(steps, st.sampled_from(["UTC", "America/New_York", "Pacific/Auckland"]))
@settings(max_examples=300, deadline=None)
def test_whatever_happens_nothing_is_told_twice_and_planning_again_changes_nothing(steps, zone) -> None:
    ledger = Ledger()
    now = NOW
    for occurrences, rules, passed in steps:
        visible = seen(occurrences, now)
        ledger.apply(ledger.plan(*visible, now=now, rules=rules, zone=zone))
        assert ledger.plan(*visible, now=now, rules=rules, zone=zone) == Plan()
        assert ledger.plan(*reversed(visible), now=now, rules=rules[::-1], zone=zone) == Plan()
        check(ledger, visible, rules, now)
        now += passed * MINUTE
        ledger.tick(now)
    assert len(set(ledger.posted)) == len(ledger.posted)


def check(ledger: Ledger, visible: list[Occurrence], rules: tuple[ReminderRule, ...], now: datetime) -> None:
    """What is pending for a visible date is one of its leads, at the right time; nothing cancelled is."""
    starts = {each.key: each for each in visible}
    for row in ledger.rows.values():
        reminder: Reminder = row.reminder
        occurrence = starts.get(OccurrenceKey(reminder.key.uid, reminder.key.original))
        if row.state is not RowState.PENDING or occurrence is None:
            continue
        assert not occurrence.is_cancelled
        assert reminder.due_at < reminder.cutoff_at
        assert reminder.late_after is None or reminder.due_at < reminder.late_after < reminder.cutoff_at
        if not occurrence.is_all_day:
            rule = next(
                each
                for each in rules
                if each.name == reminder.key.rule and each.channel_id == reminder.key.channel_id
            )
            assert reminder.starts_at == occurrence.starts_at
            assert reminder.due_at == occurrence.starts_at - rule.lead
