"""Give each entry an id that lasts: what was learned about it, and links to it, survive edits of the page.

An entry is the one it was when its question is the same, else its anchor, else its answer, else when both are
much alike. What is left is new, and gets an id made from its page and its question, so that it is the same on
every machine.
"""

import base64
import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from bot.faq.models import Entry

# About one digest in twelve has no digit.
_SPARE_ATTEMPTS = 50
_ID_LENGTH = 12
# Pairs compared by likeness: 0.1 s at most. Beyond it only entries that stand near each other are compared.
_MAX_PAIRS = 10_000
_COMPARED = 400
_SAME_QUESTION = 88
_LIKE_QUESTION = 70
_LIKE_ANSWER = 50
_SAME_ANSWER = 85
# "Yes." is the answer to many questions: alone it tells nothing.
_TELLING_ANSWER = 40
_HINTED_QUESTION = 35


def carry_ids(
    new: Sequence[Entry], old: Sequence[Entry], *, taken: frozenset[str] = frozenset()
) -> tuple[Entry, ...]:
    """Return the new entries with the ids they had, or with new ones.

    Args:
        new: The entries as parsed, in the page's order; their ids do not count.
        old: The entries of the last good version.
        taken: Ids that others use already.
    """
    ids: dict[int, str] = {}
    waiting = dict(enumerate(old))
    for same in (_by_question_and_section, _by_question, _by_anchor, _by_answer):
        _match_equal(new, waiting, ids, same)
    _match_alike(new, waiting, ids)
    used = {*taken, *(entry.id for entry in old)}
    result = []
    for place, entry in enumerate(new):
        identifier = ids.get(place) or _make_id(entry, used)
        used.add(identifier)
        result.append(replace(entry, id=identifier))
    return tuple(result)


def question_key(text: str) -> str:
    """Return a question's letters and digits, so that case, accents and punctuation make no difference."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    kept = ("".join(filter(_is_kept, word)) for word in folded.replace("-", " ").split())
    return " ".join(filter(None, kept)) or folded.strip()


def _is_kept(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character) == "Mc"


def _by_question_and_section(entry: Entry) -> str:
    key = question_key(entry.question)
    return f"{key}\n{entry.section}" if key else ""


def _by_question(entry: Entry) -> str:
    return question_key(entry.question)


def _by_anchor(entry: Entry) -> str:
    return entry.anchor


def _by_answer(entry: Entry) -> str:
    text = " ".join(entry.text.split())
    return text if len(text) >= _TELLING_ANSWER else ""


def _match_equal(
    new: Sequence[Entry], waiting: dict[int, Entry], ids: dict[int, str], key: Callable[[Entry], str]
) -> None:
    """Match what has the same key, in order where several have it; an id is given once."""
    places: dict[str, list[int]] = defaultdict(list)
    for place in reversed(waiting):
        if text := key(waiting[place]):
            places[text].append(place)
    given = set(ids.values())
    for place, entry in enumerate(new):
        text = key(entry) if place not in ids else ""
        while text and places.get(text):
            former = waiting.pop(places[text].pop())
            if former.id and former.id not in given:
                ids[place] = former.id
                given.add(former.id)
                break


def _match_alike(new: Sequence[Entry], waiting: dict[int, Entry], ids: dict[int, str]) -> None:
    """Match the most alike pairs first."""
    places = [place for place in range(len(new)) if place not in ids]
    pairs = []
    for here, there in _list_pairs(places, list(waiting)):
        score = _likeness(new[here], waiting[there])
        if score:
            pairs.append((-score, abs(here - there), here, there))
    given = set(ids.values())
    for _, _, here, there in sorted(pairs):
        former = waiting.get(there)
        if here not in ids and former is not None and former.id and former.id not in given:
            ids[here] = former.id
            given.add(former.id)
            del waiting[there]


def _list_pairs(new: Sequence[int], old: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Return which entries to compare: all with all, or near ones where that would be too many."""
    if len(new) * len(old) <= _MAX_PAIRS:
        return ((here, there) for here in new for there in old)
    reach = max(1, _MAX_PAIRS // (2 * len(new)))
    return (
        (here, old[near])
        for index, here in enumerate(new[:_MAX_PAIRS])
        for near in range(max(0, index - reach), min(len(old), index + reach))
    )


def _likeness(entry: Entry, former: Entry) -> float:
    """Return how surely two entries are one, 0 when they are not."""
    keys = question_key(entry.question)[:_COMPARED], question_key(former.question)[:_COMPARED]
    question = max(fuzz.ratio(*keys), fuzz.token_sort_ratio(*keys))
    answer = fuzz.ratio(entry.text[:_COMPARED], former.text[:_COMPARED])
    is_telling = min(len(entry.text), len(former.text)) >= _TELLING_ANSWER
    is_one = (
        question >= _SAME_QUESTION
        or (question >= _LIKE_QUESTION and answer >= _LIKE_ANSWER)
        or (answer >= _SAME_ANSWER and (is_telling or question >= _HINTED_QUESTION))
    )
    return question + answer if is_one else 0.0


def _make_id(entry: Entry, used: set[str]) -> str:
    for attempt in range(len(used) + _SPARE_ATTEMPTS):
        seed = f"{entry.page_id}\n{question_key(entry.question)}\n{attempt or ''}"
        digest = hashlib.sha256(seed.encode("utf-8", "replace")).digest()
        identifier = base64.b32encode(digest).decode("ascii").lower()[:_ID_LENGTH]
        # A digit tells an id from a word that somebody typed.
        if identifier not in used and not identifier.isalpha():
            return identifier
    raise AssertionError("more ids than attempts cannot be taken")
