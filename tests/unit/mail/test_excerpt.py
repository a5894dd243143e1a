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
            "Could you look at version 1.2? Dr. Weber asks.",
        ),
        ("Dear Jan\nthe door is open.", "The door is open."),
        ("Bonjour à tous,\nla salle est réservée.\n\nCordialement,\nJean", "La salle est réservée."),
        ("各位好，\n我们星期二开会。请大家准时到。", "我们星期二开会。请大家准时到。"),
        ("> asked before\n\nThe answer is yes, from May on.", "The answer is yes, from May on."),
        ("Fix the gate.\n\nSigned-off-by: A B <a@example.org>\n\n1 file, +1 -1", "Fix the gate."),
        ("Look:\n```\ncode\n```\nIt fails.", "Look: It fails."),
        ("- chairs\n- tables are missing", "Chairs tables are missing"),
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


@pytest.mark.parametrize(
    ("own", "lead"),
    [
        # Names of programs and variables stay as they are.
        ("Hi,\ntwisted.web answers late.", "twisted.web answers late."),
        ("setup.py fails here.", "setup.py fails here."),
        ("Hi,\nfoo(bar) answers late.", "foo(bar) answers late."),
        ("run ./configure first.", "run ./configure first."),
        ("iPhones do not show it.", "iPhones do not show it."),
        ("i'm new here.", "I'm new here."),
        ("ärger mit dem Tor, wieder.", "Ärger mit dem Tor, wieder."),
        ("ßtraße zu.", "ßtraße zu."),
        # The end of a sentence that the quote began; kept where it is all that there is.
        (f"and so it broke. {LONG}", LONG),
        (f"..., which nobody reads. {LONG}", LONG),
        (f"but it worked.\n{LONG.lower()}", f"But it worked. {LONG.lower()}"),
        ("but only on Mondays, and when it rains.", "But only on Mondays, and when it rains."),
        (f"Andreas wrote it. {LONG}", f"Andreas wrote it. {LONG}"),
        # What the mail repeats of a head, a log or an attachment; and what comes after code.
        ("From: Mia Example <mia@example.org>\n\nFix the gate.", "Fix the gate."),
        ("It broke here:\ncommit 0123456789ab\nAuthor: Mia\nDate:   Mon Mar 2\n", "It broke here…"),
        ("thanks in advance.\n9c4de0/attachment.htm\nIt fails.", "It fails."),
        ("Thanks Jan\nOne version was old.", "One version was old."),
        (
            "Whatever I do, whenever I begin with it, I get the same error;\n>>> import os\nThen nothing.",
            "Whatever I do, whenever I begin with it, I get the same error…",
        ),
        ("import os\nThat is how it begins, and then it fails.", "That is how it begins, and then it fails."),
    ],
)
def test_excerpt_begins_and_ends_where_a_thought_does(own: str, lead: str) -> None:
    assert excerpt(own) == lead


@pytest.mark.parametrize("name", ["Mia", "mia", "- Mia", "Mia Example", "/Mia", "Example"])
def test_name_at_the_end_is_not_said(name: str) -> None:
    assert excerpt(f"The gate is open.\n{name}", author="Mia Example") == "The gate is open."
    assert (
        excerpt(f"The gate is open.\n{name}", author="Jan") == f"The gate is open. {name.removeprefix('- ')}"
    )


def test_long_sentence_is_cut_at_a_word() -> None:
    assert excerpt("seven words " * 40, limit=30) == "Seven words seven words seven…"


@given(own=st.text(max_size=400), limit=st.integers(min_value=1, max_value=LONGEST))
def test_excerpt_keeps_its_limit_and_one_line(own: str, limit: int) -> None:
    lead = excerpt(own, limit=limit)

    assert len(lead) <= limit
    assert "\n" not in lead
