"""Read what stands within AsciiDoc text: emphasis, code, links, notes; each bounded by its own end."""

import re

from bot.faq.markup.elements import Tree
from bot.text.html import unescape

_BEFORE = r"(?<![\w\\])"
_AFTER = r"(?!\w)"
_TOKEN = re.compile(
    rf"""
      (?P<pass> \+\+\+[^\n]{{1,1000}}?\+\+\+ | pass:\w{{0,10}}\[[^\]\n]{{0,1000}}\] )
    | (?P<code> {_BEFORE}`\+?(?P<code_text>[^`]{{1,1000}}?)\+?`{_AFTER} )
    | (?P<macro> (?:link|xref|mailto|kbd|btn|menu|footnote|image|icon|anchor|indexterm2?|linkgit):
        :?(?P<target>[^\s\[\]<>"]{{0,1000}}+)\[(?P<label>[^\]]{{0,400}})\] )
    | (?P<url> \b(?:https?|ftp|ircs?)://[^\s\[\]<>"]{{1,2000}} ) (?: \[(?P<url_label>[^\]]{{0,1000}})\] )?
    | <<(?P<reference>[^<>,\n]{{1,300}})(?:,(?P<reference_label>[^<>\n]{{0,300}}))?>>
    | \[\[(?P<anchor>[\w:.\-]{{1,200}})(?:,[^\]\n]{{0,200}})?\]\]
    | (?P<bold> \*\*(?P<bold_text>[^*\n]{{1,1000}})\*\*
      | {_BEFORE}\*(?P<bold_word>(?=\S)[^*]{{1,1000}})(?<=\S)\*{_AFTER} )
    | (?P<italic> __(?P<italic_text>[^_\n]{{1,1000}})__
      | {_BEFORE}_(?P<italic_word>(?=\S)[^_]{{1,1000}})(?<=\S)_{_AFTER} )
    | (?P<break> [ ]\+(?=\n|\Z)\n? )
    | \{{(?P<attribute>[\w\-]{{1,60}})\}}
    """,
    re.VERBOSE,
)
_SIGNS = {
    "nbsp": " ",
    "plus": "+",
    "empty": "",
    "sp": " ",
    "asterisk": "*",
    "backtick": "`",
    "litdd": "--",
    "apos": "'",
}
_MAX_LEVEL = 3


class Speaker:
    """Says text to a tree; attributes are the page's own names for text."""

    def __init__(self, tree: Tree, attributes: dict[str, str]) -> None:
        self._tree = tree
        self._attributes = attributes
        self._level = 0

    def say(self, text: str, line: int) -> None:
        """Read one run of text."""
        done = 0
        self._level += 1
        for found in _TOKEN.finditer(text) if self._level <= _MAX_LEVEL else ():
            if self._tree.is_full:
                break
            self._tree.say(unescape(text[done : found.start()]), line)
            done = found.end()
            self._token(found, line)
        self._level -= 1
        self._tree.say(unescape(text[done:]), line)

    def _token(self, found: re.Match[str], line: int) -> None:
        if found["code"]:
            self._tree.open("code", line=line)
            self._tree.say(unescape(found["code_text"]), line)
            self._tree.close("code")
        elif found["bold"]:
            self._within("strong", found["bold_text"] or found["bold_word"], line)
        elif found["italic"]:
            self._within("em", found["italic_text"] or found["italic_word"], line)
        elif found["macro"]:
            self._macro(found, line)
        else:
            self._reference(found, line)

    def _reference(self, found: re.Match[str], line: int) -> None:
        if found["url"]:
            url = found["url"] if found["url_label"] is not None else found["url"].rstrip(".,;:!?)")
            self._link(url, (found["url_label"] or "").partition(",")[0] or url, line)
            self._tree.say(found["url"][len(url) :], line)
        elif found["reference"]:
            target = found["reference"].strip().lstrip("#")
            self._link(f"#{target}", (found["reference_label"] or target).strip(), line)
        elif found["anchor"]:
            self._tree.open("a", {"name": found["anchor"]}, line)
            self._tree.close("a")
        elif found["break"]:
            self._tree.open("br", line=line)
        elif found["attribute"]:
            name = found["attribute"].lower()
            self._tree.say(self._attributes.get(name, _SIGNS.get(name, found[0])), line)
        else:
            self._tree.say(found[0].strip("+").removeprefix("pass:").strip("[]"), line)

    def _macro(self, found: re.Match[str], line: int) -> None:
        name = found["macro"].partition(":")[0]
        label = found["label"].strip()
        match name:
            case "link" | "mailto" | "xref":
                url = {"mailto": "mailto:", "xref": ""}.get(name, "") + found["target"]
                is_place = name == "xref" and "." not in url and "#" not in url
                self._link(f"#{url}" if is_place else url, label.partition(",")[0] or found["target"], line)
            case "kbd" | "btn" | "menu":
                self._within("code" if name == "kbd" else "strong", label or found["target"], line)
            case "footnote":
                self._tree.say(" (", line)
                self.say(label, line)
                self._tree.say(")", line)
            case "linkgit":
                self._tree.say(f"{found['target']}({label})", line)
            case "image":
                self._tree.say(label.partition(",")[0].strip('"'), line)

    def _within(self, tag: str, text: str, line: int) -> None:
        self._tree.open(tag, line=line)
        self.say(text, line)
        self._tree.close(tag)

    def _link(self, url: str, label: str, line: int) -> None:
        self._tree.open("a", {"href": url}, line)
        self._tree.say(label.rstrip("^").strip('"'), line)
        self._tree.close("a")
