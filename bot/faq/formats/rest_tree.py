"""Write docutils' nodes to a tree of elements, directives that only Sphinx knows included."""

import re
import textwrap
from collections.abc import Callable, Sequence

from docutils import nodes

from bot.faq.formats.rest_inline import Speaker
from bot.faq.markup.elements import Tree

_DIRECTIVE = re.compile(r"\s*\.\. +([\w+.:\-]{1,60}?)::[ \t]*(.*)")
_OPTION = re.compile(r"[ \t]*:[\w\-]{1,40}:.*")
_QUESTION = re.compile(r"q|question|frage|pregunta|domanda|pergunta", re.IGNORECASE)
_ANSWER = re.compile(r"a|ans|answer|antwort|respuesta|r[ée]ponse|risposta|resposta", re.IGNORECASE)
_CODE = frozenset({
    "prompt", "terminal", "console", "ipython", "literalinclude", "parsed-literal", "highlight-block",
    "productionlist", "jupyter-execute",
})  # fmt: skip
_SILENT = frozenset({
    "toctree", "index", "currentmodule", "module", "py:currentmodule", "highlight", "automodule",
    "autoclass", "autofunction", "automethod", "raw", "meta", "rst-class", "tabularcolumns",
    "sectionauthor", "codeauthor", "default-domain", "only-html", "feed", "role", "default-role",
})  # fmt: skip
_FOLDING = frozenset({"dropdown", "collapse", "details", "expander", "toggle", "faq", "question", "spoiler"})
_VERSIONS = {
    "versionadded": "Added in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
}
_MAX_NESTING = 3
_SIMPLE = {
    "bullet_list": "ul", "list_item": "li", "definition_list": "dl", "definition": "dd",
    "block_quote": "blockquote", "row": "tr", "table": "table", "compound": "div", "container": "div",
    "topic": "div", "sidebar": "div",
    "figure": "div", "legend": "div", "tgroup": "", "thead": "", "tbody": "", "document": "",
    "option_list": "dl", "option_list_item": "", "option_group": "dt", "description": "dd", "decoration": "",
}  # fmt: skip
_LINES = {
    "paragraph": "p", "rubric": "p", "caption": "p", "attribution": "p", "subtitle": "p", "option_string": "",
    "option_argument": "", "math_block": "pre",
}  # fmt: skip
_BOLD = frozenset({"rubric"})
_ADMONITIONS = frozenset({
    "attention", "caution", "danger", "error", "hint", "important", "note", "tip", "warning",
})  # fmt: skip


