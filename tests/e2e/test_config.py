"""A server's settings as a file: out, into another server, and out again the same."""

import discord
import pytest_asyncio

from tests.e2e.calendars import event, serve
from tests.e2e.list_archive import Letter, ListArchive
from tests.e2e.pages import FAQ
from tests.e2e.stage import Stage, make_stage
from tests.e2e.world import START, World
from tests.loopback_http import reply


async def export(stage: Stage) -> str:
    result = await stage.run("config export")
    assert stage.world.seen(result).is_private
    return (await result.response.attachments[0].read()).decode()


async def bring_in(stage: Stage, text: str) -> object:
    return await stage.run("config import", file=("community.toml", text.encode()))


def moved(text: str, one: Stage, other: Stage) -> str:
    """Write the ids of another server in the place of one's."""
    for name in ("guild", "general", "help", "editors"):
        text = text.replace(f"= {getattr(one, name).id}", f"= {getattr(other, name).id}")
    return text


@pytest_asyncio.fixture(loop_scope="module")
async def rich(stage: Stage) -> Stage:
    """A server with one of everything."""
    await stage.follow(FAQ)
    await stage.name_editors()
    await stage.run("settings", zone="Asia/Tokyo")
    archive = ListArchive(stage)
    archive.put(Letter(subject="Harbour", body="Shall we?"))
    await stage.told("list follow", url=archive.url, channel=stage.help, name='The "builders"')
    digest = {"zone": "Berlin", "quiet": True, "chart": False}
    await stage.told("list digest", when="weekdays 9:00", channel=stage.help, **digest)
    await stage.told("list live", channel=stage.help)
    await stage.told(
        "list filter",
        channel=stage.help,
        mode="highlight",
        subjects="harbour, -draft*",
        authors="Ann, ann@example.org",
        tags="/vote|ann/",
        patches="without",
        bots="only",
    )
    await stage.told("list ping", channel=stage.help, when="highlights", role=stage.editors)
    private = serve(stage, event("Call", START))
    await stage.told("calendar follow", url=private, channel=stage.help, name="Board")
    public = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{event('Open call', START)}END:VCALENDAR\r\n"
    path = f"/{stage.id}/public/group.ics"
    stage.world.server.answers(path, reply(public.encode()))
    await stage.told("calendar follow", url=stage.world.server.url(path))
    return stage


async def test_settings_go_out_into_another_server_and_out_again_the_same(rich: Stage, world: World) -> None:
    text = await export(rich)
    assert 'zone = "Asia/Tokyo"' in text
    assert 'name = "The \\"builders\\""' in text
    (told,) = (block for block in text.split("\n\n") if block.startswith("[[guild.list]]"))
    assert told.splitlines()[4:] == [
        'digest = "weekdays 09:00"',
        'zone = "Europe/Berlin"',
        "quiet = true",
        "chart = false",
        "live = true",
        'mode = "highlight"',
        'authors = "Ann"',
        'subjects = "harbour, -draft*"',
        'tags = "/vote|ann/"',
        'patches = "without"',
        'bots = "only"',
        'ping = "highlights"',
        f"ping_role = {rich.editors.id}",
    ]
    assert "# What channels chose of the lists is not all in this file" in text
    assert "private-9f2c" not in text
    _, board, rest = text.partition('\n[[guild.calendar]]\nurl = "private:')
    assert board, "the private calendar is in it, without its address"
    other = make_stage(world)
    shown = await bring_in(other, moved(text, rich, other))
    seen = world.seen(shown)
    assert "its address is private and not in the file" in seen.text
    assert [label for label in seen.labels if "changes" in label]
    done = await other.press(shown, seen.labels[0], by=other.manager)
    assert "changes made" in world.seen(done).text
    again = await export(other)
    private_block = board + rest.partition("\n\n")[0] + "\n"
    assert again == moved(text.replace(private_block, ""), rich, other).replace(
        text.partition("[[guild]]")[0], again.partition("[[guild]]")[0]
    )
    assert "Nothing: everything in it is so already." in world.seen(await bring_in(other, again)).text
    # At home the number stands for the address.
    assert "Nothing: everything in it is so already." in world.seen(await bring_in(rich, text)).text


