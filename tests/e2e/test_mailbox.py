"""A real mailbox in chat: followed by the name it was given, found, posted as it comes, and in the digest."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import discord
import pytest
import pytest_asyncio
import simcord

from bot.wiring.declaring import COMMUNITY_JOB
from config.community import FILE_NAME
from tests.e2e.seen import Seen, read_message
from tests.e2e.stage import Stage, make_stage
from tests.e2e.world import START, World, open_world
from tests.integration.mail.dovecot import MISSING, PASSWORD, USER, Dovecot

pytestmark = [
    pytest.mark.asyncio(loop_scope="function"),
    pytest.mark.skipif(bool(MISSING), reason=MISSING),
]
URL = "imap:wg"


@pytest.fixture
def server() -> Iterator[Dovecot]:
    """Start a mail server with two mails in the account's inbox."""
    with tempfile.TemporaryDirectory() as folder:
        running = Dovecot(Path(folder))
        running.start()
        try:
            deliver(running, "Mooring fees", "Shall the fees rise?", name="m1", days_ago=3)
            deliver(running, "Re: Mooring fees", "Not this winter.", name="m2", answers="m1", days_ago=2)
            yield running
        finally:
            running.stop()


@pytest_asyncio.fixture(params=["components", "embeds"])
async def stage(request: pytest.FixtureRequest, server: Dovecot, tmp_path: Path) -> AsyncIterator[Stage]:
    """Run a bot whose operator named the mailbox; the password stands in the environment alone."""
    async with open_world(tmp_path, style=request.param, SECRET_WG_MAILBOX=PASSWORD) as world:
        made = make_stage(world)
        (tmp_path / FILE_NAME).write_text(
            f'[[guild]]\nid = {made.id}\n[[guild.mailbox]]\nname = "wg"\nhost = "127.0.0.1"\n'
            f'port = {server.port}\nsecurity = "none"\nuser = "{USER}"\npassword = "SECRET_WG_MAILBOX"\n'
        )
        await world.app.scheduler.run_now(COMMUNITY_JOB)
        yield made


def deliver(
    server: Dovecot, subject: str, body: str, *, name: str, answers: str = "", days_ago: float = 0
) -> None:
    at = START - timedelta(days=days_ago)
    parent = f"In-Reply-To: <{answers}@example.org>\n" if answers else ""
    mail = (
        f"From: Eve East <eve.east@example.org>\nTo: moorings@lists.example.org\nSubject: {subject}\n"
        f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000\nMessage-ID: <{name}@example.org>\n{parent}"
        f"List-Id: Moorings <moorings.lists.example.org>\n\n{body}\n\n-- \nEve\neve.east@example.org\n"
    )
    server.deliver(mail.encode(), folder="", at=at)


def board(stage: Stage) -> simcord.ChannelHandle:
    """Make a channel that Bob and the manager see."""
    shown = discord.PermissionOverwrite(view_channel=True)
    seeing = (stage.bob, stage.manager, stage.world.app.client.user)
    hidden = {stage.guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    return stage.guild.create_text_channel("board", overwrites=hidden | dict.fromkeys(seeing, shown))


async def send(world: World) -> None:
    async with world.app.delivery.dispatcher:
        await world.app.delivery.dispatcher.until_idle()


def posts_in(stage: Stage, channel: simcord.ChannelHandle) -> list[Seen]:
    messages = stage.world.env.backend.messages.get(channel.id, {})
    return [
        read_message(messages[number]) for number in sorted(messages) if not messages[number].is_ephemeral
    ]


async def test_mailbox_is_followed_by_its_name_and_read_only_by_those_who_see_the_channel(
    stage: Stage, server: Dovecot
) -> None:
    refused = await stage.told("list follow", url=URL)
    assert f"This list is private, and everybody sees <#{stage.general.id}>." in refused.text
    closed = board(stage)

    said = await stage.told("list follow", url=URL, channel=closed)

    assert said.is_private
    assert f"Followed in <#{closed.id}> from now on (IMAP mailbox)." in said.text
    assert "2 mails · 1 thread · 1 person" in said.text
    found = await stage.told("list search", by=stage.bob, words="winter")
    assert "Not this winter." in found.text
    assert "Eve East" in found.text
    assert "eve.east" not in found.text + said.text
    assert "No mailing list" in (await stage.told("list search", by=stage.ada, words="winter")).text
    read = await stage.told("list thread", by=stage.bob, thread="mooring")
    assert "Shall the fees rise?" in read.text
    assert posts_in(stage, closed) == stage.public() == []
    assert list((server.folder("") / "cur").glob("*,*S*")) == []  # nothing is marked as read


async def test_a_mail_that_comes_is_posted_and_told_of_in_the_digest(stage: Stage, server: Dovecot) -> None:
    world, closed = stage.world, board(stage)
    await stage.told("list follow", url=URL, channel=closed)
    await stage.told("list live", channel=closed)
    await stage.told("list digest", when="daily 13:00", channel=closed)
    await world.app.mail.watching.keep(seconds=60)
    await asyncio.sleep(1)  # until it idles; what comes before that is found by the look as well

    deliver(server, "Buoy adrift", "Buoy 7 drifts off the pier.", name="n1")
    async with asyncio.timeout(20):
        while not (posted := posts_in(stage, closed)):
            await asyncio.sleep(0.1)
            await send(world)

    assert "Buoy 7 drifts off the pier." in posted[0].text
    assert "Eve East" in posted[0].text
    assert "eve.east" not in posted[0].text
    await world.app.mail.watching.close()
    world.clock.forward(days=1, minutes=61)
    await world.app.mail.polling.poll_due(world.clock())
    await world.app.telling.digests.posting.post_due(world.clock())
    await send(world)
    (digest,) = [each for each in posts_in(stage, closed) if "1 thread (1 new)" in each.text]
    assert "1 mail by 1 person" in digest.text
    assert "Buoy adrift" in digest.text
    assert "Mooring fees" not in digest.text
    assert stage.public() == []


async def test_a_mailbox_that_refuses_the_login_is_not_followed(stage: Stage, server: Dovecot) -> None:
    server.stop()
    said = await stage.told("list follow", url=URL, channel=board(stage))
    assert "was not followed" in said.text
    assert PASSWORD not in said.text
    assert "No mailing list is followed here." in (await stage.told("list list")).text
