"""Mails are read in one job: their words are found where all that they answer is at hand."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.mime.message import parse_batch
from bot.mail.reading import read_batch
from bot.mail.stripping import answered_by, strip_batch, written

QUESTION = "We should move the harbour meeting to Tuesday because the pilots are at sea on Mondays."


def raw(key: str, body: str, *answers: str) -> bytes:
    references = "".join(
        f"References: {' '.join(f'<{name}@example.org>' for name in answers)}\n" if answers else ""
    )
    head = f"From: Ann <ann@example.org>\nSubject: Harbour\nMessage-ID: <{key}@example.org>\n{references}"
    return f"{head}\n{body}\n".encode()


ASKED = raw("asked", QUESTION)
ANSWERED = raw("answered", f"Tuesday is fine.\n\n{QUESTION}", "asked")
AGAIN = raw("again", f"Monday is better.\n\n{QUESTION}\n\nTuesday is fine.", "asked", "answered")


@pytest.mark.parametrize(
    ("mails", "words"),
    [
        ((ASKED, ANSWERED, AGAIN), [QUESTION, "Tuesday is fine.", "Monday is better."]),
        ((AGAIN, ANSWERED, ASKED), ["Monday is better.", "Tuesday is fine.", QUESTION]),
        ((ANSWERED,), [None]),
        ((AGAIN, ANSWERED), [None, None]),
        ((ASKED, AGAIN), [QUESTION, None]),
        ((ASKED, ASKED), [QUESTION, QUESTION]),
        ((raw("own", "Hello.", "own"),), ["Hello."]),
        ((), []),
    ],
    ids=["all", "late first", "alone", "without its first", "without the nearest", "twice", "itself", "none"],
)
def test_words_are_found_where_all_that_is_answered_is_at_hand(
    mails: tuple[bytes, ...], words: list[str | None]
) -> None:
    assert [found and found.text for _, found in read_batch(mails)] == words


@given(st.lists(st.sampled_from([ASKED, ANSWERED, AGAIN, raw("other", "> one\n\ntwo\n-- \nAnn", "gone")])))
def test_one_job_finds_what_two_find(mails: list[bytes]) -> None:
    emails = parse_batch(mails)
    texts = {email.key: email.body for email in emails}
    apart = strip_batch([written(email, texts) for email in emails])
    is_ready = [all(key in texts for key in answered_by(email)) for email in emails]

    assert read_batch(mails) == [
        (email, words if ready else None) for email, words, ready in zip(emails, apart, is_ready, strict=True)
    ]


def test_text_that_is_all_its_authors_is_sent_once() -> None:
    text = "\n".join(f"[step {number}] compiling the harbour" for number in range(2_000))
    ((email, words),) = read = read_batch([raw("log", text)])

    assert words is not None
    assert words.text == words.in_context == email.body == text
    assert len(pickle.dumps(read)) < 1.1 * len(text)
