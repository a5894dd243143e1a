"""Orders carried out over real sockets, against a server that answers as Discord does in each case."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import discord
import pytest
from aiohttp import web

from bot.chat.access import ChannelAccess
from bot.chat.client import Client, use_api
from bot.chat.custom_ids import Signer
from bot.chat.history import History
from bot.chat.poster import ChannelPoster
from bot.chat.presenter import Presenter
from bot.chat.requests import RequestWatch
from bot.delivery.models import Order, Place, Sent, Verb, nonce_of
from bot.delivery.post import Attachment, Post, Topic
from bot.errors import DeliveryError, DeliveryKind
from bot.text.catalogue import load_texts
from config.settings import CardStyle
from tests.integration.delivery.played_server import CHANNEL, FORUM, GUILD, PERSON, THREAD, Server

TEXTS = load_texts()
TOPIC = Topic(key="t", name="A thread")
LOCKED = 400, {"code": 160005, "message": "Thread is locked"}
ARCHIVED = 400, {"code": 50083, "message": "Thread is archived"}
GONE = 404, {"code": 10003, "message": "Unknown Channel"}
FORBIDDEN = 403, {"code": 50013, "message": "Missing Permissions"}
NOT_THERE = 404, {"code": 10008, "message": "Unknown Message"}


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    played = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", played.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    before = discord.http.Route.BASE
    use_api(f"http://127.0.0.1:{runner.addresses[0][1]}")
    yield played
    use_api(before)
    await runner.cleanup()


@pytest.fixture
async def poster(server: Server) -> AsyncIterator[ChannelPoster]:
    watch = RequestWatch()

    async def nothing(*_arguments: object) -> None:
        """Neither permit nor report, nor remember."""

    client = Client(
        watch=watch,
        listens_to_mentions=False,
        permit=nothing,
        report=nothing,
        recall=nothing,
        remember=nothing,
    )
    async with client:
        client.http.connector = aiohttp.TCPConnector(limit=0)
        await client.http.static_login("x.y.z")
        server.calls.clear()
        yield ChannelPoster(
            client=client,
            presenter=Presenter(Signer(b"key"), CardStyle.COMPONENTS),
            access=ChannelAccess(client, watch, TEXTS),
            history=History(client, watch),
            watch=watch,
            texts=TEXTS,
        )


def order(channel: int = CHANNEL, verb: Verb = Verb.SEND, **more: Any) -> Order:
    more.setdefault("post", Post(title="a mail"))
    more.setdefault("is_direct", False)
    return Order(key="k", mark_key="k", guild_id=GUILD, channel_id=channel, verb=verb, **more)


def in_thread(channel: int = CHANNEL) -> Order:
    return order(channel, post=Post(title="a mail", topic=TOPIC), thread_id=THREAD)


def message_in(channel: int) -> str:
    return f"POST /channels/{channel}/messages"


async def test_a_post_carries_the_nonce_of_its_key_and_pings_nobody(poster, server):
    assert await poster.deliver(order()) == Sent(channel_id=CHANNEL, message_id=70)
    body = server.bodies[-1]
    assert (body["nonce"], body["enforce_nonce"]) == (nonce_of("k"), True)
    assert body["allowed_mentions"]["parse"] == []


@pytest.mark.parametrize("trouble", [LOCKED, GONE])
async def test_a_topic_whose_thread_is_closed_or_deleted_begins_anew(poster, server, trouble):
    server.next[message_in(THREAD)] = [trouble]
    assert await poster.deliver(in_thread()) == Sent(channel_id=CHANNEL, message_id=70, thread_id=70)
    assert server.wrote()[-2:] == [message_in(CHANNEL), f"POST /channels/{CHANNEL}/messages/70/threads"]


async def test_a_forums_topic_whose_thread_is_closed_begins_anew(poster, server):
    server.next[message_in(THREAD)] = [LOCKED]
    assert await poster.deliver(in_thread(FORUM)) == Sent(channel_id=71, message_id=71, thread_id=71)


async def test_an_archived_thread_is_opened_for_a_post(poster, server):
    server.next[message_in(THREAD)] = [ARCHIVED]
    assert await poster.deliver(in_thread()) == Sent(channel_id=THREAD, message_id=70, thread_id=THREAD)
    assert server.wrote() == [message_in(THREAD), f"PATCH /channels/{THREAD}", message_in(THREAD)]


async def test_a_thread_that_only_moderators_may_open_is_left(poster, server):
    server.next[message_in(THREAD)] = [ARCHIVED]
    server.next[f"PATCH /channels/{THREAD}"] = [FORBIDDEN]
    assert await poster.deliver(in_thread()) == Sent(channel_id=CHANNEL, message_id=70, thread_id=70)


@pytest.mark.parametrize(("flags", "tags"), [(0, []), (1 << 4, [6])])
async def test_a_forum_that_wants_a_tag_gets_the_first_that_is_free(poster, server, flags, tags):
    server.forum_flags = flags
    await poster.deliver(order(FORUM))
    assert server.bodies[-1]["applied_tags"] == tags


@pytest.mark.parametrize(("names", "tags"), [(("Mail",), [6]), (("mods", "other"), []), ((), [])])
async def test_a_forums_post_gets_the_forums_tags_of_its_names(poster, server, names, tags):
    topic = Topic(key="1", name="Plans", tags=names)
    await poster.deliver(order(FORUM, post=Post(title="a", topic=topic)))
    assert server.bodies[-1]["applied_tags"] == tags


async def test_what_is_confidential_is_not_posted_where_everybody_sees_it(poster, server):
    with pytest.raises(DeliveryError) as raised:
        await poster.deliver(order(CHANNEL, post=Post(title="a", is_confidential=True)))
    assert raised.value.kind is DeliveryKind.POISON
    assert server.wrote() == []


async def test_what_is_in_doubt_is_looked_for_in_a_forum_before_it_is_posted(poster, server):
    await poster.deliver(order(FORUM, in_doubt_since=datetime(2026, 1, 1, tzinfo=UTC)))
    looked = [f"GET /guilds/{GUILD}/threads/active", f"GET /channels/{FORUM}/threads/archived/public"]
    assert server.calls[-3:] == [*looked, f"POST /channels/{FORUM}/threads"]


@pytest.mark.parametrize("verb", [Verb.EDIT, Verb.REMOVE])
@pytest.mark.parametrize("trouble", [GONE, NOT_THERE])
async def test_who_removed_a_message_or_its_thread_wants_no_change_of_it(poster, server, verb, trouble):
    method = "PATCH" if verb is Verb.EDIT else "DELETE"
    server.next[f"{method} /channels/{THREAD}/messages/70"] = [trouble]
    target = Place(channel_id=THREAD, message_id=70)
    assert await poster.deliver(order(verb=verb, target=target)) == Sent(channel_id=THREAD, message_id=None)


async def test_a_message_with_a_file_in_an_archived_thread_is_edited(poster, server):
    edit = f"PATCH /channels/{THREAD}/messages/70"
    server.next[edit] = [ARCHIVED]
    post = Post(title="new", attachments=(Attachment(name="a.txt", content=b"x"),))
    target = Place(channel_id=THREAD, message_id=70)
    sent = await poster.deliver(order(verb=Verb.EDIT, target=target, post=post))
    assert sent == Sent(channel_id=THREAD, message_id=70)
    assert server.wrote() == [edit, f"PATCH /channels/{THREAD}", edit]


@pytest.mark.parametrize("code", [50007, 50278])
async def test_a_person_who_takes_no_direct_messages_closes_no_channel(poster, server, code):
    server.next[message_in(51)] = [(403, {"code": code, "message": "no"})]
    with pytest.raises(DeliveryError) as raised:
        await poster.deliver(order(PERSON, is_direct=True))
    assert raised.value.kind is DeliveryKind.POISON


async def test_a_post_that_meets_a_refused_token_waits_for_the_next_start(poster, server):
    server.next[message_in(CHANNEL)] = [(401, {"code": 0, "message": "401: Unauthorized"})]
    with pytest.raises(DeliveryError) as raised:
        await poster.deliver(order())
    assert raised.value.kind is DeliveryKind.PASSING


def looks(server: Server) -> list[str]:
    return [call for call in server.calls if call.startswith("GET")]


async def crowd(poster: ChannelPoster) -> list[asyncio.Task[None]]:
    """Have so many wait for their turn that the next one waits for half a second."""
    waiting = [asyncio.create_task(poster._watch.pace()) for _ in range(24)]
    await asyncio.sleep(0)
    return waiting


async def test_a_channel_is_examined_before_the_first_post_in_it_and_then_known(poster, server):
    for _ in range(2):
        await poster.deliver(order())
    assert looks(server) == [
        f"GET /channels/{CHANNEL}",
        f"GET /guilds/{GUILD}",
        f"GET /guilds/{GUILD}/members/0",
    ]


async def test_when_many_are_due_at_once_few_requests_go_into_looking(poster, server):
    """Two hundred channels at a full hour: three looks each would make the last post four times as late."""
    channels = range(100, 160)
    sent = await asyncio.gather(*(poster.deliver(order(channel)) for channel in channels))
    assert [each.channel_id for each in sent] == list(channels)
    assert len(looks(server)) < 2.2 * len(channels)
    server.calls.clear()
    poster._access._known.clear()  # as ten minutes later
    await asyncio.gather(*(poster.deliver(order(channel)) for channel in channels))
    assert len(looks(server)) < 1.5 * len(channels)


@pytest.mark.parametrize(
    ("channel", "more"),
    [(CHANNEL, {"is_confidential": True}), (CHANNEL, {"topic": TOPIC}), (FORUM, {})],
    ids=["confidential", "topic", "forum"],
)
async def test_what_can_go_wrong_is_examined_however_many_wait(poster, server, channel, more):
    roles = [{"id": str(GUILD), "permissions": "0"}, {"id": "2", "permissions": str((1 << 53) - 1)}]
    server.next[f"GET /guilds/{GUILD}"] = [(200, {"id": str(GUILD), "owner_id": "9", "roles": roles})]
    server.next[f"GET /guilds/{GUILD}/members/0"] = [(200, {"roles": ["2"]})]
    waiting = await crowd(poster)
    await poster.deliver(order(channel, post=Post(title="a mail", **more)))
    assert f"GET /guilds/{GUILD}" in looks(server)
    await asyncio.gather(*waiting)


async def test_a_post_that_is_refused_unexamined_says_what_is_missing_and_is_examined_from_then_on(
    poster, server
):
    mute = {"id": str(GUILD), "owner_id": "9", "roles": [{"id": str(GUILD), "permissions": str(1 << 10)}]}
    server.next[message_in(CHANNEL)] = [FORBIDDEN]
    server.next[f"GET /guilds/{GUILD}"] = [(200, mute), (200, mute)]
    for number in range(3):
        waiting = await crowd(poster)
        if number < 2:
            with pytest.raises(DeliveryError) as caught:
                await poster.deliver(order())
            assert caught.value.kind is DeliveryKind.PERMANENT
            assert "Send Messages" in str(caught.value)
        else:  # somebody has mended it
            await poster.deliver(order())
        await asyncio.gather(*waiting)
    assert server.wrote() == [message_in(CHANNEL)] * 2
