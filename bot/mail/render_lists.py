"""Draw the managers' side of lists: what following one led to, which are followed, how each fares."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.delivery.post import Accent, Block, Post, Words
from bot.mail.following import BACKFILL_DAYS, Followed
from bot.mail.gaps import KeptGap
from bot.mail.polling import Turn
from bot.mail.showing import safe_link, shown_line
from bot.mail.stored import Counts, MailSource
from bot.mail.views import FollowedList
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.markdown import link
from bot.text.moves import tell_move
from bot.text.times import timestamp

MOST_LISTED: Final = 15
_NAME_LENGTH: Final = 100
_ERROR_LENGTH: Final = 300
_PROBLEMS_SHOWN: Final = 3
_MINUTE: Final = 60
_HOUR_MINUTES: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ListStatus:
    """A followed list, where it is read, and how much of it is stored.

    Attributes:
        lag: How long after they were sent its newest mails came; None while nobody knows.
        gaps: Mails that are missing, as far as the archive numbers them.
        aside: How many mails could not be read and are kept for a newer version, and why the last one.
    """

    followed: FollowedList
    sources: tuple[MailSource, ...]
    counts: Counts
    lag: timedelta | None = None
    gaps: tuple[KeptGap, ...] = ()
    aside: tuple[int, str] = (0, "")


def list_name(followed: FollowedList) -> str:
    """Return what a list is called, as safe Markdown."""
    return shown_line(followed.mailing_list.name, _NAME_LENGTH)


def render_progress(texts: Texts, followed: Followed, turn: Turn) -> Post:
    """Say how far the reading of what was there already is."""
    name = shown_line(followed.mailing_list.name, _NAME_LENGTH)
    text = texts.count("list.reading", turn.new)
    if turn.until is not None:
        text += " " + texts("list.reading_until", when=timestamp(turn.until, "D"))
    text += f"\n-# {texts('list.still_reading')}"
    return Post(title=texts("list.followed_title", name=name), blocks=(Words(markdown=text),))


def render_followed(
    texts: Texts,
    followed: Followed,
    turn: Turn,
    counts: Counts,
    *,
    channel: str,
    missing: str = "",
    is_joined: bool = False,
) -> Post:
    """Say what was found where a list is followed from now on, and what rights the bot lacks there.

    Args:
        texts: In the reader's language.
        followed: The list; where it was joined, the one that stays.
        turn: How far it was read.
        counts: How much of it is stored.
        channel: Where it is followed.
        missing: The rights that are lacking.
        is_joined: It was followed there before, by another address.
    """
    name = shown_line(followed.mailing_list.name, _NAME_LENGTH)
    kind = kind_words(texts, followed.source.kind)
    lines = [texts("list.followed", kind=kind, channel=channel)]
    if is_joined:
        lines.append(texts("list.joined", name=name))
    if counts.mails:
        lines.append(_found(texts, counts))
    elif not turn.error:
        lines.append(texts("list.found_empty", days=BACKFILL_DAYS))
    if turn.error:
        lines.append(texts("list.not_read_yet", error=shown_line(texts.noted(turn.error), _ERROR_LENGTH)))
    elif not turn.is_complete:
        lines.append(texts("list.still_reading"))
    lines += _problems(texts, turn.source)
    if followed.mailing_list.is_private:
        lines.append(texts("list.is_private"))
    if missing:
        lines.append(texts("list.missing_rights", channel=channel, rights=missing))
    lines.append(f"-# {texts('list.nothing_old')}")
    return Post(
        title=texts("list.followed_title", name=name),
        blocks=(Words(markdown="\n".join(lines)),),
        accent=Accent.PROBLEM if turn.error else Accent.ANSWER,
    )


def render_lists(texts: Texts, lists: Sequence[FollowedList]) -> Post:
    """List what is followed, for everybody."""
    blocks: list[Block] = []
    for each in lists[:MOST_LISTED]:
        channels = _channels(texts, each)
        url = safe_link(each.mailing_list.archive_url)
        head = f"**{list_name(each)}**" + (f" · {link(texts('list.archive'), url)}" if url else "")
        blocks.append(Words(markdown=f"{head}\n-# {channels}"))
    return Post(title=texts("list.lists_title"), blocks=(*blocks, *_others(texts, len(lists) - len(blocks))))


def render_status(
    texts: Texts,
    statuses: Sequence[ListStatus],
    now: datetime,
    *,
    open_channels: Collection[int] = (),
    unread: int = 0,
) -> Post:
    """List what is followed and how each fares, for managers.

    Args:
        texts: In the reader's language.
        statuses: The lists.
        now: The present.
        open_channels: Those which everybody sees, so that nothing of a private list is posted there.
        unread: How many more lists there are.
    """
    blocks = tuple(
        Words(markdown=_status(texts, each, now, open_channels=open_channels))
        for each in statuses[:MOST_LISTED]
    )
    is_failing = any(source.error for each in statuses for source in each.sources)
    text = sum(limits.length(block.markdown) for block in blocks)
    while text > limits.MESSAGE_TEXT - 100:
        text -= limits.length(blocks[-1].markdown)
        blocks = blocks[:-1]
    return Post(
        title=texts("list.lists_title"),
        blocks=(*blocks, *_others(texts, len(statuses) - len(blocks) + unread)),
        accent=Accent.PROBLEM if is_failing else Accent.PLAIN,
    )


def _status(texts: Texts, status: ListStatus, now: datetime, *, open_channels: Collection[int]) -> str:
    lines = [f"**{list_name(status.followed)}** · {_channels(texts, status.followed)}"]
    facts = [_found(texts, status.counts) if status.counts.mails else texts("list.no_mail_yet")]
    facts += [texts("list.lag", span=_span(texts, status.lag))] if status.lag is not None else []
    facts += [texts("list.private")] if status.followed.mailing_list.is_private else []
    facts += [texts("list.declared")] if any(each.is_declared for each in status.followed.follows) else []
    lines.append(f"-# {' · '.join(facts)}")
    if status.followed.mailing_list.is_private:
        channels = [each.channel_id for each in status.followed.follows]
        lines += [
            texts("list.closed_off", name=list_name(status.followed), channel=f"<#{channel}>")
            for channel in channels
            if channel in open_channels
        ]
    lines += [_gap(texts, each) for each in status.gaps[:_PROBLEMS_SHOWN]]
    kept, reason = status.aside
    if kept:
        lines.append(f"-# ⚠️ {texts.count('list.set_aside', kept, reason=shown_line(reason, _ERROR_LENGTH))}")
    for source in status.sources:
        lines.append(f"-# {' · '.join(_source_facts(texts, source, now))}")
        if source.error:
            lines.append(texts("list.failing", error=shown_line(texts.noted(source.error), _ERROR_LENGTH)))
        moved = tell_move(texts, source.address, source.move)
        lines += [moved] if moved else []
        lines += _problems(texts, source)
    return "\n".join(lines)


def _others(texts: Texts, count: int) -> tuple[Block, ...]:
    """Say that there are more lists than are shown."""
    return (Words(markdown=f"-# {texts.count('list.others', count)}"),) if count > 0 else ()


def _problems(texts: Texts, source: MailSource) -> list[str]:
    """Say what of a source could not be read."""
    return [
        f"-# ⚠️ {shown_line(f'{problem.where}: {texts.noted(problem.what)}', _ERROR_LENGTH)}"
        for problem in source.problems[:_PROBLEMS_SHOWN]
    ]


def _gap(texts: Texts, kept: KeptGap) -> str:
    """Say which mails are missing, and what is done about it."""
    gap = kept.gap
    numbers = str(gap.first) if gap.first == gap.last else f"{gap.first}-{gap.last}"
    if kept.settled_at is not None:
        return f"-# {texts('list.gap_given_up', numbers=numbers, looks=kept.tries)}"
    if not kept.tries:
        return f"⏳ {texts('list.gap_fetching', numbers=numbers)}"
    return f"⏳ {texts('list.gap_again', numbers=numbers, when=timestamp(kept.next_try_at, 'R'))}"


def _span(texts: Texts, lag: timedelta) -> str:
    """Return a length of time, roughly."""
    minutes = max(1, round(lag.total_seconds() / _MINUTE))
    if minutes < _HOUR_MINUTES:
        return texts.count("list.minutes", minutes)
    return texts.count("list.hours", round(minutes / _HOUR_MINUTES))


def kind_words(texts: Texts, kind: str) -> str:
    """Return what people call a kind of source."""
    return texts(f"list.kind_{kind}")


def _channels(texts: Texts, followed: FollowedList) -> str:
    """Name the channels; a list that was only imported has none."""
    channels = [f"<#{each.channel_id}>" for each in followed.follows if each.channel_id]
    return " ".join(channels) or texts("list.imported")


def _source_facts(texts: Texts, source: MailSource, now: datetime) -> list[str]:
    facts = [kind_words(texts, source.kind)]
    if source.succeeded_at is not None:
        facts.append(texts("list.read_at", when=timestamp(source.succeeded_at, "R")))
    if not source.is_complete and not source.error:
        facts.append(texts("list.still_reading_short"))
    if source.next_check_at is not None and source.next_check_at > now:
        facts.append(texts("list.next_at", when=timestamp(source.next_check_at, "R")))
    return facts


def _found(texts: Texts, counts: Counts) -> str:
    facts = [
        texts.count("list.mails", counts.mails),
        texts.count("list.threads", counts.threads),
        texts.count("list.people", counts.people),
    ]
    if counts.last_at is not None:
        facts.append(texts("list.newest", when=timestamp(counts.last_at, "R")))
    return " · ".join(facts)
