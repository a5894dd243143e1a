"""Draw what live mode posts: a mail, the line a followed thread begins with, the summary of folded mails."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.delivery.post import Action, Block, Button, Post, Row, Topic, Words
from bot.mail.live.models import Folded
from bot.mail.live.plan import FLOOD
from bot.mail.showing import plain_line, safe_link, shown_author, shown_line, shown_subject, shown_text
from bot.mail.stored import MailingList, StoredEmail
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.cutting import cut
from bot.text.markdown import link
from bot.text.times import timestamp

LONGEST_BODY: Final = 1_900
_READ_AT_MOST: Final = 20_000
_PAGE_LENGTH: Final = 3_000
_ATTACHMENTS_NAMED: Final = 8
_NAME_LENGTH: Final = 80
_PEOPLE_NAMED: Final = 2
_SUMMARY_LENGTH: Final = 3_400
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_KB: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a mail stands in its Discord thread.

    Attributes:
        topic: The thread's key in the outbox.
        is_first: The thread begins with it.
        is_guest: The thread began with another list's mail.
        is_marked: The channel is to notice it.
        pings: The role that it pings.
    """

    topic: str
    is_first: bool = False
    is_guest: bool = False
    is_marked: bool = False
    pings: int | None = None


def render_mail(texts: Texts, email: StoredEmail, mailing_list: MailingList, standing: Standing) -> Post:
    """Draw one mail: who, when, its own words, what hangs on it, where it is archived."""
    url = safe_link(email.permalink)
    words, has_more = _own_words(texts, email, link(texts("list.more"), url) if url else "")
    guest_of = mailing_list.name if standing.is_guest else ""
    lines = [_head(texts, email, standing, guest_of, url), words, _attachments(texts, email)]
    blocks: list[Block] = [Words(markdown="\n".join(filter(None, lines)))]
    if standing.is_first:
        blocks.append(Words(markdown=_notes(texts, email, mailing_list)))
    place = (str(email.list_id), str(email.thread))
    buttons: list[Button] = []
    if has_more and not url:
        whole = Action(kind="live.more", args=(*place, str(email.id), "0"))
        buttons.append(Button(label=texts("live.more"), action=whole))
    if standing.is_first:
        buttons.append(Button(label=texts("live.how"), action=Action(kind="reply.how", args=place)))
    blocks += [Row(buttons=tuple(buttons))] if buttons else []
    return Post(
        title=shown_subject(texts, email.topic, "") if standing.is_first else "",
        lead=f"<@&{standing.pings}>" if standing.pings else "",
        mention_roles=(standing.pings,) if standing.pings else (),
        blocks=tuple(blocks),
        topic=Topic(key=standing.topic, name=thread_name(texts, email.topic), tags=tags_of(email)),
        is_confidential=mailing_list.is_private,
        is_silent=not standing.is_first and not standing.pings,
    )


def render_start(
    texts: Texts, first: StoredEmail, mailing_list: MailingList, *, topic: str, mails: int
) -> Post:
    """Draw the line from which the Discord thread of a followed mail thread is started."""
    subject = shown_subject(texts, first.topic, first.topic_link or first.permalink)
    facts = [shown_line(mailing_list.name, _NAME_LENGTH), texts.count("list.mails", mails)]
    lines = [f"**{subject}**", f"-# {' · '.join(facts)} · {texts('live.followed')}"]
    return Post(
        blocks=(Words(markdown="\n".join(lines)),),
        topic=Topic(key=topic, name=thread_name(texts, first.topic), tags=tags_of(first)),
        is_confidential=mailing_list.is_private,
    )


def render_welcome(
    texts: Texts, first: StoredEmail, mailing_list: MailingList, *, topic: str, user_id: int
) -> Post:
    """Draw what adds somebody to a Discord thread: being mentioned there does."""
    return Post(
        lead=f"<@{user_id}>",
        mention_users=(user_id,),
        blocks=(Words(markdown=texts("live.welcome")),),
        topic=Topic(key=topic, name=thread_name(texts, first.topic), tags=tags_of(first)),
        is_confidential=mailing_list.is_private,
        is_silent=True,
    )


def render_merge(
    texts: Texts, mailing_list: MailingList, *, topic: str, name: str, elder_thread: int | None
) -> Post:
    """Draw what stands last in the Discord thread of a mail thread that turned out to be part of another."""
    where = f"<#{elder_thread}>" if elder_thread else f"**{shown_line(name, _NAME_LENGTH)}**"
    return Post(
        blocks=(Words(markdown=texts("live.merged", thread=where)),),
        topic=Topic(key=topic, name=thread_name(texts, name)),
        is_confidential=mailing_list.is_private,
        is_silent=True,
    )


def render_folded(
    texts: Texts, mailing_list: MailingList, number: int, folded: Sequence[Folded], reason: str
) -> Post:
    """Draw the summary of folded mails: as many lines as fit, and how many more there are."""
    threads: dict[int, list[Folded]] = {}
    for each in folded:
        threads.setdefault(each.thread, []).append(each)
    shown: list[str] = []
    rest, room = number, _SUMMARY_LENGTH
    for mails in threads.values():
        line = _folded_line(texts, mails)
        room -= limits.length(line) + 1
        if room < 0:
            break
        shown.append(line)
        rest -= len(mails)
    if rest > 0:
        shown.append(texts.count("live.folded_rest", rest))
    name = shown_line(mailing_list.name, _NAME_LENGTH)
    url = safe_link(mailing_list.archive_url)
    why = texts("live.folded_flood" if reason == FLOOD else "live.folded_late")
    foot = f"-# {why} · {link(texts('live.archive'), url)}" if url else f"-# {why}"
    return Post(
        title=texts.count("live.folded_title", number, name=name),
        blocks=(Words(markdown="\n".join(shown)), Words(markdown=foot)),
        is_confidential=mailing_list.is_private,
        is_silent=True,
    )


