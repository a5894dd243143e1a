"""Which two lists are one: only where joining them shows nobody anything new."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.mail.stored import Follow, MailingList, MailSource
from bot.mail.twins import Join, Side, plan_join

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def side(number: int, address: str = "", *, name: str = "dev", identifier: str = "", **more: object) -> Side:
    kind = "imap" if address.startswith("imap:") else "pipermail"
    source = MailSource(
        id=number, list_id=number, kind=kind, address=address, cursor={}, created_at=NOW, next_check_at=NOW
    )
    values: dict[str, object] = {
        "mailing_list": MailingList(id=number, name=name, identifier=identifier, created_at=NOW),
        "follows": (follow(number),),
        "sources": (source,),
        "mails": 10,
        "is_set_up": False,
        **more,
    }
    return Side(**values)  # type: ignore[arg-type]


def follow(number: int, *, guild_id: int = 1, channel_id: int = 30) -> Follow:
    return Follow(guild_id=guild_id, list_id=number, channel_id=channel_id, followed_at=NOW)


HTTP = side(1, "http://lists.example.org/pipermail/dev/")
HTTPS = side(2, "https://lists.example.org/pipermail/dev/")
MAILBOX = side(3, "imap://wg/INBOX", name="wg", identifier="dev.lists.example.org")


def test_the_elder_of_two_with_one_list_id_stays():
    one = side(1, "https://a.example/x/", name="a", identifier="dev.lists.example.org")
    assert plan_join(one, MAILBOX, common=0) == Join(keeper=1, goner=3)


def test_two_list_ids_are_two_lists_whatever_else_they_share():
    one = side(1, "http://a.example/dev/", identifier="dev.a.example")
    other = side(2, "https://a.example/dev/", identifier="dev.b.example")
    assert plan_join(one, other, common=10) is None


def test_an_address_with_and_without_tls_is_one():
    assert plan_join(HTTP, HTTPS, common=0) == Join(keeper=1, goner=2)


@pytest.mark.parametrize(
    ("common", "mails", "is_one"), [(0, 10, False), (4, 10, False), (5, 10, True), (0, 0, False)]
)
def test_a_name_counts_with_most_of_the_mails(common, mails, is_one):
    mailbox = replace(MAILBOX, mails=mails)
    assert (plan_join(HTTPS, mailbox, common=common) is not None) is is_one


def test_another_name_counts_for_nothing():
    other = side(4, "https://lists.example.org/pipermail/announce/", name="announce")
    assert plan_join(HTTPS, other, common=10) is None


@pytest.mark.parametrize(
    "follows",
    [
        (follow(2, channel_id=31),),
        (follow(2), follow(2, channel_id=31)),
        (follow(2, guild_id=2),),
        (follow(2), follow(2, guild_id=2, channel_id=40)),
        (),
    ],
)
def test_nothing_is_joined_unless_one_guild_follows_both_in_the_same_channels(follows):
    assert plan_join(HTTP, replace(HTTPS, follows=follows), common=10) is None


def test_two_guilds_that_follow_both_keep_both():
    both = [
        replace(each, follows=(follow(each.mailing_list.id), follow(each.mailing_list.id, guild_id=2)))
        for each in (HTTP, HTTPS)
    ]
    assert plan_join(*both, common=10) is None


def test_the_one_for_which_something_was_chosen_stays():
    assert plan_join(HTTP, replace(HTTPS, is_set_up=True), common=0) == Join(keeper=2, goner=1)
    assert plan_join(replace(HTTP, is_set_up=True), replace(HTTPS, is_set_up=True), common=0) is None


def test_an_import_stays_where_it_was_put():
    imported = replace(HTTPS, sources=(replace(HTTPS.sources[0], next_check_at=None),))
    assert plan_join(HTTP, imported, common=10) is None
