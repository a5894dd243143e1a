"""Permanent redirects: when one is believed, which is followed, which only told, and never a secret."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.text.catalogue import load_texts
from bot.text.moves import (
    KEPT,
    Move,
    carry_move,
    current_address,
    plan_move,
    read_move,
    tell_move,
    write_move,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OLD = "https://lists.example.org/old/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEXTS = load_texts()


def settled(url: str, since: datetime = NOW) -> Move:
    return Move(url=url, looks=3, since=since, is_settled=True)


def after(*looks: tuple[timedelta, str], known: Move | None = None) -> Move | None:
    """Return what is known after looks at times, each led somewhere."""
    for at, moved_to in looks:
        known = plan_move(OLD, known, moved_to, NOW + at)
    return known


NEW, OTHER = "https://lists.example.org/new/", "https://lists.example.org/other/"


@pytest.mark.parametrize(
    ("looks", "is_settled"),
    [
        ([(0 * HOUR, NEW), (12 * HOUR, NEW), (24 * HOUR, NEW)], True),
        ([(0 * HOUR, NEW), (12 * HOUR, NEW), (23 * HOUR, NEW)], False),
        ([(0 * HOUR, NEW), (48 * HOUR, NEW)], False),
        ([(0 * HOUR, NEW), (12 * HOUR, OTHER), (24 * HOUR, NEW), (36 * HOUR, NEW)], False),
        ([(0 * HOUR, NEW), (12 * HOUR, ""), (24 * HOUR, NEW), (36 * HOUR, NEW)], False),
        ([(number * HOUR, NEW) for number in range(24)], False),
        ([(number * HOUR, NEW) for number in range(25)], True),
    ],
)
def test_a_move_is_believed_after_three_looks_alike_over_a_day(looks, is_settled):
    known = after(*looks)
    assert known.is_settled is is_settled
    assert current_address(OLD, known) == (NEW if is_settled else OLD)


def test_no_redirect_is_no_move():
    assert after((HOUR, "")) is None
    assert after((HOUR, NEW), (2 * HOUR, "")) is None
    assert after((HOUR, OLD)) is None


def test_a_settled_move_stays_while_the_new_address_answers_and_the_old_one_is_asked_again_in_time():
    known = settled(NEW)
    assert after((KEPT - HOUR, ""), known=known) == known
    assert after((KEPT, ""), known=known) is None


def test_a_new_address_that_moves_on_is_learned_anew():
    known = after((DAY, OTHER), known=settled(NEW))
    assert known == Move(url=OTHER, looks=1, since=NOW + DAY)
    assert current_address(OLD, known) == OLD


@pytest.mark.parametrize(
    ("old", "new", "is_followed"),
    [
        (OLD, NEW, True),
        ("http://lists.example.org/dev/", "https://lists.example.org/dev/", True),
        ("http://lists.example.org:80/dev/", "https://lists.example.org:443/dev/", True),
        ("http://lists.example.org:8080/dev/", "http://lists.example.org:8080/new/", True),
        ("https://lists.example.org/dev/", "http://lists.example.org/dev/", False),
        ("https://lists.example.org/dev/", "https://example.org/dev/", False),
        ("https://lists.example.org/dev/", "https://www.lists.example.org/dev/", False),
        ("https://a.pages.example/dev/", "https://b.pages.example/dev/", False),
        ("http://lists.example.org:8080/dev/", "https://lists.example.org:8443/dev/", False),
        ("http://lists.example.org:8080/dev/", "http://lists.example.org:8081/dev/", False),
        ("https://lists.example.org/dev/", "https://lists.example.org.evil.example/dev/", False),
        ("https://lists.example.org/dev/", "no address at all", False),
        ("https://lists.example.org/dev/", "https://lists.example.org:x/dev/", False),
    ],
)
def test_only_a_move_within_a_server_is_followed_unasked_and_every_other_is_told(old, new, is_followed):
    known = settled(new)
    assert current_address(old, known) == (new if is_followed else old)
    if "://" in new and ":x" not in new:
        assert bool(tell_move(TEXTS, old, known)) is not is_followed


def test_what_is_told_names_the_server_and_nothing_else():
    new = "https://user:pass@cal.example.net:8443/private-5ecret/basic.ics?token=5ecret#5ecret"
    told = tell_move(TEXTS, "https://lists.example.org/private-5ecret/basic.ics", settled(new))
    assert "cal.example.net:8443" in told
    assert "5ecret" not in told
    assert "pass" not in told
    assert "5ecret" not in repr(settled(new))


@pytest.mark.parametrize("known", [None, Move(url="https://b.example/", looks=9, since=NOW)])
def test_nothing_is_told_of_what_is_not_settled(known):
    assert tell_move(TEXTS, OLD, known) == ""


@pytest.mark.parametrize(
    ("address", "asked", "moved_to", "found"),
    [
        ("https://a.example/l/dev", "https://a.example/l/dev", "https://b.example/x", "https://b.example/x"),
        (
            "https://a.example/archives/list/dev@a",
            "https://a.example/archives/api/list/dev@a/emails/?offset=0",
            "https://b.example/hk/api/list/dev@a/emails/?offset=0",
            "https://b.example/hk/list/dev@a",
        ),
        (
            "https://a.example/dev/",
            "https://a.example/dev/?q=1",
            "https://a.example/new/?q=1",
            "https://a.example/new/",
        ),
        ("https://a.example/dev/", "https://a.example/dev/?q=1", "https://a.example/login", ""),
        ("https://a.example/dev/", "https://a.example/dev/?q=1", "", ""),
    ],
)
def test_a_move_of_what_lies_beneath_tells_where_the_address_is(address, asked, moved_to, found):
    assert carry_move(address, asked, moved_to) == found


@pytest.mark.parametrize("move", [None, settled(NEW), Move(url=NEW, looks=1, since=NOW)])
def test_a_move_is_kept_as_it_is(move):
    assert read_move(write_move(move)) == move
