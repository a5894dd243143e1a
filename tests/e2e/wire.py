"""Interactions as they come over the gateway, whatever they hold: no client looked whether it makes sense."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import simcord
from simcord.backend import serializers
from simcord.enums import InteractionType
from simcord.interactions import base_payload
from simcord.results import InteractionResult
from sqlalchemy import select

from bot.chat.custom_ids import Signer
from bot.delivery.post import Action
from bot.storage.keys import get_or_create_secret
from bot.storage.schema import METADATA
from tests.e2e.stage import Stage

_BUTTON, _STRING_SELECT, _TEXT_INPUT, _LABEL = 2, 3, 4, 18
_IDLE_SECONDS = 0.003

Rows = dict[str, list[tuple[Any, ...]]]


class Wire:
    """Send what a member's client might, or what somebody made up in a member's name."""

    def __init__(self, stage: Stage, by: simcord.MemberActor, signer: Signer) -> None:
        self._stage = stage
        self._by = by
        self._signer = signer
        self._below = 0

    def sign(self, kind: str, args: Sequence[str], *, guild_id: int | None = None) -> str:
        """Return the custom_id of an action, in this guild unless said."""
        return self._signer.sign(Action(kind=kind, args=tuple(args)), guild_id=guild_id or self._stage.id)

    async def press(self, custom_id: str, values: Sequence[str] = ()) -> InteractionResult:
        """Press a button, or pick from a menu, below an old message."""
        kind = _STRING_SELECT if values else _BUTTON
        data = {
            "custom_id": custom_id,
            "component_type": kind,
            **({"values": list(values)} if values else {}),
        }
        return await self._send(InteractionType.MESSAGE_COMPONENT, data)

    async def submit(self, custom_id: str, fields: Mapping[str, str]) -> InteractionResult:
        """Send a form in, opened or not."""
        components = [
            {"type": _LABEL, "component": {"type": _TEXT_INPUT, "custom_id": name, "value": value}}
            for name, value in fields.items()
        ]
        return await self._send(
            InteractionType.MODAL_SUBMIT, {"custom_id": custom_id, "components": components}
        )

    async def _send(self, kind: int, data: dict[str, Any]) -> InteractionResult:
        env = self._stage.world.env
        old = self._message()
        record, payload = base_payload(
            env.backend,
            type=kind,
            channel_id=self._stage.general.id,
            guild_id=self._stage.id,
            user_id=self._by.id,
            data=data,
        )
        record.source_message_id = old.id
        message = dict(serializers.message_payload(env.backend, old))
        env.backend.emit("INTERACTION_CREATE", payload | {"message": message})
        await env.settle(idle=_IDLE_SECONDS)
        return InteractionResult(env, record)

    def _message(self) -> Any:
        """Return the message of the bot below which it stands; a new one where that was taken away."""
        there = self._stage.world.env.backend.messages[self._stage.general.id]
        if self._below not in there:
            self._below = self._stage.plant("old").id
        return there[self._below]


async def open_wire(stage: Stage, by: simcord.MemberActor) -> Wire:
    """Return a member's wire; ids are signed as the bot does."""
    return Wire(stage, by, Signer(await get_or_create_secret(stage.world.app.database, "custom_ids")))


async def rows(stage: Stage) -> Rows:
    """Return everything that is stored."""
    async with stage.world.app.database.reading() as connection:
        return {
            table.name: sorted(map(tuple, await connection.execute(select(table))), key=repr)
            for table in METADATA.sorted_tables
        }


def changed(before: Rows, after: Rows, *, but: Iterable[str] = ()) -> list[str]:
    """Name the tables that are not what they were."""
    return [name for name in before if before[name] != after[name] and name not in set(but)]
