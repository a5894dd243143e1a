"""The card in a terminal: plain text, nothing only Discord understands, nothing a terminal obeys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.post import Action, Button, Divider, Option, Post, Row, Select, Words
from bot.terminal import draw


def post(*markdown: str, title: str = "") -> Post:
    return Post(title=title, blocks=tuple(Words(markdown=text) for text in markdown))


@pytest.mark.parametrize(
    ("made", "drawn"),
    [
        (post("Come in.", title="How do I join?"), "How do I join?\n\nCome in."),
        (post("one", "two"), "one\n\ntwo"),
        (post("-# FAQ › Joining"), "FAQ › Joining"),
        (post(r"2 \* 3 and a\_b and C:\Users"), r"2 * 3 and a_b and C:\Users"),
        (post(r"`a\_b` and \`c"), r"`a\_b` and `c"),
        (post("```\na\\_b\n```"), "```\na\\_b\n```"),
        (post("edited <t:1767225600:D>"), "edited 2026-01-01"),
        (post("**bold** [page](https://a.example/)"), "**bold** [page](https://a.example/)"),
    ],
)
def test_post_is_drawn_as_text(made: Post, drawn: str) -> None:
    assert draw(made) == drawn


def test_what_buttons_would_open_is_a_list_and_other_controls_are_left_out() -> None:
    def row(label: str, kind: str) -> Row:
        return Row(buttons=(Button(label=label, action=Action(kind=kind, args=(label,))),))

    made = Post(
        title="Not sure",
        blocks=(
            Words(markdown="Pick one."),
            row("First?", "faq.pick"),
            row("Second?", "faq.pick"),
            Divider(),
            row("None of these", "faq.none"),
            Select(action=Action(kind="faq.open"), options=(Option(label="x", value="x"),)),
        ),
    )
    assert draw(made) == "Not sure\n\nPick one.\n\n- First?\n- Second?"


@given(text=st.text(min_size=1, max_size=300).filter(str.strip))
def test_no_control_character_reaches_the_terminal(text: str) -> None:
    drawn = draw(post(text, title=text[:100]))
    assert [character for character in drawn if character < " " and character not in "\n\t"] == []
    assert [character for character in drawn if "\x7f" <= character <= "\x9f"] == []
