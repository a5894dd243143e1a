"""One notice when a source breaks and one when it mends, across restarts and whatever happens in between."""

from datetime import timedelta

import pytest

from bot.delivery.notices import Notices
from bot.operations.incidents import Incidents, Trouble, Watched
from bot.text.catalogue import load_texts
from tests.integration.delivery.conftest import ADMINS, GUILD


class Sources:
    """Sources that the test breaks, mends and removes."""

    def __init__(self, stage, declared=None):
        self.stage = stage
        self.broken = set()
        self.there = {1, 2}
        self.declared = declared or {}

    async def review(self):
        async def list_broken():
            return [
                Trouble(guild_id=GUILD, subject=f"faq:{number}", what=f"⚠️ {number} is broken")
                for number in sorted(self.broken)
            ]

        async def is_there(guild_id, subject):
            assert guild_id == GUILD
            return int(subject.removeprefix("faq:")) in self.there

        incidents = Incidents(
            database=self.stage.database,
            notices=Notices(self.stage.outbox, load_texts(), declared=self.declared),
            watched=(Watched(prefix="faq:", list_broken=list_broken, is_there=is_there),),
        )
        await incidents.review(self.stage.now)
        self.stage.now += timedelta(minutes=1)  # two incidents of one source are told apart by their moments
        await self.stage.run()

    @property
    def told(self):
        return [order.post.blocks[0].markdown for order in self.stage.poster.orders]


@pytest.fixture
async def sources(stage):
    await stage.set_admin_channel()
    return Sources(stage)


async def test_nothing_is_told_while_all_is_well(sources):
    await sources.review()
    assert sources.told == []


async def test_a_break_is_told_once_and_its_end_once(sources):
    sources.broken = {1}
    for _ in range(3):
        await sources.review()
    assert sources.told == ["⚠️ 1 is broken"]
    sources.broken = set()
    for _ in range(3):
        await sources.review()
    assert sources.told == ["⚠️ 1 is broken", "✅ Works again. It was: 1 is broken"]
    assert sources.stage.poster.posts.keys() == {ADMINS}


async def test_each_break_is_an_incident_of_its_own(sources):
    for broken in ({1}, {1, 2}, {2}, {1, 2}):
        sources.broken = broken
        await sources.review()
    assert sources.told == [
        "⚠️ 1 is broken",
        "⚠️ 2 is broken",
        "✅ Works again. It was: 1 is broken",
        "⚠️ 1 is broken",
    ]


async def test_a_source_that_was_removed_is_not_said_to_work_again(sources):
    sources.broken = {1}
    await sources.review()
    sources.broken, sources.there = set(), {2}
    await sources.review()
    assert sources.told == ["⚠️ 1 is broken"]
    sources.there = {1, 2}
    await sources.review()
    assert sources.told == ["⚠️ 1 is broken"]


async def test_without_an_admin_channel_nothing_is_sent_and_later_only_what_is_new(stage):
    sources = Sources(stage)
    sources.broken = {1}
    await sources.review()
    assert sources.told == []
    await stage.set_admin_channel()
    sources.broken = {1, 2}
    await sources.review()
    assert sources.told == ["⚠️ 2 is broken"]


async def test_the_admin_channel_of_community_toml_wins(stage):
    await stage.set_admin_channel()
    sources = Sources(stage, declared={GUILD: 99})
    sources.broken = {1}
    await sources.review()
    assert stage.poster.posts.keys() == {99}
