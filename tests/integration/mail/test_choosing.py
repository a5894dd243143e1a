"""What a pause held back comes as one summary; words that members watch for; on both engines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from bot.delivery.models import State
from bot.delivery.outbox import Outbox
from bot.delivery.post import Words
from bot.delivery.post_json import from_json
from bot.errors import UserError
from bot.mail.choices_repository import ChoicesRepository
from bot.mail.choosing import Choosing, Wanted
from bot.mail.dispositions import Disposition, Fate, Way
from bot.mail.dispositions_repository import Dispositions
from bot.mail.email_rows import hash_authors_with
from bot.mail.filters import Field, Mode
from bot.mail.noting import Noting, plan_notes
from bot.mail.polling import News
from bot.mail.render_watch import render_words
from bot.mail.stored import OptOut
from bot.mail.watch_repository import Note, WatchRepository
from bot.storage.schema import outbox as rows_of
from bot.text.catalogue import load_texts
from tests.integration.mail.arrivals import CHANNEL, GUILD, NOW, STRANGER, arrival, follow, later

TEXTS = load_texts()
ADA, BOB = 1001, 1002


@pytest.fixture
def outbox(database):
    return Outbox(database, wake=lambda: None)


@pytest.fixture
def choosing(database, outbox):
    return Choosing(
        database=database,
        repository=ChoicesRepository(database),
        outbox=outbox,
        hash_author=hash_authors_with(b"secret"),
        texts=TEXTS,
    )


@pytest.fixture
def watches(database):
    return WatchRepository(database)


@pytest.fixture
def noting(database, mail, outbox, watches):
    async def sees(guild_id, user_id, channels):
        return {ADA: True, BOB: None}.get(user_id, False)

    return Noting(database=database, watches=watches, mail=mail, outbox=outbox, sees=sees, texts=TEXTS)


def text_of(row):
    return "\n".join(block.markdown for block in from_json(row.post).blocks if isinstance(block, Words))


async def save(database, mail, list_id, *arrivals, now=NOW):
    async with database.writing() as connection:
        return (await mail.save_batch(connection, list_id, arrivals, now=now)).emails


async def hear(database, mail, noting, list_id, *arrivals, now=NOW, is_old=False):
    async with database.writing() as connection:
        saved = await mail.save_batch(connection, list_id, arrivals, now=now)
        the_list = await mail.get_list(list_id)
        await noting.hear(connection, News(mailing_list=the_list, saved=saved, is_old=is_old, now=now))


async def sent(database, noting, user, now):
    """Send what is due, and return the keys of a person's notes."""
    await noting.send_due(now)
    async with database.reading() as connection:
        rows = await connection.execute(select(rows_of.c.key).where(rows_of.c.channel_id == user))
        return [key for (key,) in rows]


async def texts_of_notes(database, user):
    async with database.reading() as connection:
        statement = select(rows_of).where(rows_of.c.channel_id == user).order_by(rows_of.c.id)
        return [text_of(row) for row in await connection.execute(statement)]


async def test_what_a_pause_held_back_comes_as_one_summary(database, mail, list_id, choosing, outbox):
    choices = await choosing.find(GUILD, list_id, None, here=1)
    paused = await choosing.pause(choices, now=NOW)
    assert paused.paused_at == NOW
    assert (await choosing.pause(choices, now=later(hours=1))).paused_at == NOW

    emails = await save(
        database,
        mail,
        list_id,
        arrival("a", subject="Ropes @everyone [x](https://evil.example)"),
        arrival("b", subject="Re: Ropes", refs="a", author="Bob <bob@example.org>"),
        arrival("c", subject="Paint", author="Carol <carol@example.org>"),
    )
    ledger = Dispositions(database)
    async with database.writing() as connection:
        await ledger.record(
            connection,
            [
                Disposition(
                    email_id=email.id,
                    list_id=list_id,
                    guild_id=GUILD,
                    channel_id=CHANNEL,
                    way=Way.LIVE,
                    fate=Fate.PAUSED if email.key[0] != "c" else Fate.FILTERED,
                    at=later(minutes=1),
                )
                for email in emails
            ],
        )
    the_list = await mail.get_list(list_id)
    assert await choosing.resume(choices, the_list, now=later(days=1)) == 2
    assert await choosing.resume(choices, the_list, now=later(days=1)) == 0

    (told, _, filtered) = [(await ledger.list_of_email(GUILD, email.id))[0] for email in emails]
    assert told.fate is Fate.PAUSED
    assert filtered.outbox_key == ""
    row = await outbox.find(told.outbox_key)
    assert (row.channel_id, row.due_at) == (CHANNEL, later(days=1))
    text = text_of(row)
    assert "2 mails · 1 thread" in text
    assert "Ann Example, Bob" in text
    assert "Paint" not in text
    assert "@everyone" not in text.replace("@\u200beveryone", "").replace("\\@everyone", "")
    assert "](https://evil" not in text


