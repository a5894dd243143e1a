"""Texts that trip programs up, in every text option of every command that there is (S23)."""

import contextlib

import discord
import pytest
from discord import app_commands
from simcord.backend.errors import OptionError

from cogs._permissions import PERMISSIONS
from tests.e2e.stage import Stage
from tests.e2e.test_permissions import OPTIONS

NAUGHTY = (
    "'; DROP TABLE meta; -- 1' OR '1'='1\" /* */ \\' %' _ {0.__class__} %s ${7*7} {{7*7}} $(true)",
    "\x00\x01\x1b[31m\x7f\x85\u2028 \u202e@everyone <@&99> <#1> </a:1> \u200b\u2066\U000e0041",
    "Ω≈ç√∫ 田中さん 👩‍👩‍👧‍👦 e\u0301\u0301\u0301 \u0644\u0651 \ufffe 1e309 -0 NaN 99999999999999999999",
    "x" * 290 + "\n```",
    "half a character: \ud800, \udfff; the end",
)


def text_options(stage: Stage) -> dict[str, list[str]]:
    """Find the commands that take text, and where they take it."""
    commands = stage.world.app.client.tree.walk_commands()
    found = {
        each.qualified_name: [
            option.name for option in each.parameters if option.type is discord.AppCommandOptionType.string
        ]
        for each in commands
        if isinstance(each, app_commands.Command)
    }
    return {name: options for name, options in found.items() if options}


async def take(stage: Stage, command: str, options: dict[str, object]) -> None:
    """Run a command; whatever it shows pings nobody."""
    result = await stage.run(command, **options)
    if result.modal is None and result.response is not None:
        assert stage.world.seen(result).pinged == (), (command, options)


@pytest.mark.parametrize("style", ["components"], indirect=True)
async def test_every_text_option_of_every_command_takes_any_text(faq: Stage) -> None:
    tried = 0
    for command, options in text_options(faq).items():
        assert command in PERMISSIONS.names()
        for option in options:
            for text in NAUGHTY:
                with contextlib.suppress(OptionError):  # what no client sends: too long, or not a choice
                    await take(faq, command, OPTIONS.get(command, {}) | {option: text})
                    tried += 1
    assert tried > 60
    assert "harbour" in (await faq.answer("How can I join the harbour group?")).text.lower()
