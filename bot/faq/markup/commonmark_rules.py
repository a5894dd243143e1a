"""Teach markdown-it the boxes of documentation sites, as elements that HTML has.

`!!! note "Title"` and `??? question "Title"` with an indented body (MkDocs), `:::tip Title` … `:::`
(Docusaurus, VitePress, MyST). What folds becomes `details`; a box with a title starts with it in bold.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock

_INDENTED = re.compile(
    r"(!!!|\?\?\?\+?)[ \t]*+(?![\w\- ]{61})((?:(?!inline(?: end)?\Z)[\w\-]++[ ]*+)*+)"
    r"[ \t]*+(?:\"([^\"\n]{0,300})\")?[ \t]*+(?:inline(?: end)?)?"
)
_FENCED = re.compile(
    r"(:{3,10})[ \t]*\{?([A-Za-z][\w\-]{0,30})\}?[ \t]*(?:\[([^\[\]\n]{0,300})\]"
    r"|([^\n{}]{0,300}))?(?:\{[^{}\n]{0,100}\})?"
)
_FOLDING = frozenset({"details", "collapse", "dropdown", "spoiler", "expand", "accordion"})
_BODY_INDENT = 4
_MAX_LEVEL = 12


def add_rules(machine: MarkdownIt) -> None:
    """Add the rules to a parser; a box may end a paragraph as a fence does."""
    ends: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    machine.block.ruler.before("fence", "indented_box", _read_indented, ends)
    machine.block.ruler.before("fence", "fenced_box", _read_fenced, ends)


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _read_indented(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start) or state.level > _MAX_LEVEL:
        return False
    found = _INDENTED.fullmatch(_line(state, start).rstrip())
    if not found or (found[1] == "!!!" and not (found[2] or found[3])):
        return False
    if silent:
        return True
    indent = state.blkIndent + _BODY_INDENT
    last = start + 1
    filled = last
    while last < end and (state.isEmpty(last) or state.sCount[last] >= indent):
        last += 1
        if not state.isEmpty(last - 1):
            filled = last
    words = found[2].split()
    # What folds without a title of its own is a remark that folds, and not a question.
    folds = found[1] != "!!!" and (bool(found[3]) or words[:1] in (["question"], ["faq"], ["help"]))
    named = words[0].capitalize() if words and found[3] is None and found[1] != "!!!" else ""
    _add_box(state, start, filled, title=found[3] or named, folds=folds, indent=indent)
    state.line = filled
    return True


def _read_fenced(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start) or state.level > _MAX_LEVEL:
        return False
    line = _line(state, start).rstrip()
    found = _FENCED.fullmatch(line) if line.startswith(":::") else None
    if not found:
        return False
    if silent:
        return True
    last = _find_end(state, start, end, found[1])
    title = (found[3] or found[4] or "").strip()
    folds = found[2].lower() in _FOLDING
    _add_box(
        state, start, last, title=title or ("Details" if folds else ""), folds=folds, indent=state.blkIndent
    )
    state.line = min(end, last + 1)
    return True


def _find_end(state: StateBlock, start: int, end: int, fence: str) -> int:
    """Return the line that closes a box: a bare fence as long, less those of boxes inside."""
    depth = 0
    for number in range(start + 1, end):
        line = _line(state, number)
        if not line.startswith(fence):
            continue
        if line.strip(": \t"):
            depth += line.rstrip().startswith(fence) and not line.startswith(fence + ":")
        elif depth == 0:
            return number
        else:
            depth -= 1
    return end


def _add_box(state: StateBlock, start: int, last: int, *, title: str, folds: bool, indent: int) -> None:
    tag = "details" if folds else "div"
    opening = state.push("box_open", tag, 1)
    opening.map = [start, last]
    if title:
        _add_title(state, start, title, folds=folds)
    old_indent, old_end, old_parent = state.blkIndent, state.lineMax, state.parentType
    state.blkIndent, state.lineMax, state.parentType = indent, last, "blockquote"
    state.md.block.tokenize(state, start + 1, last)
    state.blkIndent, state.lineMax, state.parentType = old_indent, old_end, old_parent
    state.push("box_close", tag, -1)


def _add_title(state: StateBlock, line: int, title: str, *, folds: bool) -> None:
    tag = "summary" if folds else "p"
    state.push("box_title_open", tag, 1).map = [line, line + 1]
    inline = state.push("inline", "", 0)
    inline.content = title if folds else f"**{title}**"
    inline.map = [line, line + 1]
    inline.children = []
    state.push("box_title_close", tag, -1)