async def test_filters_are_changed_field_by_field(choosing, list_id):
    choices = await choosing.find(GUILD, list_id, CHANNEL, here=1)
    wanted = Wanted(texts={Field.SUBJECT: "a, -b"}, flags={Field.BOT: True})
    changed = await choosing.filter(choices, wanted)
    assert [(rule.field, rule.text, rule.leaves_out) for rule in changed.rules] == [
        (Field.SUBJECT, "a", False),
        (Field.SUBJECT, "b", True),
        (Field.BOT, "", True),
    ]
    marked = await choosing.filter(changed, Wanted(mode=Mode.HIGHLIGHT, flags={Field.BOT: None}))
    assert (len(marked.rules), marked.mode) == (2, Mode.HIGHLIGHT)
    assert (await choosing.filter(marked, Wanted(texts={Field.SUBJECT: "*"}))).rules == ()
    with pytest.raises(UserError, match="cannot be used"):
        await choosing.filter(marked, Wanted(texts={Field.SUBJECT: "/(/"}))


async def test_declared_rules_cannot_be_changed_in_chat(choosing, list_id):
    choices = await choosing.find(GUILD, list_id, CHANNEL, here=1)
    wanted = Wanted(mode=Mode.HIGHLIGHT, texts={Field.SUBJECT: "a"})
    read = (await choosing.declare(choices, wanted)).rules
    declared = await choosing.find(GUILD, list_id, CHANNEL, here=1)
    assert (declared.rules, declared.mode, declared.is_declared) == (read, Mode.HIGHLIGHT, True)
    for change in (choosing.filter(declared, Wanted(mode=Mode.ONLY_MATCHES)), choosing.clear(declared)):
        with pytest.raises(UserError, match=r"community\.toml"):
            await change
    assert await choosing.declare(declared, wanted) == declared
    with pytest.raises(UserError, match="cannot be used"):
        await choosing.declare(declared, Wanted(texts={Field.SUBJECT: "/(/"}))
    await choosing.declare(declared, None)
    assert (await choosing.find(GUILD, list_id, CHANNEL, here=1)).rules == ()


async def test_a_watched_word_is_told_to_who_may_hear_of_it(database, mail, list_id, watches, noting):
    for user in (ADA, BOB, 1003):
        assert await watches.add_words(GUILD, user, {"word": "words"}, most=20, now=NOW)
    await watches.add_words(STRANGER, 1004, {"word": "words"}, most=20, now=NOW)
    await hear(database, mail, noting, list_id, arrival("a"), arrival("b", refs="a"))
    assert len(await sent(database, noting, ADA, NOW)) == 1
    for nobody in (BOB, 1003, 1004):
        assert await sent(database, noting, nobody, NOW) == []
    ((waiting,),) = await watches.list_open(people=10, each=10)
    assert waiting.user_id == BOB  # Discord could not be asked
    await noting.send_due(later(hours=25))
    assert await watches.list_open(people=10, each=10) == ()


async def test_a_thread_is_told_once_a_day(database, mail, list_id, watches, noting):
    await watches.add_words(GUILD, ADA, {"word": "words"}, most=20, now=NOW)
    await hear(database, mail, noting, list_id, arrival("a"))
    for hours, told in ((1, 1), (23, 1), (25, 2), (26, 2)):
        now = later(hours=hours)
        await hear(database, mail, noting, list_id, arrival(f"r{hours}", refs="a", at=now), now=now)
        assert len(await sent(database, noting, ADA, now)) == told, hours


