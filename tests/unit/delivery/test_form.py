from collections.abc import Callable

import pytest

from bot.delivery.form import ChannelField, ChoiceField, Field, Form
from bot.delivery.post import Action, Option

ACTION = Action(kind="faq.create")


def fields(number: int) -> tuple[Field, ...]:
    return tuple(Field(name=f"f{index}", label="Label") for index in range(number))


def choice(number: int, **parts: object) -> ChoiceField:
    options = tuple(Option(label="o", value=f"v{index}") for index in range(number))
    return ChoiceField(**{"name": "c", "label": "Choice", "options": options, **parts})


AT_THE_LIMIT: dict[str, Callable[[], object]] = {
    "label": lambda: Field(name="f", label="l" * 45),
    "description": lambda: Field(name="f", label="l", description="d" * 100),
    "placeholder": lambda: Field(name="f", label="l", placeholder="p" * 100),
    "value": lambda: Field(name="f", label="l", value="v" * 20, max_length=20),
    "longest value": lambda: Field(name="f", label="l", value="v" * 4000),
    "choices": lambda: choice(25, chosen="v24"),
    "channel": lambda: ChannelField(name="c", label="l" * 45, description="d" * 100),
    "fields of every sort": lambda: Form(
        title="t",
        action=ACTION,
        fields=(*fields(1), choice(1), ChannelField(name="channel", label="Channel")),
    ),
    "form": lambda: Form(title="t" * 45, action=ACTION, fields=fields(5)),
}
BEYOND_THE_LIMIT: dict[str, Callable[[], object]] = {
    "no label": lambda: Field(name="f", label=""),
    "label": lambda: Field(name="f", label="l" * 46),
    "no name": lambda: Field(name="", label="l"),
    "description": lambda: Field(name="f", label="l", description="d" * 101),
    "placeholder": lambda: Field(name="f", label="l", placeholder="p" * 101),
    "value": lambda: Field(name="f", label="l", value="v" * 21, max_length=20),
    "longest value": lambda: Field(name="f", label="l", max_length=4001),
    "room for nothing": lambda: Field(name="f", label="l", max_length=0),
    "no choices": lambda: choice(0),
    "choices": lambda: choice(26),
    "choices that repeat": lambda: choice(1, options=choice(1).options * 2),
    "chosen that is no choice": lambda: choice(2, chosen="v2"),
    "choice without a name": lambda: choice(1, name=""),
    "channel without a label": lambda: ChannelField(name="c", label=""),
    "a field and a choice of one name": lambda: Form(
        title="t", action=ACTION, fields=(Field(name="c", label="l"), choice(1))
    ),
    "no title": lambda: Form(title="", action=ACTION, fields=fields(1)),
    "title": lambda: Form(title="t" * 46, action=ACTION, fields=fields(1)),
    "no fields": lambda: Form(title="t", action=ACTION, fields=()),
    "fields": lambda: Form(title="t", action=ACTION, fields=fields(6)),
    "two fields of one name": lambda: Form(title="t", action=ACTION, fields=fields(1) * 2),
}


@pytest.mark.parametrize("build", AT_THE_LIMIT.values(), ids=AT_THE_LIMIT)
def test_what_discord_takes_can_be_built(build: Callable[[], object]) -> None:
    assert build() is not None


@pytest.mark.parametrize("build", BEYOND_THE_LIMIT.values(), ids=BEYOND_THE_LIMIT)
def test_what_discord_refuses_cannot_be_built(build: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="this form cannot be shown"):
        build()
