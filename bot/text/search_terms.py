"""Read what people type to search texts, and write texts so that every search engine sees the same words.

Words are looked for together, in any order; "in quotes" stand side by side; -word must not be there; word*
begins so. Little words are looked for only where nothing else is. Case and accents make no difference; each
Chinese or Japanese sign is a word, so that parts of a text without spaces are found.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import groupby
from typing import Final

MAX_TERMS: Final = 12
_MAX_CHARACTERS: Final = 300
_MAX_WORDS: Final = 12
_TERM: Final = re.compile(
    r"(?P<minus>(?<!\S)-)?(?:[\"“„«](?P<phrase>[^\"”“»]{1,200})[\"”“»]|(?P<word>[^\s\"“”„«»]{1,200}))"
)
_LITTLE: Final = frozenset(
    {
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "for",
        "from",
        "has",
        "have",
        "in",
        "is",
        "it",
        "its",
    }
    | {"not", "of", "on", "or", "that", "the", "this", "to", "was", "were", "with"}
)
_FOLDED: Final = bytes(
    ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else ord(" ") for code in range(256)
)
_WORD: Final = re.compile(r"[^\W_]+")
_SIGN: Final = re.compile("([\u3005\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Words that stand side by side.

    Attributes:
        words: Folded; at least one.
        is_excluded: They must not be there.
        is_prefix: The last of them is only the beginning of one.
    """

    words: tuple[str, ...]
    is_excluded: bool = False
    is_prefix: bool = False


def parse_terms(text: str) -> tuple[Term, ...]:
    """Return what is looked for, and what must not be there; empty when the text holds no word."""
    terms: dict[Term, None] = {}
    for found in _TERM.finditer(text[:_MAX_CHARACTERS]):
        given = found["phrase"] or found["word"]
        words = tuple(fold_words(given).split()[:_MAX_WORDS])
        if words:
            is_prefix = found["phrase"] is None and given.endswith("*")
            terms[Term(words=words, is_excluded=bool(found["minus"]), is_prefix=is_prefix)] = None
    telling = [term for term in terms if term.is_excluded or not _LITTLE.issuperset(term.words)]
    asked = telling if any(not term.is_excluded for term in telling) else list(terms)
    return tuple(asked[:MAX_TERMS])


def fold_words(text: str) -> str:
    """Return the words of a text, folded, with single spaces between them."""
    if text.isascii():  # most text is, and whole mails are folded
        return _fold_ascii(text)
    runs = groupby(text.split(), str.isascii)
    folded = ((_fold_ascii if is_ascii else _fold_foreign)(" ".join(run)) for is_ascii, run in runs)
    return " ".join(filter(None, folded))


def _fold_ascii(text: str) -> str:
    return b" ".join(text.encode().translate(_FOLDED).split()).decode()


def _fold_foreign(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    text = unicodedata.normalize("NFC", "".join(each for each in apart if not unicodedata.combining(each)))
    text = _SIGN.sub(r" \1 ", text)
    return " ".join(_WORD.findall(text.casefold()))
