"""Take out of a MediaWiki page what its other rules must not touch: comments, templates, code, raw text.

Each such region may begin and end anywhere, so they are found first; what stays of them is replaced by a
numbered mark, and the rest is cut into lines that know where they stand in the source.
"""

import re
from dataclasses import dataclass, field

from bot.text.html import unescape

OPEN, CLOSE = "\ue000", "\ue001"
"""Around the number of a region."""

_OWN_MARKS = re.compile(f"[{OPEN}{CLOSE}]")
_START = re.compile(
    r"<!--|<(?P<tag>nowiki|pre|syntaxhighlight|source|ref|math|gallery|includeonly|score|timeline"
    r"|poem)\b(?P<rest>[^<>]{0,300})>"
    r"|</?(?:noinclude|onlyinclude|translate|tvar|references)\b[^<>]{0,200}>|<languages\s*/>",
    re.IGNORECASE,
)
_BRACES = re.compile(r"\{\{|\}\}")
_LANGUAGE = re.compile(r"lang\s*=\s*[\"']?([\w+#.\-]{1,20})", re.IGNORECASE)
_PARAMETER = re.compile(r"\s*(?:\d{1,2}|text|content|reason)\s*=\s*")
_SILENT_TEMPLATES = re.compile(
    r"\s*(?:DISPLAYTITLE|DEFAULTSORT|PAGENAME|FULLPAGENAME|SITENAME|NAMESPACE|CURRENT\w+|#\w+|clear"
    r"|toc\w*|anchor|shortcut)\b",
    re.IGNORECASE,
)
_CODE_TEMPLATES = frozenset(
    {"code", "ic", "kbd", "key", "mono", "tt", "codeline", "path", "bc", "cmd", "command"}
)
_NOTE_TEMPLATES = frozenset({"note", "tip", "warning", "important", "caution", "info", "notice"})
_SIGNS = {
    "!": "|",
    "=": "=",
    "-": "-",
    "ndash": "–",
    "mdash": "—",
    "pipe": "|",
    "spaces": " ",
    "yes": "Yes",
    "no": "No",
}
_MAX_NAMED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A logical line and the line of the source where it starts."""

    text: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Preformatted text of a region."""

    text: str
    language: str = ""


@dataclass(slots=True, kw_only=True)
class Outline:
    """A page as lines, the regions that they name, and what was left out: templates, unclosed tags."""

    lines: list[Line] = field(default_factory=list)
    regions: list[str | Code] = field(default_factory=list)
    templates: dict[str, int] = field(default_factory=dict)
    unclosed: list[tuple[str, int]] = field(default_factory=list)


def outline(source: str) -> Outline:
    """Cut a page into logical lines with its regions taken out."""
    result = Outline()
    pieces = _take_tags(_OWN_MARKS.sub("", source), result)
    result.lines = _cut_lines(_take_templates(pieces, result))
    return result


def _take_tags(text: str, result: Outline) -> list[tuple[str, int]]:
    folded = text.lower()
    if len(folded) != len(text):  # a letter that grows when lowered (İ) shifts every place after it
        folded = text
    pieces: list[tuple[str, int]] = []
    missing: set[str] = set()
    done = place = 0
    number = 1
    while found := _START.search(text, place):
        tag = (found["tag"] or "").lower()
        is_whole = not tag and found[0] != "<!--"
        mark = f"</{tag}>" if tag else "-->"
        end = found.end() if is_whole or found[0].endswith("/>") else -1
        if end < 0 and mark not in missing:
            end = folded.find(mark, found.end())
            stop, end = end, end + len(mark) if end >= 0 else -1
            if end < 0:
                missing.add(mark)
                result.unclosed.append((tag or "!--", number + text.count("\n", done, found.start())))
        else:
            stop = end
        if end < 0:
            place = found.end()
            continue
        pieces.append((text[done : found.start()], number))
        number += text.count("\n", done, found.start())
        kept = _keep(tag, found["rest"] or "", text[found.end() : stop])
        if kept is not None:
            result.regions.append(kept)
            pieces.append((f"{OPEN}{len(result.regions) - 1}{CLOSE}", number))
        number += text.count("\n", found.start(), end)
        done = place = end
    pieces.append((text[done:], number))
    return pieces


