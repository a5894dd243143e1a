import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.subjects import SUBJECT_CHARACTERS, Subject, parse_subject

REPLIES = (
    "Re: x",
    "RE: x",
    "re:x",
    "Re : x",
    "Re[2]: x",
    "RE(3): x",
    "Re^2: x",
    "AW: x",
    "Antw: x",
    "SV: x",
    "Sv: x",
    "VS: x",
    "Rif: x",
    "R: x",
    "RES: x",
    "Odp: x",
    "YNT: x",
    "Atb: x",
    "Vedr: x",
    "Réf: x",
    "RÉP: x",
    "Vast: x",
    "ΑΠ: x",
    "На: x",
    "Отв: x",
    "Відп: x",
    "回复: x",
    "回复：x",
    "答复: x",
    "返信: x",
    "회신: x",
    "Trả lời: x",
    "رد: x",
    "השב: x",
    "ตอบ: x",
)
FORWARDS = (
    "Fwd: x",
    "FW: x",
    "Fw: x",
    "WG: x",
    "VB: x",
    "VL: x",
    "TR: x",
    "RV: x",
    "ENC: x",
    "Doorst: x",
    "PD: x",
    "İLT: x",
    "VÁ: x",
    "Πρθ: x",
    "Пересл: x",
    "转发: x",
    "轉寄：x",
    "転送: x",
    "전달: x",
    "Chuyển tiếp: x",
    "إعادة توجيه: x",
    "הועבר: x",
    "[Fwd: x]",
    "[Fwd: [List] x]",
    "x (fwd)",
    "(Fwd: x)",
)


@pytest.mark.parametrize("text", REPLIES)
def test_reply_mark_of_any_language_is_taken_off(text: str) -> None:
    assert parse_subject(text) == Subject(text=text, topic="x", topic_key="x", is_reply=True)


@pytest.mark.parametrize("text", FORWARDS)
def test_forward_mark_of_any_language_is_taken_off(text: str) -> None:
    subject = parse_subject(text, ["list"])

    assert (subject.topic, subject.is_reply, subject.is_forward) == ("x", False, True)


@pytest.mark.parametrize(
    "text",
    [
        "Reading list: x",
        "Resolution: x",
        "Reply: x",
        "Trial: x",
        "RFC 5322: x",
        "Sven: x",
        "Return: x",
        "Ref: x",
        "x Re: y",
    ],
)
def test_word_that_only_looks_like_a_mark_stays(text: str) -> None:
    assert parse_subject(text) == Subject(text=text, topic=text, topic_key=text.lower())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[Twisted-web] x", ["twisted-web"]),
        ("[Twisted-web] Re: [Twisted-web] x", ["twisted-web"]),
        ("Re: [Example TOC] x", ["toc.lists.example.org"]),
        ("[example-toc] AW: x", ["", "toc+owner@lists.example.org"]),
        ("[List 123] x", ["list"]),
        ("[list:4] x", ["list"]),
    ],
)
def test_tag_of_the_list_itself_is_left_out(text: str, names: list[str]) -> None:
    assert parse_subject(text, names).topic == "x"


def test_tags_that_say_something_stay_and_are_named() -> None:
    subject = parse_subject("[Group] Re: [VOTE] [Group] [Charter  v2] Adopt it", ["group.lists.example.org"])

    assert subject.topic == "[VOTE] [Charter v2] Adopt it"
    assert subject.topic_key == "adopt it"
    assert subject.tags == ("Group", "VOTE", "Charter v2")


def test_topic_is_never_empty_unless_the_subject_is() -> None:
    assert parse_subject("Re:").topic == "Re:"
    assert parse_subject("[x]", ["x"]).topic == "[x]"
    assert parse_subject("   ") == Subject()


def test_topic_key_ignores_case_and_spaces() -> None:
    assert (
        parse_subject("Re: Straße  Nach Süden").topic_key == parse_subject("AW: STRASSE nach süden").topic_key
    )


def test_long_subject_is_cut() -> None:
    subject = parse_subject("word " * 4000)

    assert len(subject.text) <= SUBJECT_CHARACTERS
    assert subject.text.endswith("word…")


@given(st.text(max_size=400), st.lists(st.text(max_size=20), max_size=3))
def test_any_subject_is_taken_apart(text: str, names: list[str]) -> None:
    subject = parse_subject(text, names)

    assert len(subject.text) <= SUBJECT_CHARACTERS
    assert bool(subject.topic) == bool(subject.text)
    assert len(subject.topic) <= SUBJECT_CHARACTERS
    assert parse_subject(subject.topic, names).topic_key == subject.topic_key or not subject.topic_key


@pytest.mark.parametrize("piece", ["Re:", "Re[", "[x] ", "[", "[Fwd: ", "(fwd", "Trả lời", " ", "Re (1) "])
def test_hostile_subject_takes_no_longer_than_its_limit(piece: str) -> None:
    def seconds(count: int) -> float:
        start = time.process_time()
        for _ in range(20):
            parse_subject(piece * count)
        return time.process_time() - start

    assert seconds(40_000) < max(seconds(400), 0.02) * 24
