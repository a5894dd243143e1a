"""Read tables, and tell those that hold data from those that only arrange a page."""

from collections.abc import Iterator

from bot.faq.document import Spans, Table
from bot.faq.markup.elements import HEADINGS, Element
from bot.faq.markup.inline import Reading, read_spans

_SECTIONS = frozenset({*HEADINGS, "details", "dl", "table", "ac:structured-macro"})
_PARTS = frozenset({"thead", "tbody", "tfoot", "colgroup", "caption"})
_MAX_LOOKED_AT = 3000
_MAX_CELLS = 20_000


def is_layout(table: Element) -> bool:
    """Tell whether a table arranges headings, lists of terms or other tables on a page."""
    pending = list(table.children)
    for _ in range(_MAX_LOOKED_AT):
        if not pending:
            return False
        each = pending.pop()
        if each.tag in _SECTIONS:
            return True
        pending.extend(each.children)
    return False


def read_table(table: Element, reading: Reading) -> Iterator[Table]:
    """Yield the table, unless it is empty; its first row is the head when all its cells are head cells."""
    rows: list[tuple[Spans, ...]] = []
    head: list[bool] = []
    cells = 0
    for row in _list_rows(table):
        parts = [each for each in row.children if each.tag in ("td", "th")]
        cells += len(parts)
        if cells > _MAX_CELLS:
            break
        spans = tuple(read_spans(each.children, reading) for each in parts)
        if any(spans):
            rows.append(spans)
            head.append(all(each.tag == "th" for each in parts))
    if rows:
        yield Table(rows=tuple(rows), has_head=head[0], line=table.line)


def _list_rows(table: Element) -> list[Element]:
    rows: list[Element] = []
    for each in table.children:
        if each.tag == "tr":
            rows.append(each)
        elif each.tag in _PARTS:
            rows.extend(inner for inner in each.children if inner.tag == "tr")
    return rows
