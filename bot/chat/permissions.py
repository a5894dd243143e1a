"""Decide who may do what: one table of levels, one check, used by commands, buttons, selects and forms.

Discord's default_permissions are a hint only, and do not reach subcommands; so every callback asks here.
"""

import enum
from collections.abc import Mapping

import discord


class Level(enum.IntEnum):
    """What a person may do in a guild; each level includes those below."""

    MEMBER = 0
    EDITOR = 1
    MANAGER = 2


def level_of(interaction: discord.Interaction, *, editor_role_id: int | None) -> Level:
    """Return the asker's level: Manage Server makes a manager, the editors' role an editor."""
    if interaction.permissions.manage_guild or interaction.permissions.administrator:
        return Level.MANAGER
    member = interaction.user
    if (
        editor_role_id is not None
        and isinstance(member, discord.Member)
        and any(role.id == editor_role_id for role in member.roles)
    ):
        return Level.EDITOR
    return Level.MEMBER


class PermissionTable:
    """Look up the level that a command (by qualified name) or an action (by kind) needs."""

    def __init__(self, required: Mapping[str, Level]) -> None:
        self._required = dict(required)

    def required(self, name: str) -> Level:
        """Return the level needed; what the table does not name is for managers."""
        return self._required.get(name, Level.MANAGER)

    def extended(self, more: Mapping[str, Level]) -> "PermissionTable":
        """Return a table that names more."""
        return PermissionTable({**self._required, **more})

    def names(self) -> frozenset[str]:
        """Return every name the table holds."""
        return frozenset(self._required)
