"""Mailing lists in chat: following, what is found, what nobody may see, leaving, authors who want out."""

import re

import discord
import pytest
import simcord

from tests.e2e.list_archive import Letter, ListArchive, archive
from tests.e2e.stage import Stage, make_stage
from tests.loopback_http import reply

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+|\b(?:ann|bob|carol|dave|eve) at \w+\.\w+")


async def test_an_address_alone_is_enough(stage: Stage) -> None:
    said = await stage.told("list follow", url=archive(stage).url)
    assert said.is_private
    assert "Following dev" in said.text
    assert f"Followed in <#{stage.general.id}> from now on (Mailman 2 archive)." in said.text
    assert "3 mails · 2 threads · 2 people" in said.text
    assert "Nothing old is posted." in said.text
    assert stage.public() == []


async def test_a_channel_and_a_name_can_be_said(stage: Stage) -> None:
    said = await stage.told("list follow", url=archive(stage).url, channel=stage.help, name="Builders")
    assert "Following Builders" in said.text
    assert f"<#{stage.help.id}>" in said.text
    listed = await stage.told("list list", by=stage.ada)
    assert "Builders" in listed.text
    assert f"<#{stage.help.id}>" in listed.text


async def test_a_list_is_followed_once_in_a_channel(dev: ListArchive) -> None:
    said = await dev.stage.told("list follow", url=dev.url)
    assert "followed in <#" in said.text.lower()
    assert "already" in said.text
    again = await dev.stage.told("list follow", url=dev.url, channel=dev.stage.help)
    assert "3 mails" in again.text


async def test_two_addresses_of_a_list_are_one_list(dev: ListArchive) -> None:
    stage = dev.stage
    mirror = ListArchive(stage, "dev", under="mirror/pipermail")
    mirror.put(*dev.letters)
    assert "already" not in (await stage.told("list follow", url=archive(stage, "ops").url)).text
    said = await stage.told("list follow", url=mirror.url, name="Twin")
    assert "The same list is followed here already, as dev" in said.text
    assert "3 mails" in said.text
    listed = await stage.told("list list")
    assert "Twin" not in listed.text
    found = await stage.told("list search", words="pilots", list="dev")
    assert found.options == ["Harbour meeting"]
    new = Letter("New rope", "The rope is here.\n")
    for each in (mirror, dev):
        each.put(new)
    stage.world.clock.forward(minutes=6)
    await stage.world.app.mail.polling.poll_due(stage.world.clock())
    assert (await stage.told("list search", words="rope")).options == ["New rope"]
    assert (await stage.told("list status")).text.count("Mailman 2 archive") == 3


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://me:word@lists.example.org/", "password"),
        ("ann@example.org", "This is the list's mail address."),
        ("file:///etc/passwd", "Files are named by whoever runs the bot"),
        ("https://groups.google.com/g/dev", "Google Groups has no feed"),
        ("imap:wg", "No mailbox is set up for this server under that name."),
        ("https://groups.io/g/dev", "needs an API key"),
        ("http://10.0.0.1/pipermail/dev/", "was not followed"),
    ],
)
async def test_what_cannot_be_followed_is_refused_with_the_reason(
    stage: Stage, url: str, reason: str
) -> None:
    said = await stage.told("list follow", url=url)
    assert said.is_private
    assert reason in said.text
    assert not ADDRESS.search(said.text)
    assert "No mailing list is followed here." in (await stage.told("list list")).text


async def test_a_page_that_is_no_archive_is_refused(stage: Stage) -> None:
    stage.serve("<html><p>Hello</p></html>", "page", **{"Content-Type": "text/html"})
    said = await stage.told("list follow", url=stage.url("page"))
    assert "There is no list archive or feed at this address" in said.text


async def test_what_is_wrong_with_a_feed_is_said_at_once(stage: Stage) -> None:
    items = "".join(
        f"<item><guid>{name}</guid><title>Notes of {name}</title><author>{name}</author></item>"
        for name in ("Ann", "Bob")
    )
    stage.serve(f"<rss version='2.0'><channel><title>Notes</title>{items}<oops", "feed")
    said = await stage.told("list follow", url=stage.url("feed"))
    assert "2 mails · 2 threads · 2 people" in said.text
    assert "⚠️ feed: its XML is broken, so items may be missing" in said.text