class Writer:
    """Writes one page; `read` parses the content of a directive that docutils left alone."""

    def __init__(self, tree: Tree, speaker: Speaker, read: Callable[[str], nodes.document]) -> None:
        self._tree = tree
        self._speaker = speaker
        self._read = read
        self._level = 0
        self._nesting = 0
        self._offset = 0
        self._line = 1
        self._is_head = False

    def write(self, node: nodes.Node) -> None:
        """Write a node and what is in it."""
        line = getattr(node, "line", None)
        if isinstance(line, int) and line > 0:
            self._line = line + self._offset
        name = type(node).__name__
        if isinstance(node, nodes.Text):
            self._speaker.say(str(node), self._line)
        elif name in _SIMPLE:
            self._write_within(_SIMPLE[name], node.children)
        elif name in _LINES:
            self._write_line(name, node)
        elif name in _ADMONITIONS:
            self._write_titled(name.capitalize() + ":", node.children)
        else:
            method = getattr(self, f"_write_{name}", None)
            if method is not None:
                method(node)

    def _write_within(
        self, tag: str, children: Sequence[nodes.Node], attributes: dict[str, str] | None = None
    ) -> None:
        if tag:
            self._tree.open(tag, attributes, self._line)
        for child in children:
            self.write(child)
        if tag:
            self._tree.close(tag)

    def _write_line(self, name: str, node: nodes.Node) -> None:
        tag = _LINES[name]
        if tag:
            self._tree.open(tag, line=self._line)
        if name in _BOLD:
            self._tree.open("strong", line=self._line)
        if name == "attribution":
            self._tree.say("— ", self._line)
        for child in node.children:
            self.write(child)
        if tag:
            self._tree.close(tag)

    def _write_section(self, node: nodes.section) -> None:
        self._level += 1
        for child in node.children:
            if isinstance(child, nodes.title):
                # docutils gives the line of the underline, or of the overline's end.
                line = getattr(child, "line", None) or getattr(node, "line", None)
                self._line = max(1, line - 1) + self._offset if isinstance(line, int) else self._line
                anchor = node["ids"][0] if node["ids"] else ""
                tag = f"h{min(6, self._level)}"
                self._tree.open(tag, {"id": anchor}, self._line)
                self._speaker.say(child.astext(), self._line)
                self._tree.close(tag)
            else:
                self.write(child)
        self._level -= 1

    def _write_title(self, node: nodes.title) -> None:
        """Write the title of a topic or a table."""
        self._tree.open("p", line=self._line)
        self._tree.open("strong", line=self._line)
        self._speaker.say(node.astext(), self._line)
        self._tree.close("p")

    def _write_enumerated_list(self, node: nodes.enumerated_list) -> None:
        self._write_within("ol", node.children, {"start": str(node.get("start", 1))})

    def _write_definition_list_item(self, node: nodes.definition_list_item) -> None:
        terms = [
            child.astext() for child in node.children if isinstance(child, nodes.term | nodes.classifier)
        ]
        self._tree.open("dt", line=self._line)
        self._speaker.say(" : ".join(terms), self._line)
        self._tree.close("dt")
        for child in node.children:
            if isinstance(child, nodes.definition):
                self.write(child)

    def _write_field_list(self, node: nodes.field_list) -> None:
        """Write fields: questions with their answers, or terms; those that open a page only describe it."""
        fields = [
            (field.children[0].astext().strip(), field.children[1].children, field)
            for field in node.children
            if len(field.children) > 1
        ]
        asks = any(_QUESTION.fullmatch(name) for name, _, _ in fields)
        if isinstance(node.parent, nodes.document) and not asks and _is_first(node):
            return
        place = 0
        while place < len(fields):
            name, body, field = fields[place]
            self._line = (getattr(field, "line", None) or self._line - self._offset) + self._offset
            place += 1
            answer: Sequence[nodes.Node] = ()
            if _QUESTION.fullmatch(name) and place < len(fields) and _ANSWER.fullmatch(fields[place][0]):
                answer = fields[place][1]
                place += 1
                self._write_question(body, answer)
            else:
                self._write_field(name, body)

    def _write_question(self, question: Sequence[nodes.Node], answer: Sequence[nodes.Node]) -> None:
        self._tree.open("details", {"data-marker": "q"}, self._line)
        self._tree.open("summary", line=self._line)
        for child in question:
            self._speaker.say(child.astext() + " ", self._line)
        self._tree.close("summary")
        for child in answer:
            self.write(child)
        self._tree.close("details")

    def _write_field(self, name: str, body: Sequence[nodes.Node]) -> None:
        self._tree.open("dl", line=self._line)
        self._tree.open("dt", line=self._line)
        self._speaker.say(name, self._line)
        self._tree.close("dt")
        self._write_within("dd", body)
        self._tree.close("dl")

    def _write_literal_block(self, node: nodes.literal_block) -> None:
        classes = [str(name) for name in list(node["classes"]) if name != "code"]
        self._write_code(node.astext(), classes[0] if classes else str(node.get("language", "")))

    def _write_doctest_block(self, node: nodes.doctest_block) -> None:
        self._write_code(node.astext(), "python")

    def _write_code(self, text: str, language: str) -> None:
        self._tree.open("pre", {"data-language": language}, self._line)
        self._tree.say(text, self._line)
        self._tree.close("pre")

    def _write_line_block(self, node: nodes.line_block) -> None:
        self._tree.open("p", line=self._line)
        for line in node.findall(nodes.line):
            self._speaker.say(line.astext(), self._line)
            self._tree.open("br", line=self._line)
        self._tree.close("p")

    def _write_entry(self, node: nodes.entry) -> None:
        is_head = isinstance(node.parent.parent, nodes.thead) if node.parent is not None else False
        self._write_within("th" if is_head else "td", node.children)

    def _write_transition(self, node: nodes.transition) -> None:  # noqa: ARG002 (called by name)
        self._tree.open("hr", line=self._line)

    def _write_image(self, node: nodes.image) -> None:
        self._tree.open("img", {"alt": str(node.get("alt", ""))}, self._line)

    def _write_admonition(self, node: nodes.admonition) -> None:
        self._write_within("div", node.children)

    def _write_titled(self, title: str, children: Sequence[nodes.Node]) -> None:
        self._tree.open("div", line=self._line)
        first, *rest = children or [nodes.paragraph()]
        self._tree.open("p", line=self._line)
        self._tree.open("strong", line=self._line)
        self._tree.say(title, self._line)
        self._tree.close("strong")
        self._tree.say(" ", self._line)
        if isinstance(first, nodes.paragraph):
            self._speaker.say(first.astext(), self._line)
            self._tree.close("p")
        else:
            self._tree.close("p")
            self.write(first)
        for child in rest:
            self.write(child)
        self._tree.close("div")

    def _write_system_message(self, node: nodes.system_message) -> None:
        """Read a directive that docutils did not take from the copy of its source in the complaint."""
        block = next((child for child in node.children if isinstance(child, nodes.literal_block)), None)
        if block is None:
            return
        source = block.astext()
        found = _DIRECTIVE.match(source)
        self._line = int(node.get("line", self._line)) + self._offset
        if found is None:
            self._write_code(source, "")
            return
        self._write_directive(found[1].lower(), found[2].strip(), source[found.end() :])

    def _write_directive(self, name: str, argument: str, rest: str) -> None:
        lines = textwrap.dedent(rest.strip("\n")).split("\n")
        skipped = 0
        while skipped < len(lines) and _OPTION.fullmatch(lines[skipped]):
            skipped += 1
        content = "\n".join(lines[skipped:]).strip("\n")
        if name == "include":
            self._tree.open("x-include", {"target": argument[:200]}, self._line)
        elif name in _CODE:
            self._write_code(content, "")
        elif name not in _SILENT and not name.startswith("auto"):
            self._write_box(name, argument, content)

    def _write_box(self, name: str, argument: str, content: str) -> None:
        folds = name in _FOLDING
        self._tree.open("details" if folds else "div", line=self._line)
        title = f"{_VERSIONS[name]} {argument.partition(' ')[0]}:" if name in _VERSIONS else argument
        if name == "seealso":
            title, content = "See also:", f"{argument}\n{content}"
        tag = "summary" if folds else "p"
        if any(character.isalpha() for character in title):
            self._tree.open(tag, line=self._line)
            if not folds and (content or name in _VERSIONS):
                self._tree.open("strong", line=self._line)
            self._speaker.say(title, self._line)
            self._tree.close(tag)
        if name in _VERSIONS and argument.partition(" ")[2]:
            content = f"{argument.partition(' ')[2]}\n{content}"
        self._write_content(content)
        self._tree.close("details" if folds else "div")

    def _write_content(self, content: str) -> None:
        if not content.strip():
            return
        if self._nesting >= _MAX_NESTING:
            self._tree.say(content, self._line)
            return
        self._nesting += 1
        offset, self._offset = self._offset, self._line
        for child in self._read(content).children:
            self.write(child)
        self._offset = offset
        self._nesting -= 1


def _is_first(node: nodes.Node) -> bool:
    """Tell whether nothing that is shown stands before a node."""
    for sibling in node.parent.children if node.parent is not None else ():
        if sibling is node:
            return True
        if not isinstance(
            sibling, nodes.comment | nodes.target | nodes.system_message | nodes.substitution_definition
        ):
            return False
    return False
