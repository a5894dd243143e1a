"""What people choose of mailing lists: filters, muted threads, pauses, pings, words to watch for, replies."""

import discord
import pytest
import simcord

from bot.mail.following import Wish
from bot.mail.models import Place
from bot.wiring.mail_choices import declare_choices
from config.community import Guild
from config.sections.lists import DeclaredList
from tests.e2e.list_archive import Letter, ListArchive, archive
from tests.e2e.seen import Seen, read_message
from tests.e2e.stage import Stage
from tests.e2e.test_lists import closed_channel


async def look(stage: Stage) -> None:
    """Read what is new, and say what is to be said."""
    app = stage.world.app
    stage.world.clock.forward(minutes=6)
    await app.mail.polling.poll_due(stage.world.clock())
    await app.scheduler.run_now("list notes")
    async with app.delivery.dispatcher:
        await app.delivery.dispatcher.until_idle()


def notes(stage: Stage, member: simcord.MemberActor) -> list[Seen]:
    messages = stage.world.env.backend.messages.get(member.user.dm_channel.id, {})
    return [read_message(each) for each in sorted(messages.values(), key=lambda each: each.id)]


async def test_filter_says_what_is_shown(dev: ListArchive) -> None:
    stage = dev.stage
    assert "Every mail is shown." in (await stage.told("list filter")).text
    said = await stage.told(
        "list filter",
        subjects="release, -draft*",
        authors="ann, bob@example.org",
        tags="/vote|ann/",
        bots="without",
    )
    assert said.is_private
    assert "Only these mails are shown: by `ann`, by `b…@example.org`, `release` in the subject" in said.text
    assert "tagged `/vote|ann/`" in said.text
    assert "Left out: `draft*` in the subject, mails by machines." in said.text
    marked = await stage.told("list filter", mode="highlight", authors="*")
    assert "Every mail is shown; ⭐ marks `release` in the subject, tagged" in marked.text
    assert "bob" not in marked.text
    shown = await stage.run("list filter", by=stage.manager)
    assert "⭐ marks" in stage.world.seen(shown).text
    cleared = stage.world.seen(await stage.press(shown, "Show every mail", by=stage.manager))
    assert "Every mail is shown." in cleared.text
    assert "Every mail is shown." in (await stage.told("list filter")).text


@pytest.mark.parametrize(
    ("subjects", "reason"),
    [
        ("/(?=a)b/", "lookaround"),
        ("/(a{1000}){1000}/", "too large"),
        ("/(`@everyone`/", "cannot be used"),
        ("!!!", "no word in that"),
        (",".join(f"w{n}" for n in range(26)), "more than 25 rules"),
    ],
)
async def test_rules_that_cannot_be_used_are_refused(dev: ListArchive, subjects: str, reason: str) -> None:
    said = await dev.stage.told("list filter", subjects=subjects)
    assert said.is_private
    assert reason in said.text
    assert said.pinged == ()
    assert "Every mail is shown." in (await dev.stage.told("list filter")).text


async def test_the_channel_is_named_where_there_are_several(dev: ListArchive) -> None:
    stage = dev.stage
    await stage.told("list follow", url=dev.url, channel=stage.help)
    here = await stage.told("list filter", subjects="rope")
    assert f"In <#{stage.general.id}>:" in here.text
    there = await stage.told("list filter", channel=stage.help)
    assert f"In <#{stage.help.id}>:" in there.text
    assert "Every mail is shown." in there.text
    await stage.told("list unfollow", channel=stage.general)
    assert f"In <#{stage.help.id}>:" in (await stage.told("list filter")).text
    assert "not followed" in (await stage.told("list filter", channel=stage.general)).text


async def test_a_thread_is_muted_and_shown_again(dev: ListArchive) -> None:
    stage = dev.stage
    offered = await stage.choices("list mute", "thread", "harbour", by=stage.manager)
    (value,) = offered.values()
    muted = await stage.run("list mute", thread=value)
    assert f"Muted in <#{stage.general.id}>: [Harbour meeting]" in stage.world.seen(muted).text
    assert "Already muted" in (await stage.told("list mute", thread=value)).text
    assert "1 thread is muted." in (await stage.told("list filter")).text
    again = stage.world.seen(await stage.press(muted, "Show it again", by=stage.manager))
    assert "shown again" in again.text
    assert "muted" not in (await stage.told("list filter")).text
    assert "pick it from the list" in (await stage.told("list mute", thread="harbour")).text
    assert "No such thread" in (await stage.told("list mute", thread="1-999999")).text


async def test_pause_and_resume(dev: ListArchive) -> None:
    stage = dev.stage
    assert "That is not paused." in (await stage.told("list resume")).text
    paused = await stage.told("list pause")
    assert "dev is paused" in paused.text
    assert "/list resume" in paused.text
    assert "Paused <t:" in (await stage.told("list filter")).text
    assert f"dev is posted in <#{stage.general.id}> again." in (await stage.told("list resume")).text
    assert stage.public() == []


