"""Write blocks as CommonMark that a Markdown reader takes for nothing else."""

import re

from bot.faq.document import (
    Block,
    Break,
    Code,
    CodeBlock,
    Emphasis,
    Heading,
    Link,
    ListBlock,
    Paragraph,
    Quote,
    Span,
    Spans,
    Text,
)
from bot.faq.plain import plain_spans
from bot.faq.questions import A_PREFIX, Q_PREFIX
from bot.text.links import is_safe_url, write_url

_SPECIAL = re.compile(r"[\\`*\[\]<~|]|_(?![0-9A-Za-z])|(?<![0-9A-Za-z])_|&(?=#?\w{1,30};)|[{}]")
_LINE_START = re.compile(r"([#>+=\-:])|(\d{1,9})([.)])(?=\s|$)")
_PUNCTUATED_END = re.compile(r"(?:[^\w\s*]|_)\*{1,3}\Z|(?:[^\w\s~]|_)~~\Z")
_PUNCTUATED_START = re.compile(r"\*{1,3}(?:[^\w\s*]|_)|~~(?:[^\w\s~]|_)")
_DELIMITERS = {"bold": "**", "italic": "*", "underline": "*", "strike": "~~"}
_JOINT = "&#8203;"


def write_question(question: str) -> str:
    """Return a question as the bold line that marks it."""
    return f"**{_write_text(question)}**"


def write_block(block: Block) -> str:
    """Return a block; nothing in it can end the answer or start a question."""
    match block:
        case Paragraph(spans=spans):
            return _write_paragraph(spans)
        case Heading(spans=spans):
            return _write_paragraph((Emphasis(style="bold", spans=spans),))
        case ListBlock():
            return "\n".join(_write_list(block, ""))
        case CodeBlock(text=text, language=language):
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
            return f"{fence}{language}\n{text}\n{fence}"
        case Quote(blocks=blocks):
            inner = "\n\n".join(filter(None, map(write_block, blocks)))
            return "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))
        case _:
            return ""


def _write_paragraph(spans: Spans) -> str:
    plain = plain_spans(spans)
    if not plain:
        return ""
    if any(pattern.match(line) for line in plain.split("\n") for pattern in (Q_PREFIX, A_PREFIX)):
        return f"- {_write_lines(spans, '  ')}"
    if spans and isinstance(spans[0], Emphasis) and spans[0].style == "bold":
        spans = (Emphasis(style="italic", spans=spans[:1]), *spans[1:])
    return _write_lines(spans, "")


def _write_lines(spans: Spans, indent: str) -> str:
    """Write the lines of a paragraph, each guarded at its start."""
    lines = [_guard_line(line.strip()) for line in _write_spans(spans).split("\n")]
    return f"\\\n{indent}".join(line for line in lines if line)


def _guard_line(line: str) -> str:
    found = _LINE_START.match(line)
    if found is None:
        return line
    return f"\\{line}" if found[1] else f"{found[2]}\\{line[len(found[2]) :]}"


def _write_list(block: ListBlock, indent: str) -> list[str]:
    lines: list[str] = []
    for number, item in enumerate(block.items, block.start):
        mark = f"{number}. " if block.is_ordered else "- "
        inside = indent + " " * len(mark)
        lead = indent + mark
        for inner in item.blocks:
            if isinstance(inner, ListBlock):
                lines.extend(_write_list(inner, inside))
            elif isinstance(inner, Paragraph):
                lines.append(lead + _write_lines(inner.spans, inside))
            else:
                lines.extend(f"{inside}{line}" for line in write_block(inner).split("\n"))
            lead = inside
    return lines


def _write_spans(spans: Spans, opened: str = "") -> str:
    parts: list[str] = []
    for span in spans:
        written = _write_span(span, opened)
        if not written:
            continue
        if parts and _needs_joint(parts[-1], written):
            parts.append(_JOINT)
        parts.append(written)
    return "".join(parts)


def _needs_joint(before: str, after: str) -> bool:
    """Tell whether delimiters would merge, or fail between punctuation and a letter (CommonMark 6.2)."""
    if (before[-1] == after[0] and after[0] in "*~`") or (before[-1] == "!" and after[0] == "["):
        return True
    if _PUNCTUATED_END.search(before[-8:]) and not after[0].isspace():
        return True
    return _PUNCTUATED_START.match(after) is not None and not before[-1].isspace()


def _write_span(span: Span, opened: str) -> str:
    match span:
        case Text(text=text):
            return _write_text(text)
        case Code(text=text):
            return _write_code(text)
        case Break():
            return "\n"
        case Emphasis(style=style, spans=spans):
            return _write_emphasis(style, spans, opened)
        case Link(url=url, spans=spans):
            return _write_link(url, plain_spans(spans))


def _write_code(text: str) -> str:
    if not text.strip():
        return ""
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _write_emphasis(style: str, spans: Spans, opened: str) -> str:
    """Write emphasis; `opened` are the delimiters around it, of which none may be repeated."""
    delimiter = _DELIMITERS.get(style, "")
    if delimiter in opened.split():
        delimiter = ""
    inner = _write_spans(spans, f"{opened} {delimiter}")
    core = inner.strip()
    if not core or not delimiter:
        return inner
    before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    return f"{before}{delimiter}{core}{delimiter}{after}"


def _write_link(url: str, label: str) -> str:
    if not is_safe_url(url):
        return _write_text(label)
    if label == url or not label:
        return f"<{url}>"
    return f"[{_write_text(label)}]({write_url(url)})"


def _write_text(text: str) -> str:
    return _SPECIAL.sub(lambda match: _escape(match[0]), text.replace("\n", " "))


def _escape(found: str) -> str:
    """Escape a mark; a brace is written as its number, because attribute lists ignore escapes."""
    if found in "{}":
        return f"&#{ord(found)};"
    return f"\\{found}" if len(found) == 1 else found
