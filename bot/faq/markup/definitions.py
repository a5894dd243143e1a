"""Read definition lists: each term with the descriptions that follow it."""

from collections.abc import Callable, Iterator, Sequence

from bot.faq.document import Block, Definition
from bot.faq.markup.elements import Element
from bot.faq.markup.inline import Reading, read_spans
from bot.faq.plain import plain_spans


def read_definitions(
    element: Element, reading: Reading, read: Callable[[Sequence[Element]], list[Block]]
) -> Iterator[Block]:
    """Yield a definition for each group of terms; terms after the first are other names for it.

    Wikis indent text with descriptions that have no term; such text stands for itself.
    """
    terms: list[Element] = []
    blocks: list[Block] = []
    for each in _list_parts(element):
        if each.tag == "dt":
            if blocks:
                yield from _define(terms, blocks, reading)
                terms, blocks = [], []
            terms.append(each)
        else:
            blocks.extend(read(each.children))
    yield from _define(terms, blocks, reading)


def _list_parts(element: Element) -> Iterator[Element]:
    """Yield terms and descriptions; HTML allows a box around each group."""
    for each in element.children:
        if each.tag in ("dt", "dd"):
            yield each
        elif each.tag == "div":
            yield from (inner for inner in each.children if inner.tag in ("dt", "dd"))


def _define(terms: list[Element], blocks: list[Block], reading: Reading) -> Iterator[Block]:
    named = [(each, spans) for each in terms if (spans := read_spans(each.children, reading))]
    if not named:
        yield from blocks
    else:
        first, spans = named[0]
        yield Definition(
            term=spans,
            blocks=tuple(blocks),
            anchor=first.id or next((each.id for each in first.children if each.id), ""),
            line=first.line,
            aliases=tuple(plain_spans(other) for _, other in named[1:]),
        )
