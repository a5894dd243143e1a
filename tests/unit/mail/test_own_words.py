"""A mail's own words: quotes, signatures and footers go; answers and citations stay."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.quotes.own_words import own_words
from bot.mail.quotes.page import MAX_CHARACTERS, MAX_LINES
from bot.mail.quotes.patches import PatchSummary
from tests.benchmarks.list_mail import read_mails
from tests.benchmarks.quote_truth import tally
from tests.benchmarks.quotes import FIXTURES, read_pairs

SAMPLES = os.environ.get("SAMPLES", "")  # noqa: TID251 (test material that not every machine has)

# Here a quote that an attribution introduces is expected to stay, because an answer follows. It stays in
# `in_context`; the own words leave it out.
IN_CONTEXT = ("embedded_email_7", "embedded_email_17")
CASES = [
    pytest.param(case["text"], case["expected"], case["id"] in IN_CONTEXT, id=f"{folder.name}-{case['id']}")
    for folder in sorted(FIXTURES.iterdir())
    if folder.is_dir()
    for case in read_pairs(folder)
]
PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "> quoted\n",
                "On Mon, Mar 4, 2024 at 9:12 AM A <a@example.org> wrote:\n",
                "\n",
                "Hello there.\n",
                "-- \n",
                "-----Original Message-----\n",
                "From: A\nSent: B\nTo: C\nSubject: D\n",
                "```\n",
                "_______________________\n",
                "To unsubscribe, write to us\n",
                "-----BEGIN PGP SIGNED MESSAGE-----\n",
                "diff --git a/x b/x\n--- a/x\n+++ b/x\n",
                "@@ -1,2 +1,9 @@\n",
                " 1 file changed, 1 insertion(+)\n",
                "| a\n",
                "Sent from my iPhone\n",
                "An HTML attachment was scrubbed...\n",
                "@@ -99999999,999999999 +1 @@\n",
                "\r",
                "wrote:",
                "\u2028",
            ]
        ),
        st.text(max_size=20),
    ),
    max_size=30,
).map("".join)


def test_fixtures_are_many_and_of_many_languages() -> None:
    names = [path.name for path in (FIXTURES / "own").glob("*.own.txt")]

    assert len(names) >= 200
    assert len({name.partition("_")[0] for name in names if name[2] == "_"}) >= 25


@pytest.mark.parametrize(("text", "expected", "is_in_context"), CASES)
def test_fixture_yields_its_own_words(text: str, expected: str, *, is_in_context: bool) -> None:
    own = own_words(text)

    assert (own.in_context if is_in_context else own.text).split() == expected.split()


@given(text=PIECES, parents=st.lists(PIECES, max_size=2), is_reply=st.booleans())
def test_own_words_never_raise_and_add_nothing(text: str, parents: list[str], *, is_reply: bool) -> None:
    own = own_words(text, parent_texts=parents, is_reply=is_reply)

    summary = own.patch.text if own.patch else ""
    written = {" ".join(line.split()) for line in own.text.splitlines()}
    given_lines = {" ".join(line.split()) for line in text.splitlines()}
    unescaped = {line.replace(">From ", "From ") for line in given_lines}
    assert written <= given_lines | unescaped | {summary, ""}
    assert len(own.text) <= len(own.in_context) <= len(text) + len(summary) + 2
    assert own.text or not own.in_context


@given(st.text(alphabet="> \nabc", max_size=200))
def test_nothing_is_lost_of_text_without_marks(text: str) -> None:
    unmarked = text.replace(">", "")

    assert own_words(unmarked).text.split() == unmarked.split()


def test_mail_of_its_own_words_alone_is_kept_once() -> None:
    text = "Hello,\n\nthe hall is free.\n\n\nAnn"

    own = own_words(text)

    assert own.text is text
    assert own.in_context is text


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("", "This e-mail and any attachments are for you."),
        ("", "Think before you print it."),
        ("", "Confidential: nobody may read it who is not the addressee, nor may they pass it on."),
        ("You don't often get email from Ann", ""),
        ("External sender", ""),
    ],
)
def test_notice_is_known_however_it_is_wrapped(above: str, below: str) -> None:
    wrapped = ("\n".join(notice.split()) for notice in (above, below))

    assert own_words("\n\nThe hall is free.\n\n".join(wrapped)).text == "The hall is free."


def test_long_mail_is_cut_and_says_so() -> None:
    own = own_words("word " * MAX_CHARACTERS)

    assert own.is_cut
    assert len(own.text) <= MAX_CHARACTERS
    assert own_words("a\n" * (MAX_LINES + 5)).is_cut
    assert not own_words("a\n" * 20).is_cut


PARENT = """Hello all,

the hall is free on the twelfth and on the nineteenth of May.
Which of the two days suits most of us?

