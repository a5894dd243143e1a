"""Start one bot for each test file and card style, and a guild of its own for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.list_archive import ListArchive, archive
from tests.e2e.pages import FAQ
from tests.e2e.stage import Stage, make_stage
from tests.e2e.world import World, open_world

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests of a file share its bot's event loop, unless a test says otherwise."""
    for item in items:
        named = item.get_closest_marker("asyncio")
        if _HERE in item.path.parents and not (named and named.kwargs):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest.fixture(scope="module", params=["components", "embeds"])
def style(request: pytest.FixtureRequest) -> str:
    """Name how cards are drawn."""
    return request.param


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(style: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Run the bot."""
    async with open_world(tmp_path_factory.mktemp("world"), style=style) as world:
        yield world


@pytest_asyncio.fixture(loop_scope="module")
async def stage(world: World) -> Stage:
    """Make a guild without an FAQ."""
    return make_stage(world)


@pytest_asyncio.fixture(loop_scope="module")
async def faq(stage: Stage) -> Stage:
    """Make a guild that follows the example page."""
    await stage.follow(FAQ)
    return stage


@pytest_asyncio.fixture(loop_scope="module")
async def dev(stage: Stage) -> ListArchive:
    """Make a guild that follows a list, by its archive."""
    made = archive(stage)
    said = await stage.told("list follow", url=made.url)
    assert "Following dev" in said.text, said.text
    return made
