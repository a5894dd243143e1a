"""Lines cut to fit a label."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.limits import cut_line, fitting, length


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("short", 10, "short"),
        ("two\n  lines", 20, "two lines"),
        ("a question that is too long", 20, "a question that is…"),
        ("unbreakable" * 3, 10, "unbreakab…"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("ab👩‍🚀", 6, "ab…"),
        ("ab🇫🇷", 5, "ab…"),
        ("anything", 0, ""),
    ],
)
def test_cut_line_fits(text: str, limit: int, cut: str) -> None:
    assert cut_line(text, limit) == cut


@given(st.text(max_size=60), st.integers(min_value=0, max_value=40))
def test_cut_line_never_exceeds_the_limit(text: str, limit: int) -> None:
    line = cut_line(text, limit)

    assert length(line) <= limit
    assert line == " ".join(line.split())


@given(st.text(max_size=40), st.integers(min_value=0, max_value=40))
def test_fitting_is_the_longest_start_that_fits(text: str, limit: int) -> None:
    count = fitting(text, limit)

    assert length(text[:count]) <= limit
    assert count == len(text) or length(text[: count + 1]) > limit
