"""A channel that is used for many things: told of in one line that can be read at a glance."""

import discord

from bot.chat.places import Sight
from bot.operations.doctor import WantedPlace, examine_places
from bot.operations.doctor_wanted import Wanted
from bot.operations.findings import Finding
from bot.text.catalogue import load_texts


def place(use: str, *, is_private: bool = False) -> WantedPlace:
    return WantedPlace(guild_id=7, channel_id=71, use=use, is_private=is_private)


async def look(_guild_id: int, _channel_id: int) -> Sight:
    return Sight(name="news", permissions=discord.Permissions.all(), is_open=True)


async def test_what_must_not_be_seen_is_named_first_and_the_rest_counted() -> None:
    places = tuple(place(f"reminders of {name}") for name in "abcdef")
    wanted = Wanted(places=places).joined_with(Wanted(places=(place("list dev", is_private=True),)))
    (line,) = await examine_places(wanted.places, look, load_texts("en"))
    assert isinstance(line, Finding)
    assert line.where == "#news (list dev, reminders of a, reminders of b and 4 more)"
    assert line.what == "everybody sees it, and this list is private: nothing is posted"
