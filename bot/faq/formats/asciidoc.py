"""Read AsciiDoc pages: sections, `term::` lists, delimited blocks; what a FAQ needs of the syntax."""

import re

from bot.faq.document import Document, Heading
from bot.faq.formats.asciidoc_inline import Speaker
from bot.faq.formats.contract import Format
from bot.faq.markup.blocks import read_blocks
from bot.faq.markup.elements import Tree
from bot.faq.markup.inline import Reading
from bot.faq.markup.links import resolve_link
from bot.faq.models import Problem
from bot.faq.plain import plain_spans

# Word by word, as far as the sign does not end the line.
_HEADING = re.compile(
    r"(={1,6}|#{2,6})[ \t]++(?=\S)([^ \t\n]++(?:[ \t]++(?!\1[ \t]*\Z)[^ \t\n]++)*+)(?:[ \t]++\1)?[ \t]*"
)
_UNDERLINES = {"=": 1, "-": 2, "~": 3, "^": 4, "+": 5}
_TERM = re.compile(r"(\S.{0,600}?)(:{2,4}|;;)(?:[ \t]+(\S.*))?")
_ITEM = re.compile(r"[ \t]*(\*{1,5}|-|\.{1,5}|\d{1,4}\.|<\d{1,3}>)[ \t]+(\S.*)")
_FENCE = re.compile(r"(-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|```[\w+#.\-]{0,20}|--|\|===)[ \t]*")
_OPTIONS = re.compile(r"\[([^\[\]]{0,500})\][ \t]*")
_ANCHOR = re.compile(r"\[\[([\w:.\-]{1,200})(?:,[^\[\]]*)?\]\][ \t]*")
_ATTRIBUTE = re.compile(r":!?([\w\-]{1,60})!?:(?:[ \t]+(.{0,500}))?")
_MACRO = re.compile(
    r"(include|image|ifdef|ifndef|endif|ifeval|toc|video)::?([^\s\[\]]{0,300})\[([^\]]{0,300})\][ \t]*"
)
_NOTE = re.compile(r"(NOTE|TIP|IMPORTANT|WARNING|CAUTION):[ \t]+")
_OPTION_ID = re.compile(r"(?:^|,)[^,#]{0,60}#([\w:.\-]{1,200})|\bid=[\"']?([\w:.\-]{1,200})")
_REFERENCE = re.compile(r"\{([\w\-]{1,60})\}")
_NOT_IN_ID = re.compile(r"[^\w]+")
_VERBATIM = frozenset("-.`+/")
_SURE = re.compile(
    r"^={2,5}[ ]\S[^=\n]{1,200}$|^\[\[[\w:.\-]{1,100}\]\]$|^\S.{1,200}::$|^\[(?:source|NOTE|TIP|quote"
    r"|qanda)\b"
    r"|^include::\S{1,200}\[|linkgit:|^:(?:toc|icons|doctype|sectnums|source-highlighter):|link:\S{1,200}\[",
    re.MULTILINE,
)
_FOREIGN = re.compile(
    r"^#{1,6}[ ]\S|\]\((?:https?:|/|#)|^\.\. [\w\-]+::|'''|^={2,6}[^=\n]{1,200}=+[ \t]*$|<html", re.MULTILINE
)
_ENOUGH = 6


def parse(text: str, base_url: str) -> Document:
    """Turn a page's source into blocks; links are made absolute from the page's address."""
    tree = Tree()
    _Lines(text.split("\n"), tree).read()
    reading = Reading(resolve=lambda url: resolve_link(url, base_url), is_furniture=lambda _: False)
    blocks = read_blocks(tree.root, reading)
    problems = (Problem(what="the page has too much markup; its end is not read"),) if tree.is_full else ()
    title = next((plain_spans(block.spans) for block in blocks if isinstance(block, Heading)), "")
    return Document(title=title, blocks=blocks, problems=problems)


def looks_like(text: str) -> float:
    """Tell how much a text looks like AsciiDoc."""
    sure, foreign = (
        sum(1 for _, _ in zip(range(_ENOUGH), each.finditer(text), strict=False))
        for each in (_SURE, _FOREIGN)
    )
    return max(0.0, min(0.95, (0.5 if sure > 1 else 0.25 * sure) + 0.06 * sure - 0.12 * foreign))


