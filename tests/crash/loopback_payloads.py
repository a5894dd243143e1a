"""What Discord sends: the objects that discord.py needs, with the fields without which it stumbles."""

from typing import Any

APPLICATION = "900000000000000001"
BOT_USER = {"id": APPLICATION, "username": "wg-bot", "discriminator": "0", "avatar": None, "bot": True}
GUILD = "900000000000000100"
CHANNEL = "900000000000000101"
MORE_CHANNELS = tuple(str(900000000000000102 + number) for number in range(299))
EVERYTHING = str((1 << 53) - 1)
_MUCH = str(
    (1 << 53) - 1 & ~(1 << 3)
)  # whom everything is allowed as an administrator, no channel is closed to
CLOSED_CHANNEL = MORE_CHANNELS[-1]  # only the bot sees it, as private lists need
_CLOSED = [
    {"id": GUILD, "type": 0, "allow": "0", "deny": str(1 << 10)},
    {"id": APPLICATION, "type": 1, "allow": str(1 << 10), "deny": "0"},
]
_CHANNELS_OF_MORE = 20
_USER = {"id": "900000000000000007", "username": "ada", "discriminator": "0", "avatar": None}


def application() -> dict[str, Any]:
    return {
        "id": APPLICATION,
        "name": "wg-bot",
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "team": None,
        "owner": _USER,
    }


def command(body: dict[str, Any], identity: str) -> dict[str, Any]:
    defaults = {
        "type": 1,
        "description": "",
        "default_member_permissions": None,
        "dm_permission": False,
        "contexts": [0],
        "integration_types": [0],
        "nsfw": False,
    }
    return {**defaults, **body, "id": identity, "application_id": APPLICATION, "version": identity}


def guild_of(number: int) -> str:
    """Return the id of a guild: 0 is the first, `GUILD`."""
    return str(int(GUILD) + number * 10_000)


def channels_of(number: int) -> tuple[str, ...]:
    """Return the ids of a guild's channels; the first has many."""
    if number == 0:
        return (CHANNEL, *MORE_CHANNELS)
    return tuple(str(int(guild_of(number)) + 1 + place) for place in range(_CHANNELS_OF_MORE))


def guild(number: int = 0) -> dict[str, Any]:
    own = guild_of(number)
    everyone = {"id": own, "name": "@everyone", "permissions": _MUCH, "position": 0, "color": 0}
    flags = {"hoist": False, "managed": False, "mentionable": False, "flags": 0}
    channels = [
        {
            "id": identity,
            "type": 0,
            "name": f"general-{place}",
            "position": place,
            "permission_overwrites": _CLOSED if identity == CLOSED_CHANNEL else [],
        }
        for place, identity in enumerate(channels_of(number))
    ]
    return {
        "id": own,
        "name": "Working group",
        "owner_id": _USER["id"],
        "roles": [everyone | flags],
        "channels": channels,
        "members": [
            {
                "user": BOT_USER,
                "roles": [],
                "joined_at": "2026-01-01T00:00:00+00:00",
                "deaf": False,
                "mute": False,
                "flags": 0,
            }
        ],
        "member_count": 2,
        "emojis": [],
        "stickers": [],
        "features": [],
        "threads": [],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "unavailable": False,
        "large": False,
        "preferred_locale": "en-US",
    }


def interaction(identity: str, token: str, data: dict[str, Any]) -> dict[str, Any]:
    member = {
        "user": _USER,
        "roles": [],
        "joined_at": "2026-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": EVERYTHING,
    }
    return {
        "id": identity,
        "application_id": APPLICATION,
        "type": 2,
        "token": token,
        "version": 1,
        "data": data,
        "guild_id": GUILD,
        "guild": {"id": GUILD, "locale": "en-US", "features": []},
        "guild_locale": "en-US",
        "channel_id": CHANNEL,
        "channel": {
            "id": CHANNEL,
            "type": 0,
            "name": "general",
            "guild_id": GUILD,
            "permissions": EVERYTHING,
        },
        "member": member,
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": GUILD},
        "context": 0,
        "attachment_size_limit": 10_485_760,
        "app_permissions": EVERYTHING,
    }


def message(identity: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": identity,
        "channel_id": CHANNEL,
        "author": BOT_USER,
        "content": data.get("content", ""),
        "timestamp": "2026-01-01T00:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": data.get("embeds", []),
        "components": [],
        "pinned": False,
        "type": 20,
        "flags": data.get("flags", 0),
    }
