"""Cards of made-up meetings: whatever a calendar says, a card can be sent and pings nobody by itself."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.post import Row, Words
from bot.meetings.calendars import Answer, CalendarKind, Card, FollowedCalendar, MeetingDate, Stage
from bot.meetings.changes import Change, ChangeKind
from bot.meetings.links import MeetingLinks, find_links
from bot.meetings.models import Meeting, Moment, Occurrence, OccurrenceKey, Problem
from bot.meetings.notices import plan_notices
from bot.meetings.render import CardView, length_words, render_card, render_note, render_reduced
from bot.meetings.render_calendars import render_list, render_looked, render_preview
from bot.meetings.render_changes import render_changes
from bot.meetings.render_settings import Panel, render_panel
from bot.text.catalogue import load_texts

TEXTS = load_texts()
NOW = datetime(2026, 11, 18, 17, tzinfo=UTC)
HOSTILE = st.text(max_size=300) | st.sampled_from(
    ["@everyone", "<@&1> <@2>", "**" * 500, "[a](javascript:alert(1))", "`" * 400, "\u202e" * 50, "😀" * 2000]
)


def meet(start=NOW, *, uid="a", original="1", zone="America/New_York", **changes):
    is_timed = isinstance(start, datetime)
    wall = datetime(2026, 11, 18, 12)
    meeting = Meeting(uid=uid, dtstart=Moment(wall=wall, zone=zone), **changes)
    return Occurrence(
        key=OccurrenceKey(uid, original),
        start=start,
        end=start + (timedelta(hours=1) if is_timed else timedelta(days=1)),
        wall=wall,
        zone=zone if is_timed else "",
        summary=meeting.summary,
        status=None,
        recurrence_id=None,
        meeting=meeting,
    )


def words(post):
    return "\n".join(block.markdown for block in post.blocks if isinstance(block, Words))


@given(summary=HOSTILE, location=HOSTILE, description=HOSTILE, zone=HOSTILE, stage=st.sampled_from(Stage))
def test_whatever_a_calendar_says_can_be_sent_and_pings_nobody(summary, location, description, zone, stage):
    occurrence = meet(summary=summary, location=location, description=description, zone=zone or "UTC")
    dated = MeetingDate(calendar_id=7, occurrence=occurrence, links=find_links(occurrence.meeting))
    roster = tuple((number, list(Answer)[number % 3]) for number in range(1, 200))
    view = CardView(date=dated, stage=stage, roster=roster, shows_passcode=True)
    for post in (
        render_card(TEXTS, view),
        render_note(TEXTS, dated),
        render_reduced(TEXTS, dated, edits="key"),
        render_changes(TEXTS, [Change(kind=ChangeKind.CANCELLED, before=occurrence)]),
    ):
        assert post.mention_roles == post.mention_users == ()
        assert "@everyone" not in post.title + words(post)


def test_the_passcode_is_shown_only_where_it_may_be():
    dated = MeetingDate(occurrence=meet(summary="Call"), links=MeetingLinks(passcode="s3cret"))
    assert "s3cret" not in words(render_card(TEXTS, CardView(date=dated)))
    assert "Passcode: `s3cret`" in words(render_card(TEXTS, CardView(date=dated, shows_passcode=True)))


def test_the_meetings_own_zone_stands_once_in_words():
    dated = MeetingDate(occurrence=meet(summary="Call"))
    text = words(render_card(TEXTS, CardView(date=dated)))
    assert text.splitlines()[1] == "12:00 in New York."


def test_whole_days_are_written_as_days():
    one = MeetingDate(occurrence=meet(date(2026, 11, 20), summary="Sprint"))
    assert words(render_card(TEXTS, CardView(date=one))) == "Friday, 20 November 2026"
    three = replace(one, occurrence=replace(one.occurrence, end=date(2026, 11, 23)))
    expected = "Friday, 20 November 2026 – Sunday, 22 November 2026"
    assert words(render_card(TEXTS, CardView(date=three))) == expected


@pytest.mark.parametrize(
    ("minutes", "written"), [(60, "1 h"), (90, "1 h 30 min"), (45, "45 min"), (1500, "1 d 1 h"), (0, "")]
)
def test_lengths_are_written_as_people_do(minutes, written):
    assert length_words(TEXTS, timedelta(minutes=minutes)) == written


def test_what_is_over_or_cancelled_has_no_buttons():
    dated = MeetingDate(occurrence=meet(summary="Call"), links=MeetingLinks(join="https://meet.jit.si/x"))
    for stage, has_buttons in (
        (Stage.AHEAD, True),
        (Stage.STARTED, True),
        (Stage.OVER, False),
        (Stage.CANCELLED, False),
    ):
        post = render_card(TEXTS, CardView(date=dated, stage=stage))
        assert any(isinstance(block, Row) for block in post.blocks) is has_buttons


def card_of(occurrence, channel_id=7):
    return Card(
        guild_id=1,
        channel_id=channel_id,
        key=f"card:{channel_id}",
        rule="0",
        stage=Stage.AHEAD,
        edits=0,
        looks="",
        next_at=None,
        date=MeetingDate(occurrence=occurrence),
    )


def plan(*changes, cards=None, channels=None):
    return plan_notices(changes, cards or {}, channels=channels or {}, channel_id=7, now=NOW)


def moved(days, original="1"):
    before = meet(NOW + timedelta(days=days), original=original)
    after = replace(before, start=before.start + timedelta(hours=1), end=before.end + timedelta(hours=1))
    return Change(kind=ChangeKind.MOVED, before=before, after=after)


def test_only_what_is_near_or_was_announced_is_told():
    far = moved(10)
    assert plan(far) == ()
    card = card_of(far.after)
    (notice,) = plan(far, cards={far.after.key: (card,)})
    assert (notice.card, notice.channel_id) == (card, 7)
    (near,) = plan(moved(1))
    assert (near.card, near.channel_id) == (None, 7)


def test_a_moved_series_is_told_once():
    assert len(plan(moved(0.5, "1"), moved(1.5, "2"))) == 1


def test_all_that_changed_about_a_date_is_told_in_one_notice():
    change = moved(1)
    renamed = Change(kind=ChangeKind.NEW_TITLE, before=change.before, after=change.after)
    (notice,) = plan(change, renamed)
    assert notice.changes == (change, renamed)


def test_a_series_with_a_channel_of_its_own_is_told_there():
    (notice,) = plan(moved(1), channels={"a": 9})
    assert notice.channel_id == 9


def test_new_dates_are_not_told():
    assert plan(Change(kind=ChangeKind.NEW_DATE, after=meet(NOW + timedelta(days=1)))) == ()


@pytest.mark.parametrize("kind", [ChangeKind.NEW_DATE, ChangeKind.NEW_MEETING, ChangeKind.NEW_SERIES])
def test_a_date_that_was_taken_out_and_is_put_back_takes_place_after_all(kind):
    back = Change(kind=kind, after=meet(NOW + timedelta(days=1)))
    card = card_of(back.after)
    assert plan(back, cards={back.after.key: (card,)}) == ()
    (notice,) = plan(back, cards={back.after.key: (replace(card, stage=Stage.CANCELLED),)})
    assert [change.kind for change in notice.changes] == [ChangeKind.RESTORED]


@given(summary=HOSTILE, name=HOSTILE, why=HOSTILE)
def test_whatever_a_calendar_says_can_be_listed_and_previewed(summary, name, why):
    dates = [MeetingDate(occurrence=meet(summary=summary, location=name), links=MeetingLinks())] * 30
    calendar = FollowedCalendar(
        id=1,
        guild_id=1,
        kind=CalendarKind.FEED,
        place="https://calendar.example.org/secret-1234",
        found_name=name,
        channel_id=7,
        error=why,
        held=why,
        problems=tuple(Problem(where=summary, what=why, line=number) for number in range(60)),
    )
    for post in (
        render_preview(TEXTS, calendar, dates, is_new=True, trouble="x"),
        render_list(TEXTS, [calendar] * 60),
        render_looked(TEXTS, calendar, is_changed=True, ahead=3),
        render_panel(TEXTS, Panel(calendar=calendar, troubles=("x",))),
    ):
        assert "secret-1234" not in post.title + words(post)
        assert "@everyone" not in post.title + words(post)
