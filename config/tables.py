"""Read the tables of community.toml into values, and gather what is wrong with them, each with its line."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from config.lines import KeyPath, line_of

Table = Mapping[str, object]

SNOWFLAKES = range(1, 2**63)
"""What Discord's ids can be."""

_SHOWN = 80


class TableReader:
    """Take values out of the document; what is wrong becomes a problem and the value its default.

    Attributes:
        config_dir: What declared files are relative to; None: the text comes from chat.
        problems: What was found wrong so far, a line each, with the file and the line it is in.
    """

    def __init__(self, *, path: Path, lines: Mapping[KeyPath, int], config_dir: Path | None) -> None:
        self.config_dir = config_dir
        self.problems: list[str] = []
        self._path = path
        self._lines = lines

    @property
    def is_from_chat(self) -> bool:
        """Tell whether somebody in chat gives the text, who may name no files."""
        return self.config_dir is None

    def report(self, at: KeyPath, what: str) -> None:
        """Note a problem with a key; `what` ends without a full stop."""
        self.report_line(self.line(at), what)

    def report_line(self, line: int, what: str) -> None:
        """Note a problem in a line."""
        place = f"{self._path}:{line}" if line else str(self._path)
        self.problems.append(f"{place}: {what}{'' if what.endswith('?') else '.'}")

    def line(self, at: KeyPath) -> int:
        """Return the line of a key, or of the nearest table around it."""
        return line_of(self._lines, at)

    def check_keys(self, table: Table, at: KeyPath, *, known: Sequence[str]) -> None:
        """Report the keys that mean nothing here, each with the nearest that does."""
        for key in table:
            if key not in known:
                hint = nearest(key, known) or f"; known here: {', '.join(known)}"
                self.report((*at, key), f"unknown key {shown(key)}{hint}")

    def check_twice(self, declared: Iterable[tuple[str, int]], what: str) -> None:
        """Report what is declared a second time; each comes as its place and its line."""
        seen: dict[str, int] = {}
        for place, line in declared:
            if place and place in seen:
                self.report_line(line, f"this {what} is declared before, in line {seen[place]}; keep one")
            seen.setdefault(place, line)

    def tables(self, table: Table, name: str, at: KeyPath) -> list[tuple[Table, KeyPath]]:
        """Return the items of an array of tables, each with its path."""
        found = table.get(name, [])
        header = ".".join([*(part for part in at if isinstance(part, str)), name])
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            self.report((*at, name), f"write [[{header}]], with double brackets, before each {name}")
            return []
        return [(item, (*at, name, position)) for position, item in enumerate(found)]

    def text(self, table: Table, at: KeyPath, name: str) -> str:
        """Return a text without space around it; empty when there is none."""
        value = table.get(name, "")
        if not isinstance(value, str):
            self.report((*at, name), f'{name}: write a text in quotes, {name} = "…"')
            return ""
        return value.strip()

    def word(self, table: Table, at: KeyPath, name: str, words: Sequence[str], default: str = "auto") -> str:
        """Return one of the words that are possible here."""
        word = self.text(table, at, name).lower() or default
        if word not in words:
            hint = nearest(word, words) or f"; one of {', '.join(words)}"
            self.report((*at, name), f"{name}: there is no {shown(word)}{hint}")
        return word

    def snowflake(self, table: Table, at: KeyPath, name: str, *, problem: str) -> int | None:
        """Return one of Discord's ids; None when there is none. `problem` is said of anything else."""
        value = table.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value not in SNOWFLAKES:
            self.report((*at, name), problem)
            return None
        return value


def nearest(word: str, known: Sequence[str]) -> str:
    """Return a hint at the known word that was probably meant; empty when none is near."""
    matches = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f"; did you mean {matches[0]}?" if matches else ""


def shown(value: object) -> str:
    """Quote what somebody wrote, cut short."""
    text = str(value)
    return ascii(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
