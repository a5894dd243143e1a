"""A digest reads well, and keeps its promises over real lists' weeks and over whatever a mail may hold."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.post import Post, Select, Words
from bot.mail.digest.composing import leading
from bot.mail.digest.models import Digest, Group, ThreadNews, Window
from bot.mail.digest.render import Frame, render_digest, render_quiet
from bot.mail.showing import safe_link
from bot.mail.stored import MailingList, StoredEmail
from bot.text import limits
from bot.text.catalogue import load_texts
from tests.unit.mail.digest.letters import EXAMPLE, digest_of, page_of, read_list, weeks
from tests.unit.mail.test_showing import check

SAMPLES = os.environ.get("SAMPLES", "")  # noqa: TID251 (test material that not every machine has)
GOLDEN = Path(__file__).parents[3] / "fixtures" / "mail" / "digest"
TEXTS = load_texts()
MONDAY = datetime(2026, 3, 2, 6, tzinfo=UTC)
ARCHIVE = "https://lists.example.org/archives/list/open-harbour@lists.example.org/"
LIST = MailingList(id=1, name="open-harbour", archive_url=ARCHIVE, created_at=MONDAY)
TARGET = re.compile(r"\]\((https?://[^)\s]+)\)|<(https?://[^>\s]+)>")
WORD = re.compile(r"\w+")
FOOTER = re.compile(
    r"_{10}|-{10}|unsubscribe|mute this topic|view/reply online|mailing list\s?--|list-request"
    r"|/mailman/options|/listinfo/|groups\.io/(?:mt|ft)/",
    re.IGNORECASE,
)


def drawn(digest: Digest, *, issue: int = 7, mailing_list: MailingList = LIST) -> Post:
    """Draw a weekly digest."""
    frame = Frame(
        mailing_list=mailing_list,
        issue=issue,
        next_at=digest.window.until + timedelta(weeks=1),
        is_weekly=True,
    )
    return render_digest(TEXTS, digest, frame)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_example_list_reads_as_in_its_golden_page(number: int) -> None:
    since, until = list(weeks(MONDAY, 3))[number - 1]

    page = page_of(drawn(digest_of(read_list(EXAMPLE), since, until)))

    assert page == (GOLDEN / f"week-{number}.txt").read_text()


def test_daily_digest_that_is_late_says_so() -> None:
    since = MONDAY + timedelta(days=8)
    digest = digest_of(read_list(EXAMPLE), since, since + timedelta(days=2))
    late = replace(digest, window=replace(digest.window, rounds=2))

    page = page_of(render_digest(TEXTS, late, Frame(mailing_list=LIST)))

    assert page == (GOLDEN / "late.txt").read_text()


def test_quiet_time_is_one_line_that_pings_nobody() -> None:
    post = render_quiet(TEXTS, LIST, MONDAY)

    assert page_of(post) == f"-# Nothing new on open-harbour since <t:{int(MONDAY.timestamp())}:R>.\n"
    assert post.is_silent


def real_weeks() -> Iterator[tuple[tuple[StoredEmail, ...], datetime, datetime]]:
    """Yield lists, and twenty of their liveliest weeks."""
    mail = Path(SAMPLES) / "mail"
    yield from busiest(read_list(mail / "raw/linux-oxnas.groups.io.mbox.xz"), 4)
    yield from busiest(read_list(mail / "raw/linux-leds-newest1000.mbox.xz"), 6)
    months = sorted(mail.glob("pipermail/twisted-web/2008-*.txt.gz"))
    yield from busiest(read_list(*months[:6], name="Twisted-web"), 6)
    months = sorted(mail.glob("pipermail/imagej-devel/2014-*.txt.gz"))
    yield from busiest(read_list(*months[:4], name="ImageJ-devel"), 4)


def busiest(
    mails: tuple[StoredEmail, ...], count: int
) -> Iterator[tuple[tuple[StoredEmail, ...], datetime, datetime]]:
    first = mails[0].at
    of_week: dict[int, int] = {}
    for mail in mails:
        number = (mail.at - first) // timedelta(weeks=1)
        of_week[number] = of_week.get(number, 0) + 1
    for number in sorted(of_week, key=lambda each: (-of_week[each], each))[:count]:
        since = first + number * timedelta(weeks=1)
        yield mails, since, since + timedelta(weeks=1)


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of real lists")
def test_twenty_real_weeks_keep_every_promise() -> None:
    weeks_seen = 0
    for mails, since, until in real_weeks():
        digest = digest_of(mails, since, until)
        post = drawn(digest)
        check_counts(digest, mails)
        check_post(post, mails)
        for news in leading(digest):
            check_excerpt(news, mails)
        weeks_seen += 1
    assert weeks_seen == 20


def check_counts(digest: Digest, mails: tuple[StoredEmail, ...]) -> None:
    within = [mail for mail in mails if digest.window.since <= mail.at < digest.window.until]
    assert digest.mails == len(within)
    assert len(digest.news) == len({mail.thread for mail in within})
    assert digest.people == len({mail.author_hash or mail.author_name for mail in within})
    assert sum(news.new_mails for news in digest.news) == len(within)
    for news in digest.news:
        of_thread = [mail for mail in mails if mail.thread == news.thread and mail.at < digest.window.until]
        assert news.mails == len(of_thread)
        assert news.is_new <= (of_thread[0].at >= digest.window.since)


def check_post(post: Post, mails: tuple[StoredEmail, ...]) -> None:
    """Check that it fits and shows nothing it must not, and that every link is a stored mail's."""
    check(post)
    assert post.text_length() <= limits.MESSAGE_TEXT
    places = {safe_link(place) for mail in mails for place in (mail.permalink, mail.topic_link)}
    found = [
        match for block in post.blocks if isinstance(block, Words) for match in TARGET.findall(block.markdown)
    ]
    targets = {one or other for one, other in found} - {safe_link(ARCHIVE)}
    assert targets
    assert targets <= places
    threads = {mail.thread for mail in mails}
    for block in post.blocks:
        if isinstance(block, Select):
            assert all(int(option.value.partition("-")[2]) in threads for option in block.options)