async def test_search_finds_own_words_and_links_to_the_archive(dev: ListArchive) -> None:
    said = await dev.stage.told("list search", by=dev.stage.ada, words="pilots")
    assert said.is_private
    assert "Tuesday suits the pilots." in said.text
    assert f"[Harbour meeting]({dev.url}2025-December/000001.html)" in said.text
    assert "Bob Boatman" in said.text
    assert "Ann" not in said.text  # what Bob quotes is not his
    assert said.options == ["Harbour meeting"]


async def test_search_by_author_and_day(dev: ListArchive) -> None:
    stage = dev.stage
    assert "Lighthouse" in (await stage.told("list search", words="red lighthouse")).text
    by_bob = await stage.told("list search", words="tuesday", **{"from": "bob"})
    assert "Bob Boatman" in by_bob.text
    assert "Ann Archer" not in by_bob.text
    early = await stage.told("list search", words="tuesday", before="2025-12-30")
    assert "Ann Archer" in early.text
    assert "Bob Boatman" not in early.text
    assert "No mail holds that." in (await stage.told("list search", words="tuesday", after="2026")).text
    for day, is_found in (("yesterday", False), ("3 days ago", True), ("vor 3 Tagen", True)):
        said = await stage.told("list search", words="tuesday", after=day)
        assert ("Bob Boatman" in said.text) is is_found
    assert "Write a day like" in (await stage.told("list search", words="x", after="soon")).text
    swapped = await stage.told("list search", words="tuesday", after="2026-01-02", before="2026-01")
    assert swapped.text.startswith("Nothing is both after 2026-01-02 and before 2026-01:")
    assert "Write at least one word" in (await stage.told("list search", words="-")).text


async def test_latest_threads_and_one_opened(dev: ListArchive) -> None:
    stage = dev.stage
    latest = await stage.run("list latest", by=stage.ada)
    seen = stage.world.seen(latest)
    assert seen.text.index("Lighthouse paint") < seen.text.index("Harbour meeting")
    assert "2 mails · 2 people · last by Bob Boatman" in seen.text
    opened = stage.world.seen(await stage.pick(latest, "Harbour meeting"))
    assert opened.is_private
    assert "Shall we move the harbour meeting to Tuesday?" in opened.text
    assert "↳ **Bob Boatman**" in opened.text
    assert "2 mails · 2 people" in opened.text


async def test_a_thread_is_read_by_choice_or_by_words(dev: ListArchive) -> None:
    stage = dev.stage
    offered = await stage.choices("list thread", "thread", "")
    assert list(offered) == ["Lighthouse paint · Ann Archer", "Harbour meeting · Bob Boatman"]
    said = await stage.told("list thread", by=stage.ada, thread=offered["Lighthouse paint · Ann Archer"])
    assert "Which red shall the lighthouse get?" in said.text
    assert "Which red" in (await stage.told("list thread", by=stage.ada, thread="lighthouse")).text
    assert "No such thread" in (await stage.told("list thread", by=stage.ada, thread="zebra")).text
    assert "No such thread" in (await stage.told("list thread", by=stage.ada, thread="1-999999")).text


async def test_pages_turn(dev: ListArchive) -> None:
    stage = dev.stage
    dev.put(*(Letter(f"Buoy number {n}", f"The buoy number {n} drifts.\n") for n in range(12)))
    stage.world.clock.forward(minutes=6)
    await stage.world.app.mail.polling.poll_due(stage.world.clock())
    for command, options in (("list search", {"words": "buoy"}), ("list latest", {})):
        first = await stage.run(command, by=stage.ada, **options)
        one = stage.world.seen(first)
        assert one.labels == ["Next"]
        two = stage.world.seen(await stage.press(first, "Next"))
        assert two.labels == ["Back", "Next"]
        assert not set(one.options) & set(two.options)
        back = stage.world.seen(await stage.press(first, "Back"))
        assert back.text == one.text


