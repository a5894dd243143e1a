"""Read MediaWiki pages as their source has them (`action=raw`), and GitHub's wikis in the same syntax."""

import re

from bot.faq.document import Document, Heading
from bot.faq.formats.contract import Format
from bot.faq.formats.mediawiki_inline import Speaker
from bot.faq.formats.mediawiki_links import find_wiki, make_anchor
from bot.faq.formats.mediawiki_signs import looks_like
from bot.faq.formats.mediawiki_verbatim import OPEN, Line, Outline, outline
from bot.faq.markup.blocks import read_blocks
from bot.faq.markup.elements import Element, Tree
from bot.faq.markup.inline import Reading, read_text
from bot.faq.models import Problem, Severity
from bot.faq.plain import plain_spans

_HEADING = re.compile(r"={1,6}(?!=)")
_RULE = re.compile(r"-{4,}(.*)")
_ITEM = re.compile(r"([*#:;]{1,30})[ \t]*(.*)")
_TABLE = re.compile(r"[ \t:]{0,20}\{\|.*")
_TABLE_END = re.compile(r"[ \t]*\|\}(.*)")
_ATTRIBUTES = re.compile(r"[^|\[\]{}]{0,300}\|(?!\|)")
_DESCRIPTION = re.compile(
    r"\[\[[^\[\]]{0,1000}\]\]|\[[^\[\]]{0,1000}\]|<[^<>]{0,300}>|https?://\S{1,1000}"
    r"|(?P<colon>(?<![ \t])[ \t]*:(?!/))"  # from the first space on: from each, many would cost their square
)
_REDIRECT = re.compile(r"#REDIRECT\s*+(?::\s*+)?\[\[([^\[\]|]{1,300})", re.IGNORECASE)
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|ul|ol|li|dl|table|tr|td|th|blockquote|pre|h[1-6]|center|hr)\b", re.IGNORECASE
)
_LISTS = {"*": ("ul", "li"), "#": ("ol", "li"), ":": ("dl", "dd"), ";": ("dl", "dt")}


def parse(text: str, base_url: str) -> Document:
    """Turn a page's source into blocks; links are made absolute from the page's address."""
    plan = outline(text)
    tree = Tree()
    wiki = find_wiki(base_url)
    _Lines(plan, tree, Speaker(tree, wiki, plan.regions)).read()
    _name_headings(tree.root)
    reading = Reading(resolve=str, is_furniture=lambda _: False)
    blocks = read_blocks(tree.root, reading)
    title = next((plain_spans(block.spans) for block in blocks if isinstance(block, Heading)), "")
    return Document(
        title=title if _is_title(blocks) else "", blocks=blocks, problems=_find_problems(plan, tree)
    )


def _is_title(blocks: tuple[object, ...]) -> bool:
    """Tell whether the first heading is the page's own: MediaWiki shows the page's name above all."""
    levels = [block.level for block in blocks if isinstance(block, Heading)]
    return bool(levels) and levels[0] == 1 and levels.count(1) == 1


def _find_problems(plan: Outline, tree: Tree) -> tuple[Problem, ...]:
    problems = [
        Problem(what=f"the template {{{{{name}}}}} is left out", line=line, severity=Severity.WARNING)
        for name, line in plan.templates.items()
    ]
    problems += [
        Problem(what=f"<{tag}> is never closed, so it is read as text", line=line)
        for tag, line in plan.unclosed
    ]
    if tree.is_full:
        problems.append(Problem(what="the page has too much markup; its end is not read"))
    return tuple(problems)


def _name_headings(root: Element) -> None:
    """Give headings the fragments that lead to them; the second of a name gets "_2"."""
    counts: dict[str, int] = {}
    pending = [root]
    while pending:
        element = pending.pop()
        pending.extend(reversed(element.children))
        if len(element.tag) == 2 and element.tag[0] == "h" and element.tag[1].isdigit() and not element.id:
            anchor = make_anchor(read_text(element))
            counts[anchor] = counts.get(anchor, 0) + 1
            element.attributes["id"] = f"{anchor}_{counts[anchor]}" if counts[anchor] > 1 else anchor


