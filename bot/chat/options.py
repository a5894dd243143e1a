"""Look whether what comes with a command is what it takes, before anything reads it.

Discord looks too. But a command that changed with an upgrade comes as it was from who has the old one on the
screen, with a choice that is gone; and what somebody made up may be anything.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import discord
from discord import app_commands

_Type = discord.AppCommandOptionType
_NESTING = (_Type.subcommand.value, _Type.subcommand_group.value)
# Where Discord says who or what an id stands for.
_RESOLVED: Mapping[_Type, tuple[str, ...]] = MappingProxyType(
    {
        _Type.user: ("users",),
        _Type.channel: ("channels",),
        _Type.role: ("roles",),
        _Type.mentionable: ("users", "roles"),
        _Type.attachment: ("attachments",),
    }
)
_KINDS = frozenset(kind.value for kind in discord.AppCommandType)
_LONGEST_ID = 20
_LONGEST_TEXT = 6000


def meant_command(
    interaction: discord.Interaction, *, is_typing: bool
) -> app_commands.Command[Any, ..., Any] | app_commands.ContextMenu | None:
    """Return the command that is meant; None where there is none.

    Raises:
        AppCommandError: What came with it makes no sense, or not any more.
    """
    data: Mapping[str, Any] = dict(interaction.data or {})
    if data.get("type", 1) not in _KINDS or _leaf(data.get("options", ())) is None:
        raise app_commands.CommandNotFound(str(data.get("name", "")), [])
    command = interaction.command
    if command is not None and not fit(command, data, is_typing=is_typing):
        raise app_commands.CommandSignatureMismatch(command)
    return command


def fit(
    command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu,
    data: Mapping[str, Any],
    *,
    is_typing: bool,
) -> bool:
    """Tell whether the options are those of the command, each with a value that it takes.

    Args:
        command: The command, or the menu, which takes what it was opened on.
        data: What came with the interaction.
        is_typing: Choices are asked for: what is typed may be anything, and nothing says whom ids stand for.
    """
    options, resolved = _leaf(data.get("options", ())), data.get("resolved", {})
    if options is None or not isinstance(resolved, Mapping):
        return False
    if isinstance(command, app_commands.ContextMenu):
        return _is_resolved(data.get("target_id"), resolved, ("messages", "users"))
    parameters = {parameter.display_name: parameter for parameter in command.parameters}
    focused = [option for option in options if option.get("focused")]
    if len(focused) != is_typing or any(option.get("name") not in parameters for option in options):
        return False
    if is_typing:
        return all(_is_typed(parameters[option["name"]], option) for option in options)
    given = {option["name"]: option.get("value") for option in options}
    missing = [name for name, parameter in parameters.items() if parameter.required and name not in given]
    return not missing and all(_takes(parameters[name], value, resolved) for name, value in given.items())


def _leaf(options: Any) -> Sequence[Mapping[str, Any]] | None:
    """Return the options of the subcommand that is meant; None where there is no sense in them."""
    if not isinstance(options, Sequence) or isinstance(options, str):
        return None
    if not all(isinstance(option, Mapping) for option in options):
        return None
    if not any(option.get("type") in _NESTING for option in options):
        return options
    return _leaf(options[0].get("options", ())) if len(options) == 1 else None


def _is_typed(parameter: app_commands.Parameter, option: Mapping[str, Any]) -> bool:
    value = option.get("value")
    if parameter.type in _RESOLVED:
        return is_id(value)
    if parameter.type is _Type.string or option.get("focused"):
        return isinstance(value, str) and len(value) <= _LONGEST_TEXT
    return isinstance(value, bool | int | float)


def _takes(parameter: app_commands.Parameter, value: Any, resolved: Mapping[str, Any]) -> bool:
    if parameter.type in _RESOLVED:
        return _is_resolved(value, resolved, _RESOLVED[parameter.type])
    if parameter.choices:
        return any(
            value == choice.value and type(value) is type(choice.value) for choice in parameter.choices
        )
    match parameter.type:
        case _Type.string:
            return isinstance(value, str) and _is_within(parameter, len(value), most=_LONGEST_TEXT)
        case _Type.boolean:
            return isinstance(value, bool)
        case _Type.integer:
            return _is_number(value, int) and _is_within(parameter, value)
    return _is_number(value, int | float) and _is_within(parameter, value)


def _is_resolved(value: Any, resolved: Mapping[str, Any], names: Sequence[str]) -> bool:
    places = [resolved.get(name) for name in names]
    return is_id(value) and any(isinstance(place, Mapping) and value in place for place in places)


def _is_number(value: Any, kind: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _is_within(parameter: app_commands.Parameter, size: float, most: float | None = None) -> bool:
    largest = most if parameter.max_value is None else parameter.max_value
    is_enough = parameter.min_value is None or size >= parameter.min_value
    return is_enough and (largest is None or size <= largest)


def is_id(value: Any) -> bool:
    """Tell whether it is an id as Discord writes it."""
    return isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= _LONGEST_ID
