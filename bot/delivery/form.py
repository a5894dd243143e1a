"""Say what a form asks, free of Discord: the presenter turns it into a modal."""

from dataclasses import dataclass

from bot.delivery.post import Action
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
        _require(0 < limits.length(self.label) <= limits.MODAL_LABEL, f"label {self.label!r}")
        _require(0 < len(self.name) <= limits.CUSTOM_ID, f"name {self.name!r}")
        _require(limits.length(self.description) <= limits.MODAL_DESCRIPTION, "description too long")
        _require(limits.length(self.placeholder) <= limits.TEXT_INPUT_PLACEHOLDER, "placeholder too long")
        _require(0 < self.max_length <= limits.TEXT_INPUT, f"{self.max_length} characters to type")
        _require(len(self.value) <= self.max_length, f"{self.name} is too long")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A modal with one to five fields; `action` says where the answers go."""

    title: str
    action: Action
    fields: tuple[Field, ...]

    def __post_init__(self) -> None:
        _require(0 < limits.length(self.title) <= limits.MODAL_TITLE, f"title {self.title!r}")
        _require(1 <= len(self.fields) <= limits.MODAL_COMPONENTS, f"{len(self.fields)} fields")
        _require(len({field.name for field in self.fields}) == len(self.fields), "two fields of one name")


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(f"this form cannot be shown: {what}")
