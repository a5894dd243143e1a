"""Read lists of questions in TOML, YAML or JSON, as the sites and bots of many projects keep them.

Answers are Markdown. The entries need no extraction: the file says what is a question.
"""

import re
from dataclasses import dataclass

from bot.faq.answers import render_answer
from bot.faq.document import Document, Paragraph
from bot.faq.formats.contract import Format
from bot.faq.formats.data_items import Item, find_items
from bot.faq.formats.data_nodes import DataError, load
from bot.faq.markup.commonmark import Commonmark
from bot.faq.models import Entry, Problem, Severity
from bot.faq.plain import plain_spans, render_plain

_KEY = re.compile(
    r"^(?P<indent>[ \t]*(?:-[ \t]+)?[\"']?)(?P<key>question|q|title|name|answer|a|response|content|body"
    r"|text|keywords|aliases)[\"']?[ \t]*(?P<sign>:|=)",
    re.IGNORECASE | re.MULTILINE,
)
_INLINE_KEY = re.compile(
    r"[{,]\s*\"(?P<key>question|q|title|name|answer|a|response|content|body|text|keywords)\"\s*:",
    re.IGNORECASE,
)
_QUESTIONS = frozenset({"question", "q", "title", "name", "keywords", "aliases"})
_FOREIGN = re.compile(r"^#{2,6} \S|^={2,6}[^=\n]|^\.\. \w|^</?(?:p|div|h[1-6])\b", re.MULTILINE)
_MARKUP = re.compile(r"[*_`\[<&\\~]")
_ENOUGH = 60
_MAX_MISSES = 50
_MAX_MARKUP = 400_000


@dataclass(slots=True)
class _Lines:
    """Finds the lines of questions where the loader does not tell them: each is looked for after the last."""

    source: str
    place: int = 0
    line: int = 1
    misses: int = 0

    def find(self, text: str) -> int:
        """Return the line, or 0 when it is not found as it stands."""
        first = text.strip().partition("\n")[0]
        if self.misses >= _MAX_MISSES or not first:
            return 0
        forms = (f"[{first}]", f'"{first}"', f"{first} =", first)
        found = next((place for form in forms if (place := self.source.find(form, self.place)) >= 0), -1)
        if found < 0:
            self.misses += 1
            return 0
        self.line += self.source.count("\n", self.place, found)
        self.place = found
        return self.line


def parse(text: str, base_url: str) -> Document:
    """Turn a file into entries; links in answers are made absolute from its address."""
    try:
        root = load(text)
    except DataError as error:
        return Document(problems=(Problem(what=error.what, line=error.line, severity=Severity.ERROR),))
    reader = Commonmark(base_url, has_slugs=False)
    lines = _Lines(text)
    entries: list[Entry] = []
    problems: list[Problem] = []
    length = 0
    for item in find_items(root):
        length += len(item.answer) + len(item.question) + len(item.section) + sum(map(len, item.aliases))
        if length > _MAX_MARKUP:
            problems.append(
                Problem(what="the file holds more text than is read; the rest is left out", line=item.line)
            )
            break
        entries.append(_make_entry(item, reader, base_url, item.line or lines.find(item.question)))
    if not entries:
        what = (
            "no item has both a question (question, q, title, name)"
            " and an answer (answer, response, content, text)"
        )
        problems.append(Problem(what=what, severity=Severity.ERROR))
    return Document(entries=tuple(entries), problems=tuple(problems))


def _make_entry(item: Item, reader: Commonmark, base_url: str, line: int) -> Entry:
    blocks, _ = reader.read(item.answer)
    return Entry(
        id="",
        question=_plain(item.question, reader),
        answer=render_answer(blocks, page_url=base_url),
        text=render_plain(blocks),
        aliases=item.aliases,
        section=_plain(item.section, reader),
        anchor=item.anchor,
        line=line,
    )


def _plain(text: str, reader: Commonmark) -> str:
    """Take the Markdown out of one line."""
    line = " ".join(text.split())
    if not _MARKUP.search(line):
        return line
    blocks, _ = reader.read(line)
    if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
        return plain_spans(blocks[0].spans) or line
    return line


def looks_like(text: str) -> float:
    """Tell how much a text looks like a list of questions in a data language."""
    # "Q: …" at the margin is a line of text; in data it stands in an item of a list, or "=" follows.
    keys = [
        found["key"].lower()
        for _, found in zip(range(_ENOUGH), _KEY.finditer(text), strict=False)
        if found["indent"] or found["sign"] == "="
    ]
    start = text.lstrip()[:1]
    if start and start in "{[":
        keys += [
            found["key"].lower() for _, found in zip(range(_ENOUGH), _INLINE_KEY.finditer(text), strict=False)
        ]
    asked = sum(1 for key in keys if key in _QUESTIONS)
    answered = len(keys) - asked
    foreign = sum(1 for _, _ in zip(range(_ENOUGH), _FOREIGN.finditer(text), strict=False))
    if not answered or not asked:
        return 0.1 if asked or answered else 0.0
    is_flat = min(asked, answered) > 1 or (start and start in "{[")
    return max(0.0, (0.92 if is_flat else 0.6) - 0.1 * max(0, foreign - len(keys) // 4))


FORMAT = Format(
    name="data",
    label="TOML, YAML or JSON",
    extensions=(".toml", ".yaml", ".yml", ".json"),
    media_types=(
        "application/toml", "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml",
        "application/json",         "text/toml", "text/json",
    ),
    looks_like=looks_like,
    parse=parse,
)  # fmt: skip
