"""Read Markdown as it is typed in Discord into blocks, so that it can be written in a page's own syntax.

Discord's dialect is not CommonMark: a line end is a line end, `__x__` underlines, `-#` is small print, and
there are no tables, rules or reference links. One pass, linear, and light enough for the main process.
"""

import re
from dataclasses import dataclass, field

from bot.faq.document import (
    Block,
    Break,
    Code,
    CodeBlock,
    Emphasis,
    Heading,
    Link,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Span,
    Spans,
    Text,
)
from bot.text.markdown import clean

_FENCE = re.compile(r"```(?:(?P<language>[\w+#.\-]{1,20})\n)?(?P<code>.*?)```", re.DOTALL)
_HEADING = re.compile(r"[ ]{0,3}(#{1,3})[ ]+(\S.*)")
_SUBTEXT = re.compile(r"-#[ ]+(\S.*)")
_ITEM = re.compile(r"([ ]*)(?:([*\-])|(\d{1,9})\.)[ ]+(\S.*)")
_CONTINUED = re.compile(r"[ ]{2,}(\S.*)")
_QUOTE = re.compile(r"[ ]{0,3}>(?:>>)?(?:[ ](.*))?")
_MAX_DEPTH = 8

_TOKEN = re.compile(
    r"""
      \\(?P<escaped> [^0-9A-Za-z\s] )
    | (?P<ticks> `{1,2} )(?!`) (?P<code> [^`\n]+? | [^\n]{1,1000}? ) (?<!`)(?P=ticks)(?!`)
    | \[ (?P<label> (?: [^\[\]\n\\] | \\. | \[[^\[\]\n]{0,200}\] ){1,1000} ) \]
      \( <?(?P<target> [^()\s<>]{1,2000} )>? \)
    | <(?P<bracketed> https?://[^\s<>\[\]|\\]{1,2000} )>
    | (?P<url> https?://[^\s<>\[\]|\\]*[^\s<>.,:;"'\[\]|\\)] )
    | (?P<mark> \*\*\* | \*\* | \* | __ | _ | ~~ | \|\| )
    """,
    re.VERBOSE,
)
_STYLES = {"**": "bold", "*": "italic", "__": "underline", "_": "italic", "~~": "strike", "||": ""}


def parse_typed(text: str) -> tuple[Block, ...]:
    """Return what was typed as blocks."""
    source = clean(text).expandtabs(2)
    blocks: list[Block] = []
    done = 0
    for match in _FENCE.finditer(source):
        blocks.extend(_read_lines(source[done : match.start()]))
        code = match["code"].strip("\n")
        if code.strip():
            blocks.append(CodeBlock(text=code, language=match["language"] or ""))
        done = match.end()
    blocks.extend(_read_lines(source[done:]))
    return tuple(blocks)


def _read_lines(text: str) -> list[Block]:
    reader = _Lines()
    for line in text.split("\n"):
        reader.take(line)
    reader.finish()
    return reader.blocks


@dataclass(slots=True)
class _Item:
    """A list item that may still get lines."""

    depth: int
    number: int | None
    lines: list[str]


@dataclass(slots=True)
class _Lines:
    """What is being read line by line: at most one of a paragraph, a list and a quote is open."""

    blocks: list[Block] = field(default_factory=list)
    paragraph: list[str] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)

    def take(self, line: str) -> None:
        if not line.strip():
            self.finish()
        elif found := _QUOTE.fullmatch(line):
            self.finish(keep="quoted")
            self.quoted.append(found[1] or "")
        elif found := _ITEM.fullmatch(line):
            self.finish(keep="items")
            number = int(found[3]) if found[3] else None
            self.items.append(_Item(len(found[1]), number, [found[4]]))
        elif self.items and (found := _CONTINUED.fullmatch(line)):
            self.items[-1].lines.append(found[1])
        elif found := _HEADING.fullmatch(line):
            self.finish()
            self.blocks.append(Heading(level=len(found[1]), spans=parse_typed_spans(found[2])))
        else:
            self.finish(keep="paragraph")
            found = _SUBTEXT.fullmatch(line)
            self.paragraph.append(found[1] if found else line.strip())

    def finish(self, *, keep: str = "") -> None:
        """Close what is open, except one kind that goes on."""
        if self.paragraph and keep != "paragraph":
            self.blocks.append(Paragraph(spans=_join(self.paragraph)))
            self.paragraph.clear()
        if self.items and keep != "items":
            self.blocks.extend(_nest(self.items))
            self.items.clear()
        if self.quoted and keep != "quoted":
            self.blocks.append(Quote(blocks=(Paragraph(spans=_join(self.quoted)),)))
            self.quoted.clear()


