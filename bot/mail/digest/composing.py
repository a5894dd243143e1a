"""Compose a digest: which threads there is news of, in which order, and what of each is quoted.

The order is by a stated score, so that nobody has to guess: three for each author, the binary logarithm of
the new mails, two for a new thread, three where a filter or watch words want it, two less where machines or
patches have the thread to themselves. Of equal ones the thread with the newest mail comes first.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.mail.digest.kinds import group_of
from bot.mail.digest.models import UNANSWERED_AFTER, Digest, Group, Material, ThreadNews, Window
from bot.mail.digest.voting import is_ballot, tally_votes
from bot.mail.excerpt import excerpt
from bot.mail.personal_links import remove_personal_links
from bot.mail.stored import StoredEmail

LEADING: Final = 8
"""Of how many threads something is quoted, beside the decisions."""
DECISIONS: Final = 5
"""How many votes, meetings and announcements stand above them."""
CANDIDATES: Final = 12
"""How many of a thread's newest mails may be looked at for something to quote."""
_MOST_VOTES: Final = 200
_SUBSTANTIAL: Final = 50
_GROUPS: Final = tuple(Group)
_READ: Final = 6_000
# What an archive has left of a part that it could not read.
_ENCODED: Final = re.compile(r"(?<!\S)[A-Za-z0-9+/=]{48,}(?!\S)")


def compose(material: Material, window: Window) -> Digest:
    """Return the digest of a window, without excerpts."""
    within = frozenset(email.id for email in material.mails)
    threads: dict[int, list[StoredEmail]] = {}
    for email in sorted(
        {each.id: each for each in (*material.threads, *material.mails)}.values(), key=_moment
    ):
        threads.setdefault(email.thread, []).append(email)
    news = [
        _tell(mails, within, material, window)
        for mails in threads.values()
        if any(email.id in within for email in mails)
    ]
    return Digest(
        window=window,
        news=tuple(sorted(news, key=_rank)),
        mails=len(within),
        people=len({email.person for email in material.mails}),
    )


def leading(digest: Digest, *, decisions: int = DECISIONS, threads: int = LEADING) -> tuple[ThreadNews, ...]:
    """Return the threads that more than a word is said of: of each kind those that matter most, in order."""
    news = [each for each in digest.news if not each.told_on]  # the channel has read it under another list
    above = [each for each in news if each.group.is_decision][:decisions]
    others = [each for each in news if not (each.group.is_decision or each.is_machine)]
    others.sort(key=_importance)
    chosen = {each.thread for each in (*above, *others[:threads])}
    return tuple(each for each in digest.news if each.thread in chosen)


def wanted_bodies(digest: Digest, material: Material) -> tuple[int, ...]:
    """Return the numbers of the mails whose bodies `quote` needs."""
    wanted: dict[int, None] = {}
    votes = {each.thread for each in leading(digest) if each.group is Group.VOTE}
    for each in leading(digest):
        wanted.update(dict.fromkeys([each.opening, *each.newest[:CANDIDATES]]))
    cast = [email.id for email in sorted(material.threads, key=_moment) if email.thread in votes]
    return tuple(dict.fromkeys([*wanted, *cast[-_MOST_VOTES:]]))


def quote(digest: Digest, bodies: Mapping[int, StoredEmail]) -> Digest:
    """Return the digest with excerpts and counted votes.

    Args:
        digest: Without them.
        bodies: Mails with bodies, by number; of votes all that are there.
    """
    quoted = {each.thread: _quote(each, bodies) for each in leading(digest)}
    return replace(digest, news=tuple(quoted.get(each.thread, each) for each in digest.news))


def score_of(
    *, authors: int, new_mails: int, is_new: bool, is_wanted: bool, is_machine: bool, is_patch: bool
) -> float:
    """Return how much a thread matters; see the head of this module."""
    return (
        3.0 * authors
        + math.log2(max(1, new_mails))
        + 2.0 * is_new
        + 3.0 * is_wanted
        - 2.0 * is_machine
        - 2.0 * is_patch
    )


