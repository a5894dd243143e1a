"""Read the other ways to ask that community.toml has the FAQ know, in place of what it learns from use."""

from dataclasses import dataclass

from config.lines import KeyPath
from config.tables import Table, TableReader

MOST_ASKED = 500
"""How many ways to ask one question may have."""

_MAX_LENGTH = 300
_QUESTION = 'question: write the question as the page has it, question = "…"'
_ASKED = 'asked: write other ways to ask it in brackets, asked = ["…", "…"]'


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredPhrasings:
    """Other ways to ask a question that stands on a page.

    Attributes:
        line: Where community.toml declares them.
    """

    question: str
    asked: tuple[str, ...] = ()
    line: int = 0


def read_phrasings(reader: TableReader, guild: Table, at: KeyPath) -> tuple[DeclaredPhrasings, ...]:
    """Read each [[guild.phrasing]] of a guild."""
    found = tuple(_read_one(reader, table, where) for table, where in reader.tables(guild, "phrasing", at))
    reader.check_twice(((each.question, each.line) for each in found), "question")
    return found


def _read_one(reader: TableReader, table: Table, at: KeyPath) -> DeclaredPhrasings:
    reader.check_keys(table, at, known=("question", "asked"))
    question = " ".join(reader.text(table, at, "question").split())
    if not question:
        reader.report((*at, "question"), _QUESTION)
    return DeclaredPhrasings(question=question, asked=_read_asked(reader, table, at), line=reader.line(at))


def _read_asked(reader: TableReader, table: Table, at: KeyPath) -> tuple[str, ...]:
    value = table.get("asked")
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        reader.report((*at, "asked"), _ASKED)
        return ()
    asked = tuple(dict.fromkeys(" ".join(each.split()) for each in value))
    if len(asked) > MOST_ASKED or any(len(each) > _MAX_LENGTH for each in asked):
        reader.report((*at, "asked"), f"asked: at most {MOST_ASKED}, of {_MAX_LENGTH} characters each")
    return asked
