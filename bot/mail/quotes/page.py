"""Hold a mail's text as lines, each with a kind; the passes that find quotes and footers set the kinds."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from bot.mail.quotes.vocabulary import Finder

TEXT: Final = "t"
BLANK: Final = "e"
FENCED: Final = "c"
"""Inside ``` … ```: kept as it stands, whatever it looks like."""
QUOTE: Final = "q"
UNMARKED: Final = "u"
"""A quote that bears no mark, found because the parent says the same."""
ATTRIBUTION: Final = "a"
HEADER: Final = "h"
DELIMITER: Final = "d"
"""-----Original Message----- and its like."""
RULE: Final = "r"
SIGNATURE: Final = "s"
DEVICE: Final = "m"
FOOTER: Final = "f"
NOTE: Final = "n"
"""What software put in: armour, a note about an attachment, a virus scanner's boast."""
LEGAL: Final = "l"
PATCH: Final = "x"
CUT: Final = "-"
"""Below an attribution or header block that stands for an unmarked quote."""

OWN: Final = frozenset({TEXT, FENCED})
HEADS: Final = frozenset({ATTRIBUTION, HEADER, DELIMITER})

STAYS: Final = "+"
GOES: Final = "-"
GAP: Final = " "
"""A blank line, which goes or stays as those around it."""

MAX_CHARACTERS: Final = 400_000
MAX_LINES: Final = 12_000
_LONGEST_LOOK: Final = 400

# U+1427 is the dot of a tracker; the others have no width.
_UNSEEN = re.compile("[\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060\\u2066-\\u2069\\ufeff\\u1427]")
_WIDE_SPACES = re.compile("[\\u00a0\\u202f]")
_MARKED_MARKS = (":>", "|>", ": >", "| >")
"""Programs that mark with ":" or "|", over a quote of a quote."""
_INITIALS = re.compile(r"[A-Z]{1,3}>(?:\s|$)")
_PROMPT = re.compile(r">>>(?: \S|$)")
_STATEMENT = re.compile(
    r">>> (?:import |from \S{1,80} import|print|def |class |for |with |del |[\w.]{1,80}\s?(?:=|\(|\[|$)"
    r"|[\d\"'{\[(@])"
)
_AROUND = 12
_LEAST_WRAP = 60
_ADDRESSES = ("http://", "https://", "mailto:")
_QUOTES = re.compile(f"{QUOTE}++")
_DOUBTED = (">>>", ">From ")
_BETWEEN_QUOTES = QUOTE + TEXT + QUOTE


@dataclass(slots=True)
class Page:
    """A mail's text in lines.

    Attributes:
        lines: As they came, without white space at the end.
        bare: For looking at: stripped, bounded, without invisible characters.
        kinds: One of the constants above for each line.
        low: What may be the author's, in lower case.
        low_lines: The same in lines, one for each of `texts`.
        holds: Those of the phrases asked for that `low` holds.
        texts: The lines in it; since then some of them may have got another kind.
        raw: The lines with their white space.
        is_cut: The text was longer than what is read.
        quotes: Where lines with a quote mark begin and end.
        text: What is read of it, to see quickly what cannot occur in any line.
    """

    lines: list[str]
    bare: list[str]
    kinds: list[str]
    low: str = ""
    low_lines: Sequence[str] = ()
    holds: frozenset[str] = frozenset()
    texts: Sequence[int] = ()
    raw: Sequence[str] = ()
    is_cut: bool = False
    text: str = ""
    quotes: Sequence[tuple[int, int]] = ()
    has_delimiter: bool | None = None

    def read_low(self, phrases: Finder) -> None:
        """Set `low` and `texts` to the lines not yet known for anything, and which phrases they hold."""
        self.texts = [index for index, kind in enumerate(self.kinds) if kind == TEXT]
        self.low = "\n".join([self.bare[index] for index in self.texts]).lower()
        self.low_lines = self.low.split("\n") if self.texts else ()
        self.holds = phrases.find(self.low)

    def is_strict(self, index: int) -> bool:
        """Tell RFC 3676's signature delimiter, "-- " with its space."""
        if self.raw[index] != "-- ":
            return False
        if self.has_delimiter is None:
            self.has_delimiter = self.text.rfind("-- \n") >= 0 or self.text.rfind("-- \r") >= 0
        return self.has_delimiter

    def outline(self, staying: bytes) -> str:
        """Return a character for each line: STAYS, GOES or GAP.

        Args:
            staying: What `outliner` made of the kinds that stay.
        """
        return "".join(self.kinds).encode().translate(staying).decode()

    def next_filled(self, index: int) -> int:
        """Return the first line from `index` on that is not blank, or the number of lines."""
        kinds = self.kinds
        while index < len(kinds) and kinds[index] == BLANK:
            index += 1
        return index

    def last_filled(self, index: int) -> int:
        """Return the last line up to `index` that is not blank, or -1."""
        while index >= 0 and self.kinds[index] == BLANK:
            index -= 1
        return index

    def first_own(self) -> int:
        """Return the first line that is the author's, or the number of lines."""
        for index, kind in enumerate(self.kinds):
            if kind in OWN:
                return index
        return len(self.kinds)

    def has_own(self, start: int, stop: int) -> bool:
        """Tell whether one of the lines is the author's."""
        return any(kind in OWN for kind in self.kinds[start:stop])

    def mark(self, start: int, stop: int, kind: str, *, only: frozenset[str] | None = None) -> None:
        """Set the kind of the lines; blank ones stay blank, and with `only` all but those kinds stay."""
        kinds = self.kinds
        for index in range(start, min(stop, len(kinds))):
            old = kinds[index]
            if old != BLANK and (only is None or old in only):
                kinds[index] = kind


