"""Following lists: whose logins may be used, what community.toml declares, what nobody followed meanwhile."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.mail.following import Following, Logins, Wish
from bot.mail.intake import MailReader
from bot.mail.joining import Joining
from bot.mail.models import Place
from bot.mail.polling import INTERVAL, Polling
from bot.mail.service import MailService
from bot.text.catalogue import load_texts
from tests.integration.mail.letters import NOW, as_mbox, letters

OURS, THEIRS, CHANNEL = 1, 2, 30
MAILBOX = Place(kind="imap", address="imap://wg/INBOX", name="wg", is_private=True)
GROUP = Place(kind="groupsio", address="https://groups.io/g/dev", name="dev", is_private=True)
FILE = Place(kind="mbox", address="dev.mbox", name="dev")
TEXTS = load_texts()


class World:
    """What follows lists, and a clock that can be moved."""

    def __init__(self, database, mail, access, *, polling=Polling):
        self.now = NOW
        self.mail = mail
        self.folder = access.folder
        self.heard = []
        access = replace(access, clock=lambda: self.now)

        async def hear(_connection, news):
            self.heard.append(news)

        self.service = MailService(database=database, repository=mail, texts=TEXTS, clock=lambda: self.now)

        self.polling = polling(
            database=database,
            repository=mail,
            reader=MailReader(workers=access.workers, repository=mail),
            access=access,
            listeners=(hear,),
        )
        self.following = Following(
            database=database,
            repository=mail,
            service=self.service,
            polling=self.polling,
            fetcher=access.fetcher,
            texts=TEXTS,
            logins={OURS: Logins(mailboxes={"wg"}, hosts={"groups.io"})},
        )

    def put(self, mails):
        (self.folder / "dev.mbox").write_bytes(as_mbox(mails))

    async def names(self, guild_id):
        return [each.mailing_list.name for each in await self.service.list_all(guild_id)]


@pytest.fixture
async def world(database, mail, access):
    made = World(database, mail, access)
    made.put(letters(3))
    yield made
    await made.polling.close()


def wish(place=FILE, *, guild_id=OURS, channel_id=CHANNEL, **more):
    return Wish(guild_id=guild_id, channel_id=channel_id, place=place, **more)


@pytest.mark.parametrize(("place", "said"), [(MAILBOX, "list.no_mailbox"), (GROUP, "list.no_key")])
async def test_a_login_is_its_own_guilds(world, place, said):
    assert world.following.admit(OURS, place).address == place.address
    with pytest.raises(UserError) as refused:
        world.following.admit(THEIRS, place)
    assert str(refused.value) == TEXTS(said)


async def test_a_private_list_needs_a_closed_channel(world):
    with pytest.raises(UserError, match="everybody sees"):
        await world.following.follow(wish(MAILBOX, is_public_channel=True), now=NOW)
    assert await world.names(OURS) == []
    followed = await world.following.follow(wish(MAILBOX), now=NOW)
    assert followed.mailing_list.is_private


async def test_declared_lists_are_followed_and_left_with_their_declaration(world):
    declared = wish(is_declared=True)
    await world.following.declare(OURS, [declared], now=NOW)
    await world.following.declare(OURS, [declared], now=NOW)
    ((followed,),) = [await world.service.list_all(OURS)]
    assert [each.is_declared for each in followed.follows] == [True]
    with pytest.raises(UserError, match=r"community\.toml declares"):
        await world.following.unfollow(OURS, followed.mailing_list.id)
    await world.following.declare(OURS, [], now=NOW)
    assert await world.names(OURS) == []


async def test_what_is_followed_in_chat_stays_when_declarations_change(world):
    await world.following.follow(wish(channel_id=31), now=NOW)
    await world.following.declare(OURS, [wish(is_declared=True)], now=NOW)
    await world.following.declare(OURS, [], now=NOW)
    ((followed,),) = [await world.service.list_all(OURS)]
    assert [each.channel_id for each in followed.follows] == [31]


async def test_what_came_while_nobody_followed_is_old(world):
    followed = await world.following.follow(wish(), now=NOW)
    await world.polling.read_on(followed.source)
    await world.following.unfollow(OURS, followed.mailing_list.id)
    world.put(letters(5))
    world.now += timedelta(hours=2)
    world.heard.clear()
    await world.polling.poll_due(world.now)
    assert world.heard == []
    again = await world.following.follow(wish(guild_id=THEIRS), now=world.now)
    assert again.source.id == followed.source.id
    await world.polling.poll_due(world.now)
    assert [news.is_old for news in world.heard] == [True]
    world.put(letters(6))
    world.now += INTERVAL
    world.heard.clear()
    await world.polling.poll_due(world.now)
    assert [news.is_old for news in world.heard] == [False]


async def test_a_second_guild_finds_what_the_first_has_read(world):
    first = await world.following.follow(wish(), now=NOW)
    await world.polling.read_on(first.source)
    second = await world.following.follow(wish(guild_id=THEIRS), now=NOW)
    assert second.mailing_list.id == first.mailing_list.id
    assert await world.names(THEIRS) == ["dev"]


async def test_a_list_that_cannot_be_read_at_all_is_not_followed(world):
    missing = wish(replace(FILE, address="none.mbox"))
    followed = await world.following.follow(missing, now=NOW)

    async def tell(_turn):
        pass

    with pytest.raises(UserError, match=r"There is no none\.mbox"):
        await world.following.catch_up(followed, missing, seconds=5, tell=tell)
    assert await world.names(OURS) == []


async def test_a_list_that_is_left_while_it_is_read_in_is_read_no_further(world):
    world.put(letters(450))
    followed = await world.following.follow(wish(), now=NOW)
    told = []

    async def tell(turn):
        told.append(turn.new)
        await world.following.unfollow(OURS, followed.mailing_list.id)

    with pytest.raises(UserError, match="dev is followed no longer"):
        await world.following.catch_up(followed, wish(), seconds=20, tell=tell)
    assert told == [200]
    assert await world.names(OURS) == []


async def test_a_list_that_is_joined_while_it_is_read_in_is_read_to_its_end(database, mail, access):
    class Overtaken(Polling):
        """Polls while somebody else joins what it reads."""

        async def read_on(self, source, **more):
            turn = await super().read_on(source, **more)
            await Joining(database=database, repository=mail).join_all(NOW)
            return turn

    async def tell(_turn):
        pass

    world = World(database, mail, access, polling=Overtaken)
    places = (FILE, replace(FILE, address="twin.mbox", name="twin"))
    for place in places:
        (world.folder / place.address).write_bytes(as_mbox(letters(450)))
        followed = await world.following.follow(wish(place), now=NOW)
        turn = await world.following.catch_up(followed, wish(place), seconds=20, tell=tell)
        assert turn.is_complete
    await world.polling.close()

    (kept,) = await mail.list_lists(OURS)
    assert {each.address for each in await mail.list_sources(kept.id)} == {place.address for place in places}


async def test_a_guild_may_read_in_a_few_lists_at_once(world):
    world.put(letters(1))
    followed = await world.following.follow(wish(), now=NOW)
    end = asyncio.Event()

    async def tell(_turn):
        await end.wait()

    def catch_up():
        return world.following.catch_up(followed, wish(), seconds=20, tell=tell)

    tasks = [asyncio.create_task(catch_up()) for _ in range(4)]
    await asyncio.sleep(0)
    assert not world.following.has_room(OURS)
    assert world.following.has_room(THEIRS)
    end.set()
    await asyncio.gather(*tasks)
    assert world.following.has_room(OURS)


async def test_each_guild_names_and_closes_a_list_for_itself(world):
    ours = await world.following.follow(wish(name="Our name", is_private=True), now=NOW)
    theirs = await world.following.follow(wish(guild_id=THEIRS, is_public_channel=True), now=NOW)

    assert (ours.mailing_list.id, ours.mailing_list.name) == (theirs.mailing_list.id, "Our name")
    assert ours.mailing_list.is_private
    assert (theirs.mailing_list.name, theirs.mailing_list.is_private) == ("dev", False)


async def test_wish_of_another_guild_opens_no_list_that_takes_a_login(world):
    await world.following.follow(wish(MAILBOX), now=NOW)

    with pytest.raises(UserError, match="private"):
        await world.following.follow(wish(MAILBOX, guild_id=THEIRS, is_public_channel=True), now=NOW)


async def test_list_that_the_guild_closed_goes_into_no_other_open_channel_of_it(world):
    await world.following.follow(wish(is_private=True), now=NOW)

    with pytest.raises(UserError, match="private"):
        await world.following.follow(wish(channel_id=31, is_public_channel=True), now=NOW)


async def test_declared_list_takes_up_its_name_and_privacy_anew(world):
    declared = wish(name="Old", is_declared=True)
    await world.following.declare(OURS, [declared], now=NOW)

    await world.following.declare(OURS, [replace(declared, name="New", is_private=True)], now=NOW)

    (found,) = await world.service.list_all(OURS)
    assert (found.mailing_list.name, found.mailing_list.is_private) == ("New", True)