async def test_a_long_thread_has_pages(dev: ListArchive) -> None:
    stage = dev.stage
    words = "The tide tables of the whole year have to be checked once more. " * 12
    dev.put(
        Letter("Tides", words, name="t0"),
        *(Letter("Re: Tides", f"{n}. {words}", name=f"t{n}", answers="t0") for n in range(1, 9)),
    )
    stage.world.clock.forward(minutes=6)
    await stage.world.app.mail.polling.poll_due(stage.world.clock())
    shown = await stage.run("list thread", by=stage.ada, thread="tides")
    first = stage.world.seen(shown)
    assert "page 1 of" in first.text
    second = stage.world.seen(await stage.press(shown, "Next"))
    assert "page 2 of" in second.text


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("list search", {"words": "harbour meeting"}),
        ("list search", {"words": "tuesday", "from": "ann"}),
        ("list latest", {}),
        ("list thread", {"thread": "harbour"}),
        ("list list", {}),
        ("list status", {}),
        ("list follow", {"url": "ann@example.org"}),
        ("privacy author", {"name": "eve@example.org"}),
    ],
)
async def test_no_reply_shows_an_address_or_pings(
    dev: ListArchive, command: str, options: dict[str, str]
) -> None:
    stage = dev.stage
    dev.put(
        Letter(
            "Harbour meeting of eve@example.org",
            "Ask eve@example.org or eve at example.org.\n",
            "eve@example.org",
        )
    )
    stage.world.clock.forward(minutes=6)
    await stage.world.app.mail.polling.poll_due(stage.world.clock())
    said = await stage.told(command, **options)
    assert said.is_private
    assert said.pinged == ()
    assert not ADDRESS.search(said.text), said.text
    assert not any(ADDRESS.search(label) for label in [*said.labels, *said.options])
    assert "@everyone" not in said.text


async def test_members_and_strangers_do_not_manage(dev: ListArchive) -> None:
    stage = dev.stage
    for command, options in (
        ("list follow", {"url": dev.url}),
        ("list unfollow", {}),
        ("list status", {}),
        ("privacy author", {"name": "Ann Archer"}),
    ):
        said = await stage.told(command, by=stage.ada, **options)
        assert said.text == "That needs the Manage Server permission."
    stranger = make_stage(stage.world)
    for command, options in (
        ("list search", {"words": "harbour"}),
        ("list latest", {}),
        ("list thread", {"thread": "1-1"}),
        ("list list", {}),
    ):
        said = await stranger.told(command, by=stranger.ada, **options)
        assert said.text.startswith("No mailing list is followed here."), command
    assert await stranger.choices("list thread", "thread", "") == {}
    assert await stranger.choices("list search", "list", "") == {}


async def test_a_list_can_be_named_and_another_guilds_cannot(dev: ListArchive) -> None:
    stage = dev.stage
    other = make_stage(stage.world)
    await other.told("list follow", url=archive(other, "theirs").url)
    (theirs,) = (await other.choices("list search", "list", "")).values()
    said = await stage.told("list search", words="harbour", list=theirs)
    assert said.text == "No such list is followed here. `/list list` shows those that are."
    assert (await stage.choices("list search", "list", "d")).keys() == {"dev"}
    assert "Tuesday" in (await stage.told("list search", words="harbour", list="dev")).text


def closed_channel(stage: Stage) -> simcord.ChannelHandle:
    """Make a channel that Bob and the manager see."""
    hidden = discord.PermissionOverwrite(view_channel=False)
    shown = discord.PermissionOverwrite(view_channel=True)
    everyone = stage.guild.default_role
    return stage.guild.create_text_channel(
        "board",
        overwrites={
            everyone: hidden,
            stage.bob: shown,
            stage.manager: shown,
            stage.world.app.client.user: shown,
        },
    )


async def test_a_private_list_is_for_those_who_see_its_channel(stage: Stage) -> None:
    made = archive(stage, "board")
    refused = await stage.told("list follow", url=made.url, private=True)
    assert f"This list is private, and everybody sees <#{stage.general.id}>." in refused.text
    assert "No mailing list" in (await stage.told("list list")).text
    followed = await stage.told("list follow", url=made.url, private=True, channel=closed_channel(stage))
    assert "only those who see the channel find its mails" in followed.text
    seen = await stage.told("list search", by=stage.bob, words="pilots")
    assert "Tuesday suits the pilots." in seen.text
    for command, options in (
        ("list search", {"words": "pilots"}),
        ("list latest", {}),
        ("list thread", {"thread": "pilots"}),
        ("list list", {}),
    ):
        assert (
            "No mailing list is followed here." in (await stage.told(command, by=stage.ada, **options)).text
        )
    assert await stage.choices("list search", "list", "") == {}
    assert list(await stage.choices("list search", "list", "", by=stage.bob)) == ["board"]
    later = await stage.told("list follow", url=made.url, channel=stage.help)
    assert f"This list is private, and everybody sees <#{stage.help.id}>." in later.text


