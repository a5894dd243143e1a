"""Look at a page's entries as a careful editor would, and name what deserves a look, with its line."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from bot.faq.document import Block, Definition, Emphasis, Heading, Link, Paragraph, Text
from bot.faq.models import Entry, Problem, Severity
from bot.faq.plain import list_texts
from bot.text import limits
from bot.text.links import is_safe_url

_MAX_SHOWN = 100
_SHOWN = 60
_NOT_A_LETTER = re.compile(r"[\W_]+")
_UNFINISHED = re.compile(
    r"\b(?:TODO|FIXME|TBD|XXX)\b|\bcoming soon\b|\bto be (?:written|done|announced)\b|\bunder construction\b"
)
_MENTION = re.compile(r"@(?:everyone|here)\b|<@[!&]?\d")
_LEFT_OPEN = re.compile(r"(?:^|\s)\*\*\w|\w\*\*(?:\s|$)")
_LONG = 4096
_TOO_LONG = 6000
_MAX_SPANS = 20_000


def lint_entries(
    entries: Sequence[Entry], answers: Sequence[Sequence[Block]], page: Sequence[Block]
) -> tuple[Problem, ...]:
    """Return what is worth a look.

    Args:
        entries: What was found on the page.
        answers: The blocks of each entry's answer, in the same order; empty for a data file.
        page: All blocks of the page, for the places that links may lead to.
    """
    problems = [*_note_duplicates(entries)]
    anchors = frozenset(block.anchor for block in page if isinstance(block, Heading | Definition | Paragraph))
    for place, entry in enumerate(entries):
        problems.extend(_note_entry(entry))
        if place < len(answers):
            problems.extend(_note_markup(entry, answers[place], anchors))
        if len(problems) > _MAX_SHOWN:
            problems = [*problems[:_MAX_SHOWN], Problem(what="there are more problems, which are not shown")]
            break
    return tuple(problems)


def _note_duplicates(entries: Sequence[Entry]) -> Iterator[Problem]:
    """Name questions that are asked twice, and other names that are another entry's question."""
    first: dict[str, Entry] = {}
    for entry in entries:
        key = _key(entry.question)
        earlier = first.setdefault(key, entry)
        if key and earlier is not entry:
            what = f"{_short(entry.question)} is asked twice; see line {earlier.line}"
            yield Problem(what=what, line=entry.line)
    for entry in entries:
        for alias in entry.aliases:
            other = first.get(_key(alias))
            if other is not None and other is not entry:
                what = f"{_short(alias)}, another name for {_short(entry.question)}, is a question of its own"
                yield Problem(what=what, line=entry.line)


def _note_entry(entry: Entry) -> Iterator[Problem]:
    question, answer = len(entry.question), len(entry.answer)
    if question > limits.CHOICE_NAME:
        what = f"{_short(entry.question)} has {question} characters; lists show {limits.CHOICE_NAME}"
        yield Problem(what=what, line=entry.line)
    elif question > limits.BUTTON_LABEL:
        what = f"{_short(entry.question)} has {question} characters; buttons show {limits.BUTTON_LABEL}"
        yield Problem(what=what, line=entry.line, severity=Severity.INFO)
    if answer > _LONG:
        named = _short(entry.question)
        what = f"the answer to {named} is too long for a card ({answer} characters); it is cut, with a link"
        if answer > _TOO_LONG:
            what = (
                f"the answer to {named} is far too long for a card ({answer} characters);"
                " it is cut, with a link"
            )
        yield Problem(what=what, line=entry.line)
    if found := _UNFINISHED.search(entry.text) or _UNFINISHED.search(entry.question):
        yield Problem(what=f"{_short(entry.question)} looks unfinished: {found[0]!r}", line=entry.line)
    if _MENTION.search(entry.text):
        what = (
            f"the answer to {_short(entry.question)} mentions people; the mention is shown, and calls nobody"
        )
        yield Problem(what=what, line=entry.line)


def _note_markup(entry: Entry, blocks: Sequence[Block], anchors: frozenset[str]) -> Iterator[Problem]:
    links, texts = _collect(blocks)
    if any(_LEFT_OPEN.search(text) for text in texts):
        what = f"bold is opened or closed only once in the answer to {_short(entry.question)}"
        yield Problem(what=what, line=entry.line)
    for url in links:
        if url.startswith("#"):
            if anchors - {""} and url[1:] not in anchors:
                what = f"{_short(entry.question)} links to {url[:_SHOWN]}, which is not on the page"
                yield Problem(what=what, line=entry.line, severity=Severity.INFO)
        elif not is_safe_url(url):
            link, named = url[:_SHOWN], _short(entry.question)
            what = f"the link to {link!r} in {named} is not a web address; its text is kept"
            if ":" not in url[:12] and url[:1] != "\\":
                what = (
                    f"the link to {link!r} in {named} leads nowhere without the page's address;"
                    " its text is kept"
                )
            yield Problem(what=what, line=entry.line)


def _collect(blocks: Sequence[Block]) -> tuple[list[str], list[str]]:
    """Return the addresses and the texts of an answer."""
    links: list[str] = []
    texts: list[str] = []
    pending = [each for each in islice(list_texts(blocks), _MAX_SPANS) if not isinstance(each, str)]
    while pending:
        for span in pending.pop():
            if isinstance(span, Link):
                links.append(span.url)
                pending.append(span.spans)
            elif isinstance(span, Emphasis):
                pending.append(span.spans)
            elif isinstance(span, Text):
                texts.append(span.text)
    return links, texts


def _key(question: str) -> str:
    return _NOT_A_LETTER.sub(" ", question.casefold()).strip()


def _short(text: str) -> str:
    return f"“{limits.cut_line(text, _SHOWN)}”"
