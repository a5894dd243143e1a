"""What community.toml sets stands over the panel of `/settings`."""

from pathlib import Path

import pytest

from config.community import Community, Guild
from config.sections.settings import DeclaredSettings
from tests.e2e.settings_panel import EDITORS, HELP, open_panel
from tests.e2e.stage import make_stage
from tests.e2e.world import open_world

pytestmark = pytest.mark.asyncio(loop_scope="function")
DECLARED = "That is set in community.toml, by whoever runs the bot; it can only be changed there."


def declare(guild_id: int) -> Community:
    """Declare everything that /settings offers, in community.toml."""
    settings = DeclaredSettings(
        zone="Asia/Tokyo", admin_channel=1, editors_role=2, help_channel=3, status_channel=4
    )
    return Community(guilds=(Guild(id=guild_id, settings=settings),))


async def test_what_community_toml_sets_wins_and_cannot_be_changed_in_chat(
    style: str, tmp_path: Path
) -> None:
    async with open_world(tmp_path, style=style) as world:
        stage = make_stage(world)
        before = await open_panel(stage)
        await before.pick(EDITORS, stage.editors)
        world.community = declare(stage.id)
        await world.restart()
        panel = await open_panel(stage)
        assert panel.seen.controls == ()
        assert panel.seen.text.count("Set in community.toml; it can only be changed there.") == 5
        assert panel.lines("Time zone:")[0] == "**Time zone:** Asia/Tokyo · 21:00"
        assert panel.lines("Editors:")[0] == "**Editors:** <@&2>"
        for said in (
            await before.pick(EDITORS),
            await before.pick(HELP, stage.help),
            await stage.run("settings", zone="Berlin"),
            await stage.run("faq editors", role=stage.editors),
        ):
            assert world.seen(said).text == DECLARED
        world.community = Community()
        await world.restart()
        given_back = await open_panel(stage)
        assert given_back.lines("Editors:")[0] == f"**Editors:** {stage.editors.mention}"
        assert given_back.lines("Time zone:")[0] == "**Time zone:** UTC · 12:00"