async def test_managers_are_told_that_a_private_lists_channel_is_open(stage: Stage) -> None:
    board = closed_channel(stage)
    await stage.told("list follow", url=archive(stage, "board").url, private=True, channel=board)
    warning = f"⚠️ Everybody sees <#{board.id}>, and board is private: nothing of it is posted there."
    assert warning not in (await stage.told("list status")).text
    channel = stage.world.app.client.get_channel(board.id)
    await channel.set_permissions(channel.guild.default_role, view_channel=True)
    status = await stage.told("list status")
    assert status.is_private
    assert warning in status.text
    assert "No mailing list is followed here." in (await stage.told("list list")).text


async def test_a_list_is_left(dev: ListArchive) -> None:
    stage = dev.stage
    said = await stage.told("list unfollow")
    assert "dev is followed no longer." in said.text
    assert "No mailing list is followed here." in (await stage.told("list list")).text
    assert "No mailing list is followed here." in (await stage.told("list search", words="harbour")).text


async def test_which_list_has_to_be_said_where_several_are_followed(dev: ListArchive) -> None:
    stage = dev.stage
    await stage.told("list follow", url=archive(stage, "ops").url)
    assert (
        await stage.told("list unfollow")
    ).text == "Several lists are followed here. Say which one: `list:`."
    both = await stage.told("list search", words="pilots")
    assert "ops" in both.text
    assert "dev" in both.text
    assert "ops is followed no longer." in (await stage.told("list unfollow", list="Ops")).text


async def test_an_author_who_wants_out_is_gone(dev: ListArchive) -> None:
    stage = dev.stage
    assert list(await stage.choices("privacy author", "name", "bo", by=stage.manager)) == ["Bob Boatman"]
    said = await stage.told("privacy author", name="bob boatman")
    assert "The mails of Bob Boatman are removed" in said.text
    assert "No mail holds that." in (await stage.told("list search", words="pilots")).text
    assert "Bob" not in (await stage.told("list thread", thread="harbour")).text
    dev.put(Letter("New rope", "The rope is here.\n", "bob at example.org (Bob Boatman)"))
    stage.world.clock.forward(minutes=6)
    await stage.world.app.mail.polling.poll_due(stage.world.clock())
    assert "No mail holds that." in (await stage.told("list search", words="rope")).text
    assert "No mail of somebody called so" in (await stage.told("privacy author", name="Nobody")).text


async def test_an_author_is_shown_again(dev: ListArchive) -> None:
    stage = dev.stage
    first = await stage.run("privacy author", name="bob boatman")
    assert list(await stage.choices("privacy author", "name", "bo", by=stage.manager)) == ["Bob Boatman"]
    again = await stage.run("privacy author", name="Bob Boatman")
    said = stage.world.seen(await stage.press(again, "Show them again", by=stage.manager))
    assert "The mails to come of Bob Boatman are shown again." in said.text
    dev.put(Letter("New rope", "The rope is here.\n", "bob at example.org (Bob Boatman)"))
    stage.world.clock.forward(minutes=6)
    await stage.world.app.mail.polling.poll_due(stage.world.clock())
    assert "Bob Boatman" in (await stage.told("list search", words="rope")).text
    twice = stage.world.seen(await stage.press(first, "Show them again", by=stage.manager))
    assert "shown already" in twice.text


async def test_a_list_that_fails_says_so(dev: ListArchive) -> None:
    stage = dev.stage
    stage.world.server.answers(dev.base, reply(status=503))
    for _ in range(3):
        stage.world.clock.forward(hours=2)
        await stage.world.app.mail.polling.poll_due(stage.world.clock())
    assert "⚠️" in (await stage.told("list status")).text
    assert "List “dev”" in (await stage.told("status")).text
    assert "Tuesday suits" in (await stage.told("list search", words="pilots")).text
    dev.put()
    stage.world.clock.forward(hours=2)
    await stage.world.app.mail.polling.poll_due(stage.world.clock())
    assert "⚠️" not in (await stage.told("list status")).text
