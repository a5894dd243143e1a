"""What a mail is about, in its first sentences; nothing where it says nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.excerpt import LONGEST, excerpt

LONG = (
    "The tests are red since Monday and nobody knows why, because the machine that runs them is away "
    "and its owner is on holiday until the end of the month."
)


@pytest.mark.parametrize(
    ("own", "lead"),
    [
        (
            "Hi all,\n\nI have moved the archive, e.g. the years before 2010. It is\nfaster now! Why?\n\nMia",
            "I have moved the archive, e.g. the years before 2010. It is faster now!",
        ),
        (
            "Hi Jan, could you look at version 1.2? Dr. Weber asks.",
            "could you look at version 1.2? Dr. Weber asks.",
        ),
        ("Dear Jan\nthe door is open.", "the door is open."),
        ("Bonjour à tous,\nla salle est réservée.\n\nCordialement,\nJean", "la salle est réservée."),
        ("各位好，\n我们星期二开会。请大家准时到。", "我们星期二开会。请大家准时到。"),
        ("> asked before\n\nThe answer is yes, from May on.", "The answer is yes, from May on."),
        ("Fix the gate.\n\nSigned-off-by: A B <a@example.org>\n\n1 file, +1 -1", "Fix the gate."),
        ("Look:\n```\ncode\n```\nIt fails.", "Look: It fails."),
        ("- chairs\n- tables are missing", "chairs tables are missing"),
        ("+1, but the second point needs work.", "+1, but the second point needs work."),
        (f"{LONG} {LONG}", LONG),
        ("History is long.", "History is long."),
    ],
)
def test_excerpt_is_the_lead_without_the_greeting(own: str, lead: str) -> None:
    assert excerpt(own) == lead


@pytest.mark.parametrize(
    "own",
    [
        "",
        "+1",
        "+1 (binding)\n\nThanks,\nMia",
        "Thanks!",
        "Thank you very much.",
        "LGTM",
        "👍",
        "> only quoted",
        "2 files, +3 -1",
        "-----",
        "Hello everybody,",
        "OK, thanks",
    ],
)
def test_mail_that_says_nothing_has_no_excerpt(own: str) -> None:
    assert excerpt(own) == ""


def test_long_sentence_is_cut_at_a_word() -> None:
    assert excerpt("seven words " * 40, limit=30) == "seven words seven words seven…"


@given(own=st.text(max_size=400), limit=st.integers(min_value=1, max_value=LONGEST))
def test_excerpt_keeps_its_limit_and_one_line(own: str, limit: int) -> None:
    lead = excerpt(own, limit=limit)

    assert len(lead) <= limit
    assert "\n" not in lead
