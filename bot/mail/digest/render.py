"""Draw a digest as one message: what does not fit is named shorter, and the rest can be read by a button."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from bot.delivery.post import (
    Action,
    Attachment,
    Block,
    Button,
    ButtonStyle,
    Divider,
    Option,
    Post,
    Row,
    Select,
    Words,
)
from bot.mail.digest.composing import leading
from bot.mail.digest.models import Digest, Group, Tally, ThreadNews
from bot.mail.render import thread_value
from bot.mail.showing import plain_line, safe_link, shown_author, shown_line
from bot.mail.stored import MailingList
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.markdown import escape, link
from bot.text.times import timestamp

NAME_LENGTH: Final = 80
_TOPIC_LENGTH: Final = 90
_REST_TOPIC_LENGTH: Final = 50
_LONGEST_URL: Final = 300
_NAMED: Final = 2
_ALSO_NAMED: Final = 3
_DAY: Final = timedelta(days=1)
_ROOM: Final = limits.MESSAGE_TEXT - 60
_EMOJI: Final = {Group.VOTE: "🗳️", Group.MEETING: "📅", Group.ANNOUNCEMENT: "📣"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around the news.

    Attributes:
        issue: The digest's number, which its buttons name; 0 where it is only a preview, without buttons.
        next_at: When the next one is due; None where nobody knows.
        chart: The picture of the last weeks.
    """

    mailing_list: MailingList
    issue: int = 0
    next_at: datetime | None = None
    is_weekly: bool = False
    chart: Attachment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """How much is said: threads with an excerpt, its length, decisions, threads that are only named."""

    threads: int
    excerpt: int
    decisions: int
    named: int


# The first that fits is taken: first the rest is named shorter, then less is quoted, then of fewer threads.
_LAYOUTS: Final = (
    _Layout(threads=8, excerpt=240, decisions=5, named=16),
    _Layout(threads=8, excerpt=240, decisions=5, named=8),
    _Layout(threads=8, excerpt=160, decisions=5, named=6),
    _Layout(threads=7, excerpt=160, decisions=4, named=5),
    _Layout(threads=6, excerpt=140, decisions=4, named=4),
    _Layout(threads=6, excerpt=90, decisions=3, named=3),
    _Layout(threads=4, excerpt=90, decisions=3, named=2),
    _Layout(threads=3, excerpt=60, decisions=2, named=0),
    _Layout(threads=1, excerpt=60, decisions=1, named=0),
)


def render_digest(texts: Texts, digest: Digest, frame: Frame) -> Post:
    """Draw a digest."""
    title = title_of(texts, frame.mailing_list)
    foot = [Words(markdown=f"-# {' · '.join(_foot(texts, frame))}")]
    used = limits.length(title) + len("### ") + limits.length(foot[0].markdown)
    body: Sequence[Block] = ()
    for layout in _LAYOUTS:
        body = tuple(_body(texts, digest, frame, layout))
        if used + _length(body) <= _ROOM:
            break
    return Post(
        title=title,
        blocks=(*body, *_controls(texts, digest, frame), *foot),
        attachments=(frame.chart,) if frame.chart is not None else (),
        is_confidential=frame.mailing_list.is_private,
    )


def render_quiet(texts: Texts, mailing_list: MailingList, since: datetime) -> Post:
    """Say in one line that there was nothing."""
    line = texts("digest.quiet", name=shown_line(mailing_list.name, NAME_LENGTH), since=timestamp(since, "R"))
    return Post(
        blocks=(Words(markdown=f"-# {line}"),), is_silent=True, is_confidential=mailing_list.is_private
    )


def title_of(texts: Texts, mailing_list: MailingList) -> str:
    """Return the heading of a list's digests."""
    return texts("digest.title", name=shown_line(mailing_list.name, NAME_LENGTH))


def thread_title(texts: Texts, news: ThreadNews, limit: int = _TOPIC_LENGTH) -> str:
    """Return a thread's subject, linked to the archive where that is known."""
    label = plain_line(news.topic, limit) or texts("list.no_subject")
    target = safe_link(news.url)
    if target and len(target) <= _LONGEST_URL:
        return link(label, target)
    return escape(label, at_line_start=False)


def thread_options(texts: Texts, news: Iterable[ThreadNews]) -> tuple[Option, ...]:
    """Return the threads as lines of a menu, as many as it holds."""
    chosen = {thread_value(each.list_id, each.thread): each for each in news}
    return tuple(
        Option(
            label=plain_line(each.topic, limits.SELECT_LABEL) or texts("list.no_subject"),
            value=value,
            description=plain_line(", ".join(_names(texts, each.authors)), limits.SELECT_DESCRIPTION),
        )
        for value, each in islice(chosen.items(), limits.SELECT_OPTIONS)
    )


def _body(texts: Texts, digest: Digest, frame: Frame, layout: _Layout) -> Iterator[Block]:
    chosen = leading(digest, decisions=layout.decisions, threads=layout.threads)
    told = {each.thread for each in chosen}
    decisions = [each for each in chosen if each.group.is_decision]
    yield Words(markdown=_head(texts, digest, frame))
    if decisions:
        yield from _section(texts, "digest.decisions", decisions, layout.excerpt)
    yield Divider()
    for key, group in (("digest.new", Group.NEW), ("digest.continued", Group.CONTINUED)):
        threads = [each for each in chosen if each.group is group]
        if threads:
            yield from _section(texts, key, threads, layout.excerpt)
    rest = [each for each in digest.news if each.thread not in told]
    if rest:
        yield Words(markdown=_rest(texts, rest, layout.named))


