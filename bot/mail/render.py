"""Draw what people find in lists: results of a search, the newest threads, a thread page by page."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from bot.delivery.post import Action, Block, Button, Divider, Option, Post, Row, Select, Words
from bot.mail.limits import MOST_IN_THREAD
from bot.mail.showing import (
    plain_line,
    safe_link,
    shown_author,
    shown_excerpt,
    shown_line,
    shown_subject,
    shown_text,
)
from bot.mail.stored import StoredEmail, ThreadSummary
from bot.mail.threads import Envelope
from bot.mail.tree import order_thread
from bot.mail.views import PER_PAGE, Found, Latest
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.markdown import link
from bot.text.times import timestamp

_MAIL_LENGTH: Final = 1_200
_PAGE_LENGTH: Final = 3_000
_MAILS_PER_PAGE: Final = 8
_TITLE_LENGTH: Final = 200
_ATTACHMENTS_NAMED: Final = 5
_DEEPEST: Final = 4
_KIB: Final = 1024
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)

Names = Mapping[int, str]
"""What lists are called, by number, where there are several to tell apart."""


def render_found(texts: Texts, found: Found, names: Names, *, token: str) -> Post:
    """Draw a page of what a search found.

    Args:
        texts: The catalogue.
        found: The page.
        names: The lists' names.
        token: What stands for the query in the buttons that turn pages.
    """
    if not found.emails:
        key = "list.found_no_more" if found.query.offset else "list.found_nothing"
        return _plain(texts, texts("list.search_title"), texts(key))
    blocks: list[Block] = []
    for email in found.emails:
        said = shown_excerpt(texts, email, found.query.terms)
        lines = [f"**{shown_subject(texts, email.topic, email.permalink)}**", _by(texts, email, names)]
        blocks.append(Words(markdown="\n".join([*lines, f"> {said}" if said else ""]).strip()))
    threads = {(email.list_id, email.thread): email.topic for email in found.emails}
    blocks.append(_open_menu(texts, threads))
    blocks += _turning(
        texts, "list.turn_found", (token,), found.query.offset, by=PER_PAGE, has_more=found.has_more
    )
    return Post(title=texts("list.search_title"), blocks=tuple(blocks))


def render_latest(texts: Texts, latest: Latest, names: Names, lists: str) -> Post:
    """Draw the newest threads; `lists` is what the buttons say about which lists are meant."""
    if not latest.threads:
        return _plain(texts, texts("list.latest_title"), texts("list.latest_none"))
    blocks: list[Block] = []
    for each in latest.threads:
        facts = [texts.count("list.mails", each.mails), texts.count("list.people", each.people)]
        facts.append(
            texts(
                "list.last_by",
                author=shown_author(texts, each.last_author),
                when=timestamp(_shown_time(each.last_at), "R"),
            )
        )
        lists_of = (each.list_id, *each.other_lists)
        facts += [shown_line(names[number], _TITLE_LENGTH) for number in lists_of if number in names]
        head = f"**{shown_subject(texts, each.topic, each.permalink)}**"
        blocks.append(Words(markdown=f"{head}\n-# {' · '.join(facts)}"))
    threads = {(each.list_id, each.thread): each.topic for each in latest.threads}
    blocks.append(_open_menu(texts, threads))
    blocks += _turning(
        texts, "list.turn_latest", (lists,), latest.offset, by=PER_PAGE, has_more=latest.has_more
    )
    return Post(title=texts("list.latest_title"), blocks=tuple(blocks))


def render_thread(texts: Texts, emails: Sequence[StoredEmail], *, page: int) -> Post:
    """Draw a page of a thread, each mail below what it answers."""
    ordered = order_mails(emails)
    posing = find_namesakes(emails)
    pages = paginate(
        [
            (email, depth, draw_mail(texts, email, depth, is_namesake=email.id in posing))
            for email, depth in ordered
        ]
    )
    page = min(max(0, page), len(pages) - 1)
    first = emails[0]
    blocks: list[Block] = []
    for number, text in enumerate(pages[page]):
        blocks += [Divider()] if number else []
        blocks.append(Words(markdown=text))
    people = {email.person for email in emails}
    is_cut = len(emails) >= MOST_IN_THREAD
    facts = [texts.count("list.newest_mails" if is_cut else "list.mails", len(emails))]
    facts.append(texts.count("list.people", len(people)))
    facts += [texts("list.page", page=page + 1, pages=len(pages))] if len(pages) > 1 else []
    url = safe_link(first.topic_link)
    facts += [link(texts("list.whole_thread"), url)] if url else []
    blocks.append(Words(markdown=f"-# {' · '.join(facts)}"))
    arguments = (str(first.list_id), str(first.thread))
    blocks += _turning(texts, "list.turn_thread", arguments, page, by=1, has_more=page + 1 < len(pages))
    title = shown_line(first.topic, _TITLE_LENGTH) or texts("list.no_subject")
    return Post(title=title, blocks=tuple(blocks))


def thread_label(thread: ThreadSummary) -> str:
    """Return what a thread is called among the choices offered."""
    return plain_line(f"{thread.topic} · {thread.last_author}", limits.CHOICE_NAME) or str(thread.thread)


def thread_value(list_id: int, thread: int) -> str:
    """Return what stands for a thread in choices and menus."""
    return f"{list_id}-{thread}"


def read_thread_value(value: str) -> tuple[int, int] | None:
    """Read what stands for a thread; None for anything else."""
    list_id, dash, thread = value.partition("-")
    is_it = bool(dash) and all(
        part.isascii() and part.isdigit() and len(part) < 19 for part in (list_id, thread)
    )
    return (int(list_id), int(thread)) if is_it else None


def _by(texts: Texts, email: StoredEmail, names: Names) -> str:
    facts = [shown_author(texts, email.author_name), timestamp(_shown_time(email.at), "f")]
    facts += [shown_line(names[email.list_id], _TITLE_LENGTH)] if email.list_id in names else []
    return f"-# {' · '.join(facts)}"


def _shown_time(moment: datetime) -> datetime:
    return max(moment, _LONG_AGO)


def draw_mail(texts: Texts, email: StoredEmail, depth: int, *, is_namesake: bool = False) -> str:
    """Draw one mail: who, when, its own words, what hangs on it.

    Args:
        texts: What the bot says.
        email: The mail.
        depth: How deep it stands below what began the thread.
        is_namesake: Somebody else wrote in the thread before under this name; that is said.
    """
    arrow = "↳ " * min(depth, _DEEPEST)
    when = timestamp(_shown_time(email.at), "f")
    other = f" {texts('list.other_address')}" if is_namesake else ""
    head = f"{arrow}**{shown_author(texts, email.author_name)}**{other} · {when}"
    url = safe_link(email.permalink)
    more = link(texts("list.more"), url) if url else ""
    head += f" · {link(texts('list.in_archive'), url)}" if url else ""
    lines = [head]
    if email.body is None or email.is_encrypted:
        lines.append(f"*{shown_excerpt(texts, email)}*")
    else:
        lines += [f"*{texts('list.all_quoted')}*"] if email.body.is_all_quoted else []
        lines.append(shown_text(email.body.own, _MAIL_LENGTH, more=more))
    if email.attachments:
        named = [
            f"{shown_line(each.name or each.media_type, 80)} ({max(1, each.size // _KIB)} kB)"
            for each in email.attachments[:_ATTACHMENTS_NAMED]
        ]
        lines.append(f"-# 📎 {', '.join(named)}")
    return "\n".join(filter(None, lines))


def find_namesakes(emails: Iterable[StoredEmail]) -> frozenset[int]:
    """Return the mails that came from another address than the first of their name: somebody may be posing.

    What cannot be told apart by its address is not among them.
    """
    first: dict[str, str] = {}
    found = set()
    for email in sorted(emails, key=lambda each: (each.at, each.id)):
        name = " ".join(email.author_name.casefold().split())
        if name and email.author_hash and first.setdefault(name, email.author_hash) != email.author_hash:
            found.add(email.id)
    return frozenset(found)


def order_mails(emails: Sequence[StoredEmail]) -> list[tuple[StoredEmail, int]]:
    """Return a thread's mails each below what it answers, and how deep."""
    by_key = {email.key: email for email in emails}
    envelopes = (
        Envelope(key=email.key, in_reply_to=email.in_reply_to, references=email.references, at=email.at)
        for email in emails
    )
    return [(by_key[placed.key], placed.depth) for placed in order_thread(envelopes)]


