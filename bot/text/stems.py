"""Stem words: "meetings" and "meeting" are one. Stemming is pure and slow, so results are remembered."""

import functools
import sys

import snowballstemmer

ENGLISH = "english"
# Longer "words" are not words; stemming them would only cost time.
_LONGEST = 40


@functools.lru_cache(maxsize=50_000)
def stem_of(word: str, language: str) -> str:
    """Return a word's stem in one of snowball's languages (English for others); names are their own.

    A stemmer holds the word that it works on, so each call has its own: searching and building an index
    may run in two threads.
    """
    if not word.isalpha() or len(word) > _LONGEST:
        return sys.intern(word)
    known = language if language in snowballstemmer.algorithms() else ENGLISH
    stem: str = snowballstemmer.stemmer(known).stemWord(word)
    return sys.intern(stem)
