import discord
import pytest

from bot.chat.access import compute_permissions

SEND, VIEW, HISTORY, ADMINISTRATOR = 1 << 11, 1 << 10, 1 << 16, 1 << 3
GUILD, ME, ROLE, OTHER = "1", 5, "2", "3"


def computed(*overwrites, roles=(ROLE,), owner=9, everyone=VIEW, role=SEND):
    guild = {
        "id": GUILD,
        "owner_id": str(owner),
        "roles": [
            {"id": GUILD, "permissions": str(everyone)},
            {"id": ROLE, "permissions": str(role)},
            {"id": OTHER, "permissions": str(ADMINISTRATOR)},
        ],
    }
    channel = {
        "permission_overwrites": [
            {"id": str(identity), "allow": str(allow), "deny": str(deny)}
            for identity, allow, deny in overwrites
        ]
    }
    return compute_permissions(guild, channel, {"roles": list(roles)}, ME).value


@pytest.mark.parametrize(
    ("overwrites", "value"),
    [
        ([], VIEW | SEND),
        ([(GUILD, 0, VIEW)], SEND),
        ([(GUILD, HISTORY, SEND)], VIEW | HISTORY),
        ([(GUILD, 0, SEND), (ROLE, SEND, 0)], VIEW | SEND),
        ([(ROLE, 0, VIEW), (ME, VIEW, 0)], VIEW | SEND),
        ([(ROLE, VIEW, 0), (ME, 0, VIEW)], SEND),
        ([(OTHER, 0, VIEW)], VIEW | SEND),
    ],
)
def test_the_persons_overwrite_beats_the_roles_and_theirs_everyones(overwrites, value):
    assert computed(*overwrites) == value


def test_owners_and_administrators_may_everything():
    everything = discord.Permissions.all().value
    assert computed((GUILD, 0, VIEW), owner=ME) == everything
    assert computed((GUILD, 0, VIEW), roles=(OTHER,)) == everything
