"""Draw what became of an author who wants out, with a way back."""

from datetime import UTC, datetime, timedelta
from typing import Final

from bot.delivery.post import Action, Button, Post, Row, Words
from bot.mail.showing import shown_author
from bot.mail.stored import OptOut
from bot.text.catalogue import Texts

SHOW_AUTHOR: Final = "privacy.show_author"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def render_hidden(texts: Texts, hidden: OptOut) -> Post:
    """Say that an author's mails are out."""
    text = texts("privacy.author_hidden", name=shown_author(texts, hidden.author_name))
    since = str((hidden.since - _EPOCH) // _MICROSECOND)
    undo = Button(label=texts("privacy.undo"), action=Action(kind=SHOW_AUTHOR, args=(since,)))
    return Post(blocks=(Words(markdown=text), Row(buttons=(undo,))))


def render_shown(texts: Texts, shown: OptOut) -> Post:
    """Say that an author's mails are shown again."""
    name = shown_author(texts, shown.author_name)
    return Post(blocks=(Words(markdown=texts("privacy.author_shown", name=name)),))


def read_since(argument: str) -> datetime:
    """Return when the author was hidden, as the button says."""
    return _EPOCH + int(argument) * _MICROSECOND