def _join(lines: list[str]) -> Spans:
    spans: list[Span] = []
    for line in lines:
        if spans:
            spans.append(Break())
        spans.extend(parse_typed_spans(line))
    return tuple(spans)


def _nest(items: list[_Item], level: int = 0) -> list[Block]:
    """Make lists of a run of items; deeper indentation hangs below the item before it."""
    blocks: list[Block] = []
    start = 0
    while start < len(items):
        end = start + 1
        outer = items[start]
        rows: list[tuple[_Item, list[_Item]]] = [(outer, [])]
        while end < len(items):
            item = items[end]
            if item.depth > outer.depth + 1 and level < _MAX_DEPTH:
                rows[-1][1].append(item)
            elif (item.number is None) == (outer.number is None):
                rows.append((item, []))
            else:
                break
            end += 1
        blocks.append(
            ListBlock(
                items=tuple(
                    ListItem(blocks=(Paragraph(spans=_join(item.lines)), *_nest(below, level + 1)))
                    for item, below in rows
                ),
                is_ordered=outer.number is not None,
                start=outer.number if outer.number is not None else 1,
            )
        )
        start = end
    return blocks


def parse_typed_spans(text: str) -> Spans:
    """Return one line as spans."""
    stack: list[tuple[str, list[Span]]] = [("", [])]
    done = 0
    for match in _TOKEN.finditer(text):
        _say(stack, text[done : match.start()])
        done = match.end()
        if match["mark"] is not None:
            _mark(stack, match, text)
        elif match["escaped"] is not None:
            _say(stack, match["escaped"])
        else:
            stack[-1][1].append(_leaf(match))
    _say(stack, text[done:])
    while len(stack) > 1:
        _give_up(stack)
    return tuple(stack[0][1])


def _leaf(match: re.Match[str]) -> Span:
    if match["code"] is not None:
        return Code(text=match["code"].strip() or match["code"])
    url = match["bracketed"] or match["url"]
    if url:
        return Link(url=url, spans=(Text(text=url),))
    label = "".join(span.text for span in parse_typed_spans(match["label"]) if isinstance(span, Text | Code))
    return Link(url=match["target"], spans=(Text(text=label or match["target"]),))


def _mark(stack: list[tuple[str, list[Span]]], match: re.Match[str], text: str) -> None:
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    parts: tuple[str, ...] = (match[0],)
    if match[0] == "***":
        parts = ("*", "**") if stack[-1][0] == "*" else ("**", "*")
    for part in parts:
        opened = [mark for mark, _ in stack]
        is_inside_word = part == "_" and after.isalnum() and before.isalnum()
        if part in opened and before.strip() and not (part == "_" and after.isalnum()):
            while stack[-1][0] != part:
                _give_up(stack)
            _, spans = stack.pop()
            style = _STYLES[part]
            _extend(stack, [Emphasis(style=style, spans=tuple(spans))] if style else spans)
        elif part not in opened and after.strip() and not is_inside_word:
            stack.append((part, []))
        else:
            _say(stack, part)


def _give_up(stack: list[tuple[str, list[Span]]]) -> None:
    mark, spans = stack.pop()
    _say(stack, mark)
    _extend(stack, spans)


def _extend(stack: list[tuple[str, list[Span]]], spans: list[Span]) -> None:
    """Add spans; texts that meet become one, so that who writes them sees whole marks."""
    for span in spans:
        if isinstance(span, Text):
            _say(stack, span.text)
        else:
            stack[-1][1].append(span)


def _say(stack: list[tuple[str, list[Span]]], text: str) -> None:
    spans = stack[-1][1]
    if spans and isinstance(spans[-1], Text):
        spans[-1] = Text(text=spans[-1].text + text)
    elif text:
        spans.append(Text(text=text))
