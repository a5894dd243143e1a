"""Give Discord the commands' descriptions in every language that the bot speaks, and the menus' names.

The names of slash commands stay the same in all languages: texts, documents and people name them.
"""

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location

from bot.text.catalogue import Texts
from bot.text.languages import ENGLISH, nearest_language, speaking


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
        case Location.command_name if isinstance(data, app_commands.ContextMenu):
            return menu_key(string.message)
        case _:
            return ""
