"""Find patches and diffstats, count what they change, and leave the words around them.

The numbers of a hunk's head (`@@ -3,7 +3,9 @@`) say how many lines belong to it, so a line that begins with
"-" below the last hunk is not taken for a part of it.
"""

import re
from dataclasses import dataclass
from typing import Final

from bot.mail.quotes.page import BLANK, PATCH, TEXT, Page
from bot.mail.quotes.vocabulary import phrases

_HUNK = re.compile(r"@@+ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@")
_STAT = re.compile(
    r"\d{1,7} files? changed(?:, (\d{1,9}) insertions?\(\+\))?(?:, (\d{1,9}) deletions?\(-\))?\Z"
)
_FILES_IN_STAT = re.compile(r"\d{1,7}")
_STAT_LINE = re.compile(r"\S.{0,300}\s\|\s{1,20}(?:\d{1,9}\s{0,3}[+-]{0,400}|Bin .{0,60})\Z")
_MODE_LINE = re.compile(r"(?:create|delete|rename|copy|mode change|rewrite) (?:mode )?.{1,300}\Z")
_BETWEEN = phrases(
    "index |old mode |new mode |new file mode|deleted file mode|similarity index|dissimilarity index",
    "rename from|rename to|copy from|copy to|Binary files |GIT binary patch|Only in |RCS file:",
    "retrieving revision|=======|diff -|diff --git ",
)
_HEADS = ("@@", "diff -", "Index: ", "--- ")
_STAT_ENDS = ("(+)", "(-)", "changed")
_HEAD_SIGNS = frozenset(head.strip().lower() for head in _HEADS)
SIGNS: Final = _HEAD_SIGNS | frozenset(_STAT_ENDS)
"""Without one of them there is no patch in a mail."""
_TRAILERS = ("base-commit: ", "prerequisite-patch-id: ", "change-id: ")
_BINARY = re.compile(r"(?:literal|delta) \d{1,9}\Z")
_MOST_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class PatchSummary:
    """What a patch changes: files, lines added and lines removed."""

    files: int
    added: int
    removed: int

    @property
    def text(self) -> str:
        """Say it in one line, the way every tool does: "3 files, +10 -2"."""
        return f"{self.files} file{'' if self.files == 1 else 's'}, +{self.added} -{self.removed}"


def mark_patch(page: Page) -> PatchSummary | None:
    """Mark diffs and diffstats and return what they change; None where the mail has neither."""
    counted = None
    if not page.holds.isdisjoint(_HEAD_SIGNS):
        heads = [index for index in page.texts if page.lines[index].startswith(_HEADS)]
        counted = _Reader(page).read(heads) if heads else None
    if not page.holds.isdisjoint(_STAT_ENDS):
        stats = [index for index in page.texts if page.bare[index].endswith(_STAT_ENDS)]
        counted = _mark_stats(page, stats, counted)
    if counted is not None:
        for index, bare in enumerate(page.bare):
            if page.kinds[index] == TEXT and bare.startswith(_TRAILERS):
                page.kinds[index] = PATCH
    return counted


class _Reader:
    """Walks over the lines once; `files`, `added` and `removed` grow with each hunk."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.files = 0
        self.added = 0
        self.removed = 0

    def read(self, heads: list[int]) -> PatchSummary | None:
        """Read from each line that may begin a file or a hunk, unless it belongs to the one before."""
        stop = 0
        for index in heads:
            if index >= stop:
                stop = self._read_file(index) if self._begins_file(index) else self._read_hunk(index)
                self._page.mark(index, stop, PATCH)
        if not self.files and not self.added and not self.removed:
            return None
        return PatchSummary(max(1, self.files), self.added, self.removed)

    def _begins_file(self, index: int) -> bool:
        lines = self._page.lines
        line = lines[index]
        if line.startswith(("diff --git ", "diff -")) and " " in line[6:]:
            return _is_followed(lines, index)
        if line.startswith("Index: "):
            return index + 1 < len(lines) and lines[index + 1].startswith("=====")
        return line.startswith("--- ") and index + 1 < len(lines) and lines[index + 1].startswith("+++ ")

    def _read_file(self, index: int) -> int:
        """Read a file's head, down to its first hunk or the next file."""
        lines = self._page.lines
        self.files += 1
        stop = index + 1
        if lines[index].startswith("--- "):
            return stop + 1
        while stop < len(lines):
            line = lines[stop]
            if line.startswith(("diff --git ", "Index: ")):
                break
            if line.startswith("--- ") and lines[stop + 1 : stop + 2] and lines[stop + 1].startswith("+++ "):
                return stop + 2
            if _BINARY.match(line):
                stop = self._skip_binary(stop + 1)
            elif line.startswith(_BETWEEN):
                stop += 1
            else:
                break
        return stop

    def _skip_binary(self, index: int) -> int:
        lines = self._page.lines
        while index < len(lines) and lines[index]:
            index += 1
        while index < len(lines) and not lines[index]:
            index += 1
        return index

    def _read_hunk(self, index: int) -> int:
        """Read a hunk by the numbers in its head; no hunk, no lines."""
        lines = self._page.lines
        head = _HUNK.match(lines[index]) if lines[index].startswith("@@") else None
        if head is None:
            return index
        old = min(int(head[1] or 1), _MOST_COUNTED)
        new = min(int(head[2] or 1), _MOST_COUNTED)
        stop = index + 1
        while stop < len(lines) and (old > 0 or new > 0 or lines[stop].startswith("\\ ")):
            sign = lines[stop][:1]
            if sign == "+":
                new -= 1
                self.added += 1
            elif sign == "-":
                old -= 1
                self.removed += 1
            elif sign in ("", " ", "\t"):
                old -= 1
                new -= 1
            elif sign != "\\":
                break
            stop += 1
        return stop


def _is_followed(lines: list[str], index: int) -> bool:
    """Tell the head of a diff from a command that somebody cites."""
    below = lines[index + 1 : index + 8]
    return any(line.startswith((*_BETWEEN, "--- ")) for line in below)


def _mark_stats(page: Page, stats: list[int], counted: PatchSummary | None) -> PatchSummary | None:
    """Mark diffstats; where there is no diff (a cover letter), take the numbers from there."""
    files = added = removed = 0
    for index in stats:
        bare = page.bare[index]
        stat = _STAT.match(bare) if page.kinds[index] == TEXT else None
        if stat is None:
            continue
        _mark_stat_lines(page, index)
        number = _FILES_IN_STAT.match(bare)
        files += int(number[0]) if number else 0
        added += int(stat[1] or 0)
        removed += int(stat[2] or 0)
    if counted is not None or not files:
        return counted
    return PatchSummary(files, added, removed)


def _mark_stat_lines(page: Page, index: int) -> None:
    page.kinds[index] = PATCH
    below = index + 1
    while below < len(page.kinds) and page.kinds[below] == TEXT and _MODE_LINE.match(page.bare[below]):
        page.kinds[below] = PATCH
        below += 1
    above = index - 1
    while above >= 0 and page.kinds[above] == TEXT and _STAT_LINE.match(page.bare[above]):
        page.kinds[above] = PATCH
        above -= 1
    while above >= 0 and page.kinds[above] == BLANK:
        above -= 1
    if above >= 0 and page.kinds[above] == TEXT and page.bare[above] == "---":
        page.kinds[above] = PATCH
