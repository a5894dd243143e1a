"""Draw what a digest told of, to be read in full by one person: thread by thread, page by page."""

from collections.abc import Sequence
from typing import Final

from bot.delivery.post import Action, Block, Button, Divider, Post, Row, Select, Words
from bot.mail.digest.composing import leading
from bot.mail.digest.models import Digest
from bot.mail.digest.render import thread_options, thread_title
from bot.mail.render import draw_mail, find_namesakes, order_mails, paginate
from bot.mail.stored import StoredEmail
from bot.text.catalogue import Texts

_MOST_MAILS: Final = 200


def render_issue_thread(
    texts: Texts, digest: Digest, emails: Sequence[StoredEmail], *, issue: int, position: int, page: int
) -> Post:
    """Draw a page of a thread.

    Args:
        texts: The catalogue.
        digest: What the issue told.
        emails: The mails of the thread that it told of, the oldest first; may be empty when they are gone.
        issue: Its number, for the buttons.
        position: Which of its threads.
        page: Which page of that thread; the buttons lead on to the next thread behind the last one.
    """
    news = digest.news[position]
    posing = find_namesakes(emails)
    drawn = [
        (email, depth, draw_mail(texts, email, depth, is_namesake=email.id in posing))
        for email, depth in order_mails(emails[-_MOST_MAILS:])
    ]
    pages = paginate(drawn)
    page = min(max(0, page), len(pages) - 1)
    blocks: list[Block] = [Words(markdown=f"**{thread_title(texts, news)}**")]
    for text in pages[page]:
        blocks += [Divider(), Words(markdown=text)]
    facts = [texts("digest.thread_of", number=position + 1, total=len(digest.news))]
    facts += [texts("list.page", page=page + 1, pages=len(pages))] if len(pages) > 1 else []
    blocks.append(Words(markdown=f"-# {' · '.join(facts)}"))
    buttons = []
    if position or page:
        before = (position, page - 1) if page else (position - 1, 0)
        buttons.append(_button(texts("list.back"), issue, *before))
    if page + 1 < len(pages) or position + 1 < len(digest.news):
        after = (position, page + 1) if page + 1 < len(pages) else (position + 1, 0)
        buttons.append(_button(texts("list.on"), issue, *after))
    return Post(blocks=(*blocks, *([Row(buttons=tuple(buttons))] if buttons else [])))


def render_choice(texts: Texts, digest: Digest, *, issue: int, is_mute: bool) -> Post:
    """Ask which thread of an issue is to be followed, or muted; the menu holds the first 25."""
    threads = dict.fromkeys((*leading(digest), *digest.news))
    question = texts("digest.mute_which" if is_mute else "digest.follow_which")
    menu = Select(
        action=Action(kind="digest.mute_thread" if is_mute else "digest.follow_thread", args=(str(issue),)),
        options=thread_options(texts, threads),
        placeholder=texts("digest.which"),
    )
    return Post(blocks=(Words(markdown=question), menu))


def _button(label: str, issue: int, position: int, page: int) -> Button:
    action = Action(kind="digest.turn", args=(str(issue), str(position), str(page)))
    return Button(label=label, action=action)