class _Lines:
    """One pass over the lines of a page."""

    def __init__(self, lines: list[str], tree: Tree) -> None:
        self._lines = lines
        self._tree = tree
        self._attributes: dict[str, str] = {}
        self._speaker = Speaker(tree, self._attributes)
        self._place = 0
        self._lists: list[tuple[str, str, str]] = []
        self._anchor = ""
        self._language = ""
        self._after_blank = True
        self._is_joined = False
        self._ends: dict[str, int] = {}
        self._run: list[str] = []
        self._run_line = 0

    def read(self) -> None:
        """Feed the tree."""
        while self._place < len(self._lines) and not self._tree.is_full:
            line = self._lines[self._place].rstrip()
            self._place += 1
            if not line:
                self._end_paragraph()
                self._after_blank = True
            elif line == "+" and self._lists:
                self._end_paragraph()
                self._is_joined = True
            elif not self._furniture(line) and not self._block(line):
                self._text(line)
        self._end_paragraph()
        self._end_lists()

    def _say(self, text: str, number: int) -> None:
        """Add to the text at hand; its marks may go over line ends, so it is read when it is whole."""
        if not self._run:
            self._run_line = number
        self._run.append(text)

    def _end_run(self) -> None:
        if self._run:
            self._speaker.say("\n".join(self._run), self._run_line)
            self._run.clear()

    def _end_paragraph(self) -> None:
        self._end_run()
        self._tree.close("p")

    def _furniture(self, line: str) -> bool:
        """Read what is said about the text and is no text."""
        if line.startswith("//") and not line.startswith("////"):
            return True
        if found := _ANCHOR.fullmatch(line):
            self._anchor = found[1]
        elif (found := _OPTIONS.fullmatch(line)) and not line.startswith("[["):
            identifier = _OPTION_ID.search(found[1])
            self._anchor = (identifier[1] or identifier[2]) if identifier else self._anchor
            parts = [part.strip() for part in found[1].split(",")]
            self._language = parts[1][:20] if parts[0] in ("source", "") and len(parts) > 1 else ""
        elif found := _ATTRIBUTE.fullmatch(line):
            self._attributes[found[1].lower()] = found[2] or ""
        elif found := _MACRO.fullmatch(line):
            if found[1] == "include":
                self._end_paragraph()
                self._tree.open("x-include", {"target": found[2]}, self._place)
            elif found[1] == "image":
                self._text(found[3].partition(",")[0].strip('"'))
        else:
            return False
        return True

    def _block(self, line: str) -> bool:
        number = self._place
        if found := _FENCE.fullmatch(line):
            self._fenced(found[1])
        elif (found := _HEADING.fullmatch(line)) and not self._is_joined:
            self._heading(min(6, len(found[1])), found[2], number)
        elif self._is_underlined(line):
            self._place += 1
            self._heading(_UNDERLINES[self._lines[number].strip()[0]], line, number)
        elif found := _ITEM.fullmatch(line):
            mark = "1." if found[1][0].isdigit() else found[1]
            self._item(mark, "ol" if mark[0] in "1.<" else "ul", "li", found[2], number)
        elif found := _TERM.fullmatch(line.strip()):
            self._item(found[2], "dl", "dt", found[1], number)
            self._end_run()
            self._tree.close("dt")
            self._tree.open("dd", line=number)
            if found[3]:
                self._text(found[3])
        elif line.startswith(".") and len(line) > 1 and line[1].isalnum():
            self._text(f"*{line[1:]}*")
            self._end_paragraph()
        else:
            return False
        return True

    def _is_underlined(self, line: str) -> bool:
        if (
            self._place >= len(self._lines)
            or not self._after_blank
            or self._is_joined
            or not line[0].isalnum()
        ):
            return False
        below = self._lines[self._place].rstrip()
        is_line = bool(below) and below[0] in _UNDERLINES and not below.strip(below[0])
        return is_line and abs(len(below) - len(line)) < 3

    def _heading(self, level: int, text: str, number: int) -> None:
        self._end_paragraph()
        self._end_lists()
        named = _REFERENCE.sub(
            lambda found: self._attributes.get(found[1].lower(), found[0])[:200], text[:200]
        )
        anchor = self._take_anchor() or "_" + _NOT_IN_ID.sub("_", named.lower()).strip("_")
        self._tree.open(f"h{level}", {"id": anchor}, number)
        self._speaker.say(text, number)
        self._tree.close(f"h{level}")
        self._after_blank = True

    def _take_anchor(self) -> str:
        anchor, self._anchor = self._anchor, ""
        return anchor

    def _fenced(self, fence: str) -> None:
        """Read a delimited block: verbatim to its end, or a box whose marks alone go."""
        self._end_paragraph()
        if not self._is_joined and self._after_blank:
            self._end_lists()
        self._is_joined = False
        if fence[0] not in _VERBATIM or fence == "--":
            return
        start, mark = self._place, "```" if fence[0] == "`" else fence
        if self._ends.get(mark, start) < 0:
            return
        end = next(
            (place for place in range(start, len(self._lines)) if self._lines[place].rstrip() == mark), -1
        )
        self._ends[mark] = end
        if end < 0:
            return
        if fence[0] != "/":
            language = self._language or (fence[3:] if fence[0] == "`" else "")
            self._tree.open("pre", {"data-language": language}, start)
            self._tree.say("\n".join(self._lines[start:end]), start + 1)
            self._tree.close("pre")
        self._language = ""
        self._place = end + 1

    def _item(self, mark: str, outer: str, inner: str, text: str, number: int) -> None:
        """Read an item: a mark that is open goes on with its list, another one starts a list inside."""
        self._end_paragraph()
        self._is_joined = False
        if any(each[0] == mark for each in self._lists):
            while self._lists[-1][0] != mark:
                self._close_list()
            self._tree.close("dd" if outer == "dl" else "li")
        else:
            self._tree.open(outer, line=number)
            self._lists.append((mark, outer, "dd" if outer == "dl" else "li"))
        self._tree.open(inner, {"id": self._take_anchor()}, number)
        self._after_blank = False
        self._say(text, number)

    def _text(self, line: str) -> None:
        number = self._place
        if self._after_blank and self._lists and not self._is_joined and not line[0].isspace():
            self._end_lists()
        if self._after_blank or self._is_joined:
            self._end_run()
            self._tree.open("p", line=number)
        self._after_blank = self._is_joined = False
        found = _NOTE.match(line)
        label = f"*{found[1].capitalize()}:* " if found else ""
        self._say(label + (line[found.end() :] if found else line.strip()), number)

    def _close_list(self) -> None:
        _, outer, inner = self._lists.pop()
        self._tree.close(inner)
        self._tree.close(outer)

    def _end_lists(self) -> None:
        while self._lists:
            self._close_list()


FORMAT = Format(
    name="asciidoc",
    label="AsciiDoc",
    extensions=(".adoc", ".asciidoc", ".asc"),
    media_types=("text/asciidoc", "text/x-asciidoc"),
    looks_like=looks_like,
    parse=parse,
)
