"""Know words that people use for each other, and words that belong to one subject.

Synonyms stand for each other almost fully. Related words are weak evidence, yet often the only one: who asks
for "German" means the entry on languages, who asks for a meetup the one on events. Both lists (in the files
beside this one, a group a line) are generic on purpose; a FAQ's own aliases, and those learned from use, do
better.
"""

import functools
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

from bot.text.stems import ENGLISH, stem_of

_SYNONYMS = "synonyms_en.txt"
_RELATED = "related_en.txt"


@functools.cache
def synonymous_stems() -> Mapping[str, frozenset[str]]:
    """Return, for each stem, the stems of the words that stand for it."""
    return _kin(_SYNONYMS)


@functools.cache
def related_stems() -> Mapping[str, frozenset[str]]:
    """Return, for each stem, the stems of the words that belong to its subject."""
    return _kin(_RELATED)


def _kin(name: str) -> Mapping[str, frozenset[str]]:
    kin: dict[str, set[str]] = {}
    text = resources.files("bot.faq.search").joinpath(name).read_text(encoding="utf-8")
    for line in text.splitlines():
        stems = {stem_of(word, ENGLISH) for word in line.split()}
        for stem in stems:
            kin.setdefault(stem, set()).update(stems - {stem})
    return MappingProxyType({stem: frozenset(others) for stem, others in kin.items() if others})
