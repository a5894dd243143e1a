"""Which mails a channel shows, and how the rules for it are written."""

import dataclasses
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.email_rows import hash_authors_with
from bot.mail.filter_rules import Refusal, Wrong, plain_rules, read_rules, write_rule, write_rules
from bot.mail.filters import MOST_RULES, Choices, Field, Judge, Mode, Outcome, Ping, Reason, Rule
from tests.unit.mail.test_showing import stored

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def mail(subject="[group] [vote] Release 1.2 plan", author="Ann Example <ann@example.org>", **given):
    source = f"From: {author}\nSubject: {subject}\nMessage-ID: <a@example.org>\n\nWords.\n"
    email = stored(source.encode("utf-8", "surrogatepass"))
    return dataclasses.replace(email, **given)


hash_author = hash_authors_with(b"test")


def rules(field, text):
    read = read_rules(field, text, hash_author=hash_author)
    assert not isinstance(read, Refusal), read
    return read


def choices(*given, **more):
    return Choices(guild_id=1, list_id=1, channel_id=1, rules=given, **more)


def judged(email, *given, **more):
    verdict = Judge(choices(*given, **more)).judge(email)
    return verdict.outcome, verdict.reason


MATCHES = [
    (Field.SUBJECT, "release", True),
    (Field.SUBJECT, "RELEASE 1.2", True),
    (Field.SUBJECT, "lease", False),
    (Field.SUBJECT, "rel*", True),
    (Field.SUBJECT, "rel", False),
    (Field.SUBJECT, "plan release", False),
    (Field.SUBJECT, "nothing, plan", True),
    (Field.SUBJECT, r"/release\s+\d/", True),
    (Field.SUBJECT, "/^plan/", False),
    (Field.SUBJECT, "/a,b|plan/", True),
    (Field.AUTHOR, "ann", True),
    (Field.AUTHOR, "Example", True),
    (Field.AUTHOR, "an", False),
    (Field.AUTHOR, "ANN@example.org", True),
    (Field.AUTHOR, "<ann@example.org>", True),
    (Field.AUTHOR, "jo@example.org", False),
    (Field.TAG, "vote", True),
    (Field.TAG, "release", False),
]


@pytest.mark.parametrize(("field", "text", "holds"), MATCHES)
def test_rule_picks_what_it_names(field, text, holds):
    expected = (Outcome.SHOWN, Reason.MATCHED) if holds else (Outcome.HIDDEN, Reason.UNMATCHED)
    assert judged(mail(), *rules(field, text)) == expected


@pytest.mark.parametrize(("field", "text", "holds"), MATCHES)
def test_rule_that_leaves_out_hides_what_it_names(field, text, holds):
    turned = [dataclasses.replace(rule, leaves_out=True) for rule in rules(field, text)]
    expected = (Outcome.HIDDEN, Reason.LEFT_OUT) if holds else (Outcome.SHOWN, Reason.UNFILTERED)
    assert judged(mail(), *turned) == expected


def test_words_are_found_in_other_letters():
    assert judged(mail("Grüße aus Zürich"), *rules(Field.SUBJECT, "zurich"))[0] is Outcome.SHOWN
    assert judged(mail("投票 の 件"), *rules(Field.SUBJECT, "投票"))[0] is Outcome.SHOWN


def test_patches_and_bots_can_be_left_out():
    no_patches, no_bots = (Rule(field=field, leaves_out=True) for field in (Field.PATCH, Field.BOT))
    assert judged(mail(is_patch=True), no_patches, no_bots) == (Outcome.HIDDEN, Reason.LEFT_OUT)
    assert judged(mail(is_bot=True), no_patches, no_bots) == (Outcome.HIDDEN, Reason.LEFT_OUT)
    assert judged(mail(), no_patches, no_bots) == (Outcome.SHOWN, Reason.UNFILTERED)


def test_highlight_shows_everything_and_marks_matches():
    marked = rules(Field.SUBJECT, "release, -draft")
    assert judged(mail(), *marked, mode=Mode.HIGHLIGHT) == (Outcome.HIGHLIGHTED, Reason.MATCHED)
    assert judged(mail("Hello"), *marked, mode=Mode.HIGHLIGHT) == (Outcome.SHOWN, Reason.UNFILTERED)
    assert judged(mail("Release draft"), *marked, mode=Mode.HIGHLIGHT) == (Outcome.HIDDEN, Reason.LEFT_OUT)


def test_pause_holds_what_would_be_shown_and_nothing_else():
    paused = {"paused_at": NOW, "muted": frozenset({9})}
    assert judged(mail(), **paused) == (Outcome.HELD, Reason.PAUSED)
    assert judged(mail(thread=9), **paused) == (Outcome.HIDDEN, Reason.MUTED)
    assert judged(mail("Hello"), *rules(Field.SUBJECT, "x"), **paused) == (Outcome.HIDDEN, Reason.UNMATCHED)


def test_muted_thread_is_hidden_whatever_the_rules_say():
    assert judged(mail(thread=3), *rules(Field.SUBJECT, "plan"), muted=frozenset({3}))[1] is Reason.MUTED


