"""Name the things of the FAQ: pages, entries, matches, and what is learned from use."""

import enum
from dataclasses import dataclass, field
from datetime import datetime

from bot.text.moves import Move


class Severity(enum.StrEnum):
    """How bad a problem is: an error hides something, a warning deserves a look, info explains."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with a page: `line` counts from 1, 0 means the page as a whole."""

    what: str
    line: int = 0
    severity: Severity = Severity.WARNING


class Marker(enum.StrEnum):
    """What marks a question on a page."""

    AUTO = "auto"
    H1 = "h1"
    H2 = "h2"
    H3 = "h3"
    H4 = "h4"
    H5 = "h5"
    H6 = "h6"
    BOLD = "bold"
    Q = "q"
    TERM = "term"
    DETAILS = "details"
    DATA = "data"


class PageKind(enum.StrEnum):
    """Where a page comes from."""

    URL = "url"
    UPLOAD = "upload"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One question with its answer, as the page has it.

    Attributes:
        id: Stable within the guild; survives edits of the question (see bot.faq.identity).
        question: Plain text, one line.
        answer: Discord Markdown, whole; the renderer cuts what is too long.
        text: The answer as plain text, for search.
        aliases: Other ways to ask, authored on the page or learned.
        section: The headings above, joined by " › "; empty on a flat page.
        anchor: The fragment that leads to the entry on the page, without "#"; empty if there is none.
        line: Where the question stands in the page's source, from 1; 0 when unknown.
        language: The stemmer's name (snowball's: "english", "german", …).
        page_id: The page it comes from; 0 for one made in chat.
    """

    id: str
    question: str
    answer: str
    text: str
    aliases: tuple[str, ...] = ()
    section: str = ""
    anchor: str = ""
    line: int = 0
    language: str = "english"
    page_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPage:
    """What a page's source yields: entries without lasting ids (they are made by bot.faq.identity)."""

    format: str
    marker: Marker
    title: str = ""
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page that a guild follows, with how it fared.

    Attributes:
        location: The address, the uploaded file's name, or the path under the config directory.
        link: Where a person reads the page; empty if nowhere.
        format: A format's name, or "auto"; `questions` likewise for the marker.
        found_format: The format recognised at the last good load; `found_marker` likewise.
        edited_at: When the page was last edited, as far as its server tells.
        loaded_at: The last good load; `checked_at` the last look, `next_check_at` the next one.
        error: Why the last look failed; empty when it did not.
        move: Where its address leads for good, as its server says.
        is_declared: Whether community.toml declares it (then chat cannot change it).
    """

    id: int
    guild_id: int
    kind: PageKind
    location: str = field(repr=False)
    title: str = ""
    link: str = field(default="", repr=False)
    format: str = "auto"
    questions: Marker = Marker.AUTO
    language: str = "english"
    found_format: str = ""
    found_marker: str = ""
    etag: str = ""
    last_modified: str = ""
    content_hash: str = ""
    edited_at: datetime | None = None
    loaded_at: datetime | None = None
    checked_at: datetime | None = None
    next_check_at: datetime | None = None
    failures: int = 0
    error: str = ""
    problems: tuple[Problem, ...] = ()
    move: Move | None = None
    is_declared: bool = False


class OverlayKind(enum.StrEnum):
    """What an entry made in chat does to the page below it."""

    ADD = "add"
    REPLACE = "replace"
    HIDE = "hide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """An editor's change that lies over the pages until they have it too.

    `answer` is Markdown as typed. For REPLACE and HIDE, `entry_id` names the page's entry.
    """

    guild_id: int
    entry_id: str
    kind: OverlayKind
    question: str = ""
    answer: str = ""
    aliases: tuple[str, ...] = ()
    section: str = ""
    changed_at: datetime


class AliasState(enum.StrEnum):
    """How far a learned phrasing has come."""

    CANDIDATE = "candidate"
    ACTIVE = "active"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedAlias:
    """A member's own words that led to an entry. `people` counts distinct members, by expiring hash."""

    guild_id: int
    query_key: str
    entry_id: str
    phrasing: str
    state: AliasState
    people: int
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A question that the FAQ could not answer, with how often it was asked."""

    guild_id: int
    query_key: str
    phrasing: str
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How an entry fares: times shown, found helpful, or not."""

    entry_id: str
    shown: int = 0
    helpful: int = 0
    not_it: int = 0


class Why(enum.StrEnum):
    """Why an entry matched."""

    EXACT = "exact"
    KEYWORD = "keyword"
    ANSWER = "answer"


class Band(enum.StrEnum):
    """How sure the search is: give the answer, suggest some, or stay silent."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One entry found, with a score in 0..1 that is comparable across FAQs."""

    entry_id: str
    score: float
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The matches, best first, and how sure the search is."""

    band: Band = Band.SILENT
    matches: tuple[Match, ...] = field(default=())
