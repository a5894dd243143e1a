"""Read what stands within a line of reStructuredText: emphasis, literals, roles, references.

One pass over the tokens of one pattern, each bounded by its own mark, so the time is linear. Roles that only
Sphinx knows show their text: as code where they name things of a program.
"""

import re
from urllib.parse import urljoin

from bot.faq.formats.rest_names import Names, normalise
from bot.faq.markup.elements import Tree

_BEFORE = r"(?<![^\s\-:/'\"<(\[{«“‘¿¡\x00])"
_AFTER = r"(?=[\s\-.,:;!?\\/'\")\]}>»”’\x00]|\Z)"
_TOKEN = re.compile(
    rf"""
      \\(?P<escape> [\s\S] )
    | {_BEFORE}``(?P<literal> (?:[^`]|`(?!`)){{1,2000}} )``{_AFTER}
    | {_BEFORE}:(?P<role> [A-Za-z][\w.+:\-]{{0,60}} ):`(?P<role_text> [^`]{{1,2000}} )`
    | {_BEFORE}_`(?P<place> [^`]{{1,300}} )`
    | {_BEFORE}`(?P<phrase> (?=\S)[^`]{{1,2000}} )`
      (?: (?P<refers> __? ){_AFTER} | :(?P<late_role> [A-Za-z][\w.+:\-]{{0,60}} ): )?
    | {_BEFORE}\*\*(?P<strong> (?=\S)(?:[^*]|\*(?!\*)){{1,2000}}? )(?<=\S)\*\*{_AFTER}
    | {_BEFORE}\*(?P<emphasis> (?=[^\s*])[^*]{{1,2000}} )(?<=\S)\*{_AFTER}
    | {_BEFORE}\|(?P<substitution> (?=\S)[^|\n]{{1,100}} )\|(?P<substitution_refers> __? )?
    | {_BEFORE}\[(?P<note> \#?[\w.\-]{{1,60}} | \* )\]_{_AFTER}
    | (?<![\w/@])(?P<name> [A-Za-z0-9](?:[\w.+:\-]{{0,80}}[A-Za-z0-9])? )(?P<name_refers> __? ){_AFTER}
    | (?P<url> https?://[^\s<>`]{{1,2000}} )
    """,
    re.VERBOSE,
)
_TITLED = re.compile(r"(.*?)(?<!\s)\s*<([^<>]{1,2000})>", re.DOTALL)
_ESCAPE = re.compile(r"\\(\s|.)")
_CODE_ROLES = frozenset({
    "code", "literal", "func", "meth", "class", "attr", "mod", "exc", "data", "const", "obj", "envvar",
    "file", "command", "program", "option", "kbd", "samp", "makevar", "regexp", "mailheader",
    "mimetype", "newsgroup", "keyword", "token", "macro", "type", "member", "enum", "enumerator", "var",
    "cpp-func", "source", "setting",
})  # fmt: skip
_STRONG_ROLES = frozenset({"strong", "guilabel", "menuselection", "dfn"})
_EMPHASIS_ROLES = frozenset({"emphasis", "title-reference", "title", "t", "i"})
_HIDDEN_ROLES = frozenset({"raw", "index", "raw-html"})
_MAX_NOTE = 600
_MAX_LEVEL = 3
_MAX_INSERTED = 200_000


