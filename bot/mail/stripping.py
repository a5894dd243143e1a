"""Find the own words of many mails at once, with the texts of the mails that they answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.mail.models import Email
from bot.mail.quotes.own_words import OwnWords, own_words
from bot.mail.quotes.parents import Shelf
from bot.pickling import quick_to_pickle

NOT_READ: Final = OwnWords(text="", in_context="", is_all_quoted=False, patch=None, is_cut=True)
"""What is kept of a mail whose words could not be found."""

_PARENTS: Final = 2
_PARENT_CHARACTERS: Final = 100_000


@quick_to_pickle
@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A mail's text, and the texts of the mails that it answers, as far as they are at hand."""

    text: str = field(repr=False)
    parents: tuple[str, ...] = field(default=(), repr=False)
    is_reply: bool = False


def answered_by(email: Email) -> tuple[str, ...]:
    """Name the mails that one answers, as far as they are looked at: the nearest first."""
    names = dict.fromkeys((email.in_reply_to, *reversed(email.references)))
    return tuple(name for name in names if name and name != email.key)[:_PARENTS]


def written(email: Email, texts: Mapping[str, str]) -> Written:
    """Return what is looked at to find a mail's own words.

    Args:
        email: The mail.
        texts: Of other mails, by their keys.
    """
    return Written(
        text=email.body,
        parents=tuple(texts[key][:_PARENT_CHARACTERS] for key in answered_by(email) if key in texts),
        is_reply=email.is_reply or bool(email.in_reply_to),
    )


def strip_batch(mails: Iterable[Written]) -> list[OwnWords]:
    """Return the own words of each, in their order."""
    shelf = Shelf()
    return [
        own_words(mail.text, parent_texts=mail.parents, is_reply=mail.is_reply, shelf=shelf) for mail in mails
    ]