I would also like to know who can bring a second projector.
Thank you very much for your help.
"""


def test_unmarked_quote_is_known_from_the_parent() -> None:
    text = f"The twelfth, please.\n\n{PARENT}"

    own = own_words(text, parent_texts=[PARENT])

    assert own.text == "The twelfth, please."


def test_answers_in_an_unmarked_quote_stay() -> None:
    text = (
        "See below.\n\nFrom: Mia <mia@example.org>\nSent: Monday\nTo: all\nSubject: Hall\n\n"
        "the hall is free on the twelfth and on the nineteenth of May.\n"
        "Which of the two days suits most of us?\n"
        "We all prefer the earlier date by far.\n"
        "I would also like to know who can bring a second projector.\n"
    )

    own = own_words(text, parent_texts=[PARENT])

    assert own.text == "See below.\n\nWe all prefer the earlier date by far."


def test_answer_below_a_blank_line_of_code_in_an_unmarked_quote_stays() -> None:
    code = "```\nopen the door with the red key\n\n```\n"
    asked = f"Which key opens the hall in May?\n{code}Thank you for all your help.\n"
    head = "Hello,\n\nOn Mon, 5 May 2003 at 10:10, Mia Lee <mia@example.org> wrote:\n"
    answered = asked.replace("\n\n", "\n\nThat one was lost last Friday.\n")

    own = own_words(head + answered, parent_texts=[asked])

    assert own.text == "Hello,\n\nThat one was lost last Friday."


REPORT = "Minutes of the call of the {}: present were {} people, and all of the tasks were done."


def test_line_that_follows_the_form_of_another_is_no_quote() -> None:
    text = f"Here we go again.\n\n{REPORT.format('twelfth', 9)}"

    own = own_words(text, parent_texts=[REPORT.format("fifth", 7)])

    assert own.text == text


def test_same_words_again_and_nothing_else_are_kept() -> None:
    text = f"Good morning,\n\n{REPORT.format('fifth', 7)}"

    own = own_words(text, parent_texts=[text])

    assert own.text == text


def test_phrase_that_two_people_use_is_no_quote() -> None:
    own = own_words("I can bring one.\n\nThank you very much.\nMia", parent_texts=[PARENT])

    assert own.text == "I can bring one.\n\nThank you very much.\nMia"


def test_second_version_of_a_patch_keeps_its_message() -> None:
    first = (
        "The counter of the gate started at one, so one visitor was counted twice.\n\n"
        "--- a/gate\n+++ b/gate\n@@ -1 +1 @@\n-one\n+zero\n"
    )

    own = own_words(first, parent_texts=[first])

    assert own.text.startswith("The counter of the gate")
    assert own.patch == PatchSummary(files=1, added=1, removed=1)


def test_marked_lines_in_a_reply_are_no_citation() -> None:
    text = "> Is it open?\n\nYes."

    assert own_words(text).text == text
    assert own_words(text, is_reply=True).text == "Yes."
    assert own_words(text, parent_texts=["Something else that was said before."]).text == "Yes."


def test_context_shows_what_is_answered() -> None:
    text = "On Monday 5 May 2023 Olga <o@example.org> wrote:\n> When?\nAt six.\n> Who?\nPaul.\n> Bye\n"

    own = own_words(text, is_reply=True)

    assert own.text == "At six.\n\nPaul."
    assert own.in_context == "> When?\nAt six.\n> Who?\nPaul."


@pytest.mark.parametrize(
    ("text", "is_all_quoted"),
    [
        ("> All of it.\n", True),
        ("---------- Forwarded message ---------\nFrom: A\nDate: B\nSubject: C\n\nThe news.\n", True),
        ("> Some of it.\n\nMine.\n", False),
        ("", False),
        ("-- \nA name only\n", False),
    ],
)
def test_all_quoted_is_flagged(text: str, *, is_all_quoted: bool) -> None:
    assert own_words(text).is_all_quoted is is_all_quoted


@pytest.mark.parametrize(
    "unit",
    [
        "> a\n",
        "> a\nb\n",
        "a:\n",
        "On 1:00 a@b wrote:\n> x\nyes\n",
        "From: a\n",
        "____________________\nlist http://x @\n",
        "to unsubscribe\n",
        "--\n",
        "_____\n",
        "-----BEGIN PGP SIGNATURE-----\n",
        "@@ -1,9 +1,9 @@\n",
        "--- a\n+++ b\n",
        "Sent from my iPhone\n\n",
        ">>> a\n",
        "\n",
        " 1 file changed, 1 insertion(+)\n",
        "| a\n",
        "-----Original Message-----\n",
        "confidential recipient\n\n",
        "the same seven words in every line\n",
    ],
)
def test_time_is_linear_in_hostile_text(unit: str) -> None:
    def seconds(lines: int) -> float:
        text = unit * lines
        start = time.process_time()
        own_words(text, parent_texts=[text])
        return time.process_time() - start

    small, large = (min(seconds(lines) for _ in range(3)) for lines in (700, 5600))
    assert large < small * 20 + 0.02


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of real mail")
@pytest.mark.parametrize("name", ["linux-leds-newest1000.mbox.xz", "linux-oxnas.groups.io.mbox.xz"])
def test_real_list_leaks_and_loses_little(name: str) -> None:
    mails = list(read_mails(Path(SAMPLES) / "mail/raw" / name))

    alone = tally(mails, lambda mail, _: own_words(mail.text, is_reply=mail.is_reply).text)
    beside = tally(mails, lambda mail, texts: own_words(mail.text, parent_texts=texts, is_reply=True).text)

    assert min(alone.mails, beside.mails) > 100
    assert max(alone.leak, beside.leak, alone.loss, beside.loss) <= 0.02


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of real mail")
@pytest.mark.parametrize("name", ["twisted-web", "imagej-devel"])
def test_real_archive_leaks_and_loses_little_beside_its_parents(name: str) -> None:
    months = sorted((Path(SAMPLES) / "mail/pipermail" / name).glob("*.txt.gz"))
    mails = [mail for month in months for mail in read_mails(month)]

    counted = tally(mails, lambda mail, texts: own_words(mail.text, parent_texts=texts, is_reply=True).text)

    assert counted.mails > 1000
    assert max(counted.leak, counted.loss) <= 0.02
