"""Compare the links found in every calendar under tests/fixtures/meetings/links with the JSON beside it."""

import json
import os
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.meetings.ics.reading import parse_calendar
from bot.meetings.links import MeetingLinks, find_links
from bot.meetings.models import Meeting, Moment
from bot.meetings.providers import Verdict, judge, unwrap
from tests.unit.meetings.link_files import FILES, read

SAMPLES = os.environ.get("SAMPLES", "")  # noqa: TID251 (test material that not every machine has)
LFX = "https://zoom-lfx.platform.linuxfoundation.org"
START = Moment(wall=datetime(2026, 12, 1, 16), zone="UTC")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_calendar_yields_what_stands_beside_it(path: Path) -> None:
    assert read(path) == json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def find(description: str = "", **fields: str) -> MeetingLinks:
    return find_links(Meeting(uid="1", dtstart=START, description=description, **fields))


@pytest.mark.parametrize(
    ("url", "provider", "verdict"),
    [
        ("https://zoom.us/j/12345678901", "Zoom", Verdict.JOIN),
        ("https://zoom.us/j/42", "Zoom", Verdict.JOIN),
        ("https://zoom.us/s/42", "Zoom", Verdict.HOST),
        ("https://zoom.us/wc/42/start", "Zoom", Verdict.HOST),
        ("https://us02web.zoom.us/w/12345678901?pwd=a", "Zoom", Verdict.JOIN),
        ("https://example.zoomgov.com/j/1234567890", "Zoom", Verdict.JOIN),
        ("https://zoom.us/wc/join/12345678901", "Zoom", Verdict.JOIN),
        ("https://zoom.us/my/ann.example", "Zoom", Verdict.ROOM),
        ("https://zoom.us/meeting/register/tZ0abc", "Zoom", Verdict.REGISTER),
        ("https://zoom.us/u/abc", "Zoom", Verdict.DIAL_IN),
        ("https://zoom.us/s/12345678901", "Zoom", Verdict.HOST),
        ("https://zoom.us/wc/12345678901/start", "Zoom", Verdict.HOST),
        ("https://zoom.us/j/12345678901?ZAK=x", "Zoom", Verdict.HOST),
        ("https://zoom.us/j/12345678901#zak=x", "Zoom", Verdict.HOST),
        ("https://zoom.us/w/12345678901?tk=abc", "Zoom", Verdict.PERSONAL),
        ("https://zoom.us/rec/share/abc", "Zoom", Verdict.PAGE),
        ("https://zoom.us/pricing", "Zoom", Verdict.OTHER),
        (f"{LFX}/meeting/98765432101?password=1", "Zoom", Verdict.JOIN),
        (f"{LFX}/meeting/98765432101?invite=1", "Zoom", Verdict.PERSONAL),
        (f"{LFX}/meetings/example", "Zoom", Verdict.PAGE),
        ("https://meet.google.com/abc-defg-hij?authuser=0", "Google Meet", Verdict.JOIN),
        ("https://tel.meet/abc-defg-hij?pin=1", "Google Meet", Verdict.DIAL_IN),
        ("https://teams.live.com/meet/9312345678?p=abc", "Microsoft Teams", Verdict.JOIN),
        ("https://dialin.teams.microsoft.com/1", "Microsoft Teams", Verdict.DIAL_IN),
        ("https://example.webex.com/meet/ann", "Webex", Verdict.ROOM),
        ("https://example.webex.com/example/globalcallin.php?x=1", "Webex", Verdict.DIAL_IN),
        ("https://meet.jit.si/Example?jwt=abc", "Jitsi", Verdict.PERSONAL),
        ("https://whereby.com/example", "Whereby", Verdict.JOIN),
        ("https://zoom.us.example.org/j/12345678901", "", Verdict.OTHER),
        ("https://examplezoom.us/j/12345678901", "", Verdict.OTHER),
        ("https://ann@zoom.us/j/12345678901", "", Verdict.OTHER),
        ("javascript://zoom.us/j/12345678901", "", Verdict.OTHER),
    ],
)  # fmt: skip
def test_address_is_judged(url: str, provider: str, verdict: Verdict) -> None:
    judged = judge(url)
    assert (judged.provider, judged.verdict) == (provider, verdict)


