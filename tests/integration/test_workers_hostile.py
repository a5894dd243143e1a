"""Every parser, fed what is meant to stop it: the loop goes on, the bot lives, the reason is told.

A stall is measured as the lesser of the time that passed between two turns of the loop and the processor time
that this process spent meanwhile: what a busy machine adds to the first is not this process's doing.
"""

import asyncio
import gc
import os
import pickle
import tarfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import SourceError
from bot.workers import Workers

SAMPLES = os.environ.get("SAMPLES", "")  # noqa: TID251 (test material that not every machine has)
LONGEST_STALL = 0.05
WINDOW = {
    "window_from": datetime(2026, 1, 1, tzinfo=UTC),
    "window_to": datetime(2027, 1, 1, tzinfo=UTC),
}
PAGE, CALENDAR = "bot.faq.loading:parse_page", "bot.meetings.feed:read_feed"
MAIL, FEED = "bot.mail.mime.message:parse_email", "bot.mail.sources.feed_reading:read_feed"
OWN_WORDS = "bot.mail.quotes.own_words:own_words"


class StallWatch:
    """Looks how long the loop stands still."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def __aenter__(self):
        # As the bot does after its start: the collector does not look again at what stays anyway.
        gc.collect()
        gc.freeze()
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_):
        await asyncio.sleep(0.01)  # the last stall is seen when it is over
        self._task.cancel()
        gc.unfreeze()

    async def _watch(self) -> None:
        while True:
            passed, spent = time.perf_counter(), time.process_time()
            await asyncio.sleep(0.002)
            stall = min(time.perf_counter() - passed - 0.002, time.process_time() - spent)
            self.longest = max(self.longest, stall)


def page(content: bytes, format_: str):
    return PAGE, (content,), {"name": "x", "media_type": "", "base_url": "", "declared_format": format_}


def calendar(*lines: str, times: int = 1):
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{number}\r\nDTSTAMP:20260101T000000Z\r\n"
        + "\r\n".join(lines)
        + "\r\nEND:VEVENT\r\n"
        for number in range(times)
    )
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{events}END:VCALENDAR\r\n"
    return CALENDAR, (text.encode(),), WINDOW


def mail(content: bytes):
    return MAIL, (content,), {}


def nested(kind: bytes, depth: int) -> bytes:
    heads = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (each, each)
        if kind == b"multipart"
        else b"Content-Type: message/rfc822\r\n\r\n"
        for each in range(depth)
    )
    return heads + b"Content-Type: text/plain\r\n\r\nend"


BIG = 2_000_000
FORMATS = ("markdown", "dokuwiki", "mediawiki", "html", "rest", "asciidoc", "data")
MARKS = ("[](", "> ", "* ", "<div>", "[[", "{{", "`", "=", "&amp;", "[1,", "- ")
LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(each)}: &{chr(each)} [{','.join([f'*{chr(each - 1)}'] * 8)}]\n" for each in range(98, 112)
)
TURNING_ZONE = """BEGIN:VCALENDAR
BEGIN:VTIMEZONE
TZID:x
BEGIN:STANDARD
DTSTART:19000101T000000
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
RRULE:FREQ=SECONDLY
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1
DTSTART;TZID=x:20260101T090000
END:VEVENT
END:VCALENDAR
"""
BOMBS = {
    "yaml laughs": page(LAUGHS.encode(), "data"),
    "xml laughs as html": page(
        b"<!DOCTYPE x [<!ENTITY a 'ha'>"
        + b"".join(b"<!ENTITY a%d '&a%d;&a%d;'>" % (each + 1, each, each) for each in range(30))
        + b"]><p>&a30;</p>",
        "html",
    ),
    "secondly": calendar("DTSTART:19700101T000000Z", "RRULE:FREQ=SECONDLY"),
    "secondly never": calendar("DTSTART:19700101T000000Z", "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"),
    "daily at all times": calendar(
        "DTSTART:19700101T000000Z",
        f"RRULE:FREQ=DAILY;BYHOUR={','.join(map(str, range(24)))};BYMINUTE={','.join(map(str, range(60)))}"
        f";BYSECOND={','.join(map(str, range(60)))}",
    ),
    "many meetings": calendar("DTSTART:20260105T090000Z", "RRULE:FREQ=WEEKLY", "SUMMARY:x", times=10_000),
    "many dates": calendar(
        "DTSTART:20260105T090000Z",
        *(f"RDATE:2026{1 + n % 12:02}{1 + n % 28:02}T090000Z" for n in range(50_000)),
    ),
    "deep components": (CALENDAR, (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 100_000,), WINDOW),
    "zone that turns always": (CALENDAR, (TURNING_ZONE.replace("\n", "\r\n").encode(),), WINDOW),
    "quotes in From": mail(b"From: " + b'"' * 50_000 + b"\r\n\r\nx"),
    "long subject": mail(b"Subject: " + b"=?utf-8?q?a?= " * 80_000 + b"\r\n\r\nx"),
    "parameters": mail(b"Content-Type: text/plain; " + b"a*0=b; " * 30_000 + b"\r\n\r\nx"),
    "addresses": mail(b"To: " + b"a b <a@example.org>, " * 20_000 + b"\r\n\r\nx"),
    "nested messages": mail(nested(b"message", 2_000)),
    "nested parts": mail(nested(b"multipart", 5_000)),
    "many headers": mail(b"X: y\r\n" * 300_000 + b"\r\nx"),
    "references": mail(b"References: " + b"<a@b> " * 200_000 + b"\r\n\r\nx"),
    "base64": mail(b"Content-Transfer-Encoding: base64\r\n\r\n" + b"A" * 5_000_000),
    "html body": mail(b"Content-Type: text/html\r\n\r\n" + b"<blockquote>" * 200_000),
    "quoted lines": (OWN_WORDS, (">" * 20_000 + "\n" + "> a\n" * 200_000,), {"is_reply": True}),
    "wrote lines": (OWN_WORDS, ("On Monday, somebody wrote:\n" * 50_000,), {"is_reply": True}),
    "nested feed": (FEED, (b"<rss><channel>" + b"<a>" * 300_000,), {}),
    "laughing feed": (
        FEED,
        (
            b"<!DOCTYPE r [<!ENTITY a 'ha'>"
            + b"".join(b"<!ENTITY a%d '&a%d;&a%d;'>" % (n + 1, n, n) for n in range(40))
            + b"]><rss><channel><title>&a40;</title></channel></rss>",
        ),
        {},
    ),
    "feed given a path": (FEED, (b"file:///etc/passwd",), {}),
}


async def outcome(workers: Workers, job) -> str:
    name, args, kwargs = job
    try:
        await workers.run(name, *args, timeout_seconds=5, **kwargs)
    except SourceError as error:
        return str(error)
    return "read"


def assert_understood(ended: str) -> None:
    """A reason that a person understands, never a fault of ours that the log has to explain."""
    assert "the log has the reason" not in ended
    assert "crashed" not in ended


@pytest.mark.parametrize("bomb", BOMBS, ids=str)
async def test_bomb_is_read_or_given_up_and_neither_loop_nor_pool_suffers(bomb: str) -> None:
    async with Workers() as workers, StallWatch() as watch, asyncio.timeout(50):
        ended = await outcome(workers, BOMBS[bomb])
        assert await workers.run("operator:add", 2, 3) == 5
    assert watch.longest <= LONGEST_STALL
    assert_understood(ended)


@pytest.mark.parametrize("name", FORMATS)
async def test_pages_of_one_mark_are_read_or_given_up(name: str) -> None:
    async with Workers() as workers, StallWatch() as watch, asyncio.timeout(55):
        for mark in MARKS:
            assert_understood(await outcome(workers, page((mark * (BIG // 8 // len(mark))).encode(), name)))
    assert watch.longest <= LONGEST_STALL


async def test_opening_a_large_result_holds_up_the_loop_for_a_part_of_the_time_it_takes() -> None:
    rows = "[(number, str(number)) for number in range(300_000)]"
    payload = pickle.dumps(eval(rows))
    began = time.process_time()
    pickle.loads(payload)
    at_once = time.process_time() - began
    async with Workers() as workers, StallWatch() as watch:
        assert len(await workers.run("builtins:eval", rows)) == 300_000
    assert watch.longest <= min(LONGEST_STALL, at_once / 2)


def nasty_jobs():
    with tarfile.open(Path(SAMPLES) / "nasty/nasty.tar.xz") as archive:
        for member in archive:
            if not member.isfile():
                continue
            content = archive.extractfile(member).read()
            kind = member.name.lstrip("./").partition("/")[0]
            if kind == "ics":
                yield member.name, (CALENDAR, (content,), WINDOW)
            elif kind == "mail":
                yield member.name, mail(content)
            elif kind == "feed":
                yield member.name, (FEED, (content,), {})
            else:
                yield member.name, page(content, "auto")


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of nasty inputs")
@pytest.mark.timeout(300)
async def test_nasty_inputs_of_the_field_end_no_child_and_stall_no_loop() -> None:
    ends: Counter[str] = Counter()
    broken: list[str] = []
    jobs = await asyncio.to_thread(lambda: list(nasty_jobs()))
    async with Workers(jobs_per_process=10_000) as workers:
        await workers.run("operator:add", 2, 3)
        async with StallWatch() as watch:
            for name, job in jobs:
                ended = await outcome(workers, job)
                ends[ended] += 1
                if "log has the reason" in ended or "crashed" in ended or "too " in ended:
                    broken.append(f"{name}: {ended}")
    assert broken == []
    assert ends["read"] > len(jobs) / 2
    assert watch.longest <= LONGEST_STALL
