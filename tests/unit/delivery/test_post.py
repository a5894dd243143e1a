from collections.abc import Callable

import pytest

from bot.delivery.post import (
    Action,
    Attachment,
    Block,
    Button,
    Divider,
    Option,
    PickChannel,
    PickRole,
    Post,
    Row,
    Select,
    Words,
)
from bot.text import limits

ACTION = Action(kind="faq.pick", args=("e1",))
WORDS = Words(markdown="text")


def buttons(number: int, first: int = 0) -> tuple[Button, ...]:
    return tuple(
        Button(label=f"{index}", action=Action(kind="k", args=(str(index),)))
        for index in range(first, first + number)
    )


def options(number: int) -> tuple[Option, ...]:
    return tuple(Option(label=f"label {index}", value=f"value {index}") for index in range(number))


def post(*blocks: Block, **parts: object) -> Post:
    return Post(blocks=blocks, **parts)


AT_THE_LIMIT: dict[str, Callable[[], object]] = {
    "button label": lambda: Button(label="a" * limits.BUTTON_LABEL, action=ACTION),
    "button with an emoji alone": lambda: Button(emoji="🗑️", action=ACTION),
    "button link": lambda: Button(label="open", url="https://e.org/" + "a" * (limits.BUTTON_URL - 14)),
    "row": lambda: Row(buttons=buttons(5)),
    "option": lambda: Option(label="a" * 100, value="b" * 100, description="c" * 100),
    "select": lambda: Select(action=ACTION, options=options(25), placeholder="p" * 150),
    "pick of a channel": lambda: PickChannel(action=ACTION, placeholder="p" * 150, chosen=7),
    "pick of a role": lambda: PickRole(action=ACTION, placeholder="p" * 150, chosen=7),
    "title": lambda: post(WORDS, title="t" * limits.EMBED_TITLE),
    "lead": lambda: post(WORDS, lead="l" * limits.CONTENT),
    "text": lambda: post(Words(markdown="w" * limits.MESSAGE_TEXT)),
    "text in several places": lambda: post(
        Words(markdown="w" * 1900), Words(markdown="w" * 1900), title="t" * 96, lead="l" * 100
    ),
    "components": lambda: post(*[Divider()] * 39),
    "rows that fold into five": lambda: post(
        WORDS,
        *(Row(buttons=buttons(1, first)) for first in range(10)),
        Select(action=ACTION, options=options(1)),
    ),
    "files": lambda: post(attachments=tuple(Attachment(name=f"{n}.txt", content=b"") for n in range(10))),
}

BEYOND_THE_LIMIT: dict[str, Callable[[], object]] = {
    "button label": lambda: Button(label="a" * 81, action=ACTION),
    "button label of double characters": lambda: Button(label="😀" * 41, action=ACTION),
    "button without a face": lambda: Button(action=ACTION),
    "button that does nothing": lambda: Button(label="a"),
    "button that does two things": lambda: Button(label="a", action=ACTION, url="https://e.org"),
    "button link": lambda: Button(label="open", url="https://e.org/" + "a" * limits.BUTTON_URL),
    "row without buttons": lambda: Row(buttons=()),
    "row": lambda: Row(buttons=buttons(6)),
    "option label": lambda: Option(label="a" * 101, value="b"),
    "option without a label": lambda: Option(label="", value="b"),
    "option value": lambda: Option(label="a", value="b" * 101),
    "option without a value": lambda: Option(label="a", value=""),
    "option description": lambda: Option(label="a", value="b", description="c" * 101),
    "select without options": lambda: Select(action=ACTION, options=()),
    "select": lambda: Select(action=ACTION, options=options(26)),
    "select that repeats a value": lambda: Select(action=ACTION, options=options(1) * 2),
    "placeholder": lambda: Select(action=ACTION, options=options(1), placeholder="p" * 151),
    "placeholder of a channel": lambda: PickChannel(action=ACTION, placeholder="p" * 151),
    "placeholder of a role": lambda: PickRole(action=ACTION, placeholder="p" * 151),
    "more menus than rows": lambda: post(
        *(PickChannel(action=Action(kind="k", args=(str(n),))) for n in range(6))
    ),
    "menus that ask the same": lambda: post(PickChannel(action=ACTION), PickRole(action=ACTION)),
    "words without a word": lambda: Words(markdown=" \n\t"),
    "post without anything": Post,
    "title": lambda: post(WORDS, title="t" * (limits.EMBED_TITLE + 1)),
    "lead": lambda: post(WORDS, lead="l" * (limits.CONTENT + 1)),
    "text": lambda: post(Words(markdown="w" * (limits.MESSAGE_TEXT + 1))),
    "text of double characters": lambda: post(Words(markdown="😀" * 2001)),
    "text in several places": lambda: post(
        Words(markdown="w" * 1900), Words(markdown="w" * 1900), title="t" * 97, lead="l" * 100
    ),
    "components": lambda: post(*[Divider()] * 40),
    "components inside rows": lambda: post(*[Divider()] * 34, Row(buttons=buttons(5))),
    "more rows than five, even folded": lambda: post(
        *(Row(buttons=buttons(5, 5 * row)) for row in range(5)), Select(action=ACTION, options=options(1))
    ),
    "buttons that ask the same": lambda: post(Row(buttons=buttons(1)), Row(buttons=buttons(1))),
    "files": lambda: post(attachments=tuple(Attachment(name=f"{n}.txt", content=b"") for n in range(11))),
    "file description": lambda: Attachment(name="a.txt", content=b"", description="d" * 1025),
    "file without a name": lambda: Attachment(name="", content=b""),
}


@pytest.mark.parametrize("build", AT_THE_LIMIT.values(), ids=AT_THE_LIMIT)
def test_what_discord_takes_can_be_built(build: Callable[[], object]) -> None:
    assert build() is not None


@pytest.mark.parametrize("build", BEYOND_THE_LIMIT.values(), ids=BEYOND_THE_LIMIT)
def test_what_discord_refuses_cannot_be_built(build: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="this post cannot be sent"):
        build()


def test_text_length_counts_title_marks_lead_and_double_characters() -> None:
    card = post(Words(markdown="a😀"), Divider(), Words(markdown="bc"), title="T", lead="L")
    assert card.text_length() == len("### T") + len("L") + 3 + 2


@pytest.mark.parametrize(
    ("card", "count"),
    [
        (post(WORDS), 2),
        (post(WORDS, title="t", lead="l"), 4),
        (post(Row(buttons=buttons(3))), 5),
        (post(Select(action=ACTION, options=options(25))), 3),
        (post(WORDS, PickChannel(action=ACTION)), 4),
        (post(WORDS, PickRole(action=ACTION)), 4),
        (post(WORDS, Divider(), attachments=(Attachment(name="a.txt", content=b""),)), 4),
    ],
)
def test_component_count_includes_the_container_and_what_is_nested(card: Post, count: int) -> None:
    assert card.component_count() == count


def test_actions_are_what_buttons_and_selects_ask_for() -> None:
    link = Button(label="open", url="https://e.org")
    card = post(WORDS, Row(buttons=(*buttons(2), link)), Select(action=ACTION, options=options(1)))
    assert list(card.actions()) == [Action(kind="k", args=("0",)), Action(kind="k", args=("1",)), ACTION]