def _tell(
    mails: Sequence[StoredEmail], within: frozenset[int], material: Material, window: Window
) -> ThreadNews:
    new = [email for email in mails if email.id in within]
    seen = [email for email in mails if email.id in within or email.stored_at < window.until]
    first = seen[0]
    is_new = first.id in within and not first.is_reply and not first.in_reply_to
    group = group_of(seen, is_new=is_new)
    authors = {email.person: email.author_name for email in new}
    is_machine = all(email.is_bot for email in new)
    is_patch = all(map(_is_patch, new))
    is_wanted = any(email.id in material.highlights for email in new)
    is_alone = len({email.person for email in seen}) == 1 and is_new
    is_waiting = is_alone and not (is_machine or is_patch or group.is_decision)
    return ThreadNews(
        list_id=first.list_id,
        thread=first.thread,
        topic=first.topic,
        url=first.topic_link or first.permalink,
        group=group,
        authors=tuple(authors.values()),
        new_mails=len(new),
        mails=len(seen),
        is_new=is_new,
        last_at=new[-1].at,
        score=score_of(
            authors=len(authors),
            new_mails=len(new),
            is_new=is_new,
            is_wanted=is_wanted,
            is_machine=is_machine,
            is_patch=is_patch,
        ),
        opening=first.id,
        newest=tuple(email.id for email in reversed(new) if not email.is_encrypted),
        newcomers=_newcomers(new, material.regulars),
        unanswered_since=first.at if is_waiting and window.until - first.at >= UNANSWERED_AFTER else None,
        is_machine=is_machine,
        is_patch=any(map(_is_patch, new)),
        is_highlighted=is_wanted,
        told_on=_told_on(new, material.told_on),
        also_on=tuple(dict.fromkeys(name for email in new for name in material.also_on.get(email.key, ()))),
    )


def _told_on(new: Sequence[StoredEmail], told_on: Mapping[str, str]) -> str:
    names = [told_on.get(email.key, "") for email in new]
    return names[-1] if all(names) else ""


def _newcomers(new: Sequence[StoredEmail], regulars: frozenset[str]) -> tuple[str, ...]:
    """Name who wrote for the first time; where nobody is known yet, nobody is new."""
    if not regulars:
        return ()
    found = {
        email.author_hash: email.author_name
        for email in new
        if email.author_hash and email.author_hash not in regulars and not email.is_bot
    }
    return tuple(found.values())


def _quote(news: ThreadNews, bodies: Mapping[int, StoredEmail]) -> ThreadNews:
    """Quote a new thread's opening, a continued one's newest mail that says something.

    Of a vote no ballot is quoted: the tally counts them, and one that was changed since would be false.
    """
    is_vote = news.group is Group.VOTE
    found = [bodies[number] for number in news.newest[:CANDIDATES] if number in bodies]
    found = [email for email in found if not (is_vote and is_ballot(email))]
    said = [text for text in map(_said, [*_people(found), *found]) if text]
    chosen = next((text for text in said if len(text) >= _SUBSTANTIAL), next(iter(said), ""))
    if (news.is_new or (is_vote and not chosen)) and news.opening in bodies:
        chosen = _said(bodies[news.opening]) or chosen
    tally = None
    if is_vote:
        tally = tally_votes(
            sorted((each for each in bodies.values() if each.thread == news.thread), key=_moment)
        )
    return replace(news, excerpt=chosen, tally=tally)


def _people(mails: Iterable[StoredEmail]) -> Iterable[StoredEmail]:
    return (email for email in mails if not email.is_bot)


def _said(email: StoredEmail) -> str:
    """Return what a mail says by itself: never a quote alone, or a "+1"."""
    if email.body is None or email.body.is_all_quoted or email.is_encrypted:
        return ""
    said = remove_personal_links(
        excerpt(remove_personal_links(email.body.own[:_READ]), author=email.author_name)
    )
    return "" if _ENCODED.search(said) else " ".join(said.split())


def _is_patch(email: StoredEmail) -> bool:
    return email.is_patch or any(tag.casefold().startswith("patch") for tag in email.tags)


def _moment(email: StoredEmail) -> tuple[object, int]:
    return email.at, email.id


def _importance(news: ThreadNews) -> tuple[float, float, int]:
    return -news.score, -news.last_at.timestamp(), news.thread


def _rank(news: ThreadNews) -> tuple[int, tuple[float, float, int]]:
    return _GROUPS.index(news.group), _importance(news)
