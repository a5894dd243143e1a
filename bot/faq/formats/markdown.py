"""Read Markdown pages: GitHub's kind, with what documentation sites add to it."""

import html
import re

from bot.faq.document import Block, Document, Heading
from bot.faq.formats.contract import Format
from bot.faq.formats.markdown_signs import looks_like
from bot.faq.markup.commonmark import Commonmark
from bot.faq.models import Problem
from bot.faq.plain import plain_spans

_FRONT_MATTER = re.compile(
    r"\A\s{0,20}(---|\+\+\+)[ \t]*\n(.{0,20000}?)^(?:\1|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE
)
_TITLE = re.compile(r"^title[ \t]*[:=][ \t]*(.{1,300})$", re.MULTILINE)
_FIELD = re.compile(r"^[ \t]{0,8}[\w\-\"']{1,60}[ \t]*[:=\[]|^\s*(?:#|-[ ]|$)")


def parse(text: str, base_url: str) -> Document:
    """Turn a page's source into blocks; links are made absolute from the page's address."""
    front, body, first_line = _split_front_matter(text)
    blocks, cut_line = Commonmark(base_url).read(body, first_line=first_line)
    problems = []
    if cut_line:
        problems.append(Problem(what="the page has too much markup; it is read up to here", line=cut_line))
    return Document(title=_find_title(front, blocks), blocks=blocks, problems=tuple(problems))


def _split_front_matter(text: str) -> tuple[str, str, int]:
    """Return the front matter, the rest, and the line where the rest starts."""
    found = _FRONT_MATTER.match(text)
    if not found or not all(_FIELD.match(line) for line in found[2].split("\n")[:1]):
        return "", text, 1
    return found[2], text[found.end() :], text.count("\n", 0, found.end()) + 1


def _find_title(front: str, blocks: tuple[Block, ...]) -> str:
    found = _TITLE.search(front)
    title = html.unescape(found[1].strip().strip("\"'").strip()) if found else ""
    heading = next((block for block in blocks if isinstance(block, Heading)), None)
    return title or (plain_spans(heading.spans) if heading else "")


FORMAT = Format(
    name="markdown",
    label="Markdown",
    extensions=(".md", ".markdown", ".mdown", ".mkd", ".mdx", ".mdwn"),
    media_types=("text/markdown", "text/x-markdown"),
    looks_like=looks_like,
    parse=parse,
)
