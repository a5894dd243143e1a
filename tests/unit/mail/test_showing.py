"""Whatever a mail holds, what is drawn of it shows no address, pings nobody and keeps Discord's limits."""

import os
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.post import Post, Row, Select, Words
from bot.mail.email_rows import hash_authors_with, make_stored
from bot.mail.mime.message import parse_email
from bot.mail.quotes.own_words import own_words
from bot.mail.render import (
    read_thread_value,
    render_found,
    render_latest,
    render_thread,
    thread_label,
    thread_value,
)
from bot.mail.showing import label_lists, safe_link
from bot.mail.stored import Arrival, MailingList, StoredEmail, ThreadSummary
from bot.mail.threads import envelope_of
from bot.mail.views import Found, Latest, Query
from bot.text import limits
from bot.text.catalogue import load_texts
from tests.unit.mail.email_properties import read_archive

SAMPLES = os.environ.get("SAMPLES", "")  # noqa: TID251 (test material that not every machine has)
SYNTHETIC = Path(__file__).parents[2] / "fixtures" / "mail" / "synthetic"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXTS = load_texts()
# A whole address, or one with the sign written out as archives do.
ADDRESS = re.compile(r"(?<![…\w%])[\w.+-]{2,}@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}", re.IGNORECASE)
LINK = re.compile(r"\]\([^)\s]*\)|https?://\S+")
MENTION = re.compile(r"(?<!\\)@(?:everyone|here)\b|<@[!&]?\d+>|<#\d+>")


def stored(raw: bytes, *, number: int = 1, permalink: str = "") -> StoredEmail:
    email = parse_email(raw)
    arrival = Arrival(email=email, words=own_words(email.body, is_reply=email.is_reply), permalink=permalink)
    return make_stored(
        arrival,
        email_id=number,
        list_id=1,
        thread=1,
        at=envelope_of(email, arrived_at=NOW).at,
        author_hash=hash_authors_with(b"test")(email.author_address) if email.author_address else "",
        is_orphan=False,
        now=NOW,
    )


def drawn(emails: Iterable[StoredEmail]) -> list[Post]:
    """Draw mails in every way in which they are shown."""
    found = tuple(emails)
    query = Query(words="the re", lists=(1,))
    posts = [render_found(TEXTS, Found(query=query, emails=found[:5], has_more=True), {}, token="t")]
    summaries = tuple(
        ThreadSummary(
            list_id=1,
            thread=number,
            topic=email.topic,
            mails=1,
            people=1,
            first_at=email.at,
            last_at=email.at,
            last_author=email.author_name,
            permalink=email.permalink,
        )
        for number, email in enumerate(found[:5])
    )
    posts.append(render_latest(TEXTS, Latest(offset=5, threads=summaries, has_more=True), {1: "L"}, ""))
    posts += [render_thread(TEXTS, found, page=page) for page in (0, 1, 999)]
    for each in summaries:
        assert 0 < limits.length(thread_label(each)) <= limits.CHOICE_NAME
        check_line(thread_label(each))
    return posts


def check(post: Post) -> None:
    """Check what a post shows; that it fits, its own making has checked."""
    texts = [post.title, *(block.markdown for block in post.blocks if isinstance(block, Words))]
    for block in post.blocks:
        if isinstance(block, Select):
            texts += [option.label for option in block.options]
        if isinstance(block, Row):
            texts += [button.label for button in block.buttons]
    assert post.mention_users == post.mention_roles == ()
    for text in texts:
        check_line(text)


def check_line(text: str) -> None:
    shown = LINK.sub("", text)
    assert not ADDRESS.search(shown), ADDRESS.search(shown)
    assert not MENTION.search(shown), MENTION.search(shown)
    assert not any(ADDRESS.search(link) for link in LINK.findall(text))


@pytest.mark.parametrize("path", sorted(SYNTHETIC.glob("*.eml")), ids=lambda path: path.stem)
def test_synthetic_mail_is_shown_safely(path: Path) -> None:
    for post in drawn([stored(path.read_bytes(), permalink="https://lists.example.org/a@b.example/1")]):
        check(post)


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of odd mail")
def test_nasty_mail_is_shown_safely() -> None:
    archives = [("mail/nasty.tar.xz", "nasty"), ("nasty/nasty.tar.xz", "mail")]
    failed = []
    for name, prefix in archives:
        for place, raw in read_archive(Path(SAMPLES) / name, prefix):
            try:
                for post in drawn([stored(raw)]):
                    check(post)
            except (AssertionError, ValueError):
                failed.append(place)
    assert failed == []


@given(
    subject=st.text(max_size=300),
    body=st.text(max_size=3_000),
    name=st.text(max_size=100),
    count=st.integers(1, 12),
)
def test_any_text_is_shown_within_the_limits(subject: str, body: str, name: str, count: int) -> None:
    head = f"From: {name} <ann.archer@example.org>\nSubject: {subject}".replace("\r", " ")
    raws = (f"{head}\nMessage-ID: <{n}@example.org>\n\n{body}\n" for n in range(count))
    mails = [stored(raw.encode("utf-8", "replace"), number=n) for n, raw in enumerate(raws)]
    for post in drawn(mails):
        assert "ann.archer@" not in repr(post)


def test_addresses_in_every_place_are_hidden() -> None:
    raw = (
        b"From: eve.east@example.org\nSubject: Ask dave@example.com\nMessage-ID: <1@example.org>\n"
        b"Content-Type: text/plain\n\nWrite to carol@example.net <mailto:carol@example.net> or to\n"
        b"frank at example.com (Frank). @everyone <@123> https://example.org/u/gina@example.org\n"
    )
    for post in drawn([stored(raw, permalink="https://lists.example.org/list/dev@lists.example.org/m/1/")]):
        check(post)
        assert "frank at example" not in repr(post)
        assert "%40lists.example.org" in repr(post)


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "ftp://example.org/x", "https://exa mple.org/"])
def test_an_unsafe_link_is_left_out(url: str) -> None:
    assert safe_link(url) == ""


@pytest.mark.parametrize("value", ["", "1", "1-", "-1", "a-b", "1-2-3", "١-٢", f"1-{'9' * 30}"])
def test_what_stands_for_no_thread_is_none(value: str) -> None:
    assert read_thread_value(value) is None


def test_what_stands_for_a_thread_is_read_back() -> None:
    assert read_thread_value(thread_value(12, 345)) == (12, 345)


def test_lists_of_one_name_are_told_apart_by_their_archives() -> None:
    archives = {
        1: ("dev", "https://a.example.org/pipermail/dev/"),
        2: ("users", "https://a.example.org/pipermail/users/"),
        3: ("dev", "https://b.example.org/archives/list/dev@lists.example.org/"),
        4: ("dev", ""),
        5: ("x" * 90, ""),
        6: ("x" * 90, ""),
    }
    lists = [
        MailingList(id=number, name=name, archive_url=url, created_at=datetime(2026, 3, 1, tzinfo=UTC))
        for number, (name, url) in archives.items()
    ]

    labels = label_lists(lists)

    assert labels[:4] == (
        "dev · a.example.org/pipermail/dev",
        "users",
        "dev · b.example.org/archives/list/d…@lists.example.org",
        "dev · 4",
    )
    assert labels[4:] == (f"{'x' * 90} · 5", f"{'x' * 90} · 6")
    assert all(len(label) <= limits.CHOICE_NAME for label in labels)
