"""Nest DokuWiki's list items by their indentation."""

from dataclasses import dataclass

from bot.faq.document import Block, ListBlock, ListItem

MAX_DEPTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item as its line has it; `indent` in columns, a tab counting as two."""

    indent: int
    is_ordered: bool
    blocks: tuple[Block, ...]
    line: int


@dataclass(slots=True)
class _Level:
    """A list that is still open, each item a list of blocks to which deeper lists are added."""

    indent: int
    is_ordered: bool
    line: int
    items: list[list[Block]]


def nest(items: list[Item]) -> tuple[ListBlock, ...]:
    """Turn a run of items into lists: another one where bullets turn to numbers at the same depth."""
    finished: list[ListBlock] = []
    levels: list[_Level] = []
    for item in items:
        while len(levels) > 1 and item.indent <= levels[-2].indent:
            _close(levels, finished)
        is_deeper = bool(levels) and item.indent > levels[-1].indent and len(levels) < MAX_DEPTH
        if levels and not is_deeper and item.is_ordered != levels[-1].is_ordered:
            _close(levels, finished)
            is_deeper = bool(levels)
        if is_deeper or not levels:
            levels.append(_Level(item.indent, item.is_ordered, item.line, []))
        levels[-1].items.append(list(item.blocks))
    while levels:
        _close(levels, finished)
    return tuple(finished)


def _close(levels: list[_Level], finished: list[ListBlock]) -> None:
    level = levels.pop()
    block = ListBlock(
        items=tuple(ListItem(blocks=tuple(blocks)) for blocks in level.items),
        is_ordered=level.is_ordered,
        line=level.line,
    )
    if levels:
        levels[-1].items[-1].append(block)
    else:
        finished.append(block)
