"""Read reStructuredText pages, Sphinx's included.

docutils finds the structure; what stands within a line is read by bot.faq.formats.rest_inline, because the
roles of docutils are one table for the whole process and its search for the ends of marks is quadratic.
Its transforms do not run either: a lone heading stays a heading.
"""

import re

from docutils import frontend, nodes, utils
from docutils.parsers.rst import Parser, states

from bot.faq.document import Document, Heading
from bot.faq.formats.contract import Format
from bot.faq.formats.rest_inline import Speaker
from bot.faq.formats.rest_names import collect_names
from bot.faq.formats.rest_signs import looks_like
from bot.faq.formats.rest_tree import Writer
from bot.faq.markup.blocks import read_blocks
from bot.faq.markup.elements import Tree
from bot.faq.markup.inline import Reading
from bot.faq.markup.links import resolve_link
from bot.faq.models import Problem, Severity
from bot.faq.plain import plain_spans

MAX_LINES = 6000
"""How many lines are read: docutils needs up to half a millisecond for one."""
MAX_LINE_LENGTH = 5000

# These directives change tables that docutils keeps for the whole process, or look at files.
_LEAKING = re.compile(r"^([ \t]*\.\. +)(role|default-role)::", re.MULTILINE)
_FIGURE_WIDTH = re.compile(r"^[ \t]*:figwidth:[ \t]*image[ \t]*$", re.MULTILINE)
# Marks that nest on one line, as "- - - - x": docutils recurses for each.
_NESTED = re.compile(
    r"^([ \t]*)(?:(?:[-*+•‣⁃]|\(?[\w#]{1,5}[.)]|:[^:\n]{1,40}:|\.\.(?: [\w\-:]{1,40}::)?|\|)[ \t]+){3,}",
    re.MULTILINE,
)
# docutils ends a line at each of these.
_OTHER_LINE_ENDS = re.compile("[\x00\x0b\x0c\x1c-\x1e\x85\u2028\u2029]|\r(?!\n)")
_DEEP = re.compile(r"^[ \t]{60,}", re.MULTILINE)
# What docutils is known to raise on text that is not meant for it, beside recursing too deep.
_FAILURES = (RecursionError, LookupError, ValueError, AttributeError, AssertionError, TypeError)


class _Inliner(states.Inliner):
    """Leaves the text of a line as it is."""

    def init_customizations(self, settings: object) -> None:
        """Prepare nothing: the patterns are for what `parse` does not do."""

    def adjust_uri(self, uri: str) -> str:
        """Leave addresses as they are too."""
        return uri

    def parse(
        self, text: str, _lineno: int, _memo: object, _parent: nodes.Element
    ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the text as one node."""
        return [nodes.Text(text)], []


def parse(text: str, base_url: str) -> Document:
    """Turn a page's source into blocks; links are made absolute from the page's address."""
    source, problems = _prepare(text)
    tree = Tree()
    try:
        document = _read(source)
        names = collect_names(document, base_url)
        Writer(tree, Speaker(tree, names), _read).write(document)
    except _FAILURES:
        problems = [
            *problems,
            Problem(what="the page's markup cannot be read; its text is kept", severity=Severity.ERROR),
        ]
        tree = Tree()
        _write_plainly(source, tree)
    reading = Reading(resolve=lambda url: resolve_link(url, base_url), is_furniture=lambda _: False)
    blocks = read_blocks(tree.root, reading)
    title = next((plain_spans(block.spans) for block in blocks if isinstance(block, Heading)), "")
    return Document(title=title, blocks=blocks, problems=tuple(problems))


def _prepare(text: str) -> tuple[str, list[Problem]]:
    """Bound what docutils gets, and take out what would outlast this call."""
    problems: list[Problem] = []
    lines = _OTHER_LINE_ENDS.sub(" ", text).expandtabs(8).split("\n")
    if len(lines) > MAX_LINES:
        problems.append(
            Problem(what=f"the page has more than {MAX_LINES} lines; the rest is not read", line=MAX_LINES)
        )
        lines = lines[:MAX_LINES]
    if any(len(line) > MAX_LINE_LENGTH for line in lines):
        problems.append(Problem(what=f"lines are longer than {MAX_LINE_LENGTH} characters; they are cut"))
        lines = [line[:MAX_LINE_LENGTH] for line in lines]
    source = "\n".join(lines)
    source = _FIGURE_WIDTH.sub("", _LEAKING.sub(r"\1\2", source))
    return _DEEP.sub(" " * 60, _NESTED.sub(r"\1", source)), problems


def _read(source: str) -> nodes.document:
    settings = frontend.get_default_settings(Parser)
    settings.file_insertion_enabled = False
    settings.raw_enabled = False
    settings.report_level = 5
    settings.halt_level = 6
    settings.warning_stream = ""
    settings.syntax_highlight = "none"
    settings.line_length_limit = MAX_LINE_LENGTH + 1
    document = utils.new_document("page", settings)
    Parser(inliner=_Inliner()).parse(source, document)
    return document


def _write_plainly(source: str, tree: Tree) -> None:
    for number, line in enumerate(source.split("\n"), 1):
        if line.strip():
            tree.say(f"{line}\n", number)
        else:
            tree.open("p", line=number)
            tree.close("p")


FORMAT = Format(
    name="rest",
    label="reStructuredText",
    extensions=(".rst", ".rest"),
    media_types=("text/x-rst", "text/prs.fallenstein.rst"),
    hints=("/_sources/",),
    looks_like=looks_like,
    parse=parse,
)