def check_excerpt(news: ThreadNews, mails: tuple[StoredEmail, ...]) -> None:
    """Check that it is somebody's own words: no footer, no quote of what was written before."""
    assert not news.excerpt.startswith((">", "|"))
    assert not FOOTER.search(news.excerpt), news.excerpt
    assert news.excerpt.casefold() not in {"+1", "thanks", "thank you", "lgtm", "thanks!"}
    whole = " ".join(WORD.findall(news.excerpt))
    if len(whole) < 40:
        return
    of_thread = [mail for mail in mails if mail.thread == news.thread and mail.body is not None]
    writers = [mail for mail in of_thread if whole in " ".join(WORD.findall(mail.body.own))]
    first = min(writers, key=lambda mail: (mail.at, mail.id), default=None)
    if first is not None:
        chosen = {news.opening, *news.newest}
        assert any(mail.id in chosen for mail in writers)


@settings(max_examples=25, deadline=None)
@given(
    words=st.tuples(st.text(max_size=300), st.text(max_size=80), st.text(max_size=260)),
    url=st.sampled_from(["", "https://a.example/" + "x" * 200, "https://a.example/@b", "javascript:x"]),
    count=st.integers(1, 60),
    group=st.sampled_from(Group),
)
def test_whatever_mails_hold_fits_and_is_shown_safely(
    words: tuple[str, str, str], url: str, count: int, group: Group
) -> None:
    topic, name, said = words
    news = [
        ThreadNews(
            list_id=1,
            thread=number,
            topic=topic,
            url=url,
            group=Group.CONTINUED if number % 2 else group,
            authors=(name, f"{name}2", "c") * 3,
            new_mails=9,
            mails=23,
            is_new=group is Group.NEW,
            last_at=MONDAY,
            score=float(number),
            opening=number,
            newest=(number,),
            newcomers=(name,),
            unanswered_since=MONDAY,
            is_patch=True,
            also_on=(name, topic),
            excerpt=said,
        )
        for number in range(count)
    ]
    window = Window(since=MONDAY, until=MONDAY + timedelta(weeks=1), rounds=3)
    digest = Digest(window=window, news=tuple(news), mails=540, people=9)

    check(drawn(digest, mailing_list=replace(LIST, name=topic[:80] or "list")))
