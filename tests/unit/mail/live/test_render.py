"""What live mode posts can be sent whatever a mail holds, and shows neither addresses nor live mentions."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.delivery.post import Words
from bot.mail.live.explaining import read_link
from bot.mail.live.models import Folded
from bot.mail.live.plan import FLOOD, LATE
from bot.mail.live.render import (
    LONGEST_BODY,
    Standing,
    fold_line,
    render_folded,
    render_mail,
    render_merge,
    render_start,
    render_welcome,
    render_whole,
)
from bot.mail.models import Attachment
from bot.mail.quotes.patches import PatchSummary
from bot.text import limits
from bot.text.catalogue import load_texts
from tests.unit.mail.live.mails import LIST, body, email

TEXTS = load_texts("en")
FIRST = Standing(topic="mail:7:1", is_first=True)
LATER = Standing(topic="mail:7:1")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}")
MENTION = re.compile(r"<(?:@[!&]?|#)\d+>|@(?:everyone|here)\b")
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")

NASTY = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        [
            "@everyone @here <@123> <@&456> <#789>",
            "[https://good.example](https://evil.example)",
            "\u202egnp.exe\u2066 ||spoiler|| ```py\ncode",
            "ann@example.org, bob (a) example.org <carol@example.net>",
            "# Heading\n> quote\n-# small\n* list",
            "x" * 16_528,
            "=" * 5_000,
            "\x00\x1b[31m\r\nBcc: all@example.org",
            "🏴" * 400,
        ]
    ),
)


def folded(thread, topic, author, permalink=""):
    return Folded(thread=thread, topic=topic, author_name=author, permalink=permalink)


def text_of(post):
    return "\n".join([post.title, *(block.markdown for block in post.blocks if isinstance(block, Words))])


@settings(max_examples=80, deadline=None)
@given(subject=NASTY, author=NASTY, words=NASTY, name=NASTY, tag=NASTY)
@example("x" * 16_528, "y" * 999, "z " * 30_000, "n" * 999, "t" * 999)
def test_any_mail_can_be_posted_and_shows_nothing_that_it_must_not(subject, author, words, name, tag):
    mail = email(
        subject=subject,
        topic=subject,
        author_name=author,
        body=body(words),
        tags=(tag, tag),
        attachments=tuple(Attachment(name=name, size=n, media_type=tag) for n in range(30)),
        permalink="",
    )
    posts = [
        render_mail(TEXTS, mail, LIST, FIRST),
        render_mail(TEXTS, mail, LIST, LATER),
        render_start(TEXTS, mail, LIST, topic="t", mails=1),
        render_folded(TEXTS, LIST, 500, [folded(n, subject, author, name) for n in range(60)], FLOOD),
        render_whole(TEXTS, mail, 0),
        render_merge(TEXTS, LIST, topic="t", name=subject, elder_thread=None),
    ]
    for post in posts:
        text = text_of(post)
        assert not ADDRESS.search(text)
        assert not MENTION.search(text)
        assert not BIDI.search(text)
        assert (post.lead, post.mention_users, post.mention_roles) == ("", (), ())
    topic = posts[0].topic
    assert 0 < limits.length(topic.name) <= limits.THREAD_NAME
    assert not ADDRESS.search(topic.name + " ".join(topic.tags))
    assert not MENTION.search(topic.name)
    assert "\n" not in fold_line(TEXTS, mail)


def test_a_mail_is_one_message_with_all_that_hangs_on_it():
    mail = email(
        author_name="Ann",
        body=body("The change.\n\n2 files, +10 -3", patch=PatchSummary(files=2, added=10, removed=3)),
        attachments=(
            Attachment(name="plan.pdf", size=2_300_000, media_type="application/pdf"),
            Attachment(name="", size=12, media_type="image/png"),
        ),
        tags=("PATCH",),
    )
    post = render_mail(TEXTS, mail, LIST, FIRST)
    first, notes = (block.markdown for block in post.blocks if isinstance(block, Words))
    assert first.splitlines() == [
        "**Ann** · <t:1772452800:f> · [in the archive](https://lists.example.org/archives/message/1/)",
        "The change.",
        "",
        "2 files, +10 -3",
        "-# 📎 plan.pdf (2.3 MB), image/png (1 kB)",
    ]
    assert notes.startswith("-# Answers go to the list Dev, not here")
    assert [action.kind for action in post.actions()] == ["reply.how"]
    assert (post.title, post.topic.name, post.topic.tags) == ("Plans", "Plans", ("PATCH",))
    assert post.is_silent is False
    assert render_mail(TEXTS, mail, LIST, LATER).is_silent


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"body": body("> Words.", is_all_quoted=True)}, "*(quoted text only)*"),
        ({"body": body("")}, "*(no text)*"),
        ({"body": None}, TEXTS("list.expired")),
        ({"is_encrypted": True}, TEXTS("list.encrypted")),
    ],
)
def test_a_mail_without_words_says_why(values, said):
    assert said in text_of(render_mail(TEXTS, email(**values), LIST, LATER))


def test_a_long_mail_leads_on_to_the_archive_or_to_a_private_page():
    long = body("A sentence. " * 1_000)
    linked = render_mail(TEXTS, email(body=long), LIST, LATER)
    assert limits.length(text_of(linked)) < LONGEST_BODY + 200
    assert text_of(linked).count("https://lists.example.org/archives/message/1/") == 2
    assert list(linked.actions()) == []
    bare = render_mail(TEXTS, email(body=long, permalink=""), LIST, LATER)
    (action,) = bare.actions()
    assert (action.kind, action.args) == ("live.more", ("7", "1", "1", "0"))


def test_the_whole_of_a_long_mail_is_read_page_by_page():
    mail = email(body=body("\n".join(f"Line {number}." for number in range(800))))
    pages = [text_of(render_whole(TEXTS, mail, page)) for page in range(4)]
    shown = [int(number) for page in pages for number in re.findall(r"Line (\d+)", page)]
    assert sorted(set(shown)) == list(range(800))
    assert all(limits.length(page) < limits.MESSAGE_TEXT for page in pages)


def test_the_summary_of_a_flood_names_what_fits_and_counts_the_rest():
    mails = [folded(number, f"Topic {number}", "Ann") for number in range(60)]
    mails += [folded(0, "Topic 0", name) for name in ("Bob", "Carol", "Ann")]
    post = render_folded(TEXTS, LIST, 782, mails, FLOOD)
    assert post.title == "782 more mails on Dev"
    assert "- Topic 0 · Ann, Bob +1 (4)\n- Topic 1 · Ann\n" in text_of(post)
    assert "… and 719 more" in text_of(post)
    assert "piled up" in text_of(render_folded(TEXTS, LIST, 60, mails, LATE))


def test_who_follows_a_thread_is_the_only_one_who_is_mentioned():
    post = render_welcome(TEXTS, email(), LIST, topic="t", user_id=5)
    assert (post.lead, post.mention_users) == ("<@5>", (5,))


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("<a.b@example.org>", "a.b@example.org"),
        (" Message-ID: <a@example.org> ", "a@example.org"),
        ("https://lore.example.org/list/a%2Fb@example.org/", "a/b@example.org"),
        ("https://lore.example.org/list/a@example.org/T/#u", "a@example.org"),
    ],
)
def test_a_mail_is_known_by_its_id_and_by_archives_addresses(typed, key):
    assert key in read_link(typed)[0]


def test_an_archives_page_is_known_however_it_is_written():
    keys, links = read_link("http://lists.example.org/list/dev@example.org/message/ABC")
    assert "https://lists.example.org/list/dev%40example.org/message/ABC/" in links
    assert "ABC" in keys


@pytest.mark.parametrize("typed", ["", "  ", "what is it", "<>", "mid:"])
def test_anything_else_is_no_link(typed):
    assert read_link(typed) == ((), ())


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=3_000) | st.builds("https://{}".format, st.text(max_size=200)))
def test_any_text_can_be_asked_about(typed):
    keys, links = read_link(typed)
    assert len(keys) <= 12
    assert len(links) <= 12
