"""Collect what a reStructuredText page refers to by name: targets, sections, substitutions, footnotes."""

from dataclasses import dataclass, field

from docutils import nodes

_MAX_INDIRECTIONS = 8


@dataclass(slots=True, kw_only=True)
class Names:
    """What names stand for; a name is in lower case with single spaces.

    Attributes:
        targets: Addresses, or "#fragment" for a place on the page.
        titles: The headings that labels stand before.
        anonymous: The addresses of nameless targets, in order.
        substitutions: Raw text for `|name|`.
        footnotes: Raw text for `[name]_`.
        page: The page's own address, or "".
    """

    targets: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    anonymous: list[str] = field(default_factory=list)
    substitutions: dict[str, str] = field(default_factory=dict)
    footnotes: dict[str, str] = field(default_factory=dict)
    page: str = ""


def normalise(name: str) -> str:
    """Return a name as it is compared."""
    return " ".join(name.replace("\\", "").lower().split())


def collect_names(document: nodes.document, page: str) -> Names:
    """Return what the names of a page stand for."""
    names = Names(page=page)
    waiting: list[str] = []
    indirect: dict[str, str] = {}
    for node in document.findall():
        if isinstance(node, nodes.target):
            _take_target(node, names, waiting, indirect)
        elif isinstance(node, nodes.section):
            _take_section(node, names, waiting)
        elif isinstance(node, nodes.footnote | nodes.citation):
            label = node.next_node(nodes.label)
            body = node.next_node(nodes.paragraph)
            key = label.astext() if label else next(iter(node["names"]), "")
            names.footnotes[normalise(key)] = body.astext() if body else ""
        elif isinstance(node, nodes.substitution_definition):
            _take_substitution(node, names)
    for name in indirect:
        target = _follow(name, indirect, names.targets)
        if target:
            names.targets.setdefault(name, target)
    return names


def _follow(name: str, indirect: dict[str, str], targets: dict[str, str]) -> str:
    """Return where a target that names another target leads."""
    for _ in range(_MAX_INDIRECTIONS):
        name = indirect.get(name, name)
    return targets.get(name, "")


def _take_target(node: nodes.target, names: Names, waiting: list[str], indirect: dict[str, str]) -> None:
    labels = [normalise(name) for name in (*node["names"], *node.get("dupnames", ()))]
    if node.get("anonymous"):
        names.anonymous.append(node.get("refuri", ""))
    elif "refuri" in node:
        for label in labels:
            names.targets.setdefault(label, node["refuri"])
    elif "refname" in node:
        for label in labels:
            indirect.setdefault(label, normalise(node["refname"]))
    else:
        for label in labels:
            names.targets.setdefault(label, f"#{node['ids'][0]}" if node["ids"] else f"#{label}")
        waiting.extend(labels)


def _take_section(node: nodes.section, names: Names, waiting: list[str]) -> None:
    title = node.next_node(nodes.title)
    text = title.astext() if title else ""
    for name in (*node["names"], *node.get("dupnames", ())):
        if node["ids"]:
            names.targets.setdefault(normalise(name), f"#{node['ids'][0]}")
    for label in waiting:
        names.titles.setdefault(label, text)
        if node["ids"]:
            names.targets[label] = f"#{node['ids'][0]}"
    waiting.clear()


def _take_substitution(node: nodes.substitution_definition, names: Names) -> None:
    image = node.next_node(nodes.image)
    text = image.get("alt", "") if image else node.astext()
    for name in node["names"]:
        names.substitutions.setdefault(normalise(name), text)
