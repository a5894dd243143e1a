"""Take spans apart: into lines, at a bold lead, after a prefix."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.faq.document import Break, Code, Emphasis, Link, Span, Spans, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanLine:
    """One line of a paragraph; `is_forced` when a break, not a mere line end, came before it."""

    spans: Spans
    is_forced: bool = False


def split_lines(spans: Spans) -> tuple[SpanLine, ...]:
    """Cut a paragraph's spans at its forced breaks and at the line ends of its source."""
    lines: list[SpanLine] = []
    current: list[Span] = []
    is_forced = False
    for span in spans:
        if isinstance(span, Break):
            lines.append(SpanLine(spans=tuple(current), is_forced=is_forced))
            current, is_forced = [], True
        elif isinstance(span, Text):
            head, *tail = span.text.split("\n")
            current.extend([Text(text=head)] if head else [])
            for part in tail:
                lines.append(SpanLine(spans=tuple(current), is_forced=is_forced))
                current, is_forced = ([Text(text=part)] if part else []), False
        else:
            current.append(span)
    lines.append(SpanLine(spans=tuple(current), is_forced=is_forced))
    return _without_empty(lines)


def join_lines(lines: tuple[SpanLine, ...]) -> Spans:
    """Put lines together again."""
    spans: list[Span] = []
    for line in lines:
        if spans:
            spans.append(Break() if line.is_forced else Text(text="\n"))
        spans.extend(line.spans)
    return tuple(spans)


def join_text(spans: Iterable[Span]) -> Spans:
    """Merge neighbouring texts, so that what reads them sees whole words."""
    result: list[Span] = []
    pending: list[str] = []
    for span in spans:
        if isinstance(span, Text):
            pending.append(span.text)
            continue
        if pending:
            result.append(Text(text="".join(pending)))
            pending.clear()
        result.append(span)
    if pending:
        result.append(Text(text="".join(pending)))
    return tuple(span for span in result if not isinstance(span, Text) or span.text)


def drop_prefix(spans: Spans, pattern: re.Pattern[str]) -> Spans | None:
    """Return the spans without what the pattern matches at their start; None when it does not match."""
    found = pattern.match(raw_text(spans[:3])[:200])
    if found is None:
        return None
    return _drop(spans, found.end())[0]


def split_bold_lead(spans: Spans) -> tuple[Spans, Spans] | None:
    """Return the bold spans that a paragraph starts with, and the rest; None when it starts otherwise."""
    lead: list[Span] = []
    index = 0
    for index, span in enumerate(spans):  # noqa: B007 (the index is used after the loop)
        if isinstance(span, Emphasis) and span.style == "bold":
            lead.extend(span.spans)
        elif not (isinstance(span, Text) and not span.text.strip() and "\n" not in span.text):
            break
        elif lead:
            lead.append(span)
    else:
        index += 1
    return (tuple(lead), spans[index:]) if lead else None


def raw_text(spans: Spans) -> str:
    """Return the spans' text with its whitespace as it is; a forced break is a newline."""
    parts: list[str] = []
    pending = list(reversed(spans))
    while pending:
        span = pending.pop()
        match span:
            case Text(text=text) | Code(text=text):
                parts.append(text)
            case Break():
                parts.append("\n")
            case Emphasis(spans=inner) | Link(spans=inner):
                pending.extend(reversed(inner))
    return "".join(parts)


def list_links(spans: Spans) -> tuple[Link, ...]:
    """Return the links among the spans, outermost only, in order."""
    links: list[Link] = []
    pending = list(reversed(spans))
    while pending:
        span = pending.pop()
        if isinstance(span, Link):
            links.append(span)
        elif isinstance(span, Emphasis):
            pending.extend(reversed(span.spans))
    return tuple(links)


def text_outside_links(spans: Spans) -> str:
    """Return what a reader reads beside the links."""
    parts: list[str] = []
    pending = list(reversed(spans))
    while pending:
        span = pending.pop()
        if isinstance(span, Text | Code):
            parts.append(span.text)
        elif isinstance(span, Emphasis):
            pending.extend(reversed(span.spans))
    return "".join(parts)


def _without_empty(lines: list[SpanLine]) -> tuple[SpanLine, ...]:
    kept: list[SpanLine] = []
    is_forced = False
    for line in lines:
        is_forced = is_forced or line.is_forced
        if line.spans and (
            any(not isinstance(each, Text) for each in line.spans) or raw_text(line.spans).strip()
        ):
            kept.append(replace(line, is_forced=is_forced))
            is_forced = False
    return tuple(kept)


def _drop(spans: Spans, count: int) -> tuple[Spans, int]:
    """Drop characters from the start; prefixes are a few characters, so this goes no deeper than they do."""
    rest = list(spans)
    while rest and count > 0:
        span = rest.pop(0)
        match span:
            case Text(text=text) | Code(text=text):
                if len(text) > count:
                    rest.insert(0, replace(span, text=text[count:]))
                count -= len(text)
            case Emphasis(spans=inner) | Link(spans=inner):
                kept, count = _drop(inner, count)
                if kept:
                    rest.insert(0, replace(span, spans=kept))
                    break
            case Break():
                count -= 1
    return tuple(rest), max(0, count)
