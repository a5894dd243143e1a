"""Lead buttons, selects and forms to their handlers by signed custom_id, also after a restart."""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import discord

from bot.chat.custom_ids import Signer
from bot.delivery.post import Action
from bot.errors import UserError
from bot.storage.columns import storable_json
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.languages import nearest_language, speak

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What a person did to a component: the action's arguments, a select's values, a form's fields.

    A form's menu brings what was picked in its field; nothing picked is empty.
    """

    args: tuple[str, ...]
    values: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[discord.Interaction, Press], Awaitable[None]]
Permit = Callable[[discord.Interaction, str], Awaitable[None]]
Report = Callable[[discord.Interaction, Exception], Awaitable[None]]


class Router:
    """Dispatch component and modal interactions.

    Args:
        shapes: How many arguments an action of each kind carries; those of other kinds are not counted.
        forms: The fields of the kinds that are forms; what else is sent in with them is left out.
        permit: Raises UserError when the person may not do what the action's kind stands for.
        report: Tells the person what went wrong.
    """

    def __init__(
        self,
        signer: Signer,
        handlers: Mapping[str, Handler],
        *,
        shapes: Mapping[str, int],
        forms: Mapping[str, Collection[str]],
        permit: Permit,
        report: Report,
        texts: Texts,
    ) -> None:
        self._signer = signer
        self._handlers = dict(handlers)
        self._shapes = dict(shapes)
        self._forms = dict(forms)
        self._permit = permit
        self._report = report
        self._texts = texts

    async def dispatch(self, interaction: discord.Interaction) -> None:
        """Handle one interaction; commands and autocomplete are not ours."""
        if interaction.type not in (discord.InteractionType.component, discord.InteractionType.modal_submit):
            return
        speak(nearest_language(str(interaction.locale)))
        data: Mapping[str, Any] = storable_json(interaction.data or {})
        try:
            action = self._verified(interaction, str(data.get("custom_id", "")))
            await self._permit(interaction, action.kind)
            given = dict(_fields(data))
            fields = {name: given.get(name, "") for name in self._forms.get(action.kind, ())}
            press = Press(args=action.args, values=_values(data), fields=fields)
            await self._handlers[action.kind](interaction, press)
        except Exception as error:  # noqa: BLE001 (the boundary for components and forms)
            await self._report(interaction, error)

    def _verified(self, interaction: discord.Interaction, custom_id: str) -> Action:
        action = self._signer.verify(custom_id, guild_id=interaction.guild_id or 0)
        if (
            action is None
            or action.kind not in self._handlers
            or not self._has_its_shape(action, interaction.type)
        ):
            raise UserError(self._texts("error.stale_button"))
        return action

    def _has_its_shape(self, action: Action, kind: discord.InteractionType) -> bool:
        is_form = kind is discord.InteractionType.modal_submit
        has_args = len(action.args) == self._shapes.get(action.kind, len(action.args))
        return has_args and is_form is (action.kind in self._forms)


def _values(data: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in _list(data.get("values")))


def _fields(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Read a form's answers: inputs stand in labels (type 18) or, in older clients, in rows (type 1)."""
    found: list[tuple[str, str]] = []
    for component in _mappings(data.get("components")):
        inner = [component["component"]] if "component" in component else component.get("components")
        found += [(str(item.get("custom_id")), _field_value(item)) for item in _mappings(inner)]
    return found


def _field_value(item: Mapping[str, Any]) -> str:
    value = next(iter(_values(item)), "") if "values" in item else item.get("value")
    return value[: limits.TEXT_INPUT] if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in _list(value) if isinstance(each, Mapping)]
