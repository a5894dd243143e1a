"""Vary questions as people do: with typing errors, as keywords, and half typed."""

import random
import string

from bot.faq.search.background import load_background
from bot.faq.search.words import QUESTION_WORDS, STOP_WORDS, words_of

PLAIN, TYPO, SHORT, HALF_TYPED = "plain", "typo", "short", "half typed"
VARIANTS = (PLAIN, TYPO, SHORT, HALF_TYPED)

_SEED = 7
_SHARE_OF_TYPOS = 0.3
_KEYWORDS = 3


def vary(questions: tuple[str, ...], variant: str) -> tuple[str, ...]:
    """Return every question's variant; the same ones in every run."""
    dice = random.Random(_SEED)
    match variant:
        case "typo":
            return tuple(with_typos(question, dice) for question in questions)
        case "short":
            shorten = Shortener()
            return tuple(map(shorten, questions))
        case "half typed":
            shorten = Shortener()
            return tuple(half_typed(shorten(question)) for question in questions)
        case _:
            return questions


def with_typos(question: str, dice: random.Random) -> str:
    """Make one random edit in 30 % of the words of three letters or more."""
    return " ".join(
        _mistyped(word, dice) if len(word) > 2 and dice.random() < _SHARE_OF_TYPOS else word
        for word in question.split()
    )


def _mistyped(word: str, dice: random.Random) -> str:
    at = dice.randrange(len(word))
    letter = dice.choice(string.ascii_lowercase)
    match dice.randrange(4):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + letter + word[at:]
        case 2:
            return word[:at] + letter + word[at + 1 :]
        case _:
            return word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]


def half_typed(keywords: str) -> str:
    """Cut the last word in half, as somebody who is still typing it sees it."""
    *before, last = keywords.split() or [""]
    return " ".join([*before, last[: max(2, (len(last) + 1) // 2)]])


class Shortener:
    """Shorten a question to its one to three keywords: those rarest in English, in their order."""

    def __init__(self) -> None:
        self._background = load_background()

    def __call__(self, question: str) -> str:
        """Return the keywords; the question itself where it has none."""
        words = [
            word
            for word in dict.fromkeys(words_of(question))
            if len(word) > 1 and word not in STOP_WORDS | QUESTION_WORDS
        ]
        kept = sorted(words, key=self._commonness)[:_KEYWORDS]
        return " ".join(word for word in words if word in kept) or question

    def _commonness(self, word: str) -> int:
        level = self._background.level(word)
        return -1 if level is None else level
