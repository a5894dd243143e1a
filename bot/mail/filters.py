"""Decide which mails a channel shows: by rules about authors, subjects, tags, patches and bots.

Everything is bounded: words are compared as words, patterns are RE2's, which takes linear time and limited
memory, and what they look at is one short line.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import re2

from bot.mail.stored import StoredEmail
from bot.text.search_terms import fold_words

MOST_RULES: Final = 25
LONGEST_PATTERN: Final = 200
_LONGEST_LINE: Final = 300
# Enough for any pattern that a person types; one that does not fit takes milliseconds to refuse.
_PATTERN_BYTES: Final = 1 << 18


class Field(StrEnum):
    """What of a mail a rule looks at."""

    AUTHOR = "author"
    SUBJECT = "subject"
    TAG = "tag"
    PATCH = "patch"
    BOT = "bot"


class Mode(StrEnum):
    """What becomes of mails that no rule picks."""

    ONLY_MATCHES = "only_matches"
    HIGHLIGHT = "highlight"


class Outcome(StrEnum):
    """What becomes of a mail in a channel."""

    SHOWN = "shown"
    HIGHLIGHTED = "highlighted"
    HIDDEN = "hidden"
    HELD = "held"
    """Kept for the summary that comes when the pause ends."""


class Reason(StrEnum):
    """Why."""

    UNFILTERED = "unfiltered"
    MATCHED = "matched"
    LEFT_OUT = "left_out"
    UNMATCHED = "unmatched"
    MUTED = "muted"
    PAUSED = "paused"


class Ping(StrEnum):
    """When a list's role is pinged."""

    NEVER = "never"
    HIGHLIGHTS = "highlights"
    THREADS = "threads"
    """With the first mail of each thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that mails are picked, or left out, by.

    Attributes:
        text: Words that stand side by side, the last perhaps only begun ("relea*"); with `is_pattern`, a
            pattern in RE2's syntax. An author's address reads "a…@example.org". "" for patches and bots.
        author_hash: Tells the address's mails; the address itself is not kept.
        leaves_out: Such mails are not shown.
    """

    field: Field
    text: str = ""
    is_pattern: bool = False
    leaves_out: bool = False
    author_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a mail, and why; `rule` is the one that settled it."""

    outcome: Outcome
    reason: Reason
    rule: Rule | None = None

    @property
    def is_posted(self) -> bool:
        """Tell whether it is shown now."""
        return self.outcome in (Outcome.SHOWN, Outcome.HIGHLIGHTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a channel wants of a list.

    Attributes:
        rules: Any one of them is enough to pick a mail; one that leaves out outweighs those that pick.
        muted: Threads that are not shown, by the numbers that they have by now.
        paused_at: Since when nothing is posted; None: it is.
        role_id: Whom a ping reaches; None until somebody asked for pings.
        is_declared: community.toml says which mails; chat cannot change that.
    """

    guild_id: int
    list_id: int
    channel_id: int
    mode: Mode = Mode.ONLY_MATCHES
    rules: tuple[Rule, ...] = ()
    muted: frozenset[int] = frozenset()
    paused_at: datetime | None = None
    ping: Ping = Ping.NEVER
    role_id: int | None = None
    is_declared: bool = False

    def pings(self, verdict: Verdict, *, is_new_thread: bool) -> bool:
        """Tell whether a mail that is posted now pings the role; edits and summaries never do."""
        if self.role_id is None or not verdict.is_posted:
            return False
        if self.ping is Ping.HIGHLIGHTS:
            return verdict.outcome is Outcome.HIGHLIGHTED or (
                self.mode is Mode.ONLY_MATCHES and verdict.reason is Reason.MATCHED
            )
        return self.ping is Ping.THREADS and is_new_thread


class Judge:
    """Judge mails by a channel's choices; its patterns are made ready once."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        tests = [(rule, _make_test(rule)) for rule in choices.rules[:MOST_RULES]]
        self._leaving = tuple(each for each in tests if each[0].leaves_out)
        self._picking = tuple(each for each in tests if not each[0].leaves_out)

    def judge(self, email: StoredEmail) -> Verdict:
        """Return what becomes of a mail: a pause holds what would be shown; what is hidden stays hidden."""
        verdict = self._filter(email)
        if verdict.outcome is not Outcome.HIDDEN and self._choices.paused_at is not None:
            return Verdict(outcome=Outcome.HELD, reason=Reason.PAUSED)
        return verdict

    def _filter(self, email: StoredEmail) -> Verdict:
        if email.thread in self._choices.muted:
            return Verdict(outcome=Outcome.HIDDEN, reason=Reason.MUTED)
        for rule, holds in self._leaving:
            if holds(email):
                return Verdict(outcome=Outcome.HIDDEN, reason=Reason.LEFT_OUT, rule=rule)
        is_marked = self._choices.mode is Mode.HIGHLIGHT
        for rule, holds in self._picking:
            if holds(email):
                outcome = Outcome.HIGHLIGHTED if is_marked else Outcome.SHOWN
                return Verdict(outcome=outcome, reason=Reason.MATCHED, rule=rule)
        if self._picking and not is_marked:
            return Verdict(outcome=Outcome.HIDDEN, reason=Reason.UNMATCHED)
        return Verdict(outcome=Outcome.SHOWN, reason=Reason.UNFILTERED)


def refuse_pattern(pattern: str) -> str:
    """Return why a pattern cannot be used, in RE2's words; "" when it can."""
    try:
        _compile(pattern)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return ""


_Test = Callable[[StoredEmail], bool]


def _make_test(rule: Rule) -> _Test:
    match rule.field:
        case Field.PATCH:
            return lambda email: email.is_patch
        case Field.BOT:
            return lambda email: email.is_bot
        case Field.AUTHOR if rule.author_hash:
            return lambda email: email.author_hash == rule.author_hash
    holds = _make_pattern(rule.text) if rule.is_pattern else _make_words(rule.text)
    read = _READERS[rule.field]
    return lambda email: any(holds(line[:_LONGEST_LINE]) for line in read(email))


_READERS: Final[dict[Field, Callable[[StoredEmail], Sequence[str]]]] = {
    Field.AUTHOR: lambda email: (email.author_name,),
    Field.SUBJECT: lambda email: (email.subject,),
    Field.TAG: lambda email: email.tags,
}


def _make_words(text: str) -> Callable[[str], bool]:
    wanted = fold_words(text)
    if not wanted:
        return lambda _line: False
    sought = f" {wanted}" if text.endswith("*") else f" {wanted} "
    return lambda line: sought in f" {fold_words(line)} "


def _make_pattern(pattern: str) -> Callable[[str], bool]:
    try:
        compiled = _compile(pattern)
    except re2.error:  # it was accepted by another version of the library
        return lambda _line: False
    return lambda line: compiled.search(_sendable(line)) is not None


def _compile(pattern: str) -> Any:
    if len(pattern) > LONGEST_PATTERN:
        raise re2.error("pattern too long")
    options = re2.Options()
    options.max_mem = _PATTERN_BYTES
    options.log_errors = False
    options.never_capture = True
    options.case_sensitive = False
    return re2.compile(_sendable(pattern), options)


def _sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
