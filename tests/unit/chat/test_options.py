"""Options that a command takes, and such as it does not."""

from typing import Any

import discord
import pytest
from discord import app_commands

from bot.chat.options import fit

MEMBER = "833333333333333333"


@app_commands.command(name="do", description="-")
@app_commands.choices(span=[app_commands.Choice(name="week", value="week")])
async def do(  # noqa: PLR0917 (one of each kind)
    interaction: discord.Interaction,
    text: app_commands.Range[str, 2, 5],
    span: str | None = None,
    count: app_commands.Range[int, 1, 9] | None = None,
    share: float | None = None,
    is_on: bool | None = None,
    to: discord.User | None = None,
    upload: discord.Attachment | None = None,
) -> None:
    """Take one of each kind."""


@app_commands.context_menu(name="menu")
async def menu(interaction: discord.Interaction, message: discord.Message) -> None:
    """Take a message."""


def given(**values: Any) -> list[dict[str, Any]]:
    return [{"name": name, "type": 3, "value": value} for name, value in values.items()]


RESOLVED = {"users": {MEMBER: {}}, "attachments": {"5": {}}}


@pytest.mark.parametrize(
    "values",
    [
        {"text": "four"},
        {"text": "four", "span": "week", "count": 9, "share": 1, "is_on": False, "to": MEMBER, "upload": "5"},
    ],
)
def test_what_a_command_takes_fits(values: dict[str, Any]) -> None:
    assert fit(do, {"options": given(**values), "resolved": RESOLVED}, is_typing=False)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"text": "x"},
        {"text": "x" * 6},
        {"text": None},
        {"text": ["a"]},
        {"text": 5},
        {"text": "four", "span": "month"},
        {"text": "four", "span": ["week"]},
        {"text": "four", "count": 10},
        {"text": "four", "count": "5"},
        {"text": "four", "count": True},
        {"text": "four", "share": "much"},
        {"text": "four", "is_on": 1},
        {"text": "four", "to": "5"},
        {"text": "four", "to": int(MEMBER)},
        {"text": "four", "to": "٣"},
        {"text": "four", "upload": MEMBER},
        {"text": "four", "surprise": "x"},
    ],
    ids=repr,
)
def test_what_a_command_does_not_take_does_not(values: dict[str, Any]) -> None:
    assert not fit(do, {"options": given(**values), "resolved": RESOLVED}, is_typing=False)


@pytest.mark.parametrize(
    "data",
    [
        {"options": None},
        {"options": "text"},
        {"options": [None]},
        {"options": [{"type": 1, "name": "x", "options": 7}]},
        {"options": given(text="four"), "resolved": []},
        {"options": given(text="four", to=MEMBER), "resolved": {"users": [MEMBER]}},
    ],
    ids=repr,
)
def test_what_is_no_list_of_options_does_not(data: dict[str, Any]) -> None:
    assert not fit(do, data, is_typing=False)


@pytest.mark.parametrize(
    ("typed", "fits"),
    [("", True), ("x" * 6000, True), ("x" * 6001, False), (None, False), (5, False), (["a"], False)],
)
def test_typed_words_may_be_anything_but_no_other_kind(typed: Any, fits: bool) -> None:
    options = [{"name": "text", "type": 3, "value": typed, "focused": True}, *given(to="7", count=3)]
    assert fit(do, {"options": options}, is_typing=True) is fits


@pytest.mark.parametrize("options", [given(text="four"), given(nothing="x")])
def test_typing_is_in_one_option_of_the_command(options: list[dict[str, Any]]) -> None:
    assert not fit(do, {"options": options}, is_typing=True)


@pytest.mark.parametrize(
    ("data", "fits"),
    [
        ({"target_id": "5", "resolved": {"messages": {"5": {}}}}, True),
        ({"target_id": "5", "resolved": {"messages": {}}}, False),
        ({"target_id": "5"}, False),
        ({"resolved": {"messages": {"5": {}}}}, False),
    ],
)
def test_a_menu_takes_what_it_was_opened_on(data: dict[str, Any], fits: bool) -> None:
    assert fit(menu, data, is_typing=False) is fits
