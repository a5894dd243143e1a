"""Find the own words of many mails at once: what a worker process is asked for after it parsed them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.mail.quotes.own_words import OwnWords, own_words
from bot.mail.quotes.parents import Shelf
from bot.pickling import quick_to_pickle

NOT_READ = OwnWords(text="", in_context="", is_all_quoted=False, patch=None, is_cut=True)
"""What is kept of a mail whose words could not be found."""


@quick_to_pickle
@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A mail's text, and the texts of the mails that it answers, as far as they are at hand."""

    text: str = field(repr=False)
    parents: tuple[str, ...] = field(default=(), repr=False)
    is_reply: bool = False


def strip_batch(mails: Iterable[Written]) -> list[OwnWords]:
    """Return the own words of each, in their order."""
    shelf = Shelf()
    return [
        own_words(mail.text, parent_texts=mail.parents, is_reply=mail.is_reply, shelf=shelf) for mail in mails
    ]
