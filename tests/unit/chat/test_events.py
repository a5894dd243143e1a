"""Events of the gateway that cannot be read."""

import logging

import pytest

from bot.chat.events import spare_events


def test_an_event_that_cannot_be_read_is_left_out_and_told_of_by_name(
    caplog: pytest.LogCaptureFixture,
) -> None:
    read = []

    def parse(data: dict[str, str]) -> None:
        read.append(data["custom_id"])

    parsers = {"INTERACTION_CREATE": parse, "GUILD_CREATE": len}
    spare_events(parsers)
    with caplog.at_level(logging.WARNING):
        parsers["INTERACTION_CREATE"]({"id": "1", "secret": "x"})
        parsers["GUILD_CREATE"](None)
        parsers["INTERACTION_CREATE"]({"id": "2", "custom_id": "1"})
    assert read == ["1"]
    assert [(record.message, record.action) for record in caplog.records] == [
        ("left out an event that cannot be read: KeyError", "INTERACTION_CREATE"),
        ("left out an event that cannot be read: TypeError", "GUILD_CREATE"),
    ]


def test_an_interaction_that_comes_again_is_left_out() -> None:
    read: list[str] = []
    parsers = {"INTERACTION_CREATE": lambda data: read.append(data["id"])}
    spare_events(parsers)
    for identity in ("1", "2", "1", "3", "2"):
        parsers["INTERACTION_CREATE"]({"id": identity})
    assert read == ["1", "2", "3"]


def test_what_came_long_ago_is_forgotten() -> None:
    read: list[str] = []
    parsers = {"INTERACTION_CREATE": lambda data: read.append(data["id"])}
    spare_events(parsers)
    for number in range(5_001):
        parsers["INTERACTION_CREATE"]({"id": str(number)})
    parsers["INTERACTION_CREATE"]({"id": "5000"})
    parsers["INTERACTION_CREATE"]({"id": "0"})
    assert len(read) == 5_002
