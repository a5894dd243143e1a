"""Read HTML pages: what a wiki, a site generator or Confluence shows or stores.

Only the page's main part is read, without what surrounds it: navigation, edit links, forms, scripts.
"""

import re

from bot.faq.document import Block, Document, Heading
from bot.faq.formats.contract import Format
from bot.faq.formats.html_main import find_first, find_main, is_furniture
from bot.faq.formats.html_schema import add_schema
from bot.faq.formats.html_signs import looks_like
from bot.faq.markup.blocks import read_blocks
from bot.faq.markup.elements import Tree
from bot.faq.markup.inline import Reading
from bot.faq.markup.links import resolve_link
from bot.faq.models import Problem
from bot.faq.plain import plain_spans

_SITE = re.compile(r"(?<!\s)\s+[|·•–—»]\s+.*|(?<!\s)\s+-\s+[^-]*\Z", re.DOTALL)


def parse(text: str, base_url: str) -> Document:
    """Turn a page into blocks; links are made absolute from its address, or from the `<base>` it names."""
    tree = Tree()
    tree.feed(text)
    base = find_first(tree.root, "base")
    link_base = resolve_link(base.attributes.get("href", ""), base_url) if base else ""
    reading = Reading(
        resolve=lambda target: resolve_link(target, link_base or base_url), is_furniture=is_furniture
    )
    blocks = read_blocks(find_main(tree.root), reading)
    problems = []
    if tree.is_full:
        problems.append(Problem(what="the page has too many elements; its end is not read"))
    return Document(
        title=_find_title(tree, blocks),
        blocks=add_schema(tree.root, blocks, reading),
        problems=tuple(problems),
    )


def _find_title(tree: Tree, blocks: tuple[Block, ...]) -> str:
    """Return the first heading of the highest level, or else the page's title without the site's name."""
    headings = [block for block in blocks if isinstance(block, Heading)]
    if headings and headings[0].level == 1:
        return plain_spans(headings[0].spans)
    title = find_first(tree.root, "title")
    named = " ".join("".join(each.text for each in title.children).split()) if title else ""
    return _SITE.sub("", named) or (plain_spans(headings[0].spans) if headings else "")


FORMAT = Format(
    name="html",
    label="HTML",
    extensions=(".html", ".htm", ".xhtml"),
    media_types=("text/html", "application/xhtml+xml"),
    looks_like=looks_like,
    parse=parse,
)
