"""Links that act for the one who received a mail are taken out; all others stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.personal_links import is_personal_link, remove_personal_links


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Mute This Topic: https://groups.io/mt/99999999/1234567\nNext", "Next"),
        ("Unsubscribe: https://groups.io/g/x/leave/1/2/9/xyz [me@example.org]", ""),
        ("Unsubscribe: https://groups.io/g/x/unsub", ""),
        ("List-Unsubscribe: <https://example.org/u/abc>\nHello", "Hello"),
        ("Click here to unsubscribe: <https://example.org/unsub?id=1>", ""),
        ("[unsubscribe](https://example.org/unsubscribe/abc) from it", "[unsubscribe] from it"),
        ("https://lists.example.org/mailman/options/gardens/ann", ""),
        ("https://lists.example.org/options.cgi/gardens-example.org/ann", ""),
        ("See https://lists.example.org/x/ann--at--example.org now", "See  now"),
        ("See https://example.org/tree/v1--at--2 now", "See https://example.org/tree/v1--at--2 now"),
        ("See https://example.org/meet--at--noon/a.html", "See https://example.org/meet--at--noon/a.html"),
        ("https://example.org/options/all/x", "https://example.org/options/all/x"),
        ("mailto:gardens-leave@lists.example.org", ""),
        ("Open https://example.org/x?token=abc today", "Open  today"),
        ("See https://groups.io/g/x/message/53", "See https://groups.io/g/x/message/53"),
        ("The docs: https://example.org/leaves", "The docs: https://example.org/leaves"),
        ("How do I unsubscribe?", "How do I unsubscribe?"),
    ],
)
def test_personal_link_is_removed(text: str, left: str) -> None:
    assert remove_personal_links(text) == left


@given(
    st.lists(st.sampled_from(["https://", "x.org/", "unsub", "\n", " ", "[", "](", ")", "mailto:", "a"])).map(
        "".join
    )
)
def test_no_personal_link_survives(text: str) -> None:
    left = remove_personal_links(text)

    assert not any(
        is_personal_link(word) for word in left.split() if word.startswith(("http://", "https://"))
    )
    assert len(left) <= len(text)