async def test_many_threads_at_once_are_five_notes_an_hour_and_none_is_lost(
    database, mail, list_id, watches, noting
):
    await watches.add_words(GUILD, ADA, {"word": "words"}, most=20, now=NOW)
    mails = [arrival(f"m{n}", subject=f"Topic number {n}", at=later(seconds=n)) for n in range(100)]
    await hear(database, mail, noting, list_id, *mails)
    assert len(await sent(database, noting, ADA, NOW)) == 5
    assert await watches.list_open(people=10, each=1000) == ()
    told = await texts_of_notes(database, ADA)
    assert [f"number {n}" in text for n, text in enumerate(told[:4])] == [True] * 4
    assert told[4].startswith("96 more threads have words of yours:")
    lines = [line for line in told[4].splitlines() if line.startswith("- ")]
    assert "Topic number 4" in lines[0]
    assert f"And {96 - len(lines)} more: `/list search`." in told[4]
    # What comes within the hour waits, and then comes together; another server's are counted for themselves.
    for number in range(7):
        at = later(minutes=10 + number)
        await hear(database, mail, noting, list_id, arrival(f"n{number}", subject=f"New {number}", at=at))
        assert len(await sent(database, noting, ADA, at)) == 5
    assert len(await sent(database, noting, ADA, later(minutes=61))) == 10
    told = await texts_of_notes(database, ADA)
    assert told[9].startswith("3 more threads have words of yours:")
    assert all(f"New {n}" in "\n".join(told[5:]) for n in range(7))


async def test_who_closed_direct_messages_is_told_so_where_the_words_are(
    database, mail, list_id, watches, noting
):
    await watches.add_words(GUILD, ADA, {"word": "words"}, most=20, now=NOW)
    words = await watches.list_words(GUILD, ADA)
    assert not await noting.is_shut_out(GUILD, ADA)
    for name, state in (("a", State.FAILED), ("b", State.SENT)):
        await hear(database, mail, noting, list_id, arrival(name, subject=name))
        await noting.send_due(NOW)
        async with database.writing() as connection:
            last = select(func.max(rows_of.c.id)).scalar_subquery()
            await connection.execute(update(rows_of).where(rows_of.c.id == last).values(state=state))
        is_shut_out = await noting.is_shut_out(GUILD, ADA)
        assert is_shut_out is (state is State.FAILED)
        said = render_words(TEXTS, words, is_shut_out=is_shut_out).blocks[0].markdown
        assert ("your direct messages are closed" in said) is is_shut_out


@given(waiting=st.integers(0, 300), room=st.integers(1, 5))
def test_notes_keep_to_the_room_that_there_is_and_leave_none_out(waiting, room):
    notes = [
        Note(guild_id=1, user_id=2, list_id=3, thread=n, email_id=n, word="w", found_at=NOW)
        for n in range(waiting)
    ]
    single, together = plan_notes(notes, room=room)
    assert [*single, *together] == notes
    assert len(single) + bool(together) <= room
    assert len(together) != 1


async def test_old_mails_and_hidden_authors_are_not_told(database, mail, list_id, watches, noting):
    await watches.add_words(GUILD, ADA, {"word": "words"}, most=20, now=NOW)
    await hear(database, mail, noting, list_id, arrival("a", at=later(hours=-1)), is_old=True)
    await hear(database, mail, noting, list_id, arrival("b", at=later(days=-3)))
    hidden = arrival("c", author="Eve <eve@example.org>")
    async with database.writing() as connection:
        await mail.follow(connection, follow(list_id, STRANGER, 9))  # so that the mail is kept
        author = hash_authors_with(b"secret")("eve@example.org")
        await mail.opt_out(
            connection, OptOut(guild_id=GUILD, author_hash=author, author_name="Eve", since=NOW)
        )
    await hear(database, mail, noting, list_id, hidden)
    assert await sent(database, noting, ADA, NOW) == []
    await hear(database, mail, noting, list_id, arrival("d", at=later(minutes=1)), is_old=True)
    assert len(await sent(database, noting, ADA, NOW)) == 1  # it was sent while the list was first read


async def test_words_are_limited_and_taken_away(watches):
    words = {f"w{n}": f"w{n}" for n in range(20)}
    assert await watches.add_words(GUILD, ADA, words, most=20, now=NOW)
    assert await watches.add_words(GUILD, ADA, {"w1": "W1"}, most=20, now=NOW)
    assert not await watches.add_words(GUILD, ADA, {"more": "more"}, most=20, now=NOW)
    assert await watches.remove_words(GUILD, ADA, ["w1", "w2", "nothing"]) == 2
    assert await watches.remove_words(GUILD, ADA) == 18
    assert await watches.list_words(GUILD, ADA) == ()