def paginate(drawn: Sequence[tuple[StoredEmail, int, str]]) -> list[list[str]]:
    """Return drawn mails page by page."""
    pages: list[list[str]] = [[]]
    used = 0
    for _, _, text in drawn:
        size = limits.length(text)
        if pages[-1] and (used + size > _PAGE_LENGTH or len(pages[-1]) >= _MAILS_PER_PAGE):
            pages.append([])
            used = 0
        pages[-1].append(text)
        used += size
    return pages


def _open_menu(texts: Texts, threads: Mapping[tuple[int, int], str]) -> Select:
    options = tuple(
        Option(
            label=plain_line(topic, limits.SELECT_LABEL) or texts("list.no_subject"),
            value=thread_value(list_id, thread),
        )
        for (list_id, thread), topic in threads.items()
    )
    return Select(
        action=Action(kind="list.open"), options=options, placeholder=texts("list.open_placeholder")
    )


def _turning(
    texts: Texts, kind: str, arguments: tuple[str, ...], offset: int, *, by: int, has_more: bool
) -> list[Block]:
    buttons: list[Button] = []
    if offset > 0:
        back = Action(kind=kind, args=(*arguments, str(max(0, offset - by))))
        buttons.append(Button(label=texts("list.back"), action=back))
    if has_more:
        buttons.append(
            Button(label=texts("list.on"), action=Action(kind=kind, args=(*arguments, str(offset + by))))
        )
    return [Row(buttons=tuple(buttons))] if buttons else []


def _plain(texts: Texts, title: str, text: str) -> Post:  # noqa: ARG001 (one shape for all drawings)
    return Post(title=title, blocks=(Words(markdown=text),))
