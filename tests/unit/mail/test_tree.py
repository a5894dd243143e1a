"""A thread in reading order: every mail once, below its nearest ancestor, whatever the references say."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.mail.threads import Envelope
from bot.mail.tree import Placed, find_parent, order_thread

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def mail(key: str, *references: str, hour: int = 0, in_reply_to: str = "") -> Envelope:
    return Envelope(key=key, references=references, in_reply_to=in_reply_to, at=START + timedelta(hours=hour))


def outline(*mails: Envelope) -> list[str]:
    return [f"{'.' * each.depth}{each.key}" for each in order_thread(mails)]


def test_replies_stand_below_what_they_answer_the_elder_first() -> None:
    mails = (
        mail("c", "a", hour=3),
        mail("d", "a", "b", hour=4),
        mail("a", hour=1),
        mail("b", "a", hour=2),
        mail("z", hour=0),
    )

    assert outline(*mails) == ["z", "a", ".b", "..d", ".c"]


def test_child_dated_before_its_parent_stays_its_child() -> None:
    assert outline(mail("a", hour=5), mail("b", "a", hour=1)) == ["a", ".b"]


def test_missing_parent_is_passed_over_to_the_nearest_one_at_hand() -> None:
    assert order_thread([mail("a"), mail("c", "a", "gone", hour=1)]) == (
        Placed(key="a", parent="", depth=0),
        Placed(key="c", parent="a", depth=1),
    )


def test_parent_is_what_is_answered_then_the_last_reference() -> None:
    known = {"a", "b", "c"}

    assert find_parent(mail("x", "a", "b", in_reply_to="c"), known) == "c"
    assert find_parent(mail("x", "a", "b", in_reply_to="gone"), known) == "b"
    assert find_parent(mail("x", "a", "gone"), known) == "a"
    assert find_parent(mail("a", "a"), known) == ""
    assert find_parent(mail("x"), known) == ""


def test_circle_is_cut_at_its_youngest_mail() -> None:
    assert outline(mail("a", "c"), mail("b", "a", hour=1), mail("c", "b", hour=2)) == ["c", ".a", "..b"]


def test_deep_thread_needs_no_deep_stack() -> None:
    chain = [mail(f"m{number}", f"m{number - 1}", hour=number) for number in range(5000)]

    placed = order_thread(chain)

    assert [each.depth for each in placed] == list(range(5000))


@given(st.lists(st.lists(st.integers(0, 9), max_size=3), max_size=10), st.randoms())
def test_every_mail_is_placed_once_and_order_of_arrival_does_not_matter(
    references: list[list[int]], random: st.randoms
) -> None:
    mails = [
        mail(f"m{number}", *(f"m{other}" for other in others), hour=number % 4)
        for number, others in enumerate(references)
    ]

    placed = order_thread(mails)

    assert sorted(each.key for each in placed) == sorted(each.key for each in mails)
    depths = {each.key: each.depth for each in placed}
    assert all(each.depth == (depths[each.parent] + 1 if each.parent else 0) for each in placed)
    random.shuffle(mails)
    assert order_thread(mails) == placed
