"""Say what a form asks, free of Discord: the presenter turns it into a modal."""

from dataclasses import dataclass

from bot.delivery.post import Action, Option
from bot.text import limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One text input. `name` is its key in the submitted values."""

    name: str
    label: str
    description: str = ""
    value: str = ""
    placeholder: str = ""
    is_long: bool = False
    is_required: bool = True
    max_length: int = limits.TEXT_INPUT

    def __post_init__(self) -> None:
        _check_label(self.name, self.label, self.description)
        _require(limits.length(self.placeholder) <= limits.TEXT_INPUT_PLACEHOLDER, "placeholder too long")
        _require(0 < self.max_length <= limits.TEXT_INPUT, f"{self.max_length} characters to type")
        _require(len(self.value) <= self.max_length, f"{self.name} is too long")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceField:
    """A menu in a form. `name` is the key of the picked value; `chosen` is picked already."""

    name: str
    label: str
    options: tuple[Option, ...]
    description: str = ""
    chosen: str = ""
    is_required: bool = True

    def __post_init__(self) -> None:
        _check_label(self.name, self.label, self.description)
        _require(1 <= len(self.options) <= limits.SELECT_OPTIONS, f"{len(self.options)} options")
        values = {option.value for option in self.options}
        _require(len(values) == len(self.options), "options repeat")
        _require(not self.chosen or self.chosen in values, f"{self.chosen!r} is no option")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelField:
    """A menu of the server's text channels in a form. `name` is the key of the picked channel's id."""

    name: str
    label: str
    description: str = ""
    chosen: int | None = None
    is_required: bool = True

    def __post_init__(self) -> None:
        _check_label(self.name, self.label, self.description)


AnyField = Field | ChoiceField | ChannelField


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A modal with one to five fields; `action` says where the answers go."""

    title: str
    action: Action
    fields: tuple[AnyField, ...]

    def __post_init__(self) -> None:
        _require(0 < limits.length(self.title) <= limits.MODAL_TITLE, f"title {self.title!r}")
        _require(1 <= len(self.fields) <= limits.MODAL_COMPONENTS, f"{len(self.fields)} fields")
        _require(len({field.name for field in self.fields}) == len(self.fields), "two fields of one name")


def _check_label(name: str, label: str, description: str) -> None:
    _require(0 < limits.length(label) <= limits.MODAL_LABEL, f"label {label!r}")
    _require(0 < len(name) <= limits.CUSTOM_ID, f"name {name!r}")
    _require(limits.length(description) <= limits.MODAL_DESCRIPTION, "description too long")


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(f"this form cannot be shown: {what}")
