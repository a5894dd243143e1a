"""What the doctor found, on a card: in the language of whoever asks."""

import re

import pytest

from bot.http.failures import explain_status
from bot.operations.advice import ASK_THERE, finding_of
from bot.operations.doctor_card import render_examination
from bot.operations.findings import Finding, Passed
from bot.text.catalogue import load_texts
from bot.text.languages import speaking

TEXTS = load_texts()
ENGLISH = re.compile(r"\b(?:the|is|are|it|and|of|this|again|nothing|bot lacks)\b")


def drawn(*lines: Finding | Passed, language: str) -> str:
    with speaking(language):
        post = render_examination(TEXTS, lines)
    return "\n".join(block.markdown for block in post.blocks)


def test_a_source_that_cannot_be_read_is_told_in_german() -> None:
    error = str(explain_status(404, "example.org", None))
    finding = finding_of(error, where="FAQ page Harbour", otherwise=ASK_THERE)
    shown = drawn(finding, Passed(check="#news (reminders of Calls)", what="well"), language="de")
    assert shown == (
        "🔴 **FAQ-Seite Harbour**: example.org hat keine solche Seite (404)\n-# ➜ Prüfe die Adresse\n"
        "-# 1 Sache ist in Ordnung: #news (Erinnerungen an Calls)"
    )


FINDINGS = [
    finding_of(f"{what}. {fix}.", where=where)
    for where, what, fix in (
        (
            "#news (list dev)",
            "the bot lacks: Embed Links",
            "In Discord: Edit Channel > Permissions > add the bot's role, and allow these",
        ),
        (
            "Events tab (calendar Calls)",
            "the bot lacks: Create Events",
            "In Discord: Server Settings > Roles > the bot's role, and allow these",
        ),
        (
            "digest of dev in server 7",
            "its channel (71) is gone, or hidden from the bot",
            "Name another in `/list digest`",
        ),
        ("list dev", "it did not deliver within 9 seconds", "It may be busy: try again later"),
        (
            "calendar Calls",
            "The TLS certificate of example.org has expired",
            "Those who run that server have to renew or correct it",
        ),
        (
            "list dev",
            "example.org cut the compressed page short",
            "Try again later; if it stays so, tell those who run that server",
        ),
    )
]
FINDINGS += [
    Finding(
        where="posts",
        what="3 should have left, the oldest 3 hours ago",
        fix="Start the bot if it is stopped; else `/status` in Discord says which channel is closed to it",
    ),
    Finding(
        where="clock",
        what="this machine's is 12 s fast; reminders come that much off their time",
        fix="Have it set by the network: timedatectl set-ntp true",
    ),
    finding_of(
        "The TLS certificate of the mail server of box cannot be trusted; whoever runs that server has to "
        "correct it.",
        where="list dev",
    ),
]


@pytest.mark.parametrize("finding", FINDINGS, ids=[finding.what for finding in FINDINGS])
@pytest.mark.parametrize("language", ["de", "es"])
def test_nothing_english_is_left_of_a_finding(finding: Finding, language: str) -> None:
    shown = drawn(finding, language=language)
    assert ENGLISH.search(shown) is None, shown
    assert " ➜ " in shown
