from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from bot.storage.columns import Id, Instant, Json, storable

ANY_TEXT = st.text(st.characters(codec=None, categories=None))
INSTANTS = st.datetimes(timezones=st.just(UTC))
DIALECT = sqlite.dialect()


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("plain", "plain"),
        ("", ""),
        ("a\0b\0", "ab"),
        ("Größe 中文 🎉", "Größe 中文 🎉"),
        ("\ud83c\udf89", "🎉"),
        ("lone \ud83c half", "lone \N{REPLACEMENT CHARACTER} half"),
        ("\ufeffmark \u202eright to left", "\ufeffmark \u202eright to left"),
    ],
)
def test_storable_keeps_all_but_nul_and_lone_surrogates(text, stored):
    assert storable(text) == stored


@given(ANY_TEXT)
def test_storable_text_can_be_encoded_and_is_stable(text):
    stored = storable(text)
    assert stored.encode().decode() == stored
    assert "\0" not in stored
    assert storable(stored) == stored


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_storable_changes_nothing_that_can_be_stored(text):
    assert storable(text) == text


@given(INSTANTS)
def test_instant_survives_to_the_microsecond(instant):
    column = Instant()
    assert column.process_result_value(column.process_bind_param(instant, DIALECT), DIALECT) == instant


def test_instant_is_kept_as_microseconds_in_utc():
    noon = datetime(2026, 11, 24, 13, 0, 0, 7, tzinfo=timezone(timedelta(hours=1)))
    assert Instant().process_bind_param(noon, DIALECT) == 1_795_521_600_000_007


def test_instant_without_a_zone_is_refused():
    with pytest.raises(TypeError):
        Instant().process_bind_param(datetime(2026, 11, 24), DIALECT)  # noqa: DTZ001 (the point)


@pytest.mark.parametrize("number", [0, 7, 2**63 - 1, -(2**63 - 1)])
def test_id_within_64_bits_is_itself(number):
    assert Id().process_bind_param(number, DIALECT) == number


@pytest.mark.parametrize("number", [2**63, -(2**63), 10**40])
def test_id_beyond_64_bits_matches_nothing(number):
    assert Id().process_bind_param(number, DIALECT) is None


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(st.characters(codec="utf-8", exclude_characters="\0")), inner)
    ),
).filter(lambda value: value is not None)


@given(JSON)
def test_json_survives(value):
    assert Json().process_result_value(Json().process_bind_param(value, DIALECT), DIALECT) == value
