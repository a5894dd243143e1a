"""The card: what needs a person first, in words; whatever there is to say fits Discord's limits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.models import Kind, OutboxRow, State, Verb
from bot.delivery.post import Accent, Post, Row, Words
from bot.operations.health import Condition, Health, Part
from bot.operations.status_card import gist, render_status
from bot.operations.status_details import render_details
from bot.text.catalogue import load_texts

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TEXTS = load_texts()


def health(condition: Condition, name: str = "x", words: str = "w") -> Health:
    return Health(part=Part.JOBS, name=name, condition=condition, words=words)


def card(*healths: Health, **parts: bool) -> Post:
    return render_status(TEXTS, healths, footer="-# below", **parts)


def lines(post: Post) -> list[str]:
    words = [block.markdown for block in post.blocks if isinstance(block, Words)]
    return "\n".join(words).splitlines()


def labels(post: Post) -> list[str]:
    rows = [block for block in post.blocks if isinstance(block, Row)]
    return [button.label for row in rows for button in row.buttons]


def test_what_needs_a_person_comes_first_and_says_so_in_words() -> None:
    post = card(
        health(Condition.WELL, "a"),
        health(Condition.TROUBLED, "b"),
        health(Condition.BROKEN, "c"),
        health(Condition.IDLE, "d"),
    )
    assert lines(post) == ["🔴 **c** w", "🟡 **b** w", "⚪ **d** w", "🟢 **a** w", "-# below"]
    assert (post.title, post.accent) == ("Status: one thing needs you", Accent.PROBLEM)


@pytest.mark.parametrize(
    ("conditions", "title"),
    [
        ((), "Status: all is well"),
        ((Condition.WELL, Condition.IDLE), "Status: all is well"),
        ((Condition.WELL, Condition.TROUBLED), "Status: something is being tried again"),
        ((Condition.BROKEN, Condition.BROKEN), "Status: 2 things need you"),
    ],
)
def test_title_says_whether_somebody_has_to_act(conditions: tuple[Condition, ...], title: str) -> None:
    assert card(*map(health, conditions)).title == title


def test_a_standing_card_looks_again_by_itself() -> None:
    assert labels(card()) == ["Check again", "What happened?"]
    assert labels(card(is_standing=True)) == ["What happened?"]


def test_what_does_not_fit_is_counted() -> None:
    post = card(
        health(Condition.BROKEN, "first"), *(health(Condition.WELL, words="w" * 590) for _ in range(20))
    )
    assert lines(post)[0].startswith("🔴 **first**")
    assert lines(post)[-2] == "-# … and 15 more"


@given(
    st.lists(st.tuples(st.sampled_from(Condition), st.text(min_size=1), st.text(max_size=3000)), max_size=60)
)
def test_any_healths_make_a_card(parts: list[tuple[Condition, str, str]]) -> None:
    post = card(*(health(condition, name, words) for condition, name, words in parts))
    assert post.text_length() <= 4000


def test_gist_changes_with_conditions_and_not_with_moments() -> None:
    one = gist([health(Condition.WELL, words="checked <t:1:R>")])
    assert one == gist([health(Condition.WELL, words="checked <t:2:R>")])
    assert one != gist([health(Condition.BROKEN, words="checked <t:1:R>")])
    assert one != gist([])


def row(number: int, state: State = State.FAILED, reason: str = "Discord refuses it.") -> OutboxRow:
    return OutboxRow(
        id=number,
        key=f"k{number}",
        guild_id=1,
        channel_id=5,
        is_direct=False,
        kind=Kind.REMINDER,
        verb=Verb.SEND,
        target_key="",
        topic="",
        topic_name="",
        due_at=NOW,
        post={},
        late_after=None,
        late_post=None,
        cutoff_at=None,
        fold_group="",
        fold_line="",
        state=state,
        reason=reason,
        attempts=3,
        created_at=NOW,
        sending_at=None,
        next_try_at=None,
        ended_at=NOW + timedelta(minutes=1),
        sent_channel_id=None,
        message_id=None,
    )


def test_posts_set_aside_have_buttons_and_dropped_ones_reasons() -> None:
    post = render_details(
        TEXTS, [row(3), row(2)], [row(1, State.DROPPED, "It was too late to be of use.")], failed_total=2
    )
    ended = f"<t:{int(NOW.timestamp()) + 60}:R>"
    assert lines(post) == [
        f"**1.** 🔴 reminder for <#5>, {ended}: Discord refuses it.",
        f"**2.** 🔴 reminder for <#5>, {ended}: Discord refuses it.",
        "**Not posted, with the reason**",
        f"- reminder for <#5>, {ended}: It was too late to be of use.",
    ]
    assert labels(post) == ["Try 1 again", "Drop 1", "Try 2 again", "Drop 2"]
    assert [(action.kind, action.args) for action in post.actions()][:2] == [
        ("status.retry", ("3",)),
        ("status.drop", ("3",)),
    ]


def test_many_posts_set_aside_fit_and_are_counted() -> None:
    failed = [row(number, reason="@everyone " + "x" * 5000) for number in range(9)]
    dropped = [row(number, State.DROPPED, "y" * 5000) for number in range(20, 40)]
    post = render_details(TEXTS, failed, dropped, failed_total=30)
    assert len(labels(post)) == 12
    assert "-# … and 24 more" in lines(post)
    assert "@everyone" not in "\n".join(lines(post))


def test_when_nothing_happened_that_is_said() -> None:
    assert lines(render_details(TEXTS, [], [], failed_total=0)) == [
        "Nothing: every post of the last thirty days left as it should."
    ]
