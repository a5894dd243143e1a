"""Join mails into threads: by what they refer to, and, where a mailer lost that, carefully by their subject.

Union-find over References and In-Reply-To gives the threads that notmuch and public-inbox give. An id that
is only referred to belongs to a thread too, so the order of arrival does not matter: a mail that comes late,
or a late reference, joins threads that were apart, and the elder one stays.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.mail.models import Email

TOPIC_WINDOW = timedelta(days=90)
MAX_REFERENCES = 200  # of one mail; real threads are up to 37 deep, and a thread's root is always kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What threading looks at in a mail.

    Attributes:
        key: Email.key: its Message-ID, or a hash that no mail can refer to.
        topic_key: Email.topic_key: the subject without reply marks and tags.
        at: When it was sent, as far as that can be believed.
    """

    key: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    topic_key: str = ""
    is_reply: bool = False
    at: datetime

    @property
    def is_bare_reply(self) -> bool:
        """Tell whether it calls itself a reply and does not say to what."""
        return self.is_reply and bool(self.topic_key) and not self.in_reply_to and not self.references


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A stored mail of some topic.

    Attributes:
        is_orphan: It is a bare reply that found no thread so far (see Attached.orphans).
    """

    key: str
    thread: int
    at: datetime
    is_orphan: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A thread that turned out to be part of an elder one, and ends."""

    younger: int
    elder: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """What a batch changes: all of it is to be stored with the batch, in one transaction.

    Attributes:
        threads: The thread of every id that was not known: the batch's mails and what they refer to. The
            latter are stored as well, for the mails that come later.
        merges: Stored threads that end; each elder one survives.
        orphans: Bare replies of the batch that found no thread yet; to be stored as such.
        adopted: Stored orphans that are orphans no longer.
        next_thread: The first number that is still free.
    """

    threads: Mapping[str, int]
    merges: tuple[Merge, ...] = ()
    orphans: frozenset[str] = frozenset()
    adopted: frozenset[str] = frozenset()
    next_thread: int = 1


def envelope_of(email: Email, *, arrived_at: datetime) -> Envelope:
    """Take from a mail what threading needs; a date that cannot be believed is replaced."""
    date = email.date if email.is_date_trusted else None
    return Envelope(
        key=email.key,
        in_reply_to=email.in_reply_to,
        references=email.references,
        topic_key=email.topic_key,
        is_reply=email.is_reply and not email.is_forward,
        at=date or email.received_at or arrived_at,
    )


def ids_of(batch: Iterable[Envelope]) -> frozenset[str]:
    """Name every id whose thread `attach` wants to know."""
    return frozenset(name for envelope in batch for name in (envelope.key, *ancestors_of(envelope)))


def topics_of(batch: Iterable[Envelope]) -> frozenset[str]:
    """Name every topic whose stored mails `attach` wants to see."""
    return frozenset(envelope.topic_key for envelope in batch if envelope.topic_key)


def asked_topics_of(batch: Iterable[Envelope]) -> frozenset[str]:
    """Name those of `topics_of(batch)` of which every stored mail may matter: those of bare replies.

    Of the others only orphans do: a stored mail that came shortly before one would have adopted it.
    """
    return topics_of(envelope for envelope in batch if envelope.is_bare_reply)


def attach(
    batch: Sequence[Envelope],
    *,
    known: Mapping[str, int],
    next_thread: int,
    sightings: Mapping[str, Sequence[Sighting]] | None = None,
) -> Attached:
    """Attach mails to the threads that are stored, of one list.

    Args:
        batch: The new mails, in any order; new threads are numbered in theirs.
        known: The stored threads of those of `ids_of(batch)` that were seen before.
        next_thread: The number of the next new thread; higher than every stored one.
        sightings: For each of `topics_of(batch)` the stored mails of the newest 90 days around it; the
            orphans are enough for those that are not of `asked_topics_of(batch)`. None leaves out the step by
            subject.
    """
    forest = _Forest()
    for name, thread in known.items():
        forest.join(name, thread)
    for envelope in batch:
        forest.add(envelope.key)
        for ancestor in ancestors_of(envelope):
            forest.join(envelope.key, ancestor)
    adoption = _Adoption()
    if sightings is not None:
        adoption = _adopt(forest, batch, sightings)
    return _number(forest, known, adoption, next_thread)


