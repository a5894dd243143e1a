"""Wire what spans the features: help, settings, joining and leaving guilds."""

from bot.text.zones import Zones
from bot.wiring.chat import ChatParts
from bot.wiring.feature import Commands
from bot.wiring.ground import Ground
from cogs.admin import Admin
from cogs.settings import SettingsPanel


def admin_commands(ground: Ground, chat: ChatParts) -> Commands:
    """Return the commands."""
    admin = Admin(
        client=chat.client,
        conversation=chat.conversation,
        guilds=chat.guilds,
        permissions=chat.permissions,
        database=ground.database,
        repository=chat.guild_repository,
        texts=ground.texts,
        clock=ground.clock,
    )
    panel = SettingsPanel(
        conversation=chat.conversation,
        guilds=chat.guilds,
        zones=Zones.load(),
        texts=ground.texts,
        clock=ground.clock,
    )
    return Commands(cogs=(admin, panel), handlers=panel.handlers())
