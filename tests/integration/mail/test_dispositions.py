"""The ledger of what became of each mail: one fate for each way, kept with the mail; on both engines."""

from dataclasses import replace

import pytest

from bot.mail.dispositions import Disposition, Fate, Way
from bot.mail.dispositions_repository import Dispositions
from tests.integration.mail.arrivals import CHANNEL, GUILD, NOW, STRANGER, arrival, later


@pytest.fixture
async def emails(database, mail, list_id):
    async with database.writing() as connection:
        saved = await mail.save_batch(
            connection, list_id, [arrival(name, subject=name) for name in ("a", "b", "c")], now=NOW
        )
    return saved.emails


@pytest.fixture
def ledger(database):
    return Dispositions(database)


def decided(email, fate=Fate.POSTED, **values):
    usual = {"guild_id": GUILD, "channel_id": CHANNEL, "way": Way.LIVE, "at": NOW}
    return Disposition(email_id=email.id, list_id=email.list_id, fate=fate, **usual | values)


async def test_what_is_recorded_first_stays(database, ledger, emails):
    first = decided(emails[0], outbox_key="key")
    async with database.writing() as connection:
        await ledger.record(connection, [first, decided(emails[1], Fate.FILTERED, reason="bots")])
        await ledger.record(connection, [replace(first, fate=Fate.FOLDED), decided(emails[2])])
        await ledger.record(connection, [])
    assert await ledger.list_of_email(GUILD, emails[0].id) == (first,)
    assert await ledger.list_of_email(STRANGER, emails[0].id) == ()
    counted = await ledger.count_fates(emails[0].list_id, CHANNEL, Way.LIVE)
    assert counted == {Fate.POSTED: 2, Fate.FILTERED: 1}


async def test_ways_and_channels_have_fates_of_their_own(database, ledger, emails):
    email = emails[0]
    told = [
        decided(email),
        decided(email, Fate.MUTED, way=Way.DIGEST, at=later(hours=1)),
        decided(email, channel_id=7, at=later(hours=2)),
    ]
    async with database.writing() as connection:
        await ledger.record(connection, told)
    assert await ledger.list_of_email(GUILD, email.id) == tuple(told)


async def test_what_was_decided_lately_is_found_in_its_order(database, ledger, emails):
    first, second, third = emails
    told = [decided(third, at=later(minutes=1)), decided(second, Fate.FOLDED, at=later(minutes=2))]
    async with database.writing() as connection:
        await ledger.record(connection, [decided(first), *reversed(told)])
        found = await ledger.list_since(
            connection,
            first.list_id,
            CHANNEL,
            Way.LIVE,
            since=later(minutes=1),
            fates=(Fate.POSTED, Fate.FOLDED),
        )
    assert found == tuple(told)


async def test_the_ledger_forgets_a_mail_with_the_mail(database, mail, ledger, emails, list_id):
    async with database.writing() as connection:
        await ledger.record(connection, map(decided, emails))
        await mail.unfollow(connection, GUILD, list_id)
        await mail.remove_unfollowed(connection, later(days=1))
    assert await ledger.count_fates(list_id, CHANNEL, Way.LIVE) == {}
