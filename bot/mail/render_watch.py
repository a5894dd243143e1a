"""Draw the words that somebody watches for, and the note that one of them was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.delivery.post import Action, Block, Button, ButtonStyle, Option, Post, Row, Select, Words
from bot.mail.showing import plain_line, shown_author, shown_excerpt, shown_line, shown_subject
from bot.mail.stored import MailingList, StoredEmail
from bot.mail.watch_words import Watch
from bot.text import limits
from bot.text.catalogue import Texts

_WORD_LENGTH: Final = 60
_NAME_LENGTH: Final = 100
_TOPIC_LENGTH: Final = 90
_ROOM: Final = limits.MESSAGE_TEXT - 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A watched word, the mail in which it stands, and the list that it went to."""

    mailing_list: MailingList
    email: StoredEmail
    word: str


def render_words(texts: Texts, watches: Sequence[Watch], *, is_shut_out: bool = False) -> Post:
    """List the words, with a menu that takes one away.

    Args:
        texts: The catalogue.
        watches: The words.
        is_shut_out: The last note did not reach the member.
    """
    if not watches:
        return Post(title=texts("watch.title"), blocks=(Words(markdown=texts("watch.none")),))
    listed = ", ".join(f"**{shown_line(each.word, _WORD_LENGTH)}**" for each in watches)
    options = tuple(
        Option(label=plain_line(each.word, limits.SELECT_LABEL) or each.stem[:60], value=each.stem)
        for each in watches
    )
    stop = Button(label=texts("watch.stop"), action=Action(kind="watch.clear"), style=ButtonStyle.DANGER)
    lines = [texts("watch.words", words=listed)]
    lines += [f"⚠️ {texts('watch.shut_out')}"] if is_shut_out else []
    blocks: tuple[Block, ...] = (
        Words(markdown="\n".join((*lines, f"-# {texts('watch.how')}"))),
        Select(action=Action(kind="watch.remove"), options=options, placeholder=texts("watch.remove")),
        Row(buttons=(stop,)),
    )
    return Post(title=texts("watch.title"), blocks=blocks)


def render_note(texts: Texts, found: Found) -> Post:
    """Tell a member of a mail with their word."""
    email = found.email
    subject = shown_subject(texts, email.topic, email.permalink)
    lines = [
        texts("watch.found", word=_word(found), name=_name(found)),
        f"**{subject}** · {shown_author(texts, email.author_name)}",
        shown_excerpt(texts, email),
        f"-# {texts('watch.again')}",
    ]
    return Post(blocks=(Words(markdown="\n".join(line for line in lines if line)),))


def render_notes(texts: Texts, found: Sequence[Found]) -> Post:
    """Tell a member of many threads in one note: each on a line, and how to find those that do not fit."""
    lines: list[str] = []
    room = _ROOM
    for each in found:
        subject = shown_subject(texts, limits.cut_line(each.email.topic, _TOPIC_LENGTH), each.email.permalink)
        author = shown_author(texts, each.email.author_name)
        line = f"- **{_word(each)}** · {subject} · {author} · {_name(each)}"
        room -= limits.length(line) + 1
        if room < 0:
            break
        lines.append(line)
    left = len(found) - len(lines)
    if left:
        lines.append(f"-# {texts.count('watch.left', left)}")
    lines.append(f"-# {texts('watch.hourly')}")
    head = texts.count("watch.found_more", len(found))
    return Post(blocks=(Words(markdown="\n".join((head, *lines))),))


def _word(found: Found) -> str:
    return shown_line(found.word, _WORD_LENGTH)


def _name(found: Found) -> str:
    return shown_line(found.mailing_list.name, _NAME_LENGTH)
