from collections.abc import Callable

import pytest

from bot.delivery.form import Field, Form
from bot.delivery.post import Action

ACTION = Action(kind="faq.create")


def fields(number: int) -> tuple[Field, ...]:
    return tuple(Field(name=f"f{index}", label="Label") for index in range(number))


AT_THE_LIMIT: dict[str, Callable[[], object]] = {
    "label": lambda: Field(name="f", label="l" * 45),
    "description": lambda: Field(name="f", label="l", description="d" * 100),
    "placeholder": lambda: Field(name="f", label="l", placeholder="p" * 100),
    "value": lambda: Field(name="f", label="l", value="v" * 20, max_length=20),
    "longest value": lambda: Field(name="f", label="l", value="v" * 4000),
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
