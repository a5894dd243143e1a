"""Read what stands within a line of MediaWiki text: emphasis, links, the HTML that it allows.

One pass over the tokens of one pattern; emphasis ends with its line, as MediaWiki has it.
"""

import re

from bot.faq.formats.mediawiki_links import Wiki, resolve
from bot.faq.formats.mediawiki_verbatim import CLOSE, OPEN, Code
from bot.faq.markup.elements import Tree
from bot.text.html import Tag, tokenize, unescape

_TAGS = (
    "abbr|b|bdi|bdo|big|blockquote|br|caption|center|cite|code|dd|del|details|dfn|div|dl|dt|em|font"
    "|h[1-6]|hr|i|ins|kbd"
    "|li|mark|ol|p|q|rb|rp|rt|ruby|s|samp|small|span|strike|strong|sub|summary|sup|table|td|th|tr|tt|u"
    "|ul|var|wbr"
)
_TOKEN = re.compile(
    rf"""
      {OPEN}(?P<region>\d{{1,7}}){CLOSE}
    | {OPEN}:(?P<include>[^{CLOSE}\n]{{0,100}}){CLOSE}
    | (?P<quotes> '{{2,}} )
    | \[\[ (?P<link> (?: [^\[\]\n] | \[(?!\[) | \](?!\]) ){{1,1000}} ) \]\] (?P<tail> [a-z]{{0,30}} )
    | \[\[ (?:File|Image|Media) :
      (?: [^\[\]\n] | \[\[[^\[\]\n]{{0,300}}\]\] | \[[^\[\]\n]{{0,300}}\] ){{0,300}} \]\]
    | \[ (?P<url> (?:(?:https?|ftp|ircs?|git)://|//|mailto:) [^\s\[\]<>"]{{1,2000}} )
      [ \t]*+ (?P<label> [^\[\]\n]{{0,1000}} ) \]
    | (?P<tag> </?(?:{_TAGS})(?:\s[^<>]{{0,1000}})?/?> )
    | (?P<magic> __[A-Z]{{3,30}}__ | ~{{3,5}} )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FILES = re.compile(r"\s*(?:File|Image|Media|Datei|Fichier|Archivo|Bild)\s*:", re.IGNORECASE)
_HIDDEN = re.compile(
    r"\s*(?:Category|Kategorie|Catégorie|Categoría|[a-z]{2,3}(?:-[a-z]{2,8})?)\s*:", re.IGNORECASE
)
_NAMESPACE = re.compile(r":?(?:[^:|]{1,40}:)?")
_REGION = re.compile(rf"{OPEN}(\d{{1,7}}){CLOSE}")


class Speaker:
    """Says lines of text to a tree."""

    def __init__(self, tree: Tree, wiki: Wiki, regions: list[str | Code]) -> None:
        self._tree = tree
        self._wiki = wiki
        self._regions = regions
        self._open: list[str] = []

    def say(self, text: str, line: int) -> None:
        """Read one line; emphasis that is open at its end is closed."""
        self._read(text, line)
        while self._open:
            self._tree.close(self._open.pop())

    def _read(self, text: str, line: int) -> None:
        done = 0
        for found in _TOKEN.finditer(text):
            if self._tree.is_full:
                return
            self._tree.say(unescape(text[done : found.start()]), line)
            done = found.end()
            self._token(found, line)
        self._tree.say(unescape(text[done:]), line)

    def _token(self, found: re.Match[str], line: int) -> None:
        if found["region"] is not None:
            self._region(int(found["region"]), line)
        elif found["quotes"] is not None:
            self._quotes(len(found["quotes"]), line)
        elif found["link"] is not None:
            self._link(found["link"], found["tail"], line)
        elif found["url"] is not None:
            self._external(found["url"], found["label"].strip(), line)
        elif found["include"] is not None:
            self._tree.open("x-include", {"target": found["include"].strip()}, line)
        else:
            self._tags(found["tag"] or "", line)

    def _tags(self, source: str, line: int) -> None:
        for token in tokenize(source, first_line=line):
            if isinstance(token, Tag):
                self._tag(token)

    def _tag(self, tag: Tag) -> None:
        if tag.is_end:
            self._tree.close(tag.name)
        else:
            self._tree.open(tag.name, tag.attributes, tag.line)
            if tag.is_closed:
                self._tree.close(tag.name)

    def _region(self, number: int, line: int) -> None:
        region = self._regions[number] if number < len(self._regions) else ""
        if isinstance(region, str):
            self._tree.say(region, line)
            return
        self._tree.open("pre", {"data-language": region.language}, line)
        self._tree.say(region.text, line)
        self._tree.close("pre")

    def _quotes(self, count: int, line: int) -> None:
        """Two marks are italic, three bold, five both; more than that are apostrophes."""
        extra = count - 5 if count > 5 else int(count == 4)
        if extra:
            self._tree.say("'" * extra, line)
        left = count - extra
        if left in (3, 5):
            self._toggle("b", line)
        if left in (2, 5):
            self._toggle("i", line)

    def _toggle(self, tag: str, line: int) -> None:
        if tag not in self._open:
            self._tree.open(tag, line=line)
            self._open.append(tag)
            return
        place = self._open.index(tag)
        after = self._open[place + 1 :]
        self._tree.close(tag)
        del self._open[place:]
        for each in after:
            self._tree.open(each, line=line)
            self._open.append(each)

    def _link(self, body: str, tail: str, line: int) -> None:
        target, piped, label = body.partition("|")
        if _FILES.match(target):
            return
        if _HIDDEN.match(target) and not piped and not target.startswith(":"):
            return
        if piped and not label.strip():
            label = _bare_name(target.strip())
        target = self._restored(target)
        shown = label.strip() or target.strip().lstrip(":")
        self._anchor(resolve(target, self._wiki), shown.removeprefix("#") + tail, line)

    def _external(self, url: str, label: str, line: int) -> None:
        address = f"https:{url}" if url.startswith("//") else url
        self._anchor(unescape(address), label or unescape(address).removeprefix("mailto:"), line)

    def _anchor(self, url: str, label: str, line: int) -> None:
        self._tree.open("a", {"href": url}, line)
        # A label holds no links (see the pattern), so this goes one level deeper and no further.
        opened, self._open = self._open, []
        self._read(label, line)
        while self._open:
            self._tree.close(self._open.pop())
        self._open = opened
        self._tree.close("a")

    def _restored(self, text: str) -> str:
        return _REGION.sub(
            lambda found: str(self._regions[int(found[1])]) if int(found[1]) < len(self._regions) else "",
            text,
        )


def _bare_name(target: str) -> str:
    """Return a page's name without its namespace and what is in brackets behind it: `Help:Mail (list)`."""
    found = _NAMESPACE.match(target)
    name = target[found.end() :] if found else target
    shown, bracket, aside = name.removesuffix(")").rpartition("(")
    return shown.rstrip() if bracket and name.endswith(")") and ")" not in aside else name