class Speaker:
    """Says lines of text to a tree."""

    def __init__(self, tree: Tree, names: Names) -> None:
        self._tree = tree
        self._names = names
        self._anonymous = 0
        self._level = 0
        self._room = _MAX_INSERTED

    def say(self, text: str, line: int) -> None:
        """Read one run of text."""
        self._level += 1
        if self._level > _MAX_LEVEL:
            self._tree.say(text, line)
        else:
            self._read(text, line)
        self._level -= 1

    def _read(self, text: str, line: int) -> None:
        done = 0
        for found in _TOKEN.finditer(text):
            if self._tree.is_full:
                return
            self._tree.say(text[done : found.start()], line)
            done = found.end()
            self._token(found, line)
        self._tree.say(text[done:], line)

    def _token(self, found: re.Match[str], line: int) -> None:
        if found["escape"] is not None:
            self._tree.say("" if found["escape"].isspace() else found["escape"], line)
        elif found["literal"] is not None:
            self._within("code", found["literal"], line)
        elif found["role"] is not None or found["late_role"] is not None:
            self._role(found["role"] or found["late_role"], found["role_text"] or found["phrase"], line)
        elif found["phrase"] is not None:
            self._phrase(found["phrase"], found["refers"] or "", line)
        elif found["strong"] is not None:
            self._within("strong", found["strong"], line, is_raw=False)
        elif found["emphasis"] is not None:
            self._within("em", found["emphasis"], line, is_raw=False)
        elif found["name"] is not None:
            self._refer(found["name"], found["name"], found["name_refers"], line, otherwise=found[0])
        else:
            self._rare(found, line)

    def _rare(self, found: re.Match[str], line: int) -> None:
        if found["substitution"] is not None:
            self._substitute(found, line)
        elif found["note"] is not None:
            note = self._insert(
                self._names.footnotes.get(normalise(found["note"].lstrip("#")), "")[:_MAX_NOTE]
            )
            self._tree.say(" (", line) if note else None
            self.say(note, line)
            self._tree.say(")", line) if note else None
        elif found["place"] is not None:
            self._tree.say(_plain(found["place"]), line)
        else:
            self._tree.say(found[0], line)

    def _insert(self, text: str) -> str:
        """Return text that stands elsewhere on the page, as long as a page does not do so without end."""
        self._room -= len(text)
        return text if self._room >= 0 else ""

    def _within(self, tag: str, text: str, line: int, *, is_raw: bool = True) -> None:
        self._tree.open(tag, line=line)
        self._tree.say(text if is_raw else _plain(text), line)
        self._tree.close(tag)

    def _phrase(self, text: str, refers: str, line: int) -> None:
        """Read `text`, `text`_ and `text <address>`_."""
        if not refers:
            self._within("em", _plain(text), line)
            return
        titled = _TITLED.fullmatch(text)
        if titled is None:
            self._refer(text, text, refers, line, otherwise=text)
            return
        target = _plain(titled[2]).strip()
        label = _plain(titled[1]).strip() or target
        url = target
        if target.endswith("_") and "/" not in target:
            url = self._names.targets.get(normalise(target[:-1]), "")
        elif refers == "_":
            self._names.targets.setdefault(normalise(label), target)
        self._link(url, label, line)

    def _refer(self, name: str, label: str, refers: str, line: int, *, otherwise: str) -> None:
        if refers == "__":
            url = (
                self._names.anonymous[self._anonymous] if self._anonymous < len(self._names.anonymous) else ""
            )
            self._anonymous += 1
        else:
            url = self._names.targets.get(normalise(name), "")
        if url:
            self._link(url, _plain(label), line)
        else:
            self._tree.say(_plain(otherwise), line)

    def _link(self, url: str, label: str, line: int) -> None:
        if "@" in url and ":" not in url and "/" not in url:
            url = f"mailto:{url}"
        self._tree.open("a", {"href": url}, line)
        self._tree.say(label, line)
        self._tree.close("a")

    def _substitute(self, found: re.Match[str], line: int) -> None:
        name = normalise(found["substitution"])
        if name not in self._names.substitutions:
            # Defined elsewhere, as in the settings of the whole documentation: its name says the most.
            is_name = "_" in found["substitution"] or found["substitution_refers"]
            self._tree.say(found["substitution"].replace("_", " ") if is_name else found[0], line)
            return
        text = self._insert(self._names.substitutions[name])
        if found["substitution_refers"]:
            self._refer(name, text, found["substitution_refers"], line, otherwise=text)
        else:
            self.say(text, line)

    def _role(self, role: str, text: str, line: int) -> None:
        name = role.lower().rpartition(":")[2]
        titled = _TITLED.fullmatch(text)
        label, target = (titled[1], titled[2]) if titled else ("", text)
        if name in _HIDDEN_ROLES:
            return
        if name in ("ref", "numref", "doc", "any", "term", "download"):
            self._cross_refer(name, _plain(label), _plain(target).strip(), line)
        elif name in ("pep", "rfc") and re.fullmatch(r"\d{1,6}", target.strip()):
            number = int(target)
            is_pep = name == "pep"
            url = (
                f"https://peps.python.org/pep-{number:04}/"
                if is_pep
                else f"https://www.rfc-editor.org/rfc/rfc{number}"
            )
            self._link(url, label or f"{name.upper()} {number}", line)
        elif name in _STRONG_ROLES:
            self._within("strong", _plain(text).replace("-->", "→"), line)
        elif name in _EMPHASIS_ROLES:
            self._within("em", _plain(text), line)
        elif name in _CODE_ROLES:
            shown = label or target.lstrip("!")
            self._within(
                "code", shown.removeprefix("~").rpartition(".")[2] if shown.startswith("~") else shown, line
            )
        else:
            self._tree.say(_plain(label or text), line)

    def _cross_refer(self, name: str, label: str, target: str, line: int) -> None:
        key = normalise(target)
        shown = (
            label or _plain(self._names.titles.get(key, "")) or target.rpartition("/")[2].replace("_", " ")
        )
        url = self._names.targets.get(key, "") if name == "ref" else ""
        page = self._names.page.partition("#")[0].partition("?")[0]
        if name == "doc" and page.endswith(".html") and ":" not in target:
            url = urljoin(page, f"{target.removesuffix('.rst')}.html")
        if url:
            self._link(url, shown, line)
        else:
            self._tree.say(shown, line)


def _plain(text: str) -> str:
    """Take the escapes out of a text."""
    return _ESCAPE.sub(lambda found: "" if found[1].isspace() else found[1], text)
