"""Which mails hold a word that somebody watches for."""

import dataclasses
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.watch_words import LONGEST_STEM, Watch, find_hits, read_words, stem_words
from tests.unit.mail.test_showing import stored

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def mail(body, subject="Topic", thread=1, number=1):
    raw = f"From: Ann <ann@example.org>\nSubject: {subject}\nMessage-ID: <m{number}@example.org>\n\n{body}\n"
    return dataclasses.replace(stored(raw.encode(), number=number), thread=thread)


def watch(word, user=7):
    return Watch(guild_id=1, user_id=user, stem=stem_words(word), word=word, added_at=NOW)


@pytest.mark.parametrize(
    ("word", "body", "is_found"),
    [
        ("release", "The releases are near.", True),
        ("Releases", "RELEASE!", True),
        ("lease", "The release.", False),
        ("zurich", "Grüße aus Zürich", True),
        ("ci", "The CI is red.", True),
        ("io", "iOS only", False),
        ("build system", "Our build systems are old.", True),
        ("build system", "The system that we build.", False),
        ("投票", "投票の件", True),
        ("rope", "On Monday, Bob wrote:\n> The rope is here.\n\nNo.", False),
    ],
)
def test_whole_words_are_found_whatever_their_ending(word, body, is_found):
    assert bool(find_hits([watch(word)], [mail(body)])) is is_found


def test_subject_counts_too():
    assert find_hits([watch("rope")], [mail("Hello", subject="Re: [dev] New ropes")])


def test_a_thread_is_told_once_to_each():
    emails = [mail("A rope.", number=1), mail("The rope.", number=2), mail("Rope", thread=2, number=3)]
    hits = find_hits([watch("rope"), watch("ropes"), watch("rope", user=8)], emails)
    assert [(hit.watch.user_id, hit.email.id) for hit in hits] == [(7, 1), (8, 1), (7, 3), (8, 3)]


def test_words_are_read_by_spaces_or_commas():
    assert read_words("ropes  rope buoy") == {"rope": "ropes", "buoy": "buoy"}
    assert read_words("build  system, buoy,") == {"build system": "build system", "buoy": "buoy"}
    assert read_words("!? ,") == {}


@given(st.text(max_size=400))
def test_any_words_are_read_bounded_and_find_themselves(text):
    for stem, word in read_words(text).items():
        assert 0 < len(stem) <= LONGEST_STEM
        assert stem_words(word) == stem
        assert find_hits([watch(word)], [dataclasses.replace(mail("x"), topic=f"A {word}.")])
