"""Describe a page as blocks, so that one extractor and one renderer serve every format.

A format's parser turns its source into a Document: blocks in reading order, each with the line where it
starts. Inline text is a tuple of spans; a link or an emphasis holds spans of its own. Formats strip what
is furniture in their syntax (macros, tables of contents); they do not decide what is a question.
"""

from dataclasses import dataclass

from bot.faq.models import Entry, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Literal text; whitespace inside counts as one space."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Inline code, verbatim."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A forced line break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emphasis:
    """Emphasised spans; `style` is one of "bold", "italic", "underline", "strike"."""

    style: str
    spans: tuple["Span", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link; `url` is absolute, or as the page has it when no base address is known."""

    url: str
    spans: tuple["Span", ...]


Span = Text | Code | Break | Emphasis | Link
Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of level 1 to 6, with the fragment that leads to it."""

    level: int
    spans: Spans
    anchor: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph."""

    spans: Spans
    anchor: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """One item: its blocks are paragraphs, nested lists, code."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBlock:
    """A list; `start` is the first number of an ordered one."""

    items: tuple[ListItem, ...]
    is_ordered: bool = False
    start: int = 1
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBlock:
    """Preformatted text."""

    text: str
    language: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Quoted blocks."""

    blocks: tuple["Block", ...]
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of cells; the first row is the head when `has_head`."""

    rows: tuple[tuple[Spans, ...], ...]
    has_head: bool = True
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A horizontal rule: a separator, never content."""

    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A term with its description: a definition list, a field list, an expandable section.

    `marker` is "term", "details" or "q"; `aliases` are further names that the page gives the term.
    """

    term: Spans
    blocks: tuple["Block", ...]
    marker: str = "term"
    aliases: tuple[str, ...] = ()
    anchor: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Include:
    """Another page's text that the wiki would insert here, which a raw fetch does not have."""

    target: str
    line: int = 0


Block = Heading | Paragraph | ListBlock | CodeBlock | Quote | Table | Rule | Definition | Include


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed page. A data file has no blocks but entries, which need no extraction."""

    title: str = ""
    blocks: tuple[Block, ...] = ()
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()
