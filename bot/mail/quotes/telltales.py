"""Gather what the passes look for in a mail before they look at its lines: it is read once for all of it."""

from typing import Final

from bot.mail.quotes import (
    attributions,
    device_words,
    disclaimers,
    footers,
    header_words,
    headers,
    lotus,
    notes,
    patches,
)
from bot.mail.quotes.vocabulary import Finder

PHRASES: Final = Finder(
    (
        attributions.QUOTING,
        *attributions.GLUED_VERBS,
        *device_words.ENDINGS,
        *device_words.FIRST_WORDS,
        *device_words.PLACES,
        *disclaimers.STEMS,
        *footers.PHRASES,
        *header_words.ANSWER_STEMS,
        *headers.DELIMITER_SIGNS,
        *lotus.SUBJECT_NAMES,
        *notes.PHRASES,
        *patches.SIGNS,
    )
)
