"""The benchmark prints own words for texts and raw mails, and counts what is left and what is lost."""

import base64
import json
from pathlib import Path

import pytest

from tests.benchmarks.list_mail import Mail
from tests.benchmarks.quote_truth import tally
from tests.benchmarks.quotes import main

PARENT = (
    b"From: Mia <mia@example.org>\r\nMessage-ID: <1@example.org>\r\nSubject: Hall\r\n\r\n"
    b"The hall is free on the twelfth and on the nineteenth of May.\r\n"
)
REPLY = (
    b"From: Jan <jan@example.org>\r\nMessage-ID: <2@example.org>\r\nIn-Reply-To: <1@example.org>\r\n"
    b"Subject: Re: Hall\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"The twelfth, please.\r\n\r\nThe hall is free on the twelfth and on the nineteenth of May.\r\n"
)


def test_predict_prints_a_line_for_each_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = [
        {"id": "a", "text": "Yes.\n\n> Is it?\n"},
        {"id": "parent", "raw_b64": base64.b64encode(PARENT).decode()},
        {"id": "reply", "raw_b64": base64.b64encode(REPLY).decode()},
        {"id": "quoted", "text": "> Only quoted.\n"},
    ]
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(map(json.dumps, cases)))

    assert main(["--predict", str(path)]) == 0

    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"id": "a", "text": "Yes."},
        {"id": "parent", "text": "The hall is free on the twelfth and on the nineteenth of May."},
        {"id": "reply", "text": "The twelfth, please."},
        {"id": "quoted", "text": "> Only quoted."},
    ]


def test_cases_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cases.jsonl"
    cases = [
        {"id": "right", "text": "Yes.\n> Is it?\n", "expected": "Yes."},
        {"id": "wrong", "text": "Yes.", "expected": "No."},
    ]
    path.write_text("\n".join(map(json.dumps, cases)))

    main([str(path)])

    assert capsys.readouterr().out == "cases.jsonl: 1 of 2 exactly\n  not wrong\n"


def test_tally_counts_quoted_lines_left_and_new_lines_lost() -> None:
    parent = Mail(message_id="1", text="One two three four five six seven.")
    reply = Mail(
        message_id="2",
        answers=("1",),
        is_reply=True,
        text="Jan wrote:\n> One two three four five six seven.\n"
        "Eight nine ten eleven twelve.\n-- \nJan and his long name\n",
    )

    nothing = tally([parent, reply], lambda mail, _: "")
    everything = tally([parent, reply], lambda mail, _: mail.text)

    assert (nothing.mails, nothing.quoted, nothing.new) == (1, 1, 1)
    assert (nothing.leak, nothing.loss) == (0.0, 1.0)
    assert (everything.leak, everything.loss) == (1.0, 0.0)