def _folded_line(texts: Texts, mails: Sequence[Folded]) -> str:
    """Return the line of a thread: its subject, who wrote, how often if more than once."""
    people = tuple(dict.fromkeys(shown_author(texts, each.author_name) for each in mails))
    named = ", ".join(people[:_PEOPLE_NAMED])
    named += f" +{len(people) - _PEOPLE_NAMED}" if len(people) > _PEOPLE_NAMED else ""
    times = f" ({len(mails)})" if len(mails) > 1 else ""
    return f"- {shown_subject(texts, mails[0].topic, mails[0].permalink)} · {named}{times}"


def render_whole(texts: Texts, email: StoredEmail, page: int) -> Post:
    """Draw a page of a mail's own words, for who wants to read on."""
    pages = _pages(_whole(texts, email))
    page = min(max(0, page), len(pages) - 1)
    blocks: list[Block] = [Words(markdown=f"{_who(texts, email)}\n{pages[page]}")]
    arguments = (str(email.list_id), str(email.thread), str(email.id))
    buttons = [
        Button(label=texts(label), action=Action(kind="live.turn", args=(*arguments, str(to))))
        for label, to in (("list.back", page - 1), ("list.on", page + 1))
        if 0 <= to < len(pages)
    ]
    blocks += [Row(buttons=tuple(buttons))] if buttons else []
    return Post(title=shown_subject(texts, email.topic, ""), blocks=tuple(blocks))


def thread_name(texts: Texts, topic: str) -> str:
    """Return what the Discord thread of a mail thread is called."""
    return plain_line(topic, limits.THREAD_NAME) or texts("list.no_subject")


def fold_line(texts: Texts, email: StoredEmail) -> str:
    """Return what remains of a mail that had to wait for Discord along with many others."""
    return f"{shown_subject(texts, email.topic, email.permalink)} · {shown_author(texts, email.author_name)}"


def tags_of(email: StoredEmail) -> tuple[str, ...]:
    """Return the tags of a mail's subject, which a forum may have too."""
    return tuple(dict.fromkeys(plain_line(tag, _NAME_LENGTH) for tag in email.tags if tag.strip()))[:10]


def _head(texts: Texts, email: StoredEmail, standing: Standing, guest_of: str, url: str) -> str:
    facts = [_who(texts, email)]
    facts += [texts("live.other_list", name=shown_line(guest_of, _NAME_LENGTH))] if guest_of else []
    facts += [link(texts("list.in_archive"), url)] if url else []
    return f"{'⭐ ' if standing.is_marked else ''}{' · '.join(facts)}"


def _who(texts: Texts, email: StoredEmail) -> str:
    when = timestamp(max(email.at, _LONG_AGO), "f")
    return f"**{shown_author(texts, email.author_name)}** · {when}"


def _own_words(texts: Texts, email: StoredEmail, more: str) -> tuple[str, bool]:
    """Return a mail's own words as they are shown, and whether there are more."""
    if email.body is None:
        return f"*{texts('list.expired')}*", False
    if email.is_encrypted:
        return f"*{texts('list.encrypted')}*", False
    if email.body.is_all_quoted:
        return f"*{texts('live.only_quoted')}*", False
    whole = _whole(texts, email)
    if not whole:
        return f"*{texts('live.no_words')}*", False
    shown = cut(whole, LONGEST_BODY, more=more)
    return shown, shown != whole


def _whole(texts: Texts, email: StoredEmail) -> str:
    own = email.body.own if email.body is not None else ""
    return shown_text(own, 4 * _READ_AT_MOST) or (texts("live.no_words") if email.body is None else "")


def _attachments(texts: Texts, email: StoredEmail) -> str:
    if not email.attachments:
        return ""
    named = [
        f"{shown_line(each.name or each.media_type, _NAME_LENGTH)} ({_size(each.size)})"
        for each in email.attachments[:_ATTACHMENTS_NAMED]
    ]
    rest = len(email.attachments) - len(named)
    named += [texts.count("live.more_attachments", rest)] if rest else []
    return f"-# 📎 {', '.join(named)}"


def _size(size: int) -> str:
    """Return a size as people say it."""
    if size >= _KB * _KB:
        return f"{size / _KB / _KB:.1f} MB"
    return f"{max(1, round(size / _KB))} kB"


def _notes(texts: Texts, email: StoredEmail, mailing_list: MailingList) -> str:
    """Return what stands once in a thread: that it began before, and how to reply."""
    lines = [texts("live.began_before")] if email.is_reply or email.in_reply_to or email.references else []
    lines.append(texts("live.reply", name=shown_line(mailing_list.name, _NAME_LENGTH)))
    return "\n".join(f"-# {line}" for line in lines)


def _pages(whole: str) -> list[str]:
    """Return a text page by page, cut at lines where that is possible."""
    pages = [""]
    for line in whole.split("\n"):
        for start in range(0, max(1, len(line)), _PAGE_LENGTH):
            piece = line[start : start + _PAGE_LENGTH]
            if pages[-1] and limits.length(pages[-1]) + limits.length(piece) >= _PAGE_LENGTH:
                pages.append("")
            pages[-1] += f"{piece}\n"
    return [page.strip("\n") or "…" for page in pages]
