"""Find the main part of an HTML page, and tell what in it is furniture.

The names are those that the wikis and site generators in use give their parts; the most telling come first.
"""

import re
from collections.abc import Iterator

from bot.faq.markup.elements import HEADINGS, TEXT, Element

_MAIN_IDS = (
    "mw-content-text", "dokuwiki__content", "main-content", "wikicontent", "wiki-body", "bodycontent",
    "content", "main", "page-content", "content-main", "primary",
)  # fmt: skip
_MAIN_CLASSES = (
    "mw-parser-output", "wiki-content", "markdown-body", "theme-doc-markdown", "md-content__inner",
    "entry-content", "post-content", "page-content", "article-content", "rst-content", "documentwrapper",
    "article-body", "content-body",
)  # fmt: skip
_LEAST_SHARE = 0.2
_LEAST_TEXT = 120

_FURNITURE_TAGS = frozenset({"nav", "footer", "form", "header", "aside", "label", "dialog", "rp", "rt"})
_FURNITURE = re.compile(
    r"(?:^|\s)(?:mw-editsection|mw-jump-link|secedit|editbutton_\w+|toc|table-of-contents|toc_\w*"
    r"|tableofcontents|catlinks"
    r"|printfooter|noprint|navbox|breadcrumbs?|breadcrumb-\w+|sidebar|sphinxsidebar|reference-link"
    r"|mw-cite-backlink"
    r"|reference|screen-reader-text|sr-only|visually-hidden|share(?:daddy|-buttons)?|social-\w+"
    r"|comments?-area"
    r"|pagination|prev-next\w*|edit-(?:this-)?page\w*|copy-?btn|copybutton|clipboard\w*|cookie-\w+"
    r"|skip-link|skip-nav)(?:\s|$)"
)
_FURNITURE_IDS = frozenset({
    "toc", "dw__toc", "catlinks", "sitesub", "contentsub", "jump-to-nav", "mw-navigation", "mw-head",
    "mw-panel", "sidebar", "comments", "disqus_thread", "breadcrumbs", "breadcrumb",
    "likes-and-labels-container",
})  # fmt: skip
_FURNITURE_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "complementary", "doc-toc", "menu"}
)
_NOTE = re.compile(r"\b(?:note|tip|warning|caution|info|important|admonition|callout|alert|content)\b")
_MAX_SIGNS = 3
_MAX_LOOKED_AT = 400


def is_furniture(element: Element) -> bool:
    """Tell whether an element is no part of what the page says."""
    attributes = element.attributes
    if element.tag in _FURNITURE_TAGS:
        return not _holds_content(element)
    if not attributes:
        return False
    if attributes.get("role", "").lower() in _FURNITURE_ROLES:
        return True
    if element.id.lower() in _FURNITURE_IDS and element.tag not in HEADINGS:
        return True
    if element.classes and element.tag not in HEADINGS and _FURNITURE.search(element.classes):
        return True
    return attributes.get("aria-hidden", "") == "true" and _is_sign(element)


def find_main(root: Element) -> Element:
    """Return the element that holds the page's text; the root when nothing names one."""
    sizes = _measure(root)
    whole = sizes[id(root)]
    best: Element | None = None
    best_rank = 10**6
    for element in _walk(root):
        rank = _rank(element)
        if rank < best_rank and sizes[id(element)] >= max(min(_LEAST_TEXT, whole // 2), whole * _LEAST_SHARE):
            best, best_rank = element, rank
    return best or find_first(root, "body", below=True) or root


def find_first(root: Element, tag: str, *, below: bool = False) -> Element | None:
    """Return the first element with a tag, the root itself not counted when only those below are wanted."""
    return next((each for each in _walk(root) if each.tag == tag and not (below and each is root)), None)


def _walk(root: Element) -> Iterator[Element]:
    pending = [root]
    while pending:
        element = pending.pop()
        yield element
        pending.extend(reversed(element.children))


def _rank(element: Element) -> int:
    """Rank what could be the main part: the lower, the surer."""
    if element.tag in (TEXT, "body") or not (element.attributes or element.tag in ("main", "article")):
        return 10**6
    classes = element.classes.split()
    for place, name in enumerate(_MAIN_CLASSES):
        if name in classes:
            return place
    if element.tag == "main" or element.attributes.get("role", "").lower() == "main":
        return 50
    if element.tag == "article":
        return 40 if "single" in classes or element.attributes.get("itemprop") == "articleBody" else 60
    name = element.id.lower()
    return 70 + _MAIN_IDS.index(name) if name in _MAIN_IDS else 10**6


def _measure(root: Element) -> dict[int, int]:
    """Count the characters of text inside each element, furniture and scripts left out."""
    order = list(_walk(root))
    sizes = {id(element): len(element.text.strip()) for element in order}
    parents = {id(child): element for element in order for child in element.children}
    for element in reversed(order):
        parent = parents.get(id(element))
        if parent is not None and element.tag not in ("script", "style", "nav", "footer", "noscript"):
            sizes[id(parent)] += sizes[id(element)]
    return sizes


def _holds_content(element: Element) -> bool:
    """Tell whether furniture by its tag is used for content: a form around the page, a note as an aside."""
    if element.tag in ("nav", "footer", "dialog", "rp", "rt"):
        return False
    if element.tag == "aside":
        return _NOTE.search(element.classes) is not None
    if element.tag == "label":
        return bool(element.children) and "for" not in element.attributes
    pending = list(element.children)
    for _ in range(_MAX_LOOKED_AT):
        if not pending:
            return False
        each = pending.pop()
        if each.tag in HEADINGS or each.tag in ("details", "dl", "article", "main"):
            return element.tag == "form" or each.tag in HEADINGS
        pending.extend(each.children[:_MAX_LOOKED_AT])
    return False


def _is_sign(element: Element) -> bool:
    text = "".join(each.text for each in element.children if each.tag == TEXT).strip()
    return not element.has_block and len(element.children) <= _MAX_SIGNS and len(text) <= _MAX_SIGNS