async def test_a_file_changes_and_takes_back_what_a_channel_chose(rich: Stage, world: World) -> None:
    text = await export(rich)
    changed = (
        text.replace('mode = "highlight"', 'mode = "only_matches"')
        .replace('patches = "without"', 'patches = "all"')
        .replace('ping = "highlights"', 'ping = "never"')
        .replace(f"ping_role = {rich.editors.id}\n", "")
        .replace("quiet = true", "quiet = false")
        .replace("chart = false", "chart = true")
        .replace('subjects = "harbour, -draft*"', 'subjects = "/(/"')
    )
    shown = await bring_in(rich, changed)
    refused = world.seen(await rich.press(shown, "Make this change", by=rich.manager))
    assert "cannot be used" in refused.text
    changed = changed.replace('subjects = "/(/"', 'subjects = ", /a,b/, /c/"')
    shown = await bring_in(rich, changed)
    await rich.press(shown, "Make this change", by=rich.manager)
    assert "Nothing: everything in it is so already." in world.seen(await bring_in(rich, changed)).text
    again = await export(rich)
    for line in ("mode =", "patches =", "ping =", "ping_role =", "quiet =", "chart ="):
        assert f"\n{line}" not in again
    # An author who is known by the address stays: no file can name it.
    assert "by `a…@example.org`" in (await rich.told("list filter", channel=rich.help)).text
    assert "Make this change" in world.seen(await bring_in(rich, text)).labels


async def test_a_role_that_lets_people_do_more_is_not_taken_for_pings(stage: Stage) -> None:
    powers = stage.guild.create_role("Wardens", permissions=discord.Permissions(kick_members=True))
    for role, why in ((stage.id, "its role is not in this server"), (powers.id, "not every member")):
        text = (
            f'[[guild]]\nid = 5\n[[guild.list]]\nurl = "https://example.org/x"\nchannel = {stage.help.id}\n'
            f'ping = "threads"\nping_role = {role}\n'
        )
        assert why in stage.world.seen(await bring_in(stage, text)).text


async def test_what_is_wrong_is_said_all_at_once_with_lines(stage: Stage) -> None:
    text = '[[guild]]\nid = 1\nzome = "x"\n[[guild.list]]\nurl = "ftp://x"\n'
    seen = stage.world.seen(await bring_in(stage, text))
    assert "3 things are wrong with the file; nothing was changed" in seen.text
    assert "community.toml:3: unknown key 'zome'; did you mean zone?" in seen.text
    assert "community.toml:5: url: write an address" in seen.text
    assert seen.controls == ()


async def test_nothing_of_another_server_and_nothing_of_the_operators_is_taken(
    stage: Stage, world: World
) -> None:
    other = make_stage(world)
    text = (
        f"[[guild]]\nid = {stage.id}\nadmin_channel = {other.general.id}\neditors_role = {other.editors.id}\n"
        f'help_channel = {stage.help.id}\n[[guild.faq]]\nfile = "secrets.txt"\n'
        '[[guild.mailbox]]\nname = "wg"\nhost = "imap.example.org"\nuser = "wg"\npassword = "SECRET_X"\n'
    )
    shown = await bring_in(stage, text)
    seen = world.seen(shown)
    assert "`admin_channel`" in seen.text
    assert "its channel is not in this server" in seen.text
    assert "its role is not in this server" in seen.text
    assert seen.text.count("files and logins are for whoever runs the bot") == 2
    done = world.seen(await stage.press(shown, "Make this change", by=stage.manager))
    assert "1 change made" in done.text


async def test_what_fails_is_said_and_the_rest_is_done(stage: Stage) -> None:
    text = (
        f'[[guild]]\nid = {stage.id}\nzone = "Asia/Tokyo"\n'
        f'[[guild.faq]]\nurl = "{stage.url("nothing-here.md")}"\n'
    )
    shown = await bring_in(stage, text)
    done = stage.world.seen(await stage.press(shown, "Make these 2 changes", by=stage.manager))
    assert "1 change made" in done.text
    assert "`zone`" in done.text
    assert "Cannot be taken from the file:" in done.text
    assert "nothing-here.md" in done.text