def outliner(kinds: Iterable[str]) -> bytes:
    """Return what an outline says of each kind of line."""
    staying = bytearray(GOES.encode() * 256)
    staying[ord(BLANK)] = ord(GAP)
    for kind in kinds:
        staying[ord(kind)] = ord(STAYS)
    return bytes(staying)


def read_page(text: str) -> Page:
    """Split a text into lines and tell the blank ones and those that bear a quote mark."""
    seen = text[:MAX_CHARACTERS]
    raw = seen.splitlines()
    is_cut = len(text) > MAX_CHARACTERS or len(raw) > MAX_LINES
    del raw[MAX_LINES:]
    if seen.isascii():
        bare = list(map(str.strip, raw))
    else:
        bare = [line.strip() if line.isascii() else _look(line) for line in raw]
    if max(map(len, bare), default=0) > _LONGEST_LOOK:
        bare = [line[:_LONGEST_LOOK].rstrip() for line in bare]
    kinds = [
        BLANK
        if not line
        else TEXT
        if ">" not in line
        else QUOTE
        if line[0] == ">"
        else _first_kind(line)
        if ">" in line[:4]
        else TEXT
        for line in bare
    ]
    lines = list(map(str.rstrip, raw))
    page = Page(lines=lines, bare=bare, kinds=kinds, raw=raw, is_cut=is_cut, text=seen)
    if QUOTE in kinds:
        _mend_marks(page)
        page.quotes = [run.span() for run in _QUOTES.finditer("".join(kinds))]
    if "```" in text:
        _mark_fences(page)
    return page


def _look(line: str) -> str:
    """Return a line as a reader sees it, the quote mark of East Asian keyboards as ">"."""
    seen = _WIDE_SPACES.sub(" ", _UNSEEN.sub("", line)).strip()
    return f">{seen[1:]}" if seen[:1] == "＞" else seen


def _first_kind(bare: str) -> str:
    return QUOTE if bare.startswith(_MARKED_MARKS) or _INITIALS.match(bare) else TEXT


def _mend_marks(page: Page) -> None:
    """Take back quote marks that are none, and give them to lines that a mailer's wrapping lost."""
    kinds, bare = page.kinds, page.bare
    if ">>" in page.text or ">From " in page.text:
        doubted = [
            index
            for index, line in enumerate(bare)
            if ">" in line
            and line[0] == ">"
            and (line.startswith(_DOUBTED) or line.endswith("<<"))
            and not line.endswith(" >>>")
        ]
        has_session = any(_STATEMENT.match(bare[index]) for index in doubted)
        sessions = _find_sessions(bare, doubted) if has_session else frozenset[int]()
        for index in doubted:
            if kinds[index] == QUOTE and (index in sessions or _is_no_quote(page, index, bare[index])):
                kinds[index] = TEXT
    order = "".join(kinds)
    opened = order.find(TEXT + QUOTE)
    while opened >= 0:
        if _is_closed_below(bare[opened], bare[opened + 1]):
            kinds[opened + 1] = TEXT
        opened = order.find(TEXT + QUOTE, opened + 1)
    before = order.find(_BETWEEN_QUOTES)
    while before >= 0:
        if _is_wrapped_rest(bare[before], bare[before + 1]):
            kinds[before + 1] = QUOTE
        before = order.find(_BETWEEN_QUOTES, before + 1)


def _is_no_quote(page: Page, index: int, line: str) -> bool:
    if line.startswith(">From "):  # an mbox's escape, not a quote
        if QUOTE not in page.kinds[max(0, index - 1) : index] + page.kinds[index + 1 : index + 2]:
            page.lines[index] = page.lines[index].replace(">From ", "From ", 1)
            return True
        return False
    return line.startswith(">>") and line.endswith("<<")  # >>> look here <<<


def _find_sessions(bare: Sequence[str], doubted: Iterable[int]) -> frozenset[int]:
    """Tell the prompts of a Python session from quotes of the third depth, by all marks around them."""
    marked = [index for index, line in enumerate(bare) if line.startswith(">")]
    prompts = _count_up(_PROMPT.match(bare[index]) for index in marked)
    statements = _count_up(_STATEMENT.match(bare[index]) for index in marked)
    found: set[int] = set()
    for index in doubted:
        first, stop = (bisect_left(marked, index + way * _AROUND) for way in (-1, 1))
        if prompts[stop] - prompts[first] == stop - first < 2 * (statements[stop] - statements[first]):
            found.add(index)
    return frozenset(found)


def _count_up(matches: Iterable[re.Match[str] | None]) -> list[int]:
    """Return for each place how many before it matched."""
    return list(accumulate((found is not None for found in matches), initial=0))


def _is_closed_below(before: str, line: str) -> bool:
    """Tell the ">" that closes an address in angle brackets of the line above from a quote mark."""
    address = before[before.rfind("<") + 1 :] if "<" in before else ""
    return address.startswith(_ADDRESSES) and ">" not in address and " " not in address and line[:2] != ">>"


def _is_wrapped_rest(before: str, line: str) -> bool:
    """Tell the rest of a quoted line, broken off by wrapping, from a short answer between two quotes."""
    if line.endswith(">") and ("://" in line or line.startswith("(")):
        return True
    is_rest = len(line) <= 30 and len(before) >= _LEAST_WRAP and before[-1] not in ".?!:"
    return is_rest and line[0].islower()


def _mark_fences(page: Page) -> None:
    start = -1
    for index, line in enumerate(page.bare):
        if page.kinds[index] in (TEXT, FENCED) and line.startswith("```"):
            if start < 0:
                start = index
            else:
                for inside in range(start, index + 1):
                    page.kinds[inside] = FENCED
                start = -1
