"""The panel of `/settings`, as its manager works it."""

from typing import Any

import simcord

from tests.e2e.seen import Seen
from tests.e2e.stage import Stage

ADMIN, HELP, STATUS = (
    "Admin channel: none. Pick one",
    "Help channel: none. Pick one",
    "Status card: nowhere. Pick a channel",
)
EDITORS = "Editors' role: none. Pick one"


class Panel:
    """The panel of a guild, as the manager works it."""

    def __init__(self, stage: Stage, shown: simcord.InteractionResult) -> None:
        self.stage = stage
        self._message = shown.response

    @property
    def seen(self) -> Seen:
        return self.stage.world.seen(self._message)

    def lines(self, start: str) -> list[str]:
        """Return the lines of a setting: what is set, and what is said about it below."""
        lines = self.seen.text.splitlines()
        first = next(number for number, line in enumerate(lines) if line.startswith(f"**{start}"))
        rest = [n for n in range(first + 1, len(lines)) if lines[n].startswith("**") or not lines[n]]
        return lines[first : rest[0] if rest else None]

    async def pick(
        self, label: str, *values: Any, by: simcord.MemberActor | None = None
    ) -> simcord.InteractionResult:
        """Pick in a menu; nothing takes the choice back."""
        custom_id = self.seen.control(label).custom_id
        return await (by or self.stage.manager).select(self._message, list(values), custom_id=custom_id)

    async def press(self, label: str) -> simcord.InteractionResult:
        return await self.stage.press(self._message, label, by=self.stage.manager)

    async def type_zone(self, words: str) -> simcord.InteractionResult:
        form = await self.press("Change the time zone")
        return await self.stage.manager.submit_modal(form, {"zone": words})


async def open_panel(stage: Stage, **options: Any) -> Panel:
    shown = await stage.run("settings", **options)
    return Panel(stage, shown)
