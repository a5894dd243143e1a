"""What a digest tells is counted right, stands in its stated order and quotes nobody's bare assent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail.digest.composing import compose, leading, score_of
from bot.mail.digest.kinds import group_of
from bot.mail.digest.models import Digest, Group, Material, Tally, Window
from bot.mail.digest.voting import tally_votes
from bot.mail.mime.message import parse_email
from bot.mail.stored import StoredEmail
from tests.unit.mail.digest.letters import EXAMPLE, digest_of, read_list, store

MONDAY = datetime(2026, 3, 2, 6, tzinfo=UTC)
WEEK = timedelta(weeks=1)
MAILS = read_list(EXAMPLE)


def letter(number: int, subject: str, body: str = "Words that say something.", **more: str) -> bytes:
    author = more.pop("author", "Ann <ann@example.org>")
    day = more.pop("day", "03")
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in more.items())
    return (
        f"From: {author}\nDate: Tue, {day} Mar 2026 10:{number:02d}:00 +0000\nMessage-ID: <{number}@x>\n"
        f"Subject: {subject}\n{head}\n{body}\n"
    ).encode()


def mails_of(*raws: bytes) -> tuple[StoredEmail, ...]:
    return store(parse_email(raw) for raw in raws)


def told(*raws: bytes) -> Digest:
    return digest_of(mails_of(*raws), MONDAY, MONDAY + WEEK)


def test_order_of_mails_changes_nothing() -> None:
    since, until = MONDAY + WEEK, MONDAY + 2 * WEEK

    assert digest_of(MAILS[::-1], since, until) == digest_of(MAILS, since, until)


def test_votes_meetings_and_announcements_stand_first() -> None:
    digest = digest_of(MAILS, MONDAY + 2 * WEEK, MONDAY + 3 * WEEK)

    groups = [each.group for each in digest.news]

    assert groups == sorted(groups, key=tuple(Group).index)
    assert groups[:4] == [Group.VOTE, Group.MEETING, Group.MEETING, Group.ANNOUNCEMENT]


def test_score_is_the_stated_one() -> None:
    plain = score_of(authors=2, new_mails=8, is_new=False, is_wanted=False, is_machine=False, is_patch=False)
    every = score_of(authors=2, new_mails=8, is_new=True, is_wanted=True, is_machine=True, is_patch=True)

    assert (plain, every) == (9.0, 10.0)


def test_new_thread_is_quoted_by_its_opening_and_a_continued_one_by_its_newest_substantial_mail() -> None:
    digest = told(
        letter(1, "New", "How do you moor in the new basin?"),
        letter(2, "Re: New", "With two lines at the bow, and one at the stern.", In_Reply_To="<1@x>"),
        letter(
            3,
            "Re: Old",
            "The crane is back in service since this morning, at half load.",
            In_Reply_To="<0@x>",
        ),
        letter(4, "Re: Old", "+1", In_Reply_To="<3@x>", author="Bo <bo@example.org>"),
        letter(
            5,
            "Re: Old",
            "> The crane is back in service\n",
            In_Reply_To="<3@x>",
            author="Cy <cy@example.org>",
        ),
        letter(6, "Re: Old", "Thanks!", In_Reply_To="<3@x>", author="Di <di@example.org>"),
    )

    excerpts = {each.topic: each.excerpt for each in digest.news}

    assert excerpts == {
        "New": "How do you moor in the new basin?",
        "Old": "The crane is back in service since this morning, at half load.",
    }


def test_vote_that_goes_on_is_quoted_by_what_is_voted_on() -> None:
    mails = mails_of(
        letter(1, "[VOTE] Charter", "Shall we adopt the charter? Open until Friday.", day="03"),
        letter(2, "Re: [VOTE] Charter", "0\n\nI have not read it yet.", In_Reply_To="<1@x>", day="09"),
        letter(3, "Re: [VOTE] Charter", "+1\n\nI have read it now.", In_Reply_To="<1@x>", day="10"),
    )

    (news,) = digest_of(mails, MONDAY + WEEK, MONDAY + 2 * WEEK).news

    assert (news.is_new, news.tally) == (False, Tally(ayes=1, noes=0))
    assert news.excerpt == "Shall we adopt the charter? Open until Friday."


def test_thread_without_an_answer_for_three_days_is_marked() -> None:
    asked = letter(1, "Who has the key?", "Who has the key of the boat house?")
    answered = letter(2, "Re: Who has the key?", "I have.", In_Reply_To="<1@x>", author="Bo <bo@example.org>")
    late = letter(3, "And the oars?", "Where are the oars?", day="06")

    alone = {each.topic: each.unanswered_since for each in told(asked, late).news}
    both = {each.topic: each.unanswered_since for each in told(asked, answered).news}

    assert alone == {"Who has the key?": datetime(2026, 3, 3, 10, 1, tzinfo=UTC), "And the oars?": None}
    assert both == {"Who has the key?": None}


def test_what_only_machines_wrote_is_named_and_not_quoted() -> None:
    digest = told(
        letter(1, "Build failed", "It broke.", Auto_Submitted="auto-generated"), letter(2, "Mooring")
    )

    assert [each.topic for each in leading(digest)] == ["Mooring"]
    assert [each.topic for each in digest.news] == ["Mooring", "Build failed"]


def test_what_a_part_was_encoded_in_is_no_excerpt() -> None:
    encoded = "UmVhZCB0aGUgbGV2ZWwgYXMgMzIgYml0cyB3aGVyZSB0aGUgZmlybXdhcmUg"

    assert [each.excerpt for each in told(letter(1, "Odd", f"{encoded}\n{encoded}")).news] == [""]


@pytest.mark.parametrize(
    ("subject", "group"),
    [
        ("[VOTE] Adopt the charter", Group.VOTE),
        ("Call for consensus: charter", Group.VOTE),
        ("Voting for the chairs", Group.VOTE),
        ("Minutes of the call", Group.MEETING),
        ("Draft agenda: Tuesday", Group.MEETING),
        ("Notes from our weekly call", Group.MEETING),
        ("Invitation: harbour call", Group.MEETING),
        ("[ANN] gauge 2.3", Group.ANNOUNCEMENT),
        ("ANNOUNCE: gauge 2.3", Group.ANNOUNCEMENT),
        ("gauge 2.3 released", Group.ANNOUNCEMENT),
        ("Timeout after 5 minutes", Group.NEW),
        ("Devotion to detail", Group.NEW),
        ("Annoying lines", Group.NEW),
        ("Call of a method fails", Group.MEETING),  # "call of" is a meeting's as often
        ("The released lines", Group.NEW),
    ],
)
def test_subject_tells_the_group(subject: str, group: Group) -> None:
    assert group_of(mails_of(letter(1, subject)), is_new=True) is group


@pytest.mark.parametrize(
    ("said", "tally"),
    [
        ("+1", Tally(ayes=1)),
        ("+1 (binding)", Tally(ayes=1)),
        ("Looks good.\n\n+1, thanks", Tally(ayes=1)),
        ("-1: the annex is missing", Tally(noes=1)),
        ("−1", Tally(noes=1)),
        ("+0", Tally(abstentions=1)),
        ("0, I have not read it", Tally(abstentions=1)),
        ("[x] +1 adopt", Tally(ayes=1)),
        ("+10 points", None),
        ("1 of the pages is empty", None),
        ("0 1 2 are its states", None),
        ("+1 555 0100 is my number", None),
    ],
)
def test_vote_is_read_from_the_head_of_a_mail(said: str, tally: Tally | None) -> None:
    assert tally_votes(mails_of(letter(1, "Re: [VOTE] Charter", said))) == tally


def test_newest_vote_of_each_voter_counts() -> None:
    votes = [letter(1, "V", "0"), letter(2, "V", "+1"), letter(3, "V", "-1", author="Bo <bo@example.org>")]

    assert tally_votes(mails_of(*votes)) == Tally(ayes=1, noes=1)


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from([mail.id for mail in MAILS]), min_size=1))
def test_every_mail_is_counted_once(chosen: set[int]) -> None:
    material = Material(mails=tuple(mail for mail in MAILS if mail.id in chosen), threads=MAILS)

    digest = compose(material, Window(since=MONDAY, until=MONDAY + 4 * WEEK))

    assert digest.mails == sum(each.new_mails for each in digest.news) == len(chosen)
    assert len({each.thread for each in digest.news}) == len(digest.news)
    assert set(leading(digest)) <= set(digest.news)


def test_other_lists_and_wishes_are_named() -> None:
    mails = mails_of(letter(1, "Mooring"), letter(2, "Oars"))
    material = Material(
        mails=mails, threads=mails, also_on={"2@x": ("dev",)}, highlights=frozenset({mails[1].id})
    )

    first, second = compose(material, Window(since=MONDAY, until=MONDAY + WEEK)).news

    assert (first.topic, first.also_on, first.is_highlighted) == ("Oars", ("dev",), True)
    assert replace(second, score=0.0).also_on == ()