@pytest.mark.parametrize(
    ("url", "inner"),
    [
        ("https://www.google.com/url?q=https://zoom.us/j/1&sa=D", "https://zoom.us/j/1"),
        ("https://www.google.com/search?q=https://zoom.us/j/1", "https://www.google.com/search?q=https://zoom.us/j/1"),
        ("https://x.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2Fb", "https://a.example/b"),
        ("https://urldefense.com/v3/__https://a.example/b__;!!x", "https://a.example/b"),
        ("https://www.google.com/url?q=javascript:alert(1)", "https://www.google.com/url?q=javascript:alert(1)"),
        ("http://[::1", "http://[::1"),
    ],
)  # fmt: skip
def test_address_behind_a_filter_is_found(url: str, inner: str) -> None:
    assert unwrap(url) == inner


words = st.sampled_from(
    [
        "Agenda:",
        "minutes",
        "Passcode: 1234",
        "Host key:",
        "123456",
        "Join Zoom Meeting",
        "\n",
        "\n\n",
        "<li>",
        "https://zoom.us/j/12345678901",
        "https://zoom.us/s/12345678901",
        "ann@example.org",
        "text",
        "</a>",
        "<br>",
        "https://zoom.us/w/12345678901?tk=own",
        "https://zoom.us/j/12345678901?zak=own",
        "+1 555 010 0100 US",
        "https://docs.example.org/a",
        '<a href="https://a.example/x">',
        "<script>",
        "</script>",
        "Join the meeting",
        "<https://teams.live.com/meet/1?p=2>",
    ]
)


@given(st.one_of(st.lists(words, max_size=40).map(" ".join), st.text(max_size=400)), st.text(max_size=100))
@example("<a href='https://zoom.us/j/1' https://", "https://zoom.us/j/12345678901?\x00")
@settings(max_examples=300, deadline=None)
def test_nothing_private_comes_through(description: str, location: str) -> None:
    links = find(description, location=location, url=location)

    shown = (links.join, links.agenda, links.minutes, links.page, links.text, links.dial_in)
    assert not any("=own" in each or "/s/1234" in each or "ann@example.org" in each for each in shown)
    assert judge(links.join).verdict not in {Verdict.HOST, Verdict.PERSONAL}
    assert links.text == links.text.strip()
    assert len(links.dial_in) <= 1500
    assert len(links.passcode) <= 64


def test_plain_and_html_say_the_same() -> None:
    plain = find("Agenda: https://a.example/1\nhttps://zoom.us/j/12345678901\nWelcome & hello")
    html = find(
        '<p>Agenda: <a href="https://a.example/1">https://a.example/1</a></p>'
        '<a href="https://zoom.us/j/12345678901">Join</a><br>Welcome &amp; hello'
    )
    assert plain == html


@pytest.mark.parametrize(
    "piece",
    [
        "<a ",
        '<a href="',
        "https://",
        "https://zoom.us/j/1",
        "+1 (",
        "join the ",
        "((((",
        "a@",
        "&#",
        "Host key:\n",
        "• - * ",
    ],
)
def test_time_grows_with_the_text_alone(piece: str) -> None:
    def measure(text: str) -> float:
        start = time.process_time()
        find(text)
        return time.process_time() - start

    short, long = (piece * 30_000)[:7_500], (piece * 30_000)[:30_000]
    measure(short)
    assert min(measure(long) for _ in range(2)) < 10 * min(measure(short) for _ in range(3)) + 0.05


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of real calendars")
def test_real_calendars_have_the_links_that_were_counted_in_them(real_calendars: Path) -> None:
    counts = Counter(
        find_links(meeting).source
        for meeting in parse_calendar((real_calendars / "finos.ics").read_bytes()).meetings
    )
    assert counts["LOCATION"] >= 1450
    assert counts["DESCRIPTION"] >= 815
    assert counts[""] <= 102
    newest = max((real_calendars / "galaxy-weekly").glob("*.ics"))
    sources = Counter(find_links(meeting).source for meeting in parse_calendar(newest.read_bytes()).meetings)
    assert sources["X-GOOGLE-CONFERENCE"] >= 200
    assert sources["DESCRIPTION"] >= 40
    assert sources["LOCATION"] >= 80


@pytest.fixture
def real_calendars(tmp_path: Path) -> Path:
    import tarfile

    with tarfile.open(Path(SAMPLES) / "ics" / "real.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / "real"
