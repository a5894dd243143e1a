"""Turn a page's bytes into entries: decode, recognise the format, parse, extract, and say what is wrong.

This runs in a worker process that is killed when it takes too long, and is the only module that imports
every parser; the main process names it and does not import it. What goes in and out can be pickled.
"""

import codecs
import re
from dataclasses import replace

from bot.errors import SourceError
from bot.faq.document import Document
from bot.faq.extract import Extraction, extract
from bot.faq.formats import AUTO, choose
from bot.faq.formats.contract import Format
from bot.faq.models import Entry, Marker, ParsedPage, Problem, Severity
from bot.text.limits import cut_line
from bot.text.markdown import clean

MAX_BYTES = 2 * 1024 * 1024
MAX_LINES = 30_000
"""Many times the longest real page (1,700); it bounds the time that a hostile one can take."""

_MAX_TITLE = 200
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:\-]{1,40})", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:\-]{1,40})", re.IGNORECASE)
_MARKUP = re.compile(
    r"\s*(?:<!--[^>]{0,1000}-->\s*){0,3}(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype html|html[\s>])",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"<input[^>]{0,300}type\s*=\s*[\"']?password", re.IGNORECASE)
_DENIED = re.compile(
    r"<title>[^<]{0,100}(?:log ?in|sign ?in|permission denied|access denied"
    r"|forbidden|unauthori[sz]ed|anmelden)",
    re.IGNORECASE,
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")


def parse_page(
    content: bytes,
    *,
    name: str,
    media_type: str,
    base_url: str,
    declared_format: str = AUTO,
    questions: Marker = Marker.AUTO,
    language: str = "english",
) -> ParsedPage:
    """Return what a page's source yields, with everything that is wrong with it.

    Args:
        content: The source as it was fetched.
        name: Its address or file name.
        media_type: What its server called it, parameters and all; "" when unknown.
        base_url: The address where people read the page, for relative links; "" when there is none.
        declared_format: A format's name, or "auto".
        questions: What marks a question.
        language: The stemmer for the entries.

    Raises:
        SourceError: The page is too large or no text, or the declared format is unknown.
    """
    if len(content) > MAX_BYTES:
        raise SourceError(f"The page is larger than {MAX_BYTES // 1024 // 1024} MB.", permanent=True)
    text, problems = _decode(content, media_type)
    text = _first_lines(text, problems)
    chosen = choose(declared=declared_format, name=name, media_type=media_type, text=text)
    refused = _find_refusal(text, chosen)
    if refused:
        return ParsedPage(format=chosen.name, marker=questions, problems=(refused, *problems))
    document = chosen.parse(text, base_url)
    found = extract(document, questions=questions, page_url=base_url)
    denied = _find_login(text, found)
    return ParsedPage(
        format=chosen.name,
        marker=found.marker,
        title=_title(document, found.entries),
        entries=tuple(replace(entry, language=language) for entry in found.entries),
        problems=_in_order((*problems, *document.problems, *([denied] if denied else found.problems))),
    )


def _title(document: Document, entries: tuple[Entry, ...]) -> str:
    """Return the page's title; its first heading is none when that is a question."""
    title = cut_line(clean(document.title), _MAX_TITLE)
    return "" if any(entry.question == title for entry in entries) else title


def _first_lines(text: str, problems: list[Problem]) -> str:
    if text.count("\n") <= MAX_LINES:
        return text
    problems.append(Problem(what="the page is longer than is read; the rest is left out", line=MAX_LINES))
    return "\n".join(text.split("\n", MAX_LINES)[:MAX_LINES])


def _decode(content: bytes, media_type: str) -> tuple[str, list[Problem]]:
    """Decode by the byte order mark, else as UTF-8, else as declared, else as Windows-1252."""
    problems: list[Problem] = []
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", "replace")
        problems.append(Problem(what="the page is written in UTF-16; UTF-8 is safer", severity=Severity.INFO))
    elif content.startswith(codecs.BOM_UTF8):
        text = content.decode("utf-8-sig", "replace")
        problems.append(Problem(what="the page starts with a byte order mark", severity=Severity.INFO))
    else:
        text = _decode_unmarked(content, media_type, problems)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(_CONTROLS.findall(text[:4096])) > len(text[:4096]) // 50 + 2:
        raise SourceError(
            "This is no page of text. Give the address of a page that a browser shows as text, or upload its "
            "text as a file.",
            permanent=True,
        )
    return text.replace("\x00", ""), problems


def _decode_unmarked(content: bytes, media_type: str, problems: list[Problem]) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    found = _CHARSET.search(media_type)
    meta = _META_CHARSET.search(content[:2048])
    declared = found[1] if found else meta[1].decode("ascii", "ignore") if meta else ""
    if declared and declared.lower().replace("-", "") != "utf8":
        try:
            return _decode_declared(content, declared)
        except (LookupError, ValueError):
            problems.append(Problem(what=f"the declared encoding {declared!r} does not fit"))
    problems.append(Problem(what="some bytes are no UTF-8; they are read as Windows-1252", line=line))
    return content.decode("windows-1252", "replace")


def _decode_declared(content: bytes, declared: str) -> str:
    """Decode with a text encoding; Python's others ("hex", "zip") are none."""
    if not codecs.lookup(declared)._is_text_encoding:
        raise LookupError(declared)
    return content.decode(declared, "replace")


def _find_refusal(text: str, chosen: Format) -> Problem | None:
    if not text.strip():
        return Problem(what="the page is empty", severity=Severity.ERROR)
    if chosen.name != "html" and _MARKUP.match(text):
        if _PASSWORD.search(text) or _DENIED.search(text):
            return _login()
        what = f"this is an HTML page, not {chosen.label} text; give the raw text's address, or format html"
        return Problem(what=what, severity=Severity.ERROR)
    return None


def _find_login(text: str, found: Extraction) -> Problem | None:
    """Recognise a login page among the HTML pages that hold no questions."""
    if found.entries or not _MARKUP.match(text):
        return None
    return _login() if _PASSWORD.search(text) or _DENIED.search(text) else None


def _login() -> Problem:
    what = "the server sent a login page instead of the text; make the page readable for everyone"
    return Problem(what=what, severity=Severity.ERROR)


def _in_order(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Sort by line, those of the page as a whole first, and say nothing twice."""
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda problem: problem.line))