async def test_members_take_the_role_that_is_pinged(dev: ListArchive) -> None:
    stage = dev.stage
    assert "Nothing is pinged for dev." in (await stage.told("list notify", by=stage.ada)).text
    assert "Name the role" in (await stage.told("list ping", when="threads")).text
    unfit = stage.guild.create_role("Wardens", permissions=discord.Permissions(kick_members=True))
    assert "lets people do more than read" in (await stage.told("list ping", when="threads", role=unfit)).text
    role = stage.guild.create_role("Dev readers")
    said = await stage.told("list ping", when="highlights", role=role)
    assert f"{role.mention} is pinged with the mails that the filter picks." in said.text
    assert "/list notify" in said.text
    assert said.pinged == ()
    taken = await stage.told("list notify", by=stage.ada)
    assert f"You have {role.mention} now" in taken.text
    member = await stage.world.app.client.get_guild(stage.id).fetch_member(stage.ada.id)
    assert role.id in [each.id for each in member.roles]
    assert "no longer yours" in (await stage.told("list notify", by=stage.ada)).text
    assert "No role is pinged" in (await stage.told("list ping", when="never")).text
    assert "Nothing is pinged for dev." in (await stage.told("list notify", by=stage.ada)).text


async def test_a_role_that_becomes_powerful_is_no_longer_given(dev: ListArchive) -> None:
    stage = dev.stage
    role = stage.guild.create_role("Readers")
    await stage.told("list ping", when="threads", role=role)
    rights = discord.Permissions(manage_roles=True).value
    stage.world.env.backend.edit_role(stage.id, role.id, {"permissions": rights})
    await stage.world.env.settle()
    assert "is gone, or is not for everybody" in (await stage.told("list notify", by=stage.ada)).text


async def test_watched_words_bring_a_private_note_once_a_day(dev: ListArchive) -> None:
    stage = dev.stage
    assert "You watch for no words here." in (await stage.told("list watch", by=stage.ada)).text
    said = await stage.told("list watch", by=stage.ada, words="ropes, red lighthouse, @everyone")
    assert "**ropes**" in said.text
    assert said.is_private
    dev.put(
        Letter("New rope", "The rope is here. <@1> ann@example.org\n", name="r1", at=stage.world.clock()),
        Letter("Nothing", "The lighthouse is red.\n", name="r2", at=stage.world.clock()),
    )
    await look(stage)
    (note,) = notes(stage, stage.ada)
    assert "**ropes** came up on dev:" in note.text
    assert "[New rope](" in note.text
    assert "ann@" not in note.text
    dev.put(Letter("Re: New rope", "Which rope?\n", name="r3", answers="r1", at=stage.world.clock()))
    await look(stage)
    assert len(notes(stage, stage.ada)) == 1
    stage.world.clock.forward(hours=25)
    dev.put(Letter("Re: New rope", "This rope.\n", name="r4", answers="r1", at=stage.world.clock()))
    await look(stage)
    assert len(notes(stage, stage.ada)) == 2
    assert notes(stage, stage.bob) == []
    assert stage.public() == []


async def test_watched_words_are_taken_away(dev: ListArchive) -> None:
    stage = dev.stage
    too_many = await stage.told("list watch", by=stage.ada, words=" ".join(f"word{n}" for n in range(21)))
    assert "You can watch for 20 words here." in too_many.text
    assert "no word in that" in (await stage.told("list watch", by=stage.ada, words="!?")).text
    shown = await stage.run("list watch", by=stage.ada, words="anchor buoy")
    assert stage.world.seen(shown).options == ["anchor", "buoy"]
    left = stage.world.seen(await stage.pick(shown, "anchor"))
    assert "**buoy**" in left.text
    assert "anchor" not in left.text
    assert "You watch for no words here." in stage.world.seen(await stage.press(shown, "Stop all")).text


async def test_a_private_lists_words_reach_only_those_who_see_its_channel(stage: Stage) -> None:
    made = archive(stage)
    closed = closed_channel(stage)
    await stage.told("list follow", url=made.url, private=True, channel=closed)
    for person in (stage.ada, stage.bob):
        await stage.told("list watch", by=person, words="rope")
    made.put(Letter("New rope", "The rope is here.\n", at=stage.world.clock()))
    await look(stage)
    assert notes(stage, stage.ada) == []
    assert len(notes(stage, stage.bob)) == 1


async def test_how_to_answer_is_told_in_private(dev: ListArchive) -> None:
    stage = dev.stage
    (value,) = (await stage.choices("list reply", "thread", "harbour")).values()
    said = await stage.told("list reply", by=stage.ada, thread=value)
    assert said.is_private
    assert "No mail told the address of dev yet." in said.text
    assert "The bot sends no mail for you." in said.text
    assert "pick it from the list" in (await stage.told("list reply", by=stage.ada, thread="zebra")).text