def _keep(tag: str, options: str, body: str) -> str | Code | None:
    """Return what of a region is shown."""
    match tag:
        case "nowiki" | "poem" | "math":
            return unescape(body)
        case "pre":
            return Code(text=unescape(body.replace("<nowiki>", "").replace("</nowiki>", "")).strip("\n"))
        case "syntaxhighlight" | "source":
            found = _LANGUAGE.search(options)
            return Code(text=body.strip("\n"), language=found[1] if found else "")
    return None


def _take_templates(pieces: list[tuple[str, int]], result: Outline) -> list[tuple[str, int]]:
    """Replace templates by what is known of them, and note the others; an unclosed one is text."""
    text = "".join(piece for piece, _ in pieces)
    spans: list[tuple[int, int]] = []
    opened: list[int] = []
    for found in _BRACES.finditer(text):
        if found[0] == "{{":
            opened.append(found.start())
        elif opened:
            start = opened.pop()
            while spans and spans[-1][0] > start:
                spans.pop()
            spans.append((start, found.end()))
    if not spans:
        return pieces
    return _replace(pieces, spans, result)


def _replace(
    pieces: list[tuple[str, int]], spans: list[tuple[int, int]], result: Outline
) -> list[tuple[str, int]]:
    """Cut the spans, whose places count through all pieces, out of the pieces."""
    kept: list[tuple[str, int]] = []
    waiting = iter(spans)
    span = next(waiting, None)
    inside: list[str] = []
    begin = opened = 0
    for text, first in pieces:
        place, number = 0, first
        while span is not None and span[0] < begin + len(text):
            start, end = max(place, span[0] - begin), min(len(text), span[1] - begin)
            if not inside:
                kept.append((text[place:start], number))
            number += text.count("\n", place, start)
            opened = opened if inside else number
            inside.append(text[start:end])
            number += text.count("\n", start, end)
            place = end
            if span[1] > begin + len(text):
                break
            kept.append((_show("".join(inside)[2:-2], opened, result), number))
            inside.clear()
            span = next(waiting, None)
        if not inside:
            kept.append((text[place:], number))
        begin += len(text)
    return kept


def _show(body: str, number: int, result: Outline) -> str:
    """Return what stands for a template."""
    name, _, rest = body.partition("|")
    key = name.strip().lower()
    if key.startswith(":"):
        return f"{OPEN}:{name.strip()[1:100]}{CLOSE}"
    if key in _SIGNS:
        return _SIGNS[key]
    named = _PARAMETER.match(rest)
    value = rest[named.end() :] if named else rest
    if key in _CODE_TEMPLATES and "{{" not in value:
        return f"<code>{value}</code>"
    if key in _NOTE_TEMPLATES and "{{" not in value:
        return f"'''{name.strip().capitalize()}:''' {value}"
    if not _SILENT_TEMPLATES.match(name) and len(result.templates) < _MAX_NAMED:
        result.templates.setdefault(" ".join(name.split())[:60], number)
    return ""


def _cut_lines(pieces: list[tuple[str, int]]) -> list[Line]:
    lines: list[Line] = []
    pending: list[str] = []
    start = 1
    is_blank = True
    for text, first in pieces:
        for offset, part in enumerate(text.split("\n")):
            if offset:
                lines.append(Line(text="".join(pending), number=start))
                pending.clear()
                is_blank = True
            if is_blank:
                start = first + offset
                is_blank = not part.strip()
            pending.append(part)
    lines.append(Line(text="".join(pending), number=start))
    return lines
