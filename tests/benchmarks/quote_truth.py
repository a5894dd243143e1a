"""Reckon how much of a quote is left in a mail's own words and how much of what is new was lost.

The truth comes from the mails that a mail answers: a line is quoted where at least 60 % of its runs of four
words stand in one of them, and new where it bears no mark and at most 10 % do. Lines of fewer than four words
are not judged, nor are patches (a second version says what the first did), signatures, list footers and the
lines that introduce a quote: who takes those away loses nothing that is new, and no ancestor tells them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.mail.quotes.overlap import LEAST_SHARE, shares
from bot.mail.quotes.own_words import own_words
from bot.mail.quotes.parents import Parents
from tests.benchmarks.list_mail import Mail

_MOST_NEW_SHARE = 0.1
_MARKS = (">", "|")
_SIGNATURES = frozenset({"-- ", "--"})
_RULES = ("_" * 20, "-=-=-=-", "-------------- next part")


@dataclass(slots=True)
class Tally:
    """Counts of lines over a list's replies."""

    mails: int = 0
    quoted: int = 0
    new: int = 0
    leaks: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)

    @property
    def leak(self) -> float:
        return len(self.leaks) / max(1, self.quoted)

    @property
    def loss(self) -> float:
        return len(self.losses) / max(1, self.new)


def tally(mails: Iterable[Mail], strip: Callable[[Mail, Sequence[str]], str], *, most: int = 1500) -> Tally:
    """Judge the replies whose ancestors are among the mails."""
    kept = {mail.message_id: mail for mail in mails if mail.message_id}
    counted = Tally()
    for mail in kept.values():
        ancestors = list_ancestors(mail, kept)
        if ancestors and not mail.is_bot and own_words(mail.text).patch is None:
            _count(counted, mail, strip(mail, ancestors), Parents(ancestors))
        if counted.mails >= most:
            break
    return counted


def list_ancestors(mail: Mail, kept: Mapping[str, Mail]) -> list[str]:
    """Return the texts of the mails that a mail answers, the nearest first."""
    found: dict[str, str] = {}
    waiting = list(mail.answers)
    while waiting and len(found) < 12:
        answered = kept.get(waiting.pop(0))
        if answered is not None and answered is not mail and answered.message_id not in found:
            found[answered.message_id] = answered.text
            waiting.extend(answered.answers)
    return list(found.values())


def _count(counted: Tally, mail: Mail, own: str, ancestors: Parents) -> None:
    counted.mails += 1
    left = {" ".join(line.split()) for line in own.split("\n")}
    lines = _judged_lines(mail.text)
    for line, found in zip(lines, shares(lines, ancestors), strict=True):
        if found is None:
            continue
        is_left = " ".join(line.split()) in left
        if found >= LEAST_SHARE:
            counted.quoted += 1
            if is_left:
                counted.leaks.append(line)
        elif found <= _MOST_NEW_SHARE and not line.lstrip().startswith(_MARKS):
            counted.new += 1
            if not is_left:
                counted.losses.append(line)


def _judged_lines(text: str) -> list[str]:
    """Return the lines above the signature and the footer, without those that introduce a quote."""
    lines = text.replace("\r\n", "\n").split("\n")
    for index, line in enumerate(lines):
        if line in _SIGNATURES or (line.startswith(_RULES) and index > len(lines) - 20):
            del lines[index:]
            break
    introducing: set[int] = set()
    for index, line in enumerate(lines):
        if line.startswith(_MARKS) and lines[index - 1 : index] != [line]:
            introducing |= _introducing(lines, index)
    return [line for index, line in enumerate(lines) if index not in introducing]


def _introducing(lines: list[str], index: int) -> set[int]:
    """Return the up to three lines above a marked one, blank ones skipped, that end in a colon."""
    last = index - 1
    while last >= max(0, index - 3) and not lines[last].strip():
        last -= 1
    if last < 0 or not lines[last].rstrip().endswith((":", "：")):
        return set()
    first = last
    while first > max(0, last - 2) and lines[first - 1].strip() and not lines[first - 1].startswith(_MARKS):
        first -= 1
    return set(range(first, last + 1))
