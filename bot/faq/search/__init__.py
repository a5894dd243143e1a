"""Find the entry that answers a question: in memory, without a service, and knowing when not to."""

from bot.faq.search.index import Index, build_index, worth_offering
from bot.faq.search.words import normalise

__all__ = ("Index", "build_index", "normalise", "worth_offering")
