"""Draw the words that somebody watches for, and the note that one of them was found."""

from collections.abc import Sequence
from typing import Final

from bot.delivery.post import Action, Block, Button, ButtonStyle, Option, Post, Row, Select, Words
from bot.mail.showing import plain_line, shown_author, shown_excerpt, shown_line, shown_subject
from bot.mail.stored import MailingList, StoredEmail
from bot.mail.watch_words import Watch
from bot.text import limits
from bot.text.catalogue import Texts

_WORD_LENGTH: Final = 60
_NAME_LENGTH: Final = 100


def render_words(texts: Texts, watches: Sequence[Watch]) -> Post:
    """List the words, with a menu that takes one away."""
    if not watches:
        return Post(title=texts("watch.title"), blocks=(Words(markdown=texts("watch.none")),))
    listed = ", ".join(f"**{shown_line(each.word, _WORD_LENGTH)}**" for each in watches)
    options = tuple(
        Option(label=plain_line(each.word, limits.SELECT_LABEL) or each.stem[:60], value=each.stem)
        for each in watches
    )
    stop = Button(label=texts("watch.stop"), action=Action(kind="watch.clear"), style=ButtonStyle.DANGER)
    blocks: tuple[Block, ...] = (
        Words(markdown=f"{texts('watch.words', words=listed)}\n-# {texts('watch.how')}"),
        Select(action=Action(kind="watch.remove"), options=options, placeholder=texts("watch.remove")),
        Row(buttons=(stop,)),
    )
    return Post(title=texts("watch.title"), blocks=blocks)


def render_note(texts: Texts, mailing_list: MailingList, email: StoredEmail, *, word: str) -> Post:
    """Tell a member of a mail with their word."""
    subject = shown_subject(texts, email.topic, email.permalink)
    lines = [
        texts(
            "watch.found",
            word=shown_line(word, _WORD_LENGTH),
            name=shown_line(mailing_list.name, _NAME_LENGTH),
        ),
        f"**{subject}** · {shown_author(texts, email.author_name)}",
        shown_excerpt(texts, email),
        f"-# {texts('watch.again')}",
    ]
    return Post(blocks=(Words(markdown="\n".join(line for line in lines if line)),))
