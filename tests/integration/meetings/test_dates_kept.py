from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from bot.meetings.answers_repository import AnswersRepository
from bot.meetings.calendars import Answer, Stage
from bot.meetings.cards_repository import CardsRepository
from bot.meetings.dates_repository import DatesRepository
from bot.meetings.planner import LedgerRow, Plan, Reason, RowState
from bot.meetings.reminders_repository import DueReminder, Finished, RemindersRepository
from bot.meetings.repository import CalendarRepository
from bot.storage.guilds import GuildRepository
from bot.storage.schema import meeting_version
from tests.integration.meetings.meeting_samples import (
    CHANNEL,
    DAY,
    GUILD,
    HOUR,
    NOW,
    STRANGER,
    WEEKLY,
    calendar,
    card,
    meeting_date,
    reminder,
)

FOR_EVER = {"since": NOW - 365 * DAY, "until": NOW + 365 * DAY}


@pytest.fixture
async def calendar_id(change):
    return (await change(CalendarRepository().add_calendar, calendar())).id


@pytest.fixture
def dates():
    return DatesRepository()


@pytest.fixture
def reminders():
    return RemindersRepository()


@pytest.fixture
def cards():
    return CardsRepository()


@pytest.fixture
def answers():
    return AnswersRepository()


async def test_dates_are_kept_as_they_are_with_what_they_share(dates, change, calendar_id, database):
    timed = meeting_date(calendar_id=calendar_id)
    later = meeting_date(NOW + 8 * DAY, original="20261126T170000Z", calendar_id=calendar_id)
    whole_day = meeting_date(
        date(2026, 12, 1), original="", calendar_id=calendar_id, meeting=replace(WEEKLY, uid="b", rrules=())
    )
    await change(dates.replace_dates, GUILD, calendar_id, (later, whole_day, timed))
    assert await change(dates.list_dates, GUILD, **FOR_EVER) == (timed, later, whole_day)
    async with database.reading() as connection:
        count = (await connection.execute(select(func.count()).select_from(meeting_version))).scalar_one()
    assert count == 2


async def test_replacing_dates_writes_what_differs_and_drops_the_rest(dates, change, calendar_id):
    first = meeting_date(calendar_id=calendar_id)
    second = meeting_date(NOW + 8 * DAY, original="20261126T170000Z", calendar_id=calendar_id)
    await change(dates.replace_dates, GUILD, calendar_id, (first, second))
    moved = meeting_date(NOW + 2 * DAY, calendar_id=calendar_id)
    await change(dates.replace_dates, GUILD, calendar_id, (moved,))
    assert await change(dates.list_dates, GUILD, **FOR_EVER) == (moved,)
    renamed = replace(WEEKLY, summary="Standards call")
    changed = meeting_date(NOW + 2 * DAY, calendar_id=calendar_id, meeting=renamed)
    await change(dates.replace_dates, GUILD, calendar_id, (changed,))
    assert await change(dates.list_dates, GUILD, **FOR_EVER) == (changed,)
    await change(dates.replace_dates, GUILD, calendar_id, ())
    assert await change(dates.list_dates, GUILD, **FOR_EVER) == ()


async def test_a_window_holds_what_reaches_into_it(dates, change, calendar_id):
    running = meeting_date(NOW - HOUR / 2, original="1", calendar_id=calendar_id)
    over = meeting_date(NOW - HOUR, original="2", calendar_id=calendar_id)
    last = meeting_date(NOW + DAY - HOUR, original="3", calendar_id=calendar_id)
    beyond = meeting_date(NOW + DAY, original="4", calendar_id=calendar_id)
    await change(dates.replace_dates, GUILD, calendar_id, (running, over, last, beyond))
    window = {"since": NOW, "until": NOW + DAY}
    assert await change(dates.list_dates, GUILD, **window) == (running, last)
    assert await change(dates.list_dates, GUILD, **window, limit=1) == (running,)
    assert await change(dates.list_dates, GUILD, **window, calendar_id=calendar_id + 1) == ()
    assert await change(dates.list_dates, GUILD, **window, uids=("other",)) == ()
    assert await change(dates.list_dates, GUILD, **window, uids=("other", WEEKLY.uid)) == (running, last)


async def test_the_start_before_is_that_of_the_last_date_of_the_series(dates, change, calendar_id):
    first, second = (
        meeting_date(NOW + days * DAY, original=str(days), calendar_id=calendar_id) for days in (1, 8)
    )
    other = meeting_date(
        NOW + 9 * DAY, original="9", calendar_id=calendar_id, meeting=replace(WEEKLY, uid="other")
    )
    await change(dates.replace_dates, GUILD, calendar_id, (first, second, other))

    async def before(days, *, guild_id=GUILD, since=NOW):
        owner = (guild_id, calendar_id, WEEKLY.uid)
        return await change(dates.find_start_before, *owner, since=since, before=NOW + days * DAY)

    assert await before(8) == NOW + DAY
    assert await before(10) == NOW + 8 * DAY
    assert await before(1) is None
    assert await before(8, since=NOW + 2 * DAY) is None
    assert await before(8, guild_id=STRANGER) is None


