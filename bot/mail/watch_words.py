"""Find the words that members watch for, in what mails say: whole words, whatever their case and ending."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.mail.stored import StoredEmail
from bot.text.search_terms import fold_words
from bot.text.stems import ENGLISH, stem_of

MOST_WORDS: Final = 20
"""How many a member may watch for in a guild."""

LONGEST_WORD: Final = 60
LONGEST_STEM: Final = 100  # a select's value; folding makes words longer only in a few scripts
_READ_AT_MOST: Final = 20_000
_WHOLE: Final = 3  # "ci" and "ios" have no endings


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A word that a member watches for.

    Attributes:
        stem: As it is looked for; `word` as it was typed.
    """

    guild_id: int
    user_id: int
    stem: str
    word: str
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A watched word in a mail."""

    watch: Watch
    email: StoredEmail


def read_words(text: str) -> dict[str, str]:
    """Return the words of what somebody typed by their stems: with commas what stands between, else each."""
    parts = text.split(",") if "," in text else text.split()
    found: dict[str, str] = {}
    for part in parts:
        word = " ".join(part.split())[:LONGEST_WORD]
        stem = stem_words(word)
        if stem and len(stem) <= LONGEST_STEM:
            found.setdefault(stem, word)
    return found


def stem_words(text: str) -> str:
    """Return the stems of a text's words, with single spaces between them."""
    words = fold_words(text).split()
    return " ".join(word if len(word) <= _WHOLE else stem_of(word, ENGLISH) for word in words)


def find_hits(watches: Iterable[Watch], emails: Sequence[StoredEmail]) -> tuple[Hit, ...]:
    """Return for each member the first mail of each thread in which a word of theirs stands."""
    by_first: dict[str, list[Watch]] = {}
    for watch in watches:
        by_first.setdefault(watch.stem.partition(" ")[0], []).append(watch)
    hits: dict[tuple[int, int, int], Hit] = {}
    for email in emails if by_first else ():
        said = stem_words(_said(email))
        for first in sorted(by_first.keys() & set(said.split())):
            for watch in by_first[first]:
                if " " not in watch.stem or f" {watch.stem} " in f" {said} ":
                    key = (watch.guild_id, watch.user_id, email.thread)
                    hits.setdefault(key, Hit(watch=watch, email=email))
    return tuple(hits.values())


def _said(email: StoredEmail) -> str:
    own = email.body.own[:_READ_AT_MOST] if email.body is not None else ""
    return f"{email.topic}\n{own}"