@pytest.mark.parametrize(
    ("ping", "mode", "subject", "is_new_thread", "expected"),
    [
        (Ping.HIGHLIGHTS, Mode.HIGHLIGHT, "Release", False, True),
        (Ping.HIGHLIGHTS, Mode.HIGHLIGHT, "Hello", True, False),
        (Ping.HIGHLIGHTS, Mode.ONLY_MATCHES, "Release", False, True),
        (Ping.THREADS, Mode.HIGHLIGHT, "Hello", True, True),
        (Ping.THREADS, Mode.HIGHLIGHT, "Release", False, False),
        (Ping.THREADS, Mode.ONLY_MATCHES, "Hello", True, False),
        (Ping.NEVER, Mode.HIGHLIGHT, "Release", True, False),
    ],
)
def test_role_is_pinged_only_as_chosen(ping, mode, subject, is_new_thread, expected):
    chosen = choices(*rules(Field.SUBJECT, "release"), mode=mode, ping=ping, role_id=5)
    verdict = Judge(chosen).judge(mail(subject))
    assert chosen.pings(verdict, is_new_thread=is_new_thread) is expected
    assert not dataclasses.replace(chosen, role_id=None).pings(verdict, is_new_thread=is_new_thread)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", Wrong.NO_WORDS),
        (" , ,", Wrong.NO_WORDS),
        ("!!!", Wrong.NO_WORDS),
        ("-", Wrong.NO_WORDS),
        ("a" * 201, Wrong.TOO_LONG),
        ("a," * 600, Wrong.TOO_LONG),
        (",".join(f"w{n}" for n in range(MOST_RULES + 1)), Wrong.TOO_MANY),
        ("/(/", Wrong.BAD_PATTERN),
        (r"/(a)\1/", Wrong.BAD_PATTERN),
        ("/(?=a)b/", Wrong.BAD_PATTERN),
        ("/(a{1000}){1000}/", Wrong.TOO_LARGE),
        (r"/[\pL]{200}[\pN]{500}x/", Wrong.TOO_LARGE),
        ("/((((a{1,30}){1,30}){1,30}){1,30})/", Wrong.TOO_LARGE),
    ],
)
def test_what_cannot_be_used_is_refused(text, what):
    refusal = read_rules(Field.SUBJECT, text, hash_author=hash_author)
    assert isinstance(refusal, Refusal)
    assert refusal.what is what
    assert len(refusal.text) <= 40
    assert len(refusal.detail) <= 100


@pytest.mark.parametrize("pattern", ["(a*)*c", "(x+x+)+y", "((a?){100}){5}c", ".*" * 90 + "x", "(a|aa)+$"])
def test_patterns_that_explode_elsewhere_are_harmless(pattern):
    (bomb,) = rules(Field.SUBJECT, f"/{pattern}/")
    assert judged(mail("a" * 255 + "b"), bomb) == (Outcome.HIDDEN, Reason.UNMATCHED)


def test_address_of_a_rule_is_not_kept():
    (rule,) = rules(Field.AUTHOR, "Ann.Secret@example.org")
    assert "secret" not in repr(rule).lower()
    assert write_rule(rule) == "a…@example.org"


@given(
    text=st.text(st.characters(), max_size=80) | st.just("\ud800@x, \ud800"),
    field=st.sampled_from([Field.AUTHOR, Field.SUBJECT, Field.TAG]),
)
def test_any_text_is_read_or_refused(text, field):
    read = read_rules(field, text, hash_author=hash_author)
    if isinstance(read, Refusal):
        return
    assert 0 < len(read) <= MOST_RULES
    assert Judge(choices(*read)).judge(mail(text or "x")).outcome in (Outcome.SHOWN, Outcome.HIDDEN)
    for rule in read:
        if not rule.author_hash:
            again = read_rules(field, write_rule(rule), hash_author=hash_author)
            assert again == (rule,)


@given(subject=st.text(max_size=300), order=st.permutations(list(rules(Field.SUBJECT, "a, -b, c*, -/d+/"))))
def test_order_of_rules_changes_no_outcome(subject, order):
    email = dataclasses.replace(mail(), subject=subject)
    outcomes = {
        judged(email, *given, mode=mode)
        for given in (order, sorted(order, key=str))
        for mode in [Mode.HIGHLIGHT]
    }
    assert len(outcomes) == 1


@given(
    st.lists(
        st.sampled_from(["ann", "-draft*", "/a+b/", "-/x/", "a/b", "/ x", "two words", "-- y"]), min_size=1
    )
)
def test_rules_written_together_read_back_the_same(items: list[str]) -> None:
    read = rules(Field.SUBJECT, ", ".join(items))
    assert rules(Field.SUBJECT, write_rules(read)) == read
    apart = rules(Field.SUBJECT, f", {','.join(items)}")
    assert rules(Field.SUBJECT, write_rules(apart)) == apart
    assert plain_rules(f", {','.join(items)}") == write_rules(apart)


def test_an_address_is_not_written() -> None:
    assert write_rules(rules(Field.AUTHOR, "ann@example.org, Bob")) == "Bob"
