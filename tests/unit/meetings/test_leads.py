from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.meetings.feeds import NoAddressError, calendar_address
from bot.meetings.leads import LONGEST, MAX_LEADS, parse_leads, write_leads
from bot.text.catalogue import load_texts
from bot.text.languages import LANGUAGES, speaking

TEXTS = load_texts()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
START = timedelta()


@pytest.mark.parametrize(
    ("typed", "leads"),
    [
        ("24h, 15min, start", (DAY, 15 * MINUTE, START)),
        ("start", (START,)),
        ("1 day before; 1 hour and 30 minutes and start", (DAY, HOUR, 30 * MINUTE, START)),
        ("1h 30min", (90 * MINUTE,)),
        ("15m,15m,15m", (15 * MINUTE,)),
        ("2w", (14 * DAY,)),
        ("0", (START,)),
        ("", ()),
        ("2 Tage vorher, 1 Std. 15 Min.; Beginn", (2 * DAY, 75 * MINUTE, START)),
        ("1 Woche und 3 Stunden", (7 * DAY, 3 * HOUR)),
        ("1 día antes, 2 horas y 5 minutos, inicio", (DAY, 2 * HOUR, 5 * MINUTE, START)),
    ],
)
def test_leads_are_read(typed, leads):
    assert parse_leads(typed) == leads


@pytest.mark.parametrize("typed", ["soon", "15", "-5min", "3w", "1h,2h,3h,4h,5h,6h", "15min x", "99999h"])
def test_what_is_no_lead_is_refused(typed):
    assert parse_leads(typed) is None


@given(st.sets(st.integers(0, 14 * 24 * 60), max_size=MAX_LEADS), st.sampled_from(LANGUAGES))
def test_what_is_written_can_be_read_in_every_language(minutes, language):
    leads = tuple(sorted((number * MINUTE for number in minutes), reverse=True))
    with speaking(language):
        assert parse_leads(write_leads(TEXTS, leads)) == leads


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "2 d, 1 h 15 min, start"),
        ("de", "2 Tage, 1 Std. 15 Min., Beginn"),
        ("es", "2 días, 1 h 15 min, inicio"),
    ],
)
def test_leads_are_written_in_the_readers_language(language, written):
    with speaking(language):
        assert write_leads(TEXTS, (2 * DAY, 75 * MINUTE, START)) == written


@given(st.text(max_size=300))
def test_any_words_are_leads_within_bounds_or_none(typed):
    leads = parse_leads(typed)
    assert leads is None or (len(leads) <= MAX_LEADS and all(START <= lead <= LONGEST for lead in leads))


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://a.example.org/x.ics", "https://a.example.org/x.ics"),
        (" <webcal://a.example.org/x.ics?key=1> ", "https://a.example.org/x.ics?key=1"),
        ("WEBCALS://a.example.org/x", "https://a.example.org/x"),
        ("http://a.example.org/x", "http://a.example.org/x"),
    ],
)
def test_an_address_is_what_people_mean(typed, address):
    assert calendar_address(typed) == address


@pytest.mark.parametrize(
    "typed", ["", "calendar", "ftp://a/b", "https://", "https://a b", "https://[", "webcal:x"]
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(NoAddressError):
        calendar_address(typed)
