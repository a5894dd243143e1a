"""What is written as TOML reads back as it was."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.mail.filter_rules import plain_rules
from bot.meetings.calendars import CalendarSettings, CleanUp
from bot.meetings.leads import LONGEST, MAX_LEADS, parse_leads
from cogs._meeting_checks import MAX_ZONES
from config import community
from config.community import Guild, read_text
from config.sections import meetings
from config.sections.calendars import DeclaredCalendar
from config.sections.faq import FORMATS, LANGUAGES, QUESTIONS, DeclaredPage
from config.sections.lists import DeclaredKey, DeclaredList, DeclaredMailbox
from config.sections.meetings import CLEAN_UPS, WISH_KEYS, DeclaredMeetings, DeclaredWishes, write_lead
from config.sections.phrasings import DeclaredPhrasings
from config.sections.series import DeclaredSeries
from config.sections.settings import DeclaredSettings
from config.writing import write_guild

PATH = Path("community.toml")
ids = st.integers(min_value=1, max_value=2**63 - 1)
zones = st.sampled_from(["Europe/Berlin", "Asia/Tokyo", "America/New_York"])
words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=40).map(str.strip)
leads = st.integers(0, 14 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


rules = words.map(plain_rules)


def maybe(strategy):
    return st.none() | strategy


@st.composite
def wishes(draw) -> DeclaredWishes:
    chosen = draw(maybe(st.lists(leads, max_size=5, unique=True)))
    chosen = None if chosen is None else tuple(sorted(chosen, reverse=True))
    pinged = draw(maybe(st.lists(st.sampled_from(chosen), unique=True))) if chosen else None
    return DeclaredWishes(
        leads=chosen,
        pings=None if pinged is None else tuple((lead, draw(ids)) for lead in pinged),
        remind_role=draw(maybe(ids)),
        shows_passcode=draw(maybe(st.booleans())),
        zones=draw(maybe(st.lists(zones, max_size=3, unique=True).map(tuple))),
        clean_up=draw(maybe(st.sampled_from(CLEAN_UPS))),
        has_weekly_post=draw(maybe(st.booleans())),
        has_events=draw(maybe(st.booleans())),
    )


def urls(path: str):
    return st.lists(st.integers(1, 99), max_size=3, unique=True).map(
        lambda found: [f"https://example.org/{path}/{number}" for number in found]
    )


@st.composite
def declared_lists(draw) -> DeclaredList:
    digest = draw(st.sampled_from(["", "weekdays 09:00", "after 10 threads"]))
    ping = draw(st.sampled_from(["", "highlights", "threads"]))
    kinds = st.sampled_from(["", "without", "only"])
    return DeclaredList(
        channel=draw(ids),
        name=draw(words),
        is_private=draw(st.booleans()),
        digest=digest,
        zone=draw(zones) if digest and draw(st.booleans()) else "",
        quiet=draw(st.sampled_from([None, True])) if digest else None,
        chart=draw(st.sampled_from([None, False])) if digest else None,
        is_live=draw(st.booleans()),
        mode=draw(st.sampled_from(["", "highlight"])),
        authors=draw(rules),
        subjects=draw(rules),
        tags=draw(rules),
        patches=draw(kinds),
        bots=draw(kinds),
        ping=ping,
        ping_role=draw(ids) if ping else None,
    )


@st.composite
def series(draw, uid: str) -> DeclaredSeries:
    own = draw(wishes())
    days = st.datetimes().map(lambda day: f"{day.replace(microsecond=0).isoformat()}Z")
    dates = days.map(lambda day: day.replace("-", "").replace(":", "")) | st.sampled_from(["", "20260305"])
    return DeclaredSeries(
        uid=uid,
        leads=own.leads,
        pings=own.pings,
        channel_id=draw(ids),
        shows_passcode=own.shows_passcode,
        is_muted=draw(st.sampled_from([None, True])),
        skipped=draw(maybe(st.lists(dates, min_size=1, max_size=3, unique=True).map(tuple))),
    )


@st.composite
def calendars(draw, url: str) -> DeclaredCalendar:
    uids = draw(st.lists(words.filter(bool), max_size=2, unique=True))
    return DeclaredCalendar(
        url=url,
        channel=draw(ids),
        name=draw(words),
        wishes=draw(wishes()),
        series=tuple(draw(series(uid)) for uid in uids),
    )


@st.composite
def guilds(draw) -> Guild:
    pages = st.builds(
        DeclaredPage,
        title=words,
        format=st.sampled_from(FORMATS),
        questions=st.sampled_from(QUESTIONS),
        language=st.sampled_from(LANGUAGES),
    )
    lists = declared_lists()
    asking = st.from_regex(r"[a-z]{3,9}", fullmatch=True)
    phrasings = st.dictionaries(asking, st.lists(asking, min_size=1, max_size=3, unique=True), max_size=2)
    return Guild(
        id=draw(ids),
        settings=draw(
            st.builds(
                DeclaredSettings,
                zone=maybe(zones),
                admin_channel=maybe(ids),
                editors_role=maybe(ids),
                help_channel=maybe(ids),
                status_channel=maybe(ids),
            )
        ),
        meeting=draw(st.builds(DeclaredMeetings, channel=maybe(ids), wishes=wishes())),
        faq=tuple(replace(draw(pages), url=url) for url in draw(urls("faq"))),
        phrasings=tuple(
            DeclaredPhrasings(question=question, asked=tuple(asked))
            for question, asked in sorted(draw(phrasings).items())
        ),
        lists=tuple(replace(draw(lists), url=url) for url in draw(urls("list"))),
        calendar=tuple(draw(calendars(url)) for url in draw(urls("cal"))),
        mailboxes=(DeclaredMailbox(name="wg", host="example.org", user="wg", password="SECRET_A"),),
        archive_keys=(DeclaredKey(host="groups.io", key="SECRET_B"),),
    )  # fmt: skip


def without_lines(guild: Guild) -> Guild:
    arrays = ("faq", "phrasings", "lists", "calendar", "mailboxes", "archive_keys")
    found = {name: tuple(replace(item, line=0) for item in getattr(guild, name)) for name in arrays}
    found["calendar"] = tuple(
        replace(each, series=tuple(replace(one, line=0) for one in each.series)) for each in found["calendar"]
    )
    return replace(guild, **found)


@settings(max_examples=30)
@given(guilds(), st.lists(words, max_size=2))
def test_what_is_written_reads_back_as_it_was(guild: Guild, notes: list[str]) -> None:
    text = write_guild(guild, notes=notes)
    (read,) = read_text(text, path=PATH, config_dir=None).guilds
    assert without_lines(read) == guild
    assert write_guild(read, notes=notes) == text


def test_hostile_texts_stay_in_their_quotes() -> None:
    title = 'a"]\n[[guild]]\nid = 1 # \\ \x00 \x7f \t'
    text = write_guild(Guild(id=5, faq=(DeclaredPage(url="https://example.org", title=title),)))
    assert text.count("\n") == 6
    with pytest.raises(SettingsError, match="title: at most"):
        read_text(text, path=PATH, config_dir=None)


def test_the_words_are_those_of_the_meetings() -> None:
    assert set(WISH_KEYS.values()) == set(CalendarSettings.__slots__)
    assert set(CLEAN_UPS) == set(CleanUp)
    assert (meetings.MOST_LEADS, meetings.LONGEST_LEAD) == (MAX_LEADS, LONGEST)
    assert meetings._MOST_ZONES == MAX_ZONES
    for minutes in (0, 1, 59, 60, 90, 1440, 1500, 20160):
        lead = timedelta(minutes=minutes)
        assert parse_leads(write_lead(lead)) == (lead,)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('reminders = "24h"', 'reminders: write texts in brackets, reminders = ["…", "…"]'),
        ('reminders = ["3 weeks"]', 'reminders: write how long before, like "24h", "15min" or "start"'),
        ('reminders = ["1h", "2h", "3h", "4h", "5h", "6h"]', "reminders: 5 at most"),
        (
            'reminders = ["1h"]\npings = [{ before = "2h", role = 1 }]',
            "there is no reminder '2h' to ping with",
        ),
        ('pings = [{ before = "2h", role = "x" }]', 'write each as { before = "15min", role = 123 }'),
        ("pings = 3", 'write each as { before = "15min", role = 123 }'),
        ('zones = ["Berlin", "Nowhere"]', "zones: there is no 'Nowhere'; write one like Europe/Berlin"),
        ('clean_up = "al"', "clean_up: there is no 'al'; did you mean all?"),
        ('passcode = "yes"', "passcode: write true or false, without quotes"),
        ("reminder = []", "unknown key 'reminder'; did you mean reminders?"),
    ],
)
def test_what_is_wrong_with_wishes_is_said_with_its_line(line: str, said: str) -> None:
    for header in ("[guild.meeting]", '[[guild.calendar]]\nurl = "https://example.org/a.ics"\nchannel = 1'):
        with pytest.raises(SettingsError) as failed:
            read_text(f"[[guild]]\nid = 1\n{header}\n{line}\n", path=PATH, config_dir=None)
        assert len(failed.value.problems) == 1
        assert said in failed.value.problems[0]
        assert failed.value.problems[0].startswith("community.toml:")


def test_what_comes_from_chat_learns_nothing_of_the_files(tmp_path: Path) -> None:
    text = '[[guild]]\nid = 1\n[[guild.faq]]\nfile = "nothing.txt"\n'
    assert read_text(text, path=PATH, config_dir=None).guilds[0].faq[0].file == "nothing.txt"
    (tmp_path / community.FILE_NAME).write_text(text)
    with pytest.raises(SettingsError, match="there is no file"):
        community.load_community(tmp_path)
    private = '[[guild]]\nid = 1\n[[guild.calendar]]\nurl = "private:7"\nchannel = 1\n'
    assert read_text(private, path=PATH, config_dir=None)
    with pytest.raises(SettingsError, match="write the calendar's address"):
        read_text(private, path=PATH, config_dir=tmp_path)
