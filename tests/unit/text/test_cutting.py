"""Answers cut at a block, a sentence or a word, with nothing left open."""

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text.cutting import cut
from bot.text.limits import length

MORE = "[more](https://example.org)"
PARTS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "**bold**",
                "*it*",
                "**",
                "`code`",
                "`",
                "```py\nx = 1\ny = 2\n```",
                "```",
                "\n\n",
                "\n",
                "- item\n",
                ". ",
                "[link](https://example.org/a_b)",
                "[",
                "](",
                "\\*",
                "\\",
                "https://example.org/x",
                "word ",
                "End. ",
            ]
        ),
        st.text(max_size=10),
    ),
    max_size=25,
).map("".join)


@pytest.mark.parametrize(
    ("text", "limit", "result"),
    [
        ("Short.", 20, "Short."),
        ("One paragraph here.\n\nAnother one there.", 30, "One paragraph here.\n\nM"),
        ("A sentence. And then one more of them.", 26, "A sentence. M"),
        ("No sentence ends in here at all", 24, "No sentence ends in… M"),
        ("See [the docs](https://example.org/long) now", 30, "See… M"),
        ("Bold **from here to the end of it**", 25, "Bold **from here to…** M"),
        ("```py\na = 1\nb = 2\nc = 3\n```", 24, "```py\na = 1\n```\nM"),
    ],
)
def test_cut_ends_well(text: str, limit: int, result: str) -> None:
    assert cut(text, limit, more="M") == result


@given(PARTS, st.integers(min_value=1, max_value=200))
@example("```py\nx = 1\ny = 2\n```", 2)
def test_cut_never_exceeds_the_limit(text: str, limit: int) -> None:
    assert length(cut(text, limit, more=MORE)) <= limit


@given(PARTS, st.integers(min_value=60, max_value=200))
def test_cut_says_that_there_is_more(text: str, limit: int) -> None:
    result = cut(text, limit, more="M")

    assert result == text if length(text) <= limit else result.endswith("M")


@given(st.integers(min_value=30, max_value=170))
def test_cut_leaves_nothing_open(limit: int) -> None:
    text = (
        "First **bold words. More bold** here, see [a link](https://example.org/path) and `some code`.\n\n"
        "- an item\n  - a *nested item* of it\n\n```py\nprint(1)\nprint(2)\n```\n\nThe \\*end\\*."
    )

    head = cut(text, limit, more="")

    assert head.count("```") % 2 == 0
    assert re.sub(r"\\.", "", head.replace("```", "")).count("**") % 2 == 0
    assert not head.endswith("\\")
    assert head.count("[") == head.count("](https://example.org/path)")


@pytest.mark.parametrize("unit", ["[](", "**", "`", "```", "\\", "word ", "https://", "<a", "[a", "(", "\n"])
def test_cut_does_not_depend_on_what_is_left_out(unit: str) -> None:
    def seconds(sample: str) -> float:
        start = time.process_time()
        cut(sample, 2000, more=MORE)
        return time.process_time() - start

    small, large = (min(seconds(unit * count) for _ in range(3)) for count in (20_000, 80_000))
    assert large < small * 10 + 0.02
