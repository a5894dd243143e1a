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
        if not 0 < len(self.label) <= limits.MODAL_LABEL:
            raise ValueError(f"this form cannot be shown: label {self.label!r}")
        if len(self.value) > self.max_length or self.max_length > limits.TEXT_INPUT:
            raise ValueError(f"this form cannot be shown: {self.name} is too long")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A modal with one to five fields; `action` says where the answers go."""

    title: str
    action: Action
    fields: tuple[Field, ...]

    def __post_init__(self) -> None:
        if not 0 < len(self.title) <= limits.MODAL_TITLE:
            raise ValueError(f"this form cannot be shown: title {self.title!r}")
        if not 1 <= len(self.fields) <= limits.MODAL_COMPONENTS:
            raise ValueError(f"this form cannot be shown: {len(self.fields)} fields")
