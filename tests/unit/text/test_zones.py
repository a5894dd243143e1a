from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.zone_words import ABBREVIATIONS, CITIES
from bot.text.zones import Zones, is_offset

ZONES = Zones.load()


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        (" berlin ", "Europe/Berlin"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("ET", "America/New_York"),
        ("est", "America/New_York"),
        ("PT", "America/Los_Angeles"),
        ("CET", "Europe/Berlin"),
        ("UK", "Europe/London"),
        ("new york", "America/New_York"),
        ("New_York", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("Munich", "Europe/Berlin"),
        ("Köln", "Europe/Berlin"),
        ("Calcutta", "Asia/Kolkata"),
        ("US/Eastern", "America/New_York"),
        ("Japan", "Asia/Tokyo"),
        ("utc", "UTC"),
        ("Etc/UTC", "UTC"),
        ("Etc/GMT+5", "Etc/GMT+5"),
    ],
)
def test_words_that_name_one_zone_find_it(words: str, zone: str) -> None:
    assert ZONES.find(words) == zone
    assert words == "Etc/GMT+5" or ZONES.search(words)[0] == zone


@pytest.mark.parametrize("words", ["", "  ", "IST", "BST", "GMT", "Germany", "berln", "xyzzy", "Europe"])
def test_words_that_name_several_or_none_find_nothing_for_sure(words: str) -> None:
    assert ZONES.find(words) is None


@pytest.mark.parametrize(
    ("words", "zones"),
    [
        ("berln", ("Europe/Berlin",)),
        ("europe/berln", ("Europe/Berlin",)),
        ("new yrok", ("America/New_York",)),
        ("tokio", ("Asia/Tokyo",)),
        ("san fran", ("America/Los_Angeles",)),
        ("IST", ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem")),
        ("Germany", ("Europe/Berlin", "Europe/Busingen")),
        ("United States", ("America/New_York",)),
    ],
)
def test_typos_beginnings_and_countries_offer_the_likeliest_first(words: str, zones: tuple[str, ...]) -> None:
    assert ZONES.search(words)[: len(zones)] == zones


def test_nothing_near_offers_nothing() -> None:
    assert ZONES.search("xyzzyx") == ()
    assert ZONES.search("") == ()


def test_no_more_are_offered_than_a_menu_takes() -> None:
    assert len(ZONES.search("america")) == 25
    assert len(set(ZONES.search("america"))) == 25
    assert len(ZONES.search("america", limit=3)) == 3


def test_every_name_of_the_database_is_found_by_itself() -> None:
    missing = {name for name in available_timezones() if ZONES.find(name) is None and "/" in name}
    assert {name for name in missing if not name.startswith(("posix/", "right/", "SystemV/"))} == set()


def test_every_zone_that_words_name_can_be_loaded() -> None:
    named = {zone for zones in ABBREVIATIONS.values() for zone in zones} | set(CITIES)
    assert {zone for zone in named if ZoneInfo(zone).key != zone or ZONES.find(zone) != zone} == set()


@given(words=st.text(max_size=200))
def test_any_text_is_searched(words: str) -> None:
    found = ZONES.search(words)
    assert len(found) <= 25
    assert all(ZoneInfo(zone) for zone in found)


@pytest.mark.parametrize("words", ["UTC+2", "gmt -5", "+02:00", "−3"])
def test_offsets_are_told_apart(words: str) -> None:
    assert is_offset(words)


@pytest.mark.parametrize("words", ["UTC", "Berlin", "Etc/GMT+5", "2"])
def test_what_is_no_offset_is_none(words: str) -> None:
    assert not is_offset(words)
