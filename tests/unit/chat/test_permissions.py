from dataclasses import dataclass

import discord
import pytest

from bot.chat.permissions import Level, PermissionTable, level_of
from cogs._permissions import PERMISSIONS

EDITORS = 50


class Member(discord.Member):
    """A member as far as levels are concerned: its roles."""

    def __init__(self, *role_ids: int) -> None:
        self.role_ids = role_ids

    @property
    def roles(self) -> list[discord.Object]:
        return [discord.Object(role) for role in self.role_ids]


@dataclass
class Interaction:
    """What Discord says with every interaction about who acts."""

    user: object
    permissions: discord.Permissions


@pytest.mark.parametrize(
    ("granted", "roles", "editor_role", "level"),
    [
        ({}, (), EDITORS, Level.MEMBER),
        ({}, (7, 8), EDITORS, Level.MEMBER),
        ({}, (7, EDITORS), EDITORS, Level.EDITOR),
        ({}, (7, EDITORS), None, Level.MEMBER),
        ({"manage_messages": True, "manage_roles": True}, (), EDITORS, Level.MEMBER),
        ({"manage_guild": True}, (), None, Level.MANAGER),
        ({"manage_guild": True}, (EDITORS,), EDITORS, Level.MANAGER),
        ({"administrator": True}, (), None, Level.MANAGER),
    ],
)
def test_level_of_an_asker(
    granted: dict[str, bool], roles: tuple[int, ...], editor_role: int | None, level: Level
) -> None:
    interaction = Interaction(user=Member(*roles), permissions=discord.Permissions(**granted))
    assert level_of(interaction, editor_role_id=editor_role) is level


def test_somebody_without_roles_is_a_member() -> None:
    interaction = Interaction(user=object(), permissions=discord.Permissions.none())
    assert level_of(interaction, editor_role_id=EDITORS) is Level.MEMBER


def test_each_level_includes_those_below() -> None:
    assert Level.MEMBER < Level.EDITOR < Level.MANAGER


def test_what_the_table_does_not_name_is_for_managers() -> None:
    table = PermissionTable({"help": Level.MEMBER})
    assert (table.required("help"), table.required("faq wipe")) == (Level.MEMBER, Level.MANAGER)
    assert table.names() == {"help"}


@pytest.mark.parametrize("level", Level)
def test_what_each_level_needs_is_decided(level: Level) -> None:
    needed = {name for name in PERMISSIONS.names() if PERMISSIONS.required(name) is level}
    assert needed == {
        Level.MEMBER: {
            "help", "faq ask", "faq browse", "Answer from the FAQ",
            "faq.pick", "faq.none", "faq.helpful", "faq.not_it", "faq.bin", "faq.open", "faq.turn",
            "meeting next", "meeting list", "meeting calendar",
            "meeting.add", "meeting.add_series", "meeting.answer", "meeting.month", "meeting.page",
            "meeting.phones", "meeting.remind",
            "list explain", "list latest", "list list", "list search", "list thread",
            "list.open", "list.turn_found", "list.turn_latest", "list.turn_thread",
            "digest.read", "digest.turn", "digest.follow", "digest.follow_thread",
            "live.more", "live.turn", "reply.how",
            "list notify", "list reply", "list watch", "watch.clear", "watch.remove",
            "privacy show", "privacy export", "privacy delete", "privacy.erase",
        },
        Level.EDITOR: {
            "Add to the FAQ", "faq add", "faq edit", "faq remove", "faq check", "faq gaps", "faq aliases",
            "faq export", "faq source list", "faq source refresh",
            "faq.create", "faq.save", "faq.restore", "faq.gap_draft", "faq.gap_which", "faq.gap_same",
            "faq.gap_dismiss", "faq.gap_answer", "faq.gaps_turn", "faq.alias_confirm", "faq.alias_revoke",
            "faq.aliases_turn", "faq.take",
            "meeting add", "meeting edit", "meeting cancel", "meeting skip",
            "meeting.cancel_all", "meeting.cancel_one", "meeting.change_all", "meeting.change_one",
            "meeting.choose", "meeting.confirm", "meeting.discard", "meeting.leave", "meeting.restore",
            "single.announce",
        },
        Level.MANAGER: {
            "faq source add", "faq source remove", "faq editors", "faq helpers",
            "settings", "settings.admin_channel", "settings.editors_role",
            "settings.help_channel",
            "settings.status_channel", "settings.zone_ask", "settings.zone_pick", "settings.zone_typed",
            "doctor", "setup", "setup.admin_channel", "setup.editors_role", "setup.zone", "setup.zone_typed",
            "setup.add", "setup.typed", "setup.confirm", "setup.discard", "setup.again",
            "status", "status.again", "status.happened", "status.retry", "status.drop",
            "calendar follow", "calendar list", "calendar preview", "calendar refresh", "calendar settings",
            "calendar unfollow", "calendar.channel", "calendar.clean_up", "calendar.role", "calendar.take",
            "calendar.times", "calendar.toggle", "calendar.typed",
            "meeting settings", "meeting.set_channel", "meeting.set_events", "meeting.set_role",
            "meeting.set_times", "meeting.set_typed", "meeting.set_weekly",
            "single.channel", "single.role", "single.times", "single.toggle", "single.typed",
            "calendar.remind",
            "list filter", "list mute", "list pause", "list ping", "list preview", "list resume",
            "choice.clear", "choice.unmute",
            "digest.mute", "digest.mute_thread",
            "list follow", "list digest", "list live", "list status", "list unfollow",
            "privacy author", "privacy.show_author",
            "config export", "config import", "config.take",
        },
    }[level]  # fmt: skip