class _Lines:
    """One pass over the lines of a page."""

    def __init__(self, plan: Outline, tree: Tree, speaker: Speaker) -> None:
        self._plan = plan
        self._tree = tree
        self._speaker = speaker
        self._prefix = ""
        self._code: list[Line] = []
        self._tables = 0

    def read(self) -> None:
        """Feed the tree."""
        for line in self._plan.lines:
            if self._tree.is_full:
                break
            self._line(line)
        self._end_code()
        self._end_list()

    def _line(self, line: Line) -> None:
        text = line.text
        if self._is_code(text):
            self._end_list()
            self._code.append(line)
            return
        self._end_code()
        item = _ITEM.fullmatch(text)
        if item and not text.startswith("#REDIRECT") and not _TABLE.fullmatch(text):
            self._item(item[1], item[2], line.number)
            return
        self._end_list()
        if not text.strip():
            self._part(line.number)
        elif not self._special(line):
            self._speaker.say(text.strip(), line.number)
            self._tree.say("\n", line.number)

    def _special(self, line: Line) -> bool:
        """Read a line that its beginning gives away; tell whether it was one."""
        text = line.text.strip()
        if heading := _read_heading(text):
            level, title = heading
            self._tree.open(f"h{level}", line=line.number)
            self._speaker.say(title, line.number)
            self._tree.close(f"h{level}")
        elif found := _RULE.fullmatch(text):
            self._tree.open("hr", line=line.number)
            self._speaker.say(found[1].strip(), line.number)
        elif found := _REDIRECT.match(text):
            self._tree.open("x-include", {"target": found[1].strip()}, line.number)
        else:
            return self._table(line)
        return True

    def _part(self, number: int) -> None:
        """End the paragraph."""
        self._tree.open("p", line=number)
        self._tree.close("p")

    def _is_code(self, text: str) -> bool:
        """Tell whether a line is preformatted: a space before text, outside tables and HTML blocks."""
        if self._tables or text[:1] != " " or _BLOCK_TAG.search(text) or _TABLE.fullmatch(text):
            return False
        return bool(text.strip()) and OPEN not in text

    def _end_code(self) -> None:
        if not self._code:
            return
        self._tree.open("pre", line=self._code[0].number)
        for place, line in enumerate(self._code):
            self._tree.say("\n" if place else "", line.number)
            self._speaker.say(line.text[1:], line.number)
        self._tree.close("pre")
        self._code.clear()

    def _item(self, prefix: str, text: str, number: int) -> None:
        """Read a list item: what its prefix shares with the one before stays open."""
        shared = 0
        for before, now in zip(self._prefix, prefix, strict=False):
            if _LISTS[before][0] != _LISTS[now][0]:
                break
            shared += 1
        while len(self._prefix) > shared:
            self._close_list()
        if shared and shared == len(prefix):
            self._tree.close(_LISTS[self._prefix[-1]][1])
            self._prefix = prefix
            self._tree.open(_LISTS[prefix[-1]][1], line=number)
        for mark in prefix[shared:]:
            outer, inner = _LISTS[mark]
            self._tree.open(outer, line=number)
            self._tree.open(inner, line=number)
        self._prefix = prefix
        self._say_item(prefix, text, number)

    def _say_item(self, prefix: str, text: str, number: int) -> None:
        colon = (
            next((each for each in _DESCRIPTION.finditer(text) if each["colon"]), None)
            if prefix[-1] == ";"
            else None
        )
        if colon is None:
            self._speaker.say(text, number)
            return
        self._speaker.say(text[: colon.start()], number)
        self._tree.close("dt")
        self._tree.open("dd", line=number)
        self._speaker.say(text[colon.end() :].strip(), number)
        self._prefix = prefix[:-1] + ":"

    def _close_list(self) -> None:
        outer, inner = _LISTS[self._prefix[-1]]
        self._tree.close(inner)
        self._tree.close(outer)
        self._prefix = self._prefix[:-1]

    def _end_list(self) -> None:
        while self._prefix:
            self._close_list()

    def _table(self, line: Line) -> bool:
        text = line.text.strip()
        if _TABLE.fullmatch(text):
            self._tables += 1
            self._tree.open("table", line=line.number)
        elif not self._tables:
            return False
        elif found := _TABLE_END.fullmatch(text):
            self._tables -= 1
            self._tree.close("table")
            self._speaker.say(found[1].strip(), line.number)
        elif text.startswith("|-"):
            self._tree.open("tr", line=line.number)
        elif text.startswith("|+"):
            self._part(line.number)
        elif text[0] in "|!":
            self._cells(text, line.number)
        else:
            return False
        return True

    def _cells(self, text: str, number: int) -> None:
        tag = "th" if text[0] == "!" else "td"
        parts = text[1:].replace("!!", "||").split("||") if tag == "th" else text[1:].split("||")
        for part in parts:
            found = _ATTRIBUTES.match(part)
            self._tree.open(tag, line=number)
            self._speaker.say(part[found.end() :].strip() if found else part.strip(), number)
        self._tree.say("\n", number)


def _read_heading(text: str) -> tuple[int, str] | None:
    """Return the level and title of a heading; the smaller number of signs counts, what is over is title."""
    opening = _HEADING.match(text)
    if opening is None:
        return None
    rest = text[opening.end() :]
    closing = min(6, len(rest) - len(rest.rstrip("=")))
    title = rest[: len(rest) - closing].strip(" \t")
    return (min(opening.end(), closing), title) if closing and title else None


FORMAT = Format(
    name="mediawiki",
    label="MediaWiki",
    extensions=(".mediawiki", ".wiki", ".mw"),
    media_types=("text/x-wiki", "text/mediawiki"),
    hints=("index.php?title=", "action=raw", "/wiki/index.php", "/w/index.php"),
    looks_like=looks_like,
    parse=parse,
)
