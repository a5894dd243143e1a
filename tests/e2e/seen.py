"""Read a message as a reader sees it, in either card style."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_TEXT, _BUTTON, _SELECT, _CONTAINER = 10, 2, 3, 17
_PICKS = (6, 8)  # of roles, of channels


@dataclass(frozen=True, slots=True)
class Control:
    """A button, or a select with its options; what is picked already in a menu of channels or roles."""

    label: str
    custom_id: str
    url: str = ""
    options: tuple[tuple[str, str], ...] = ()
    chosen: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as a reader sees it, in either style."""

    id: int
    text: str
    controls: tuple[Control, ...]
    is_private: bool
    files: tuple[str, ...]
    pinged: tuple[int, ...]
    style: str

    @property
    def labels(self) -> list[str]:
        """The buttons' labels, in order."""
        return [control.label for control in self.controls if not control.options]

    @property
    def options(self) -> list[str]:
        """The labels of the select's options."""
        return [label for control in self.controls for label, _ in control.options]

    def control(self, label: str, nth: int = 0) -> Control:
        """Return the nth control of a label."""
        return [control for control in self.controls if control.label == label][nth]


def read_message(message: Any) -> Seen:
    """Read a message as the simulated Discord stores it."""
    components = list(_walk(message.components))
    words = [message.content]
    for embed in message.embeds:
        words += [embed.get("title") or "", embed.get("description") or ""]
    words += [component["content"] for component in components if component["type"] == _TEXT]
    return Seen(
        id=message.id,
        text="\n".join(word for word in words if word),
        controls=tuple(_control(part) for part in components if part["type"] in (_BUTTON, _SELECT, *_PICKS)),
        is_private=message.is_ephemeral,
        files=tuple(attachment["filename"] for attachment in message.attachments),
        style="components" if any(part["type"] == _CONTAINER for part in components) else "embeds",
        pinged=tuple(message.ping_user_ids) + tuple(message.ping_role_ids) + (0,) * message.mention_everyone,
    )


def _walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in components:
        yield component
        yield from _walk(component.get("components", []))
        if "accessory" in component:
            yield component["accessory"]


def _control(part: dict[str, Any]) -> Control:
    emoji = (part.get("emoji") or {}).get("name") or ""
    return Control(
        label=part.get("label") or part.get("placeholder") or emoji,
        custom_id=part.get("custom_id") or "",
        url=part.get("url") or "",
        options=tuple((option["label"], option["value"]) for option in part.get("options") or ()),
        chosen=tuple(int(value["id"]) for value in part.get("default_values") or ()),
    )
