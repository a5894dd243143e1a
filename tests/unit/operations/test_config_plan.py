"""What an imported file would change: adds and changes, never takes away, and nothing of anybody else's."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from bot.operations.config_import import ConfigImports, StaleImportError
from bot.operations.config_plan import Place, plan_import
from bot.operations.guild_config import GuildConfig
from config.community import Guild
from config.diff import Turn
from config.sections.calendars import DeclaredCalendar
from config.sections.phrasings import DeclaredPhrasings
from config.sections.series import DeclaredSeries
from config.sections.settings import DeclaredSettings
from tests.unit.config.test_writing import guilds

EVERYTHING = Place(has_channel=lambda _: True, has_role=lambda _: True, has_harmless_role=lambda _: True)
NOTHING = Place(has_channel=lambda _: False, has_role=lambda _: False, has_harmless_role=lambda _: False)
OPERATORS = {"mailbox", "archive_key"}


def of(guild: Guild) -> GuildConfig:
    return GuildConfig(guild=guild, calendars={})


@settings(max_examples=15)
@given(guilds())
def test_what_is_there_already_is_no_change(guild: Guild) -> None:
    plan = plan_import(of(guild), guild, place=NOTHING)
    assert (plan.changes, plan.refusals, plan.stays) == ((), (), 0)
    assert plan.wanted == plan.before


@settings(max_examples=15)
@given(guilds())
def test_an_empty_guild_gets_everything_but_what_is_the_operators(guild: Guild) -> None:
    plan = plan_import(of(Guild(id=5)), guild, place=EVERYTHING)
    assert {each.section for each in plan.refusals} == OPERATORS
    assert plan.wanted.id == 5
    # What it then has says no more than the file, and the file finds nothing left to change.
    once_more = plan_import(of(plan.wanted), guild, place=EVERYTHING)
    assert (once_more.changes, once_more.stays) == ((), 0)


@settings(max_examples=15)
@given(guilds())
def test_what_the_file_does_not_name_stays(guild: Guild) -> None:
    plan = plan_import(of(guild), Guild(id=guild.id), place=EVERYTHING)
    assert plan.changes == ()
    series = sum(len(each.series) for each in guild.calendar)
    assert (
        plan.stays
        == len(guild.faq) + len(guild.phrasings) + len(guild.lists) + len(guild.calendar) + series + 2
    )
    assert plan.wanted.settings == guild.settings


@settings(max_examples=15)
@given(guilds())
def test_channels_and_roles_of_other_guilds_are_refused(guild: Guild) -> None:
    plan = plan_import(of(Guild(id=5)), guild, place=NOTHING)
    assert all(change.turn is Turn.ADDED for change in plan.changes)
    assert {change.section for change in plan.changes} <= {"zone", "language", "faq", "phrasing", "meeting"}
    meeting = plan.wanted.meeting
    if any(change.section == "meeting" for change in plan.changes):
        assert (meeting.channel, meeting.wishes.remind_role) == (None, None)
        assert not meeting.wishes.pings


def test_a_setting_is_changed_and_a_private_number_needs_its_calendar() -> None:
    before = Guild(id=5, settings=DeclaredSettings(zone="Asia/Tokyo", help_channel=3))
    read = Guild(
        id=1,
        settings=DeclaredSettings(zone="Europe/Berlin"),
        calendar=(DeclaredCalendar(url="private:7", name="Board", channel=3),),
    )
    plan = plan_import(of(before), read, place=EVERYTHING)
    assert [str(change) for change in plan.changes] == ["guild 5: zone changed"]
    assert [(each.section, each.name, each.why) for each in plan.refusals] == [
        ("calendar", "Board", "config.no_address")
    ]
    assert plan.wanted.settings.help_channel == 3


def test_one_meetings_settings_are_merged_with_what_is_there_and_need_its_calendar() -> None:
    known = DeclaredSeries(uid="a", channel_id=3, is_muted=True, skipped=("20260305",))
    calendar = DeclaredCalendar(url="https://example.org/a", name="Calls", channel=3, series=(known,))
    before = Guild(id=5, calendar=(calendar,))
    read = replace(calendar, series=(DeclaredSeries(uid="a", is_muted=False), DeclaredSeries(uid="b")))
    plan = plan_import(of(before), Guild(id=5, calendar=(read,)), place=EVERYTHING)
    assert [str(change) for change in plan.changes] == ["guild 5: calendar.series Calls a changed"]
    assert plan.wanted.calendar[0].series == (replace(known, is_muted=None),), "and what says nothing is none"
    file = replace(calendar, url="", file="a.ics")
    for unknown, whys in (
        (calendar, ["config.no_channel", "config.no_calendar"]),
        (file, ["config.operators", "config.no_calendar"]),
    ):
        plan = plan_import(of(Guild(id=5)), Guild(id=5, calendar=(unknown,)), place=NOTHING)
        assert [each.why for each in plan.refusals] == whys
    # Where its calendar is followed already, its own channel and roles are looked at.
    bare = Guild(id=5, calendar=(replace(calendar, series=()),))
    plan = plan_import(of(bare), before, place=NOTHING)
    assert [(each.section, each.why) for each in plan.refusals] == [("calendar.series", "config.no_channel")]
    pinging = replace(calendar, series=(DeclaredSeries(uid="a", pings=((timedelta(), 8),)),))
    plan = plan_import(of(bare), Guild(id=5, calendar=(pinging,)), place=NOTHING)
    assert [(each.section, each.why) for each in plan.refusals] == [("calendar.series", "config.no_role")]


def test_ways_to_ask_are_added_and_the_same_words_are_the_same_way() -> None:
    known = DeclaredPhrasings(question="How do I join?", asked=("sign up",))
    before = Guild(id=5, phrasings=(known,))
    for asked, expected in ((("Sign up!",), ()), (("get in", "Sign UP", "Get in?"), ("get in",)), ((), ())):
        read = DeclaredPhrasings(question="how do I join", asked=asked)
        plan = plan_import(of(before), Guild(id=5, phrasings=(read,)), place=NOTHING)
        assert plan.wanted.phrasings == (replace(known, asked=(*known.asked, *expected)),)
        assert bool(plan.changes) is bool(expected)


async def test_what_was_done_or_forgotten_cannot_be_confirmed_again() -> None:
    imports = ConfigImports(configs=None, services=None, texts=None, new_token=str)
    with pytest.raises(StaleImportError):
        await imports.apply(5, "x", place=EVERYTHING, is_public=lambda _: False, now=None)