async def test_a_date_is_found_by_what_its_buttons_name(dates, change, calendar_id):
    kept = meeting_date(calendar_id=calendar_id)
    await change(dates.replace_dates, GUILD, calendar_id, (kept,))
    assert await change(dates.find_date, GUILD, calendar_id, kept.token) == kept
    assert await change(dates.find_date, STRANGER, calendar_id, kept.token) is None
    assert await change(dates.list_dates, STRANGER, **FOR_EVER) == ()


async def test_a_plan_is_carried_out_and_read_back(reminders, change, calendar_id):
    early, soon = (
        reminder(NOW + timedelta(hours=hours), calendar_id=calendar_id, rule=str(hours)) for hours in (1, 2)
    )
    due = await change(reminders.apply, GUILD, calendar_id, Plan(add=(soon, early)))
    assert due == early.due_at
    rows = await change(reminders.list_rows, GUILD, calendar_id, since=NOW)
    assert {row.reminder: row.state for row in rows} == dict.fromkeys((early, soon), RowState.PENDING)
    moved = replace(soon, due_at=NOW + 3 * HOUR, late_after=None)
    plan = Plan(move=(moved,), withdraw=((early.key, Reason.CANCELLED),))
    await change(reminders.apply, GUILD, calendar_id, plan)
    rows = await change(reminders.list_rows, GUILD, calendar_id, since=NOW)
    assert set(rows) == {
        LedgerRow(reminder=moved, state=RowState.PENDING),
        LedgerRow(reminder=early, state=RowState.WITHDRAWN),
    }
    assert await change(reminders.count_pending, GUILD) == 1


async def test_due_reminders_come_once_the_longest_due_first(reminders, change, calendar_id, database):
    first, second, third = (
        reminder(NOW + minutes * timedelta(minutes=1), calendar_id=calendar_id, rule=str(minutes))
        for minutes in (-5, 0, 5)
    )
    await change(reminders.apply, GUILD, calendar_id, Plan(add=(third, second, first)))
    due = await change(reminders.list_due, NOW, 10)
    assert due == tuple(
        DueReminder(guild_id=GUILD, calendar_id=calendar_id, reminder=each) for each in (first, second)
    )
    await change(reminders.finish, ())
    strangers = replace(due[1], guild_id=STRANGER)
    await change(reminders.finish, [Finished(due=each, state=RowState.DONE) for each in (due[0], strangers)])
    assert await change(reminders.list_due, NOW, 10) == due[1:]
    late = Finished(due=due[0], state=RowState.WITHDRAWN, reason=Reason.GONE)
    await change(reminders.finish, [late])
    rows = await change(reminders.list_rows, GUILD, calendar_id, since=NOW)
    assert {row.reminder: row.state for row in rows} == {
        first: RowState.DONE,
        second: RowState.PENDING,
        third: RowState.PENDING,
    }
    assert await change(reminders.find_next_due) == second.due_at
    await change(GuildRepository(database).record_leave, GUILD, NOW)
    assert await change(reminders.list_due, NOW, 10) == ()
    assert await change(reminders.find_next_due) is None


async def test_old_reminders_are_forgotten_unless_they_are_pending(reminders, change, calendar_id):
    done, pending = (
        reminder(NOW, calendar_id=calendar_id, rule=rule, starts_at=NOW - DAY) for rule in ("1", "2")
    )
    await change(reminders.apply, GUILD, calendar_id, Plan(add=(done, pending)))
    due = DueReminder(guild_id=GUILD, calendar_id=calendar_id, reminder=done)
    await change(reminders.finish, [Finished(due=due, state=RowState.DONE)])
    await change(reminders.purge, NOW)
    rows = await change(reminders.list_rows, GUILD, calendar_id, since=NOW - 2 * DAY)
    assert [row.reminder for row in rows] == [pending]


async def test_the_newest_card_of_a_date_is_kept(cards, change, calendar_id):
    first = card(meeting_date(calendar_id=calendar_id), shift="One hour earlier")
    await change(cards.save_card, first)
    second = replace(first, key="meeting:2", rule="0", edits=3, stage=Stage.STARTED, next_at=NOW)
    await change(cards.save_card, second)
    find = (GUILD, calendar_id, first.date.key)
    assert await change(cards.find_card, *find, channel_id=CHANNEL) == second
    assert await change(cards.find_card, *find, channel_id=8) is None
    assert await change(cards.find_card, STRANGER, *find[1:], channel_id=CHANNEL) is None
    assert await change(cards.list_cards, GUILD, calendar_id, since=NOW) == (second,)
    assert await change(cards.list_cards, GUILD, calendar_id, since=NOW + 2 * DAY) == ()
    assert await change(cards.list_cards_of_date, GUILD, calendar_id, first.date.token) == (second,)
    assert await change(cards.list_cards_of_date, STRANGER, calendar_id, first.date.token) == ()
    assert await change(cards.list_due, NOW, 10) == (second,)
    assert await change(cards.find_next_due) == NOW


