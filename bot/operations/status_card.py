"""Draw the status card: what needs a person first, in words, never by colour alone; the rest a line each."""

from collections.abc import Iterable, Sequence

from bot.delivery.post import Accent, Action, Block, Button, Post, Row, Words
from bot.operations.health import Condition, Health, count_broken, worst
from bot.text import limits
from bot.text.catalogue import Texts

_MARKS = {
    Condition.WELL: "🟢",
    Condition.IDLE: "⚪",
    Condition.TROUBLED: "🟡",
    Condition.BROKEN: "🔴",
}
# Room for the title, the line that counts what is left out, and the footer.
_ROOM = limits.MESSAGE_TEXT - 600
_LINE_LENGTH = 600


def render_status(texts: Texts, healths: Sequence[Health], *, footer: str, is_standing: bool = False) -> Post:
    """Draw the card.

    Args:
        texts: The catalogue.
        healths: How everything is.
        footer: What stands small below.
        is_standing: It stands in a channel and edits itself, so that looking again needs no button.
    """
    ordered = sorted(healths, key=lambda health: -health.condition)
    lines = [_line(health) for health in ordered]
    shown = _fitting(lines)
    blocks: list[Block] = [Words(markdown="\n".join(lines[:shown]))] if shown else []
    if shown < len(lines):
        blocks.append(Words(markdown=texts.count("status.more", len(lines) - shown)))
    blocks.append(Words(markdown=footer))
    blocks.append(Row(buttons=tuple(_buttons(texts, is_standing=is_standing))))
    is_broken = worst(healths) is Condition.BROKEN
    return Post(
        title=_title(texts, healths),
        blocks=tuple(blocks),
        accent=Accent.PROBLEM if is_broken else Accent.ANSWER,
    )


def gist(healths: Iterable[Health]) -> str:
    """Return what matters of the card, without the moments in it that change at each look."""
    return "\n".join(f"{health.part} {health.name} {health.condition.name}" for health in healths)


def _title(texts: Texts, healths: Sequence[Health]) -> str:
    broken = count_broken(healths)
    if broken:
        return texts.count("status.title_broken", broken)
    if worst(healths) is Condition.TROUBLED:
        return texts("status.title_troubled")
    return texts("status.title_well")


def _line(health: Health) -> str:
    line = f"{_MARKS[health.condition]} **{health.name}** {health.words}"
    return line if limits.length(line) <= _LINE_LENGTH else line[: limits.fitting(line, _LINE_LENGTH)] + "…"


def _fitting(lines: Sequence[str]) -> int:
    room = _ROOM
    for number, line in enumerate(lines):
        room -= limits.length(line) + 1
        if room < 0:
            return number
    return len(lines)


def _buttons(texts: Texts, *, is_standing: bool) -> Iterable[Button]:
    if not is_standing:
        yield Button(label=texts("status.again"), action=Action(kind="status.again"))
    yield Button(label=texts("status.happened"), action=Action(kind="status.happened"))
