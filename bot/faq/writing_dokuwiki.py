"""Write blocks as DokuWiki text that DokuWiki, and our own reader of it, take for nothing else."""

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
from bot.text.links import is_safe_url

# Stands for a forced break until the line is whole: no text can hold it.
_BREAK = "\x00"
_EMPTY = "<nowiki></nowiki>"
_MARKS = {
    "italic": ("//", "//"),
    "underline": ("__", "__"),
    "strike": ("<del>", "</del>"),
    "bold": ("**", "**"),
}
# What the syntax reads within a line. Runs are taken whole, so that quoting leaves no half of a mark.
_SPECIAL = re.compile(
    r"%*(?:\*{2,}|/{2,}|_{2,}|'{2,}|\[{2,}|\]{2,}|\{{2,}|\}{2,}|\({2,}|\){2,}|\\{2,}|~{2,}|%{2,}|\+{4,}"
    r"|</?[A-Za-z!][^<>\s]{0,30}>?|<[\w.+\-]{1,64}@|-{2,}>?|<?-+>|<?(?<!=)=+>|=>|<-+|<=+|>{2,}|<{2,}|\.{3,}"
    r"|\((?:c|C|r|R|tm|TM)\)|(?<=\d)[xX](?=\d)|(?<![\w.@/])www\.|(?:https?|ftp)://|\b(?:FIXME|DELETEME)\b|[|^])"
)
_LABEL_START = re.compile(r"<(?=/?(?:code|file|nowiki|php|html)\b)", re.IGNORECASE)
_LINE_START = re.compile(r"[=>\-*?;:!]|\+{1,4}")


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
            return "\n".join(_write_list(block, 1))
        case CodeBlock(text=text, language=language):
            return _write_code(text, language)
        case Quote(blocks=blocks):
            inner = [_write_spans(each.spans) for each in blocks if isinstance(each, Paragraph)]
            return "\n".join(f"> {line.strip()}" for text in inner for line in text.split(_BREAK))
        case _:
            return ""


def _write_paragraph(spans: Spans) -> str:
    """Write a paragraph; one that would be read as a question of its own becomes a list item."""
    plain = plain_spans(spans)
    if any(pattern.match(line) for line in plain.split("\n") for pattern in (Q_PREFIX, A_PREFIX)):
        return f"  * {_write_line(spans)}" if plain else ""
    if isinstance(spans[0] if spans else None, Emphasis) and getattr(spans[0], "style", "") == "bold":
        spans = (Emphasis(style="underline", spans=spans[:1]), *spans[1:])
    lines = [_guard_line(line) for line in _write_spans(spans).split(_BREAK)]
    return "\\\\\n".join(line.strip() for line in lines).strip() if plain else ""


def _guard_line(line: str) -> str:
    """Quote what means something at the start of a line."""
    stripped = line.lstrip()
    found = _LINE_START.match(stripped)
    if found is None or stripped.startswith(("**", "//", "__", "''")):
        return stripped
    return f"%%{found[0]}%%{stripped[found.end() :]}"


def _write_list(block: ListBlock, level: int) -> list[str]:
    lines: list[str] = []
    mark = "-" if block.is_ordered else "*"
    for item in block.items:
        parts: list[str] = []
        below: list[str] = []
        for inner in item.blocks:
            if isinstance(inner, ListBlock):
                below.extend(_write_list(inner, level + 1))
            elif isinstance(inner, Paragraph):
                parts.append(_write_line(inner.spans))
            else:
                parts.append(write_block(inner))
        text = "\\\\ ".join(filter(None, parts)) or _EMPTY
        lines.append(f"{'  ' * level}{mark} {text}")
        lines.extend(below)
    return lines


def _write_code(text: str, language: str) -> str:
    tag = "file" if "</code>" in text.lower() else "code"
    body = re.sub(rf"</(?={tag}>)", "<\u200b/", text, flags=re.IGNORECASE)
    return f"<{tag}{f' {language}' if language else ''}>\n{body}\n</{tag}>"


def _write_line(spans: Spans) -> str:
    """Write spans as one line; a break is two backslashes and a space."""
    return "\\\\ ".join(line.strip() for line in _write_spans(spans).split(_BREAK))


def _write_spans(spans: Spans, opened: frozenset[str] = frozenset()) -> str:
    parts: list[str] = []
    for span in spans:
        written = _write_span(span, opened)
        if not written:
            continue
        if parts and _would_merge(parts[-1][-1], written[0]):
            parts.append(_EMPTY)
        parts.append(written)
    return "".join(parts)


def _would_merge(before: str, after: str) -> bool:
    """Tell whether two characters that meet would make a mark that neither side meant."""
    is_same = before == after and before in "*/_'<[({\\%~"
    return is_same or (before == ":" and after == "/") or (before in "-=<." and after in "-=>.")


def _write_span(span: Span, opened: frozenset[str]) -> str:
    match span:
        case Text(text=text):
            return _write_text(text)
        case Code(text=text):
            return f"''{_quote(text)}''" if text.strip() else ""
        case Break():
            return _BREAK
        case Emphasis(style=style, spans=spans):
            return _write_emphasis(style, spans, opened)
        case Link(url=url, spans=spans):
            return _write_link(url, plain_spans(spans))


def _write_emphasis(style: str, spans: Spans, opened: frozenset[str]) -> str:
    """Write emphasis; one within another of its kind would end it."""
    if style in opened:
        return _write_spans(spans, opened)
    inner = _write_spans(spans, opened | {style})
    core = inner.strip()
    if not core:
        return inner
    start, end = _MARKS.get(style, ("", ""))
    before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    guard_start = _EMPTY if start and core[0] == start[0] else ""
    guard_end = _EMPTY if (end and core[-1] == end[-1]) or (end == "//" and core[-1] == ":") else ""
    return f"{before}{start}{guard_start}{core}{guard_end}{end}{after}"


def _write_link(url: str, label: str) -> str:
    if not is_safe_url(url) or "%%" in url:
        return _write_text(label)
    target = url.replace("|", "%7C").replace("[", "%5B").replace("]", "%5D")
    if label in (url, target) or not label:
        return f"[[{target}]]"
    # A label is read as it stands: only what would end it, or make a picture of it, has to give way.
    shown = _LABEL_START.sub("‹", re.sub(r"([\[\]{}%])(?=\1)", r"\1 ", label)).strip()
    return f"[[{target}|{shown}{' ' if shown.endswith(']') else ''}]]"


def _write_text(text: str) -> str:
    return _SPECIAL.sub(lambda match: _quote(match[0]), " ".join(text.split(" ")).replace("\n", " "))


def _quote(text: str) -> str:
    if "%%" not in text and not text.endswith("%") and not text.startswith("%"):
        return f"%%{text}%%"
    inner = re.sub("</(?=nowiki>)", "<\u200b/", text, flags=re.IGNORECASE)
    return f"<nowiki>{inner}</nowiki>"