async def test_missing_mails_are_told_fetched_again_and_given_up(dev: ListArchive) -> None:
    stage = dev.stage
    dev.missing = 3
    dev.put(Letter("New rope", "The rope is here.\n", at=stage.world.clock()))
    await look(stage)
    told = await stage.told("list status")
    assert "⏳ Expected messages 3-5, fetching." in told.text
    assert "usually here 6 minutes after sending" in told.text
    for _ in range(5):
        await stage.world.app.scheduler.run_now("list gaps")
        stage.world.clock.forward(hours=7)
        await stage.world.app.mail.polling.poll_due(stage.world.clock())
    assert "Messages 3-5 are not to be had after 3 looks" in (await stage.told("list status")).text


async def test_missing_mails_that_turn_up_close_the_gap(dev: ListArchive) -> None:
    stage = dev.stage
    dev.missing = 1
    dev.put(Letter("New rope", "The rope is here.\n", at=stage.world.clock()))
    await look(stage)
    assert "Expected messages 3, fetching." in (await stage.told("list status")).text
    last = dev.letters.pop()
    dev.missing = 0
    dev.put(Letter("Lost rope", "It was lost.\n", at=stage.world.clock()), last)
    await stage.world.app.scheduler.run_now("list gaps")
    await look(stage)
    await stage.world.app.scheduler.run_now("list gaps")
    told = (await stage.told("list status")).text
    assert "5 mails" in told
    assert "messages 3" not in told.lower()


async def test_preview_shows_the_digest_to_come_and_posts_nothing(dev: ListArchive) -> None:
    stage = dev.stage
    week = await stage.told("list preview")
    assert week.is_private
    assert "Harbour meeting" in week.text
    assert "@everyone" not in week.text.replace("@\u200beveryone", "")
    said = await stage.told("list digest", when="daily 09:00")
    assert said.is_private
    await stage.told("list filter", subjects="-draft")
    dev.put(
        Letter(
            "New rope", "The rope is here, and it is long enough for both boats.\n", at=stage.world.clock()
        ),
        Letter(
            "Draft of a letter", "Dear harbour master, we write to you about ropes.\n", at=stage.world.clock()
        ),
    )
    await look(stage)
    soon = await stage.told("list preview")
    assert "New rope" in soon.text
    assert "Harbour meeting" not in soon.text
    assert "Draft of a letter" not in soon.text
    assert stage.public() == []
    await stage.told("list pause")
    assert "New rope" in (await stage.told("list preview")).text


async def test_what_a_pause_held_back_comes_as_one_post(dev: ListArchive) -> None:
    stage = dev.stage
    assert (await stage.told("list live")).is_private
    await stage.told("list pause")
    dev.put(
        Letter("New rope", "The rope is here.\n", at=stage.world.clock(), name="p1"),
        Letter(
            "Re: New rope",
            "Which rope?\n",
            "bob at example.org (Bob Boatman)",
            "p2",
            "p1",
            stage.world.clock(),
        ),
    )
    await look(stage)
    assert stage.public() == []
    assert "The 2 mails that were held back come as one summary." in (await stage.told("list resume")).text
    await look(stage)
    (summary,) = stage.public()
    assert "2 mails · 1 thread" in summary.text
    assert "[New rope](" in summary.text
    assert "Ann Archer, Bob Boatman" in summary.text
    assert summary.pinged == ()
    explained = await stage.told("list explain", link="<p1@example.org>")
    assert "Folded into a summary." in explained.text


async def test_declared_filters_win_and_a_wrong_one_changes_nothing(dev: ListArchive) -> None:
    stage, app = dev.stage, dev.stage.world.app
    (follow,) = await app.mail.repository.list_follows(stage.id)
    (source,) = await app.mail.repository.list_sources(follow.list_id)
    place = Place(kind=source.kind, address=source.address, name="dev")
    wish = Wish(guild_id=stage.id, channel_id=stage.general.id, place=place)

    async def declare(**rules: str) -> str:
        declared = DeclaredList(url=dev.url, channel=stage.general.id, **rules)
        guild = Guild(id=stage.id, lists=(declared,))
        now = stage.world.clock()
        await declare_choices(app.mail, app.telling.choices, guild, [(declared, wish)], now)
        return (await stage.told("list filter")).text

    shown = await declare(mode="highlight", subjects="rope, -draft", patches="all", bots="without")
    assert "⭐ marks `rope` in the subject." in shown
    assert "Left out: `draft` in the subject, mails by machines." in shown
    assert "community.toml says which mails are shown" in shown
    assert "change them there" in (await stage.told("list filter", subjects="x")).text
    assert await declare(subjects="/(/") == shown
    assert "Every mail is shown." in await declare()
    assert "`x` in the subject" in (await stage.told("list filter", subjects="x")).text
    assert "`x` in the subject" in await declare()