def _head(texts: Texts, digest: Digest, frame: Frame) -> str:
    window = digest.window
    key = "digest.week_of" if frame.is_weekly and window.rounds == 1 else "digest.since"
    counts = texts.count("digest.threads", len(digest.news), new=digest.new_threads)
    facts = [
        texts(key, since=timestamp(window.since, "D")),
        counts,
        texts(
            "digest.by",
            mails=texts.count("list.mails", digest.mails),
            people=texts.count("list.people", digest.people),
        ),
    ]
    url = safe_link(frame.mailing_list.archive_url)
    facts += [link(texts("digest.archive"), url)] if url and len(url) <= _LONGEST_URL else []
    lines = [" · ".join(facts)]
    if window.rounds > 1:
        lines.append(f"-# {texts('digest.late', number=window.rounds)}")
    return "\n".join(lines)


def _section(texts: Texts, key: str, threads: Sequence[ThreadNews], excerpt: int) -> Iterator[Block]:
    """Draw each thread as a block of its own: some clients take what follows a quote for more of it."""
    heading = f"**{texts(key)}**\n"
    for each in threads:
        yield Words(markdown=f"{heading}{_thread(texts, each, excerpt)}")
        heading = ""


def _thread(texts: Texts, news: ThreadNews, excerpt: int) -> str:
    emoji = f"{_EMOJI[news.group]} " if news.group in _EMOJI else ""
    star = "⭐ " if news.is_highlighted else ""
    line = f"{star}{emoji}**{thread_title(texts, news)}** · {' · '.join(_facts(texts, news))}"
    said = shown_line(news.excerpt, excerpt)
    return f"{line}\n> {said}" if said else line


def _facts(texts: Texts, news: ThreadNews) -> Iterator[str]:
    named = _names(texts, news.authors, newcomers=news.newcomers)
    others = len(news.authors) - len(named)
    yield ", ".join(named) + (f" +{others}" if others > 0 else "")
    key = "digest.new_mails" if news.new_mails == news.mails else "digest.new_of"
    yield texts.count(key, news.new_mails, total=news.mails)
    if news.tally is not None:
        yield _votes(texts, news.tally)
    if news.unanswered_since is not None:
        yield texts("digest.unanswered", since=timestamp(news.unanswered_since, "R"))
    if news.is_patch and not news.topic.casefold().startswith("[patch"):
        yield texts("digest.patch")
    if news.also_on:
        names = ", ".join(shown_line(name, NAME_LENGTH) for name in news.also_on[:_ALSO_NAMED])
        yield texts("digest.also_on", names=names)


def _names(texts: Texts, authors: Sequence[str], *, newcomers: Sequence[str] = ()) -> list[str]:
    shown = []
    for name in authors[:_NAMED]:
        mark = texts("digest.first_post", name=shown_author(texts, name))
        shown.append(mark if name in newcomers else shown_author(texts, name))
    return shown


def _votes(texts: Texts, tally: Tally) -> str:
    key = "digest.votes_and_abstentions" if tally.abstentions else "digest.votes"
    return texts(key, ayes=tally.ayes, noes=tally.noes, abstentions=tally.abstentions)


def _rest(texts: Texts, rest: Sequence[ThreadNews], named: int) -> str:
    parts = [
        f"{thread_title(texts, each, _REST_TOPIC_LENGTH)} ({_rest_facts(texts, each)})"
        for each in rest[:named]
    ]
    left = len(rest) - len(parts)
    if left:
        parts.append(texts.count("digest.more" if parts else "digest.others", left))
    return f"-# {' · '.join(parts)}"


def _rest_facts(texts: Texts, news: ThreadNews) -> str:
    if not news.told_on:
        return str(news.new_mails)
    return texts("digest.told_on", mails=news.new_mails, name=shown_line(news.told_on, NAME_LENGTH))


def _controls(texts: Texts, digest: Digest, frame: Frame) -> Iterator[Block]:
    if not frame.issue or not digest.news:
        return
    number = str(frame.issue)
    read = Action(kind="digest.read", args=(number,))
    follow, mute = (Action(kind=kind, args=(number,)) for kind in ("digest.follow", "digest.mute"))
    yield Row(
        buttons=(
            Button(label=texts("digest.read"), action=read, style=ButtonStyle.PRIMARY),
            Button(label=texts("digest.follow"), action=follow),
            Button(label=texts("digest.mute"), action=mute),
        )
    )
    threads = (*leading(digest), *digest.news)
    yield Select(
        action=Action(kind="list.open"),
        options=thread_options(texts, threads),
        placeholder=texts("list.open_placeholder"),
    )


def _foot(texts: Texts, frame: Frame) -> Iterator[str]:
    if frame.next_at is not None:
        yield texts("digest.next", when=timestamp(frame.next_at, "R"))
    yield texts("digest.answer", name=shown_line(frame.mailing_list.name, NAME_LENGTH))


def _length(blocks: Iterable[Block]) -> int:
    return sum(limits.length(block.markdown) for block in blocks if isinstance(block, Words))
