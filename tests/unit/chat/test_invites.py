"""The bot asks Discord for the least: no privileged intent, no Administrator, nothing without a feature."""

import discord
import pytest

from bot.chat.client import intents
from bot.chat.invites import FEATURES, invite_url, needed_permissions
from bot.chat.places import RIGHTS
from bot.text.catalogue import load_texts


@pytest.mark.parametrize("listens", [False, True])
def test_no_privileged_intent_is_asked_for(listens: bool) -> None:
    wanted = {name for name, is_on in intents(listens_to_mentions=listens) if is_on}
    assert wanted == ({"guilds", "guild_messages"} if listens else {"guilds"})


def test_the_invitation_asks_for_what_the_features_need_and_no_more() -> None:
    wanted = {right for rights in FEATURES.values() for right in rights}
    assert wanted == {*RIGHTS, "create_events", "manage_events"}
    assert needed_permissions() == discord.Permissions(**dict.fromkeys(wanted, True))
    assert needed_permissions().value == 17910013742080
    assert not needed_permissions().administrator
    assert invite_url(42).startswith("https://discord.com/oauth2/authorize?client_id=42&")


def test_every_permission_has_a_name_in_words() -> None:
    texts = load_texts("en")
    for rights in FEATURES.values():
        assert all(texts(f"permission.{right}") for right in rights)
