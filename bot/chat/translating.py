"""Give Discord the commands' descriptions in every language that the bot speaks, and the menus' names.

The names of slash commands stay the same in all languages: texts, documents and people name them.
"""

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location

from bot.text.catalogue import Texts
from bot.text.languages import ENGLISH, nearest_language, speaking

_Command = app_commands.Command[Any, ..., Any]


def describe_commands(tree: app_commands.CommandTree[Any], texts: Texts) -> None:
    """Give each command, parameter and choice its words from the catalogue."""
    for command in tree.walk_commands():
        key = f"command.{command.qualified_name}"
        command.description = texts(key)
        if isinstance(command, app_commands.Command):
            _describe_parameters(command, key, texts)


def _describe_parameters(command: _Command, key: str, texts: Texts) -> None:
    # discord.py asks the translator about a locale_str only, not about a str.
    descriptions = {
        each.name: app_commands.locale_str(texts(f"{key}.{each.display_name}")) for each in command.parameters
    }
    app_commands.describe(**descriptions)(command)
    known = texts.keys()
    choices = {
        parameter.name: [
            _named(choice, choice_key(parameter, choice), texts, known) for choice in parameter.choices
        ]
        for parameter in command.parameters
        if parameter.choices
    }
    app_commands.choices(**choices)(command)


def choice_key(parameter: app_commands.Parameter, choice: app_commands.Choice[Any]) -> str:
    """Return the key of a choice's words; what is called the same everywhere needs none."""
    return f"option.{parameter.display_name}.{choice.value}"


def _named(
    choice: app_commands.Choice[Any], key: str, texts: Texts, known: frozenset[str]
) -> app_commands.Choice[Any]:
    if key not in known:
        return choice
    return app_commands.Choice(name=app_commands.locale_str(texts(key), key=key), value=choice.value)


class CommandTranslator(app_commands.Translator):
    """Look up a command's texts by its place in the tree, as `describe_commands` does for English."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return a text in a locale's language; None leaves it to the English one."""
        language = nearest_language(locale.value)
        key = _key(string, context)
        if language == ENGLISH or not key or key not in self._texts.keys(language):
            return None
        with speaking(language):
            return self._texts(key)


def menu_key(name: str) -> str:
    """Return the key under which other languages have a message menu's name."""
    return f"menu.{name.lower().replace(' ', '_')}"


def _key(string: app_commands.locale_str, context: app_commands.TranslationContext[Any, Any]) -> str:
    data = context.data
    match context.location:
        case Location.command_description | Location.group_description:
            return f"command.{data.qualified_name}"
        case Location.parameter_description:
            return f"command.{data.command.qualified_name}.{data.display_name}"
        case Location.choice_name:
            return str(string.extras.get("key", ""))
        case Location.command_name if isinstance(data, app_commands.ContextMenu):
            return menu_key(string.message)
        case _:
            return ""
