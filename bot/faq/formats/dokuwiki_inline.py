"""Read what stands within a DokuWiki paragraph: emphasis, links, footnotes, media, entities.

One pass over the tokens of one pattern, with a stack of at most one open emphasis of each kind, so the time
is linear. Emphasis opens before and closes after a character that is no space, within its paragraph
(DokuWiki's inc/Parsing/ParserMode); what is never closed stays text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.faq.document import Break, Code, CodeBlock, Emphasis, Link, Span, Spans, Text
from bot.faq.formats.dokuwiki_links import Wiki, resolve, resolve_media
from bot.faq.spans import join_text

OPEN, CLOSE = "\ue000", "\ue001"
"""Around the number of a verbatim region that the block reader took out."""

_TOKEN = re.compile(
    rf"""
      (?P<region> {OPEN}\d{{1,7}}{CLOSE} )
    | (?P<run> \*{{4,}} | /{{3,}} | _{{3,}} | '{{3,}} | \({{3,}} | \[{{3,}} )
    | (?P<url> \b(?:https?|ftp)://(?:[\w\#~:.?+=&%@!$\-]|/(?!/))+
             | (?<![\w.@/])www\.\w(?:[\w\#~:.?+=&%@!$\-]|/(?!/))+ )
    | \[\[ (?P<link> (?: [^\[\]] | \[(?!\[) | \](?!\]) ){{1,2000}} ) \]\]
    | \{{\{{ (?P<media> [^{{}}]{{1,1000}} ) \}}\}}
    | \(\( (?P<note> (?: [^()] | \((?!\() | \)(?!\)) ){{1,4000}} ) \)\)
    | (?P<mail> <[\w.+\-]{{1,64}}@[\w\-]{{1,63}}(?:\.[\w\-]{{1,63}}){{1,8}}> )
    | (?P<mark> \*\* | (?<!:)// | __ | '' )
    | (?P<tag> </?[A-Za-z][\w\-]{{0,30}}(?:[\ \t=:][^<>\n]{{0,200}})?/?> )
    | (?P<break> \\\\(?=\s|\Z)[ \t]*\n? )
    | (?P<macro> ~~[A-Z][^~\n]{{0,200}}~~ )
    | (?P<times> (?<![\w.])\d{{1,6}}[xX](?=\d{{1,6}}(?![\w.])) )
    | (?P<entity> <-> | <=> | -> | => | <- | <= | >> | << | --- | -- | \.\.\.
                | \([cCrR]\) | \((?:tm|TM)\) )
    """,
    re.VERBOSE,
)
_ENTITIES = {
    "<->": "↔", "<=>": "⇔", "->": "→", "=>": "⇒", "<-": "←", "<=": "⇐", ">>": "»", "<<": "«",
    "---": "—", "--": "–", "...": "…", "(c)": "©", "(r)": "®", "(tm)": "™",
}  # fmt: skip
_STYLES = {
    "**": "bold",
    "//": "italic",
    "__": "underline",
    "del": "strike",
    "s": "strike",
    "ins": "underline",
}
_MONOSPACED = "''"
_DROPPED_TAGS = frozenset(
    {
        "box",
        "button",
        "callout",
        "center",
        "color",
        "columns",
        "fc",
        "ff",
        "font",
        "fontcolor",
        "fs",
        "hidden",
        "html",
    }
    | {"note", "panel", "php", "popover", "sub", "sup", "typo", "wrap"}
)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|ico|bmp)$", re.IGNORECASE)
_PLUGIN = re.compile(r"(\w{1,30})>(.*)", re.DOTALL)
# No real page comes near; what lies beyond stays plain text, so that a hostile one is done in time.
_MAX_PARAGRAPH = 50_000
_MAX_TOKENS = 60_000
_TAG_NAME = re.compile(r"</?([A-Za-z][\w\-]*)")
_REGION = re.compile(rf"{OPEN}(\d{{1,7}}){CLOSE}")


@dataclass(slots=True, kw_only=True)
class Context:
    """What a paragraph needs to know of its page.

    Attributes:
        wiki: Where links lead.
        regions: What was taken out verbatim: raw text, or a code block.
        paired_tags: The tags that the page also closes: those are a plugin's, others are text like "<name>".
        dropped: Filled with the names of the plugins whose marks were left out.
        tokens: How many tokens were read so far.
    """

    wiki: Wiki
    regions: list[str | CodeBlock] = field(default_factory=list)
    paired_tags: frozenset[str] = frozenset()
    dropped: set[str] = field(default_factory=set)
    tokens: int = 0


@dataclass(slots=True)
class _Open:
    """An emphasis that waits for its end."""

    mark: str
    source: str
    spans: list[Span]
    start: int = 0


def parse_spans(text: str, context: Context) -> Spans:
    """Turn the text of a paragraph, a cell or a heading into spans."""
    if len(text) > _MAX_PARAGRAPH or context.tokens > _MAX_TOKENS:
        return (Text(text=_restored(text, context)),)
    return _Reader(text, context).read()


def plain_text(spans: Spans) -> str:
    """Return spans as one plain line, for headings and labels."""
    parts: list[str] = []
    for span in spans:
        match span:
            case Text(text=text) | Code(text=text):
                parts.append(text)
            case Break():
                parts.append(" ")
            case Emphasis(spans=inner) | Link(spans=inner):
                parts.append(plain_text(inner))
    return " ".join("".join(parts).split())


class _Reader:
    """One pass over one paragraph."""

    def __init__(self, text: str, context: Context) -> None:
        self._text = text
        self._context = context
        self._stack = [_Open("", "", [])]
        self._open: set[str] = set()
        self._actions: dict[str, Callable[[re.Match[str]], None]] = {
            "region": self._region,
            "url": self._url,
            "link": self._link,
            "media": self._media,
            "note": self._note,
            "mail": self._mail,
            "mark": self._mark,
            "tag": self._tag,
            "break": lambda _: self._add(Break()),
            "macro": lambda _: None,
            "times": lambda match: self._say(f"{match[0][:-1]}×"),
            "entity": lambda match: self._say(_ENTITIES[match[0].lower()]),
            "run": lambda match: self._say(match[0]),
        }

    def read(self) -> Spans:
        done = 0
        for match in _TOKEN.finditer(self._text):
            self._context.tokens += 1
            if match.start() > done:
                self._say(self._text[done : match.start()])
            done = match.end()
            self._actions[match.lastgroup or "run"](match)
        if done < len(self._text):
            self._say(self._text[done:])
        while len(self._stack) > 1:
            self._give_up()
        return join_text(self._stack[0].spans)

    def _add(self, span: Span) -> None:
        self._stack[-1].spans.append(span)

    def _say(self, text: str) -> None:
        self._stack[-1].spans.append(Text(text=text))

    def _give_up(self) -> None:
        """Turn the innermost open emphasis back into text."""
        opened = self._stack.pop()
        self._open.discard(opened.mark)
        self._say(opened.source)
        self._stack[-1].spans.extend(opened.spans)

    def _mark(self, match: re.Match[str]) -> None:
        mark = match[0]
        before = self._text[match.start() - 1 : match.start()]
        after = self._text[match.end() : match.end() + 1]
        if mark in self._open and before and not before.isspace():
            self._finish(mark, match.start())
        elif mark not in self._open and after and not after.isspace():
            self._begin(mark, mark, match.end())
        else:
            self._say(mark)

    def _begin(self, mark: str, source: str, start: int = 0) -> None:
        self._stack.append(_Open(mark, source, [], start))
        self._open.add(mark)

    def _finish(self, mark: str, end: int = 0) -> None:
        while self._stack[-1].mark != mark:
            self._give_up()
        opened = self._stack.pop()
        self._open.discard(mark)
        spans = join_text(opened.spans)
        if mark == _MONOSPACED:
            # DokuWiki writes "--" as a dash here too, which nobody can copy into a terminal.
            is_bare = all(isinstance(span, Text) for span in spans)
            source = _restored(self._text[opened.start : end], self._context)
            self._add(Code(text=source if is_bare else plain_text(spans)))
        elif spans:
            self._add(Emphasis(style=_STYLES[mark], spans=spans))

    def _tag(self, match: re.Match[str]) -> None:
        found = _TAG_NAME.match(match[0])
        name = found[1].lower() if found else ""
        is_end = match[0].startswith("</")
        if name not in self._context.paired_tags and name not in self._open:
            self._say(match[0])
        elif name in _STYLES and is_end == (name in self._open):
            self._finish(name) if is_end else self._begin(name, match[0])
        elif name not in _DROPPED_TAGS and name not in _STYLES:
            self._context.dropped.add(name)

    def _region(self, match: re.Match[str]) -> None:
        self._say(_restored(match[0], self._context))

    def _url(self, match: re.Match[str]) -> None:
        address = match[0].rstrip(".:?-;,!")
        self._add(Link(url=resolve(address, self._context.wiki), spans=(Text(text=address),)))
        if len(address) < len(match[0]):
            self._say(match[0][len(address) :])

    def _mail(self, match: re.Match[str]) -> None:
        address = match[0][1:-1]
        self._add(Link(url=f"mailto:{address}", spans=(Text(text=address),)))

    def _link(self, match: re.Match[str]) -> None:
        target, _, label = match["link"].partition("|")
        target = _restored(target.strip(), self._context)
        label = _restored(label.strip(), self._context)
        # Of all markup, DokuWiki reads only a picture in a label.
        is_picture = label.startswith("{{") and label.endswith("}}")
        spans = parse_spans(label, self._context) if is_picture else (Text(text=label),) if label else ()
        self._add(Link(url=resolve(target, self._context.wiki), spans=spans or (Text(text=_name(target)),)))

    def _media(self, match: re.Match[str]) -> None:
        target, _, caption = match["media"].partition("|")
        plugin = _PLUGIN.match(target.strip())
        if plugin:
            self._plugin(plugin[1].lower(), plugin[2].strip(), caption.strip())
            return
        name = target.strip().partition("?")[0]
        url = resolve_media(name, self._context.wiki)
        label = _restored(caption.strip(), self._context) or re.split("[:/]", name)[-1]
        if _PICTURE.search(name) and not url and not caption.strip():
            return
        self._add(Link(url=url, spans=(Text(text=label),)) if url else Text(text=label))

    def _plugin(self, name: str, argument: str, caption: str) -> None:
        if name == "youtube":
            video = argument.partition("?")[0]
            url = f"https://youtu.be/{video}"
            self._add(Link(url=url, spans=(Text(text=caption or url),)))
        else:
            self._context.dropped.add(name)

    def _note(self, match: re.Match[str]) -> None:
        """Print a footnote where its number stands: a card has no foot."""
        before = self._text[match.start() - 1 : match.start()]
        self._say("(" if not before or before.isspace() else " (")
        self._stack[-1].spans.extend(parse_spans(match["note"].strip(), self._context))
        self._say(")")


def _restored(text: str, context: Context) -> str:
    """Put back what was taken out verbatim."""
    return _REGION.sub(lambda match: _verbatim(context.regions[int(match[1])]), text)


def _verbatim(region: str | CodeBlock) -> str:
    return region if isinstance(region, str) else region.text


def _name(target: str) -> str:
    """Say what DokuWiki shows for a link without a label: the page's name, or the address."""
    if "://" in target:
        return target
    if ">" in target:
        return target.partition(">")[2].strip()
    page, _, fragment = target.partition("#")
    return page.rstrip(":").rpartition(":")[2].strip() or fragment.strip() or target