async def test_a_card_that_looks_the_same_is_a_double_unless_it_is_the_same_date(cards, change, calendar_id):
    kept = card(meeting_date(calendar_id=calendar_id))
    await change(cards.save_card, kept)
    assert not await change(cards.has_double, kept, key=kept.date.key)
    other = card(meeting_date(calendar_id=calendar_id, original="2"))
    assert await change(cards.has_double, other, key=other.date.key)
    elsewhere = replace(other, channel_id=8)
    assert not await change(cards.has_double, elsewhere, key=other.date.key)


async def test_cards_of_what_is_over_are_forgotten_once_they_rest(cards, change, calendar_id):
    waiting = card(meeting_date(calendar_id=calendar_id))
    resting = card(meeting_date(calendar_id=calendar_id, original="2"), next_at=None)
    for each in (waiting, resting):
        await change(cards.save_card, each)
    await change(cards.purge, NOW + 2 * DAY)
    assert await change(cards.list_cards, GUILD, calendar_id, since=NOW) == (waiting,)


async def test_answers_come_in_order_and_are_forgotten(answers, change, calendar_id):
    key = meeting_date().key
    saved = {"now": NOW, "forget_at": NOW + DAY}
    await change(answers.save_answer, GUILD, calendar_id, key, user_id=1, answer=Answer.GOING, **saved)
    later = {"now": NOW + HOUR, "forget_at": NOW + DAY}
    await change(answers.save_answer, GUILD, calendar_id, key, user_id=2, answer=Answer.GOING, **later)
    await change(answers.save_answer, GUILD, calendar_id, key, user_id=2, answer=Answer.NOT, **later)
    expected = ((1, Answer.GOING), (2, Answer.NOT))
    assert await change(answers.list_answers, GUILD, calendar_id, key) == expected
    assert await change(answers.list_answers, STRANGER, calendar_id, key) == ()
    assert not await change(answers.withdraw_answer, STRANGER, calendar_id, key, 1)
    assert await change(answers.withdraw_answer, GUILD, calendar_id, key, 1)
    await change(answers.keep_until, GUILD, calendar_id, key, NOW + 2 * DAY)
    await change(answers.purge_answers, NOW + DAY)
    assert await change(answers.list_answers, GUILD, calendar_id, key) == expected[1:]
    await change(answers.purge_answers, NOW + 2 * DAY)
    assert await change(answers.list_answers, GUILD, calendar_id, key) == ()


async def test_members_subscribe_to_series_and_are_forgotten_on_wish(answers, change, calendar_id):
    series = (GUILD, calendar_id, "a")
    assert await change(answers.subscribe, *series, user_id=1, now=NOW)
    assert not await change(answers.subscribe, *series, user_id=1, now=NOW)
    assert await change(answers.subscribe, *series, user_id=2, now=NOW)
    assert await change(answers.list_subscribers, *series) == (1, 2)
    assert await change(answers.list_subscribers, STRANGER, *series[1:]) == ()
    assert await change(answers.unsubscribe, *series, user_id=1)
    await change(answers.forget_member, STRANGER, 2)
    assert await change(answers.list_subscribers, *series) == (2,)
    await change(answers.forget_member, GUILD, 2)
    assert await change(answers.list_subscribers, *series) == ()


async def test_removing_a_calendar_removes_all_that_belongs_to_it(
    dates, reminders, cards, change, calendar_id
):
    answers = AnswersRepository()
    kept = meeting_date(calendar_id=calendar_id)
    await change(dates.replace_dates, GUILD, calendar_id, (kept,))
    await change(reminders.apply, GUILD, calendar_id, Plan(add=(reminder(NOW, calendar_id=calendar_id),)))
    await change(cards.save_card, card(kept))
    await change(answers.subscribe, GUILD, calendar_id, "a", user_id=1, now=NOW)
    assert await change(CalendarRepository().remove_calendar, GUILD, calendar_id)
    assert await change(dates.list_dates, GUILD, **FOR_EVER) == ()
    assert await change(reminders.list_due, NOW, 10) == ()
    assert await change(cards.list_cards, GUILD, calendar_id, since=NOW) == ()
    assert await change(answers.list_subscribers, GUILD, calendar_id, "a") == ()
