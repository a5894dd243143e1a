"""Read mails in a worker process: one job for both steps, as far as it has all that they need."""

from collections.abc import Iterable
from dataclasses import replace

from bot.mail.mime.message import parse_batch
from bot.mail.models import Email
from bot.mail.quotes.own_words import OwnWords
from bot.mail.stripping import answered_by, strip_batch, written


def read_batch(raws: Iterable[bytes], *, list_name: str = "") -> list[tuple[Email, OwnWords | None]]:
    """Parse mails, and find the own words of those that answer nothing but each other.

    Args:
        raws: The mails, as they came.
        list_name: What the list is called (see parse_batch).

    Returns:
        Each mail and its words; None where these need a mail that is not among them.
    """
    emails = parse_batch(raws, list_name=list_name)
    texts = {email.key: email.body for email in emails}
    has_all = [all(key in texts for key in answered_by(email)) for email in emails]
    words = iter(
        strip_batch(
            written(email, texts) for email, is_ready in zip(emails, has_all, strict=True) if is_ready
        )
    )
    return [
        (email, _share_text(email, next(words)) if is_ready else None)
        for email, is_ready in zip(emails, has_all, strict=True)
    ]


def _share_text(email: Email, words: OwnWords) -> OwnWords:
    """Where all of a mail is its author's, let both be one text: so it is sent to the main process once."""
    if words.text != email.body:
        return words
    in_context = email.body if words.in_context == email.body else words.in_context
    return replace(words, text=email.body, in_context=in_context)
