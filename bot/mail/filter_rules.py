"""Read filter rules as people write them: words with commas between, or one /pattern/; -words leave out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from bot.mail.addresses import mask_address
from bot.mail.filters import LONGEST_PATTERN, MOST_RULES, Field, Rule, refuse_pattern
from bot.text.search_terms import fold_words

_LONGEST_INPUT: Final = 1_000


class Wrong(StrEnum):
    """What is wrong with a rule."""

    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    NO_WORDS = "no_words"
    BAD_PATTERN = "bad_pattern"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why rules are not taken.

    Attributes:
        text: The rule as it was written, cut.
        detail: What RE2 says of the pattern; "" elsewhere.
    """

    what: Wrong
    text: str = ""
    detail: str = ""


HashAuthor = Callable[[str], str]


def read_rules(field: Field, text: str, *, hash_author: HashAuthor) -> tuple[Rule, ...] | Refusal:
    """Return the rules that a text names, each once, or why not.

    Args:
        field: What they look at: an author, subjects or tags.
        text: "release, -nightly build", or "/rc[0-9]+$/", or, for authors, also an address.
        hash_author: How addresses are told apart without being kept.
    """
    if len(text) > _LONGEST_INPUT:
        return Refusal(what=Wrong.TOO_LONG, text=text[:40])
    rules: dict[Rule, None] = {}
    for item in _items(text.encode("utf-8", "replace").decode()):
        leaves_out = item.startswith("-")
        rule = _read(field, item[leaves_out:].strip(), hash_author)
        if isinstance(rule, Refusal):
            return rule
        rules[replace(rule, leaves_out=leaves_out)] = None
    if len(rules) > MOST_RULES:
        return Refusal(what=Wrong.TOO_MANY)
    return tuple(rules) or Refusal(what=Wrong.NO_WORDS, text=text[:40])


def write_rule(rule: Rule) -> str:
    """Return a rule's text as it is typed."""
    text = f"/{rule.text}/" if rule.is_pattern else rule.text
    return f"-{text}" if rule.leaves_out else text


def write_rules(rules: Sequence[Rule]) -> str:
    """Return rules of one field as one text; those by address are left out, for nobody kept the address."""
    return _joined([write_rule(rule) for rule in rules if not rule.author_hash])


def plain_rules(text: str) -> str:
    """Return rules as somebody typed them in the way in which they are written."""
    items = (f"-{item[1:].strip()}" if item.startswith("-") else item for item in _items(text))
    return _joined(tuple(dict.fromkeys(items)))


def _joined(items: Sequence[str]) -> str:
    text = ", ".join(items)
    # What begins and ends as a pattern would be read as one.
    return f", {text}" if len(items) > 1 and _is_pattern(text) else text


def _items(text: str) -> list[str]:
    whole = text.strip()
    if _is_pattern(whole):
        return [whole]  # a pattern may hold commas
    return [item.strip() for item in whole.split(",") if item.strip()]


def _is_pattern(text: str) -> bool:
    return text.removeprefix("-").startswith("/") and text.endswith("/")


def _read(field: Field, item: str, hash_author: HashAuthor) -> Rule | Refusal:
    if len(item) > LONGEST_PATTERN:
        return Refusal(what=Wrong.TOO_LONG, text=item[:40])
    if len(item) > 2 and item.startswith("/") and item.endswith("/"):
        return _read_pattern(field, item[1:-1])
    if field is Field.AUTHOR and "@" in item and " " not in item:
        address = item.strip("<>").lower()
        return Rule(field=field, text=mask_address(address), author_hash=hash_author(address))
    if not fold_words(item):
        return Refusal(what=Wrong.NO_WORDS, text=item[:40])
    return Rule(field=field, text=item)


def _read_pattern(field: Field, pattern: str) -> Rule | Refusal:
    if said := refuse_pattern(pattern):
        what = Wrong.TOO_LARGE if "large" in said or "repetition" in said else Wrong.BAD_PATTERN
        return Refusal(what=what, text=pattern[:40], detail=said[:100])
    return Rule(field=field, text=pattern, is_pattern=True)
