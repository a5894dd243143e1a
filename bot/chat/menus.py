"""Turn menus and a form's fields into what discord.py sends.

What is optional says so itself each time: discord.py's own defaults differ from one kind to the next.
"""

from typing import Any

import discord
from discord import ui

from bot.delivery.form import AnyField, ChannelField, ChoiceField, Field
from bot.delivery.post import Menu, Option, PickChannel, PickRole, Select

# Where the bot can post an ordinary message.
_CHANNEL_TYPES = [discord.ChannelType.text, discord.ChannelType.news]
_WITH_FORUMS = [*_CHANNEL_TYPES, discord.ChannelType.forum]


def draw_menu(menu: Menu, *, custom_id: str) -> ui.Item[Any]:
    """Draw a menu of a post."""
    placeholder = menu.placeholder or None
    match menu:
        case Select():
            return ui.Select(custom_id=custom_id, placeholder=placeholder, options=_options(menu.options))
        case PickChannel():
            return ui.ChannelSelect(
                custom_id=custom_id,
                placeholder=placeholder,
                channel_types=_WITH_FORUMS if menu.with_forums else _CHANNEL_TYPES,
                min_values=0,
                default_values=_default(menu.chosen, discord.SelectDefaultValueType.channel),
            )
        case PickRole():
            return ui.RoleSelect(
                custom_id=custom_id,
                placeholder=placeholder,
                min_values=0,
                default_values=_default(menu.chosen, discord.SelectDefaultValueType.role),
            )


def draw_field(field: AnyField) -> ui.Item[Any]:
    """Draw what a person fills in; its label stands around it."""
    match field:
        case Field():
            return ui.TextInput(
                custom_id=field.name,
                style=discord.TextStyle.paragraph if field.is_long else discord.TextStyle.short,
                default=field.value or None,
                placeholder=field.placeholder or None,
                required=field.is_required,
                max_length=field.max_length,
            )
        case ChoiceField():
            return ui.Select(
                custom_id=field.name,
                required=field.is_required,
                min_values=int(field.is_required),
                options=_options(field.options, chosen=field.chosen),
            )
        case ChannelField():
            return ui.ChannelSelect(
                custom_id=field.name,
                required=field.is_required,
                min_values=int(field.is_required),
                channel_types=_CHANNEL_TYPES,
                default_values=_default(field.chosen, discord.SelectDefaultValueType.channel),
            )


def _options(options: tuple[Option, ...], *, chosen: str = "") -> list[discord.SelectOption]:
    return [
        discord.SelectOption(
            label=option.label,
            value=option.value,
            description=option.description or None,
            default=option.value == chosen,
        )
        for option in options
    ]


def _default(chosen: int | None, kind: discord.SelectDefaultValueType) -> list[discord.SelectDefaultValue]:
    return [] if chosen is None else [discord.SelectDefaultValue(id=chosen, type=kind)]