class _Forest:
    """Keep disjoint sets; texts are ids, numbers are stored threads."""

    def __init__(self) -> None:
        self._places: dict[str | int, int] = {}
        self._parents: list[int] = []

    def add(self, name: str | int) -> int:
        place = self._places.setdefault(name, len(self._parents))
        if place == len(self._parents):
            self._parents.append(place)
        return place

    def join(self, one: str | int, other: str | int) -> None:
        self._parents[self._find(self.add(one))] = self._find(self.add(other))

    def sets(self) -> Iterable[list[str | int]]:
        """Return the sets; they and their members in the order in which they were added."""
        members: dict[int, list[str | int]] = {}
        for name, place in self._places.items():
            members.setdefault(self._find(place), []).append(name)
        return members.values()

    def _find(self, place: int) -> int:
        parents = self._parents
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place


@dataclass(slots=True)
class _Adoption:
    stored: set[str] = field(default_factory=set)
    orphans: set[str] = field(default_factory=set)
    adopted: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, order=True)
class _Mail:
    """One mail of a topic, stored or new; these sort by time."""

    at: datetime
    key: str
    is_orphan: bool


def _adopt(
    forest: _Forest,
    batch: Sequence[Envelope],
    sightings: Mapping[str, Sequence[Sighting]],
) -> _Adoption:
    """Join each bare reply to the mail of its topic that came last before it."""
    adoption = _Adoption()
    topics: dict[str, dict[str, _Mail]] = {}
    for topic, stored in sightings.items():
        for sighting in stored:
            forest.join(sighting.key, sighting.thread)
            adoption.stored.add(sighting.key)
            mail = _Mail(sighting.at, sighting.key, sighting.is_orphan)
            topics.setdefault(topic, {})[sighting.key] = mail
    concerned = asked_topics_of(batch).union(topics) - {""}
    for envelope in batch:
        if envelope.topic_key in concerned:
            mail = _Mail(envelope.at, envelope.key, envelope.is_bare_reply)
            topics.setdefault(envelope.topic_key, {}).setdefault(envelope.key, mail)
    for mails in topics.values():
        _adopt_topic(forest, sorted(mails.values()), adoption)
    return adoption


def _adopt_topic(forest: _Forest, mails: Sequence[_Mail], adoption: _Adoption) -> None:
    before: _Mail | None = None
    for mail in mails:
        if mail.is_orphan:
            has_found = before is not None and mail.at - before.at <= TOPIC_WINDOW
            if before is not None and has_found:
                forest.join(mail.key, before.key)
            if has_found and mail.key in adoption.stored:
                adoption.adopted.add(mail.key)
            elif not has_found and mail.key not in adoption.stored:
                adoption.orphans.add(mail.key)
        before = mail


def _number(forest: _Forest, known: Mapping[str, int], adoption: _Adoption, next_thread: int) -> Attached:
    threads: dict[str, int] = {}
    merges: list[Merge] = []
    stored_names = known.keys() | adoption.stored
    for members in forest.sets():
        stored = sorted(member for member in members if isinstance(member, int))
        if stored:
            merges += [Merge(younger=younger, elder=stored[0]) for younger in stored[1:]]
            number = stored[0]
        else:
            number, next_thread = next_thread, next_thread + 1
        threads.update(
            (name, number) for name in members if isinstance(name, str) and name not in stored_names
        )
    return Attached(
        threads=threads,
        merges=tuple(merges),
        orphans=frozenset(adoption.orphans),
        adopted=frozenset(adoption.adopted),
        next_thread=next_thread,
    )


def ancestors_of(envelope: Envelope) -> tuple[str, ...]:
    """Name what a mail refers to, the parent first, then upwards; cut in the middle where it is too much."""
    names = envelope.references[::-1]
    if len(names) > MAX_REFERENCES:
        names = (*names[: MAX_REFERENCES - 1], names[-1])
    return tuple(name for name in dict.fromkeys((envelope.in_reply_to, *names)) if name)
