"""Find questions with their answers in plain data: in lists, in mappings, in sections of either."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.faq.formats.data_nodes import Node
from bot.faq.questions import looks_like_question

MAX_ITEMS = 5000
_MAX_VISITS = 50_000
_MAX_ALIASES = 100
_MAX_ALIAS = 300
_MAX_QUESTION = 2000

_QUESTIONS = (
    "question",
    "q",
    "title",
    "name",
    "prompt",
    "heading",
    "term",
    "summary",
    "frage",
    "pregunta",
    "ask",
)
_ANSWERS = (
    "answer",
    "a",
    "response",
    "content",
    "body",
    "text",
    "reply",
    "message",
    "value",
    "antwort",
    "respuesta",
)
_WEAK_ANSWERS = ("description", "desc", "markdown", "html", "definition")
_ALIASES = (
    "aliases",
    "alias",
    "keywords",
    "tags",
    "synonyms",
    "alternatives",
    "variants",
    "questions",
    "keys",
)
_SECTIONS = ("section", "category", "group", "topic", "title", "name", "heading", "label")
_ANCHORS = ("anchor", "id", "slug", "fragment")
# Names that only say "here are entries" name no section.
_GENERIC = frozenset({
    "items", "faq", "faqs", "entries", "questions", "data", "list", "lists", "content", "contents",
    "tags", "children", "sections", "categories", "section", "topics", "groups", "qa", "q&a", "qna",
    "pages", "results", "elements",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A question with its answer as the file has them."""

    question: str
    answer: str
    aliases: tuple[str, ...] = ()
    section: str = ""
    anchor: str = ""
    line: int = 0


def find_items(root: Node) -> Iterator[Item]:
    """Yield the items in order; however often aliases repeat nodes, few are visited."""
    pending: list[tuple[Node, str, tuple[str, ...]]] = [(root, "", ())]
    found = 0
    for _ in range(_MAX_VISITS):
        if not pending or found >= MAX_ITEMS:
            return
        node, key, sections = pending.pop()
        if isinstance(node.value, list):
            inner = _enter(sections, key)
            pending.extend((each, "", inner) for each in reversed(node.value[:_MAX_VISITS]))
        elif isinstance(node.value, dict):
            item = _read_item(node, node.value, key, sections)
            if item is not None:
                found += 1
                yield item
                continue
            pairs = list(_list_pairs(node.value, _enter(sections, key)))
            found += len(pairs)
            yield from pairs
            pending.extend(_list_inner(node.value, _enter(sections, key)))


def _read_item(node: Node, mapping: dict[str, Node], key: str, sections: tuple[str, ...]) -> Item | None:
    names = {name.strip().lower(): name for name in mapping}
    is_leaf = not any(isinstance(each.value, list | dict) and each.value for each in _nested(mapping))
    question, question_node = _read_first(mapping, names, _QUESTIONS)
    question, *others = (
        question.split("\n\n") if question_node and isinstance(question_node.value, list) else [question]
    )
    answer, answer_node = _read_first(mapping, names, _ANSWERS)
    if not answer and is_leaf:
        answer, answer_node = _read_first(mapping, names, _WEAK_ANSWERS)
    if not answer.strip() or question_node is answer_node:
        return None
    if not question.strip():
        question = key
    if not question.strip():
        return None
    category = "" if sections else _read_first(mapping, names, _SECTIONS[:4])[0]
    return Item(
        question=question[:_MAX_QUESTION],
        answer=answer,
        aliases=(*(each[:_MAX_ALIAS] for each in others[:_MAX_ALIASES]), *_list_aliases(mapping, names)),
        section=" › ".join(sections) or category,
        anchor=_read_first(mapping, names, _ANCHORS)[0].strip()[:200],
        line=(question_node.line if question_node else 0) or node.line,
    )


def _read_first(
    mapping: dict[str, Node], names: dict[str, str], wanted: tuple[str, ...]
) -> tuple[str, Node | None]:
    """Return the text under the first of the wanted names that has some."""
    for name in wanted:
        node = mapping[names[name]] if name in names else None
        text = _read_text(node) if node else ""
        if text.strip():
            return text, node
    return "", None


def _read_text(node: Node) -> str:
    """Return text, the paragraphs of a list of texts, or the text that a mapping holds under a usual name."""
    match node.value:
        case str(text):
            return text
        case list(items) if items and all(isinstance(each.value, str) for each in items):
            return "\n\n".join(str(each.value) for each in items[:_MAX_VISITS])
        case dict(mapping):
            inner = next(
                (mapping[name] for name in ("text", "content", "markdown", "body", "en") if name in mapping),
                None,
            )
            return inner.value if inner is not None and isinstance(inner.value, str) else ""
    return ""


def _nested(mapping: dict[str, Node]) -> Iterator[Node]:
    for name, node in mapping.items():
        if name.strip().lower() not in _ALIASES:
            yield node


def _list_aliases(mapping: dict[str, Node], names: dict[str, str]) -> Iterator[str]:
    seen = 0
    for name in _ALIASES:
        node = mapping[names[name]] if name in names else None
        if node is None:
            continue
        values = node.value if isinstance(node.value, list) else []
        texts = (
            [each.value for each in values]
            if values
            else str(node.value if isinstance(node.value, str) else "").split(",")
        )
        for text in texts:
            if isinstance(text, str) and text.strip() and seen < _MAX_ALIASES:
                seen += 1
                yield text.strip()[:_MAX_ALIAS]


def _list_pairs(mapping: dict[str, Node], sections: tuple[str, ...]) -> Iterator[Item]:
    """Yield what a mapping from questions to answers holds."""
    for key, node in mapping.items():
        is_question = looks_like_question(key) or key.count(" ") > 1
        if is_question and isinstance(node.value, str) and node.value.strip():
            yield Item(
                question=key[:_MAX_QUESTION], answer=node.value, section=" › ".join(sections), line=node.line
            )


def _list_inner(
    mapping: dict[str, Node], sections: tuple[str, ...]
) -> Iterator[tuple[Node, str, tuple[str, ...]]]:
    """Yield what may hold items below a mapping, the last first, under the section that the mapping names."""
    names = {name.strip().lower(): name for name in mapping}
    title = next((_read_text(mapping[names[each]]) for each in _SECTIONS if each in names), "").strip()
    inner = (
        (*sections, " ".join(title.split())[:200]) if title and title.lower() not in _GENERIC else sections
    )
    for key, node in reversed(mapping.items()):
        if isinstance(node.value, list | dict):
            yield node, key, inner


def _enter(sections: tuple[str, ...], key: str) -> tuple[str, ...]:
    name = " ".join(key.replace("_", " ").split())[:200]
    return (
        (*sections, name) if name and name.lower() not in _GENERIC and not name.startswith("\0") else sections
    )
