"""Parsing stays quick: what a usual mail takes is counted in calls, so that it depends on no clock."""

import cProfile

from bot.mail.mime.message import parse_batch

_TRACE = b"".join(
    b"Received: from a%d.example.org (a%d.example.org [192.0.2.%d])\n"
    b"\tby b.example.org (Postfix) with ESMTPS id 4XyZ%d\n"
    b"\tfor <list@example.org>; Mon, 06 Jan 2025 10:00:0%d +0100 (CET)\n" % ((number,) * 5)
    for number in range(8)
)
_HEAD = (
    b"From: Ann Example <ann%d@example.org>\nSender: list-bounces@example.org\nTo: list@example.org\n"
    b"Date: Mon, 06 Jan 2025 10:00:00 +0100\nMessage-ID: <%d@example.org>\nIn-Reply-To: <%d@example.org>\n"
    b"References: <1@example.org> <2@example.org>\n\t<3@example.org>\nSubject: Re: [List] What we found, %d\n"
    b"List-Id: A list <list.example.org>\nList-Post: <mailto:list@example.org>\n"
    b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
)
_BODY = "Grüße,\n> so it was said, at length, and nobody said it again.\nYes — so it was.\n".encode() * 40
_MAILS = [_TRACE + _HEAD % (number % 20, number, number - 1, number) + _BODY for number in range(250)]


def test_a_usual_mail_takes_few_calls() -> None:
    """515 of them were slow; 315 take half the time."""
    profile = cProfile.Profile()
    profile.runcall(parse_batch, _MAILS)

    assert sum(entry.callcount for entry in profile.getstats()) / len(_MAILS) < 400
