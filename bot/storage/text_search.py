"""Search mails' words: FTS5 on SQLite, tsvector on PostgreSQL. The one place that knows either.

The table `mail_search` (bot.storage.schema.mail) has another form on each. Its rows live exactly as long as
the bodies they were made from: by a trigger there, by a foreign key here.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, column, func, literal, literal_column, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.text.search_terms import Term, fold_words

# Words in a subject say more than words in a body. FTS5 takes the weights, PostgreSQL its default ones.
_RANK_ON_SQLITE: Final = "bm25(mail_search, 5.0, 2.0, 1.0)"
_INSERT_ON_SQLITE: Final = "INSERT INTO mail_search (rowid, subject, author, words) VALUES (?, ?, ?, ?)"
_INSERT_ON_POSTGRESQL: Final = text(
    "INSERT INTO mail_search (id, words) VALUES (:id, setweight(to_tsvector('english', :subject), 'A')"
    " || setweight(to_tsvector('simple', :author) || to_tsvector('english', :author), 'B')"
    " || setweight(to_tsvector('english', :words), 'D'))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Searchable:
    """The texts of a stored mail that can be found."""

    id: int
    subject: str
    author: str
    words: str


def is_search_table(name: str) -> bool:
    """Tell whether a table belongs to the search: FTS5 keeps its own beside."""
    return name.startswith("mail_search")


async def index_texts(connection: AsyncConnection, texts: Iterable[Searchable]) -> None:
    """Make texts findable; each once, after its body is stored."""
    is_sqlite = connection.dialect.name == "sqlite"
    # A batch of long mails in foreign scripts takes 50 ms to fold; the loop goes on meanwhile.
    rows = await asyncio.to_thread(_rows_for_sqlite if is_sqlite else _rows_for_postgresql, tuple(texts))
    if not rows:
        return
    if is_sqlite:
        await connection.exec_driver_sql(_INSERT_ON_SQLITE, rows)
    else:
        await connection.execute(_INSERT_ON_POSTGRESQL, rows)


def _rows_for_sqlite(texts: Sequence[Searchable]) -> list[Any]:
    return [(each.id, _folded(each.subject), _folded(each.author), _folded(each.words)) for each in texts]


def _rows_for_postgresql(texts: Sequence[Searchable]) -> list[Any]:
    return [
        {
            "id": each.id,
            "subject": fold_words(each.subject),
            "author": fold_words(each.author),
            "words": fold_words(each.words),
        }
        for each in texts
    ]


def _folded(text: str) -> str:
    """Fold a text as far as FTS5 does not: of ASCII its tokenizer makes the same words, and much quicker."""
    return text.replace("\0", " ") if text.isascii() else fold_words(text)


def select_matches(connection: AsyncConnection, terms: Sequence[Term], author: str) -> Select[Any]:
    """Return a query for the ids of the mails that match, with a rank: the lower, the better.

    Args:
        connection: What it will be executed on.
        terms: At least one that is not excluded, or an author.
        author: The beginnings of words of the author's name; "" for anybody.
    """
    names = tuple(fold_words(author).split())
    if connection.dialect.name == "sqlite":
        return _select_on_sqlite(terms, names)
    return _select_on_postgresql(terms, names)


def _select_on_sqlite(terms: Sequence[Term], names: Sequence[str]) -> Select[Any]:
    wanted = [_quote(term) for term in terms if not term.is_excluded]
    wanted += [f'author : "{name}" *' for name in names]
    excluded = [_quote(term) for term in terms if term.is_excluded]
    query = " AND ".join(wanted)
    if excluded:
        query = f"({query}) NOT ({' OR '.join(excluded)})"
    found = table("mail_search", column("rowid"))
    return (
        select(found.c.rowid.label("id"), literal_column(_RANK_ON_SQLITE).label("rank"))
        .select_from(found)
        .where(literal_column("mail_search").op("MATCH")(query))
    )


def _quote(term: Term) -> str:
    """Write a term for FTS5; folded words hold no quotes."""
    return f'"{" ".join(term.words)}"{" *" if term.is_prefix else ""}'


def _select_on_postgresql(terms: Sequence[Term], names: Sequence[str]) -> Select[Any]:
    query: ColumnElement[Any] | None = None
    parts = [_tsquery(term) for term in terms]
    parts += [func.to_tsquery("simple", literal(f"'{name}':*B")) for name in names]
    for part in parts:
        query = part if query is None else query.op("&&")(part)
    found = table("mail_search", column("id"), column("words"))
    rank = -func.ts_rank_cd(found.c.words, query)
    return select(found.c.id.label("id"), rank.label("rank")).where(found.c.words.op("@@")(query))


def _tsquery(term: Term) -> ColumnElement[Any]:
    words = " ".join(term.words)
    query: ColumnElement[Any] = func.phraseto_tsquery("english", words)
    if term.is_prefix:
        written = " <-> ".join(f"'{word}'" for word in term.words)
        query = func.to_tsquery("english", f"{written}:*")
    return func.tsquery_not(query) if term.is_excluded else query
