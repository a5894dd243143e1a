"""Whatever mails and people write, what is drawn of choices, notes and replies is harmless and fits."""

import dataclasses
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.post import Post, Row, Words
from bot.mail.filters import Choices, Field, Mode, Rule
from bot.mail.render_choices import render_choices, render_held, render_muted
from bot.mail.render_watch import Found, render_note, render_notes, render_words
from bot.mail.replying import find_reply_page, render_reply
from bot.mail.stored import MailingList, StoredEmail
from bot.mail.watch_words import MOST_WORDS, Watch
from tests.unit.mail.test_showing import SYNTHETIC, TEXTS, check, stored

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HASH = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def drawn(email: StoredEmail, words: str) -> list[Post]:
    the_list = MailingList(id=1, name=words, created_at=NOW)
    rules = tuple(Rule(field=field, text=words, leaves_out=out) for field in Field for out in (False, True))
    choices = Choices(guild_id=1, list_id=1, channel_id=1, mode=Mode.HIGHLIGHT, rules=rules * 2)
    watches = [
        Watch(guild_id=1, user_id=1, stem=f"s{number}", word=words[:60] or "x", added_at=NOW)
        for number in range(MOST_WORDS)
    ]
    found = Found(email=email, mailing_list=the_list, word=words[:60])
    held = [dataclasses.replace(email, thread=number) for number in range(60)]
    return [
        render_choices(TEXTS, the_list, choices),
        render_muted(TEXTS, the_list, email, [1, 2], was_muted=False),
        render_held(TEXTS, the_list, held, since=NOW),
        render_note(TEXTS, found),
        render_notes(TEXTS, [found] * 90),
        render_words(TEXTS, watches),
        render_reply(TEXTS, the_list, email, kinds=frozenset({"public_inbox"})),
    ]


def without_channels(post: Post) -> Post:
    """Leave out the channels that the bot itself names."""
    blocks = tuple(
        Words(markdown=re.sub("<#[12]>", "here", block.markdown)) if isinstance(block, Words) else block
        for block in post.blocks
    )
    return dataclasses.replace(post, blocks=blocks)


@pytest.mark.parametrize("path", sorted(SYNTHETIC.glob("*.eml")), ids=lambda path: path.stem)
def test_synthetic_mail_is_shown_safely(path: Path) -> None:
    email = stored(path.read_bytes(), permalink="https://lists.example.org/a@b.example/1")
    for post in drawn(email, "@everyone <@1> [x](https://evil.example) ann.archer@example.org"):
        check(without_channels(post))


@given(subject=st.text(max_size=300), name=st.text(max_size=100), words=st.text(max_size=200))
def test_any_text_is_shown_within_the_limits(subject: str, name: str, words: str) -> None:
    raw = f"From: {name} <ann.archer@example.org>\nSubject: {subject}\nMessage-ID: <a@example.org>\n\nx\n"
    for post in drawn(stored(raw.encode("utf-8", "replace")), words):
        assert "ann.archer@" not in repr(post)


@pytest.mark.parametrize(
    ("permalink", "kinds", "page"),
    [
        ("https://groups.io/g/toc/message/53", set(), "https://groups.io/g/toc/message/53"),
        (
            f"https://x.example/list/d%40x/message/{HASH}/",
            set(),
            f"https://x.example/list/d%40x/message/{HASH}/",
        ),
        ("https://lore.example/leds/1%40x/", {"public_inbox"}, "https://lore.example/leds/1%40x/#R"),
        ("https://lists.example.org/pipermail/dev/2025-March/000001.html", {"pipermail"}, ""),
        ("javascript:alert(1)", {"public_inbox"}, ""),
        ("", {"public_inbox"}, ""),
    ],
)
def test_reply_page_is_the_archives_where_it_takes_answers(permalink, kinds, page) -> None:
    assert find_reply_page(permalink, kinds=frozenset(kinds)) == page


def test_address_of_a_list_stands_only_where_it_is_asked_for_in_private() -> None:
    the_list = MailingList(id=1, name="dev", address="dev@lists.example.org", created_at=NOW)
    email = stored(b"From: A <a@example.org>\nSubject: Ropes\nMessage-ID: <a@example.org>\n\nx\n")
    post = render_reply(TEXTS, the_list, email, kinds=frozenset({"pipermail"}))
    (words,) = (block for block in post.blocks if isinstance(block, Words))
    assert "write to `dev@lists.example.org` with the subject `Re: Ropes`" in words.markdown
    assert not any(isinstance(block, Row) for block in post.blocks)
