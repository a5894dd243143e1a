"""Cut text into words the way people mean them: case, accents, quotes and hyphens do not matter."""

import re
import unicodedata

_QUERY_LENGTH = 400
_QUOTES = str.maketrans({**dict.fromkeys("’‘‛ʼ`´＇", "'"), **dict.fromkeys("“”„‟«»＂", '"')})
_DASHES = re.compile(r"[‐‑‒–—−﹘﹣－]")
_SPACE = re.compile(r"\s+")
# Words keep inner signs that are part of a name: c++, c#, node.js, 3.11.
_WORD = re.compile(r"[^\W_]+(?:\+\+|#)?(?:'[^\W_]+)*(?:\.(?=\w)[^\W_]+)*", re.UNICODE)
_EDGE = " \t\n?!.,;:…¿¡\"'“”„«»()[]{}*_~"
_CLITIC = re.compile(r"'(?:s|re|ve|ll|d|m)$")
_NEGATED = {"can't": "cannot", "won't": "will not", "shan't": "shall not"}
_JOINED_PREFIX = re.compile(
    r"\b(e|wi|re|pre|non|co|un|de|sub|anti|multi|on|off|log|sign|set|back|e)-(?=[^\W\d_])"
)

# What a question is put in, rather than about: kept, for they tell "what is it" from "how do I get it".
QUESTION_WORDS = frozenset(
    """
    how what where when who whom whose why which can could does do did is are was were will would should
    may might shall must has have had am be been being
    """.split()  # noqa: SIM905 (a list of sixty strings would be harder to read)
)
# Those that tell questions about one thing apart: who asks why does not want to know when.
TELLING_QUESTION_WORDS = frozenset("why who whom whose when where".split())  # noqa: SIM905 (likewise)
STOP_WORDS = frozenset(
    """
    a an and as at but by for from if in into it its me my mine of off on or our ours out over so some such
    than that the their them then there these they this those to too up us very we with you your yours i he
    she him her his hers any all just also about not no nor only own same more most other both each few s t
    don please hi hello hey thanks thank tell know get got want need like one here now
    """.split()  # noqa: SIM905 (likewise)
)


def normalise(text: str) -> str:
    """Return the key by which two texts count as the same question.

    NFKC, case folded, quotes and dashes straightened, spaces collapsed, no punctuation at the ends.
    """
    folded = unicodedata.normalize("NFKC", text[: _QUERY_LENGTH * 4]).casefold().translate(_QUOTES)
    return _SPACE.sub(" ", _DASHES.sub("-", folded)).strip(_EDGE)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text in order, folded: no accents, no possessives, hyphens opened."""
    plain = _unaccented(normalise(text))
    plain = _JOINED_PREFIX.sub(r"\1", plain)
    found: list[str] = []
    for match in _WORD.finditer(plain):
        found += _parts(match[0])
    return tuple(found)


def _parts(word: str) -> list[str]:
    if "'" in word:
        if word in _NEGATED:
            return _NEGATED[word].split()
        if word.endswith("n't"):
            return [part for part in (word[:-3], "not") if part]
        word = _CLITIC.sub("", word).replace("'", "")
    return [word] if word else []


def _unaccented(text: str) -> str:
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))
