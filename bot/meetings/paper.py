"""Sort the lines of a description: agenda and minutes, phone numbers, passcode, and what is left to read."""

import re
from collections.abc import Iterable, Iterator

from bot.meetings.description import Line, Link
from bot.meetings.dial_in import (
    Kind,
    classify,
    find_passcode,
    hide_code,
    is_bare_number,
    is_label,
    is_value,
    names_agenda,
    names_join,
    names_minutes,
)
from bot.meetings.providers import Judged, Verdict, judge
from bot.text.links import is_safe_url

_DOCUMENTS = re.compile(
    r"https?://(?:docs\.google\.com/document/|hackmd\.io/|(?:[\w-]+\.)*(?:etherpad|hedgedoc|codimd|cryptpad)[\w.-]*/"
    r"|pad\.[\w.-]+/|github\.com/[\w.-]+/[\w.-]+/[^\s]*(?:agenda|meeting))",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"(?:mailto:)?[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_BLANK_LINES = re.compile(r"\n{3,}")
_MAX_LABEL = 160
_MAX_HEADING = 40
_HEADING_REACHES = 2
_MAX_WORDS_BESIDE = 60
_MAX_DIAL_IN = 1500
_MAX_CODE = 64
_HIDDEN_HOST = "…"


def is_document(url: str) -> bool:
    """Tell whether an address is that of a shared document or a list of issues, and no meeting's room."""
    return _DOCUMENTS.match(url) is not None


def list_labels(lines: Iterable[Line]) -> Iterator[tuple[Link, str]]:
    """Yield each link with the words before it: in its line, or in the one above when it stands alone.

    A short heading "Agenda" reaches two lines further than that.
    """
    above = heading = ""
    age = 0
    for line in lines:
        age += bool(line.text)
        for link in line.links:
            own = link.label.strip(" •:-–—(<") or above
            is_told = names_agenda(own) or names_minutes(own)
            is_near = age <= _HEADING_REACHES and len(line.words) <= _MAX_WORDS_BESIDE
            reaches = heading if is_near and not is_told else ""
            yield link, f"{reaches} {own}".strip()[-_MAX_LABEL:]
        if line.links:
            above = ""
        elif line.text:
            above = line.text if len(line.text) <= _MAX_LABEL else ""
            if len(line.text) <= _MAX_HEADING and (names_agenda(line.text) or names_minutes(line.text)):
                heading, age = line.text, 0


class Paper:
    """A description, its lines sorted once."""

    def __init__(self, lines: tuple[Line, ...]) -> None:
        self._lines = lines
        self._judged = {link.url: judge(link.url) for line in lines for link in line.links}
        self._links = [
            (link.url, label)
            for link, label in list_labels(lines)
            if is_safe_url(link.url) and not self._judged[link.url].provider
        ]
        self._kinds = tuple(self._sort())
        self.passcode = self._find_passcode()

    def find_agenda(self) -> str:
        """Return the link that is called agenda, else one to a shared document."""
        named = (url for url, label in self._links if names_agenda(label))
        shared = (url for url, label in self._links if is_document(url) and not names_minutes(label))
        return next(named, "") or next(shared, "")

    def find_minutes(self) -> str:
        """Return the link that is called minutes or notes."""
        return next((url for url, label in self._links if names_minutes(label)), "")

    def write_dial_in(self) -> str:
        """Return the lines about phones, each once, without codes."""
        found = (line.text for line, kind in self._pairs() if kind is Kind.DIAL_IN)
        lines = (hide_code(_EMAIL.sub(_HIDDEN_HOST, text.lstrip("•*- "))) for text in found)
        return "\n".join(dict.fromkeys(lines))[:_MAX_DIAL_IN]

    def write_text(self) -> str:
        """Return what is left when links, numbers and small print have gone."""
        kept = (self._hide(line) for line, kind in self._pairs() if kind is Kind.TEXT)
        return _BLANK_LINES.sub("\n\n", "\n".join(_EMAIL.sub(_HIDDEN_HOST, text) for text in kept)).strip()

    def _pairs(self) -> Iterator[tuple[Line, Kind]]:
        return zip(self._lines, self._kinds, strict=True)

    def _find_passcode(self) -> str:
        is_below = False
        for line, kind in self._pairs():
            if kind is Kind.PASSCODE:
                code = line.text if is_below else find_passcode(line.words)
                if code:
                    return code[:_MAX_CODE]
                is_below = True
            elif line.text:
                is_below = False
        # "Meeting ID: 1 (Passcode: 2)" stands in a line about phones.
        told = (find_passcode(line.words) for line, kind in self._pairs() if kind is Kind.DIAL_IN)
        return next((code.rstrip(")")[:_MAX_CODE] for code in told if code), "")

    def _sort(self) -> Iterator[Kind]:
        """Yield the kind of each line; a value below its label is of the label's kind."""
        below: Kind | None = None
        for line in self._lines:
            if not line.text:
                yield Kind.TEXT
                continue
            kind = self._classify(line)
            if below is not None and kind is Kind.TEXT and is_value(line.text):
                kind, below = below, None
            elif kind is Kind.TEXT and is_bare_number(line.text):
                kind = Kind.DIAL_IN
            below = kind if kind in _LABELLED and is_label(line.text) else None
            yield kind

    def _classify(self, line: Line) -> Kind:
        judged = [self._judged[link.url] for link in line.links]
        if any(each.verdict is Verdict.DIAL_IN for each in judged):
            return Kind.DIAL_IN
        is_short = len(line.words) <= _MAX_WORDS_BESIDE
        if any(map(_is_way_in, judged)):
            return Kind.JOIN if is_short else Kind.TEXT
        kind = classify(line.words if line.links else line.text)
        if kind is Kind.TEXT and line.links and is_short:
            label = line.links[0].label
            return (
                Kind.JOIN if names_agenda(label) or names_minutes(label) or names_join(label) else Kind.TEXT
            )
        return kind

    def _hide(self, line: Line) -> str:
        """Take the meeting's own addresses out of a sentence; others stay."""
        if not line.links:
            return line.tail
        return line.without(frozenset(link.url for link in line.links if _is_way_in(self._judged[link.url])))


_LABELLED = frozenset({Kind.DIAL_IN, Kind.HOSTS_OWN, Kind.PASSCODE})


def _is_way_in(judged: Judged) -> bool:
    return bool(judged.provider) and judged.verdict is not Verdict.PAGE and not judged.is_server_invite
