"""Whoever adds a column of a guild says whether its file of settings holds it."""

from dataclasses import fields

from bot.meetings.calendars import CalendarSettings, SeriesSettings
from bot.meetings.drafts_repository import Defaults
from bot.storage.guilds import DECLARED_NAMES, Setting
from bot.storage.schema import METADATA
from config.sections.meetings import WISH_KEYS
from config.sections.series import SERIES_KEYS
from config.sections.settings import SETTINGS_KEYS
from tests.unit.operations.exported_columns import EXPORTED, NO_SETTINGS, NO_TABLES_OF_SETTINGS

OF_GUILDS = {
    table.name: {column.name for column in table.c} - {"guild_id"}
    for table in METADATA.sorted_tables
    if "guild_id" in table.c
}


def test_each_table_of_a_guild_is_exported_or_is_none_of_settings() -> None:
    assert set(OF_GUILDS) == {*EXPORTED, *NO_TABLES_OF_SETTINGS}
    assert set(EXPORTED) & set(NO_TABLES_OF_SETTINGS) == set()


def test_each_column_beside_what_is_exported_has_a_reason() -> None:
    for name, exported in EXPORTED.items():
        others = set(NO_SETTINGS.get(name, {}))
        assert (name, exported | others) == (name, OF_GUILDS[name])
        assert (name, exported & others) == (name, set())


def test_each_part_of_a_column_that_holds_several_has_its_key_in_the_file() -> None:
    """JSON columns have no columns of their own to walk: their parts are the fields of these."""
    assert {each.name for each in fields(CalendarSettings)} == set(WISH_KEYS.values())
    assert {each.name for each in fields(SeriesSettings)} == set(SERIES_KEYS.values())
    assert {each.name for each in fields(Defaults)} == {"channel_id", "settings"}
    assert set(DECLARED_NAMES) == set(Setting)
    assert set(DECLARED_NAMES.values()) == set(SETTINGS_KEYS)
