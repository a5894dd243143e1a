"""Threads: the same from whatever order and in whatever portions mails come, and bounded."""

import itertools
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail.models import Email
from bot.mail.threads import (
    Envelope,
    Merge,
    Sighting,
    asked_topics_of,
    attach,
    envelope_of,
    ids_of,
    topics_of,
)
from tests.benchmarks import threads as benchmark
from tests.benchmarks.mailboxes import read_envelopes

SAMPLES = os.environ.get("SAMPLES", "")  # noqa: TID251 (test material that not every machine has)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def mail(key: str, *references: str, day: float = 0, topic: str = "", **given: object) -> Envelope:
    at = START + timedelta(days=day)
    return Envelope(key=key, references=references, topic_key=topic, at=at, **given)  # type: ignore[arg-type]


def bare(key: str, topic: str, day: float) -> Envelope:
    return mail(key, topic=topic, day=day, is_reply=True)


def groups(threads: Mapping[str, int], keys: Iterable[str]) -> set[frozenset[str]]:
    found: dict[int, set[str]] = {}
    for key in keys:
        found.setdefault(threads[key], set()).add(key)
    return {frozenset(group) for group in found.values()}


class Shelf:
    """A store of one list's threads, as simple as it can be; a sparing one shows only what may matter."""

    def __init__(self, *, is_sparing: bool = True) -> None:
        self.is_sparing = is_sparing
        self.threads: dict[str, int] = {}
        self.sightings: dict[str, dict[str, Sighting]] = {}
        self.merges: list[Merge] = []
        self.next_thread = 1

    def take(self, batch: Sequence[Envelope], *, by_topic: bool = False) -> None:
        known = {name: self.threads[name] for name in ids_of(batch) if name in self.threads}
        asked = asked_topics_of(batch) if self.is_sparing else topics_of(batch)
        sightings = {
            name: [each for each in self.sightings.get(name, {}).values() if name in asked or each.is_orphan]
            for name in topics_of(batch)
        }
        attached = attach(
            batch, known=known, next_thread=self.next_thread, sightings=sightings if by_topic else None
        )
        assert not attached.threads.keys() & self.threads.keys()
        self.threads.update(attached.threads)
        self.merges += attached.merges
        self.next_thread = attached.next_thread
        elders = {merge.younger: merge.elder for merge in attached.merges}
        self.threads = {name: elders.get(thread, thread) for name, thread in self.threads.items()}
        for envelope in batch:
            topic = self.sightings.setdefault(envelope.topic_key, {})
            is_orphan = envelope.key in attached.orphans
            seen = Sighting(key=envelope.key, thread=0, at=envelope.at, is_orphan=is_orphan)
            topic.setdefault(envelope.key, seen)
        self.sightings = {
            topic: {
                key: replace(
                    each, thread=self.threads[key], is_orphan=each.is_orphan and key not in attached.adopted
                )
                for key, each in stored.items()
            }
            for topic, stored in self.sightings.items()
        }


def test_reply_joins_what_it_answers_and_what_it_refers_to() -> None:
    threads = attach(
        [mail("a"), mail("b", "a"), mail("c", in_reply_to="b"), mail("d")], known={}, next_thread=7
    ).threads

    assert threads == {"a": 7, "b": 7, "c": 7, "d": 8}


def test_siblings_of_a_mail_that_never_came_are_one_thread() -> None:
    attached = attach([mail("b", "missing"), mail("c", "missing")], known={}, next_thread=1)

    assert attached.threads == {"b": 1, "missing": 1, "c": 1}


def test_late_mail_joins_its_waiting_replies() -> None:
    attached = attach([mail("missing")], known={"missing": 4}, next_thread=9)

    assert (attached.threads, attached.merges, attached.next_thread) == ({}, (), 9)


def test_late_reference_merges_threads_and_the_elder_stays() -> None:
    attached = attach([mail("d", "c", "a", "b")], known={"a": 2, "b": 5, "c": 3}, next_thread=6)

    assert attached.threads == {"d": 2}
    assert attached.merges == (Merge(younger=3, elder=2), Merge(younger=5, elder=2))
    assert attached.next_thread == 6


def test_mail_that_is_stored_already_changes_nothing() -> None:
    attached = attach([mail("b", "a")], known={"a": 1, "b": 1}, next_thread=2, sightings={"": ()})

    assert (attached.threads, attached.merges, attached.orphans) == ({}, (), frozenset())


def test_reply_without_references_joins_the_newest_thread_of_its_topic() -> None:
    attached = attach(
        [mail("old", topic="agenda", day=0), mail("new", topic="agenda", day=30), bare("re", "agenda", 31)],
        known={},
        next_thread=1,
        sightings={},
    )

    assert groups(attached.threads, ("old", "new", "re")) == {frozenset({"old"}), frozenset({"new", "re"})}
    assert attached.orphans == frozenset()


@pytest.mark.parametrize(
    "reply",
    [
        bare("re", "agenda", 90.1),
        bare("re", "agenda", -1),
        bare("re", "minutes", 1),
        bare("re", "", 1),
        mail("re", topic="agenda", day=1),
        mail("re", "elsewhere", topic="agenda", day=1, is_reply=True),
        mail("re", in_reply_to="elsewhere", topic="agenda", day=1, is_reply=True),
    ],
    ids=["too late", "before it", "other topic", "no topic", "no reply", "references", "in-reply-to"],
)
def test_guard_keeps_apart_what_may_not_belong_together(reply: Envelope) -> None:
    first = replace(mail("a", topic=reply.topic_key and "agenda"), at=START)

    threads = attach([first, reply], known={}, next_thread=1, sightings={}).threads

    assert threads["a"] != threads["re"]


def test_reply_that_came_before_its_mail_is_adopted_later() -> None:
    shelf = Shelf()

    shelf.take([bare("re", "agenda", 2)], by_topic=True)
    assert shelf.sightings["agenda"]["re"].is_orphan
    shelf.take([mail("a", topic="agenda", day=1)], by_topic=True)

    assert shelf.threads["a"] == shelf.threads["re"]
    assert not shelf.sightings["agenda"]["re"].is_orphan
    shelf.take([mail("b", topic="agenda", day=1.5)], by_topic=True)
    assert shelf.threads["b"] != shelf.threads["re"]


def test_date_that_cannot_be_believed_is_replaced() -> None:
    arrived, received = START + timedelta(days=2), START + timedelta(days=1)
    email = Email(key="a", topic_key="x", is_reply=True, date=datetime(2099, 1, 1, tzinfo=UTC))

    assert envelope_of(email, arrived_at=arrived).at == arrived
    assert envelope_of(replace(email, received_at=received), arrived_at=arrived).at == received
    assert envelope_of(replace(email, is_date_trusted=True), arrived_at=arrived).at.year == 2099


def test_forward_is_no_reply() -> None:
    email = Email(key="a", topic_key="x", is_reply=True, is_forward=True)

    assert not envelope_of(email, arrived_at=START).is_bare_reply


NAMES = [f"m{number}" for number in range(12)]


@st.composite
def mailboxes(draw: st.DrawFn) -> list[Envelope]:
    """Mails that refer to any of the names, themselves and each other's replies among them."""
    names = st.sampled_from([*NAMES, "gone"])
    keys = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=12, unique=True))
    return [
        mail(
            key,
            *draw(st.lists(names, max_size=3)),
            in_reply_to=draw(names | st.just("")),
            topic=draw(st.sampled_from(["", "x", "y"])),
            is_reply=draw(st.booleans()),
            day=number * 20,
        )
        for number, key in enumerate(keys)
    ]


@given(mailboxes(), st.data())
def test_order_of_arrival_does_not_matter(mails: list[Envelope], data: st.DataObject) -> None:
    keys = [each.key for each in mails]
    shuffled = data.draw(st.permutations(mails))

    whole = attach(mails, known={}, next_thread=1).threads
    other = attach(shuffled, known={}, next_thread=1).threads

    assert groups(whole, keys) == groups(other, keys)


@given(mailboxes(), st.data())
def test_portions_give_the_same_as_the_whole(mails: list[Envelope], data: st.DataObject) -> None:
    keys = [each.key for each in mails]
    shuffled = data.draw(st.permutations(mails))
    shelf = Shelf()
    while shuffled:
        size = data.draw(st.integers(1, len(shuffled)))
        shelf.take(shuffled[:size])
        shuffled = shuffled[size:]

    whole = attach(mails, known={}, next_thread=1).threads

    assert groups(shelf.threads, keys) == groups(whole, keys)
    assert all(merge.elder < merge.younger for merge in shelf.merges)


@given(mailboxes(), st.data())
def test_portions_in_order_of_time_give_the_same_by_topic(mails: list[Envelope], data: st.DataObject) -> None:
    keys = [each.key for each in mails]
    rest, shelf = list(mails), Shelf()
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        shelf.take(rest[:size], by_topic=True)
        rest = rest[size:]

    whole = attach(mails, known={}, next_thread=1, sightings={})

    assert groups(shelf.threads, keys) == groups(whole.threads, keys)
    stored = (each for topic in shelf.sightings.values() for each in topic.values())
    assert {each.key for each in stored if each.is_orphan} == whole.orphans


@given(mailboxes(), st.data())
def test_orphans_are_all_that_matters_of_a_topic_that_nobody_asks_for(
    mails: list[Envelope], data: st.DataObject
) -> None:
    rest = [*data.draw(st.permutations(mails)), *data.draw(st.permutations(mails))]
    sparing, lavish = Shelf(), Shelf(is_sparing=False)
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        for shelf in (sparing, lavish):
            shelf.take(rest[:size], by_topic=True)
        rest = rest[size:]

    assert (sparing.threads, sparing.merges, sparing.sightings) == (
        lavish.threads,
        lavish.merges,
        lavish.sightings,
    )


@given(mailboxes(), st.data())
@settings(max_examples=50)
def test_coming_twice_changes_nothing(mails: list[Envelope], data: st.DataObject) -> None:
    shelf = Shelf()
    shelf.take(mails, by_topic=True)
    before = dict(shelf.threads), len(shelf.merges)

    shelf.take(data.draw(st.permutations(mails)), by_topic=True)

    assert (shelf.threads, len(shelf.merges)) == before


def test_loop_ends_in_one_thread() -> None:
    ring = [mail(f"m{number}", f"m{(number + 1) % 1000}") for number in range(1000)]

    assert set(attach(ring, known={}, next_thread=1).threads.values()) == {1}


def test_deep_thread_with_every_ancestor_named_is_one_thread() -> None:
    keys = [f"m{number}" for number in range(1000)]
    chain = [mail(key, *keys[:number]) for number, key in enumerate(keys)]

    assert set(attach(chain[::-1], known={}, next_thread=1).threads.values()) == {1}


def test_thousands_of_references_are_cut_in_the_middle() -> None:
    names = [f"r{number}" for number in range(5000)]
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        threads = attach([mail("a", *names)], known={}, next_thread=1).threads
        seconds.append(time.perf_counter() - started)

    assert min(seconds) < 0.05
    assert len(threads) == 201
    assert {"r0", "r4999", "a"} <= threads.keys()


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of real mail")
def test_real_list_gives_the_threads_of_notmuch() -> None:
    folder = Path(SAMPLES) / "mail"
    mails = list(read_envelopes(folder / "raw/linux-leds-newest1000.mbox.xz"))
    truth = benchmark.read_truth(folder / "threads/linux-leds-newest1000.notmuch.json.gz")

    agreement = benchmark.compare(mails, truth)

    # Two threads of the truth are held together by mails that are older than this part of the list.
    assert (agreement.truth, agreement.same, agreement.cut_off, agreement.wrong) == (153, 151, 2, 0)
    assert agreement.parents == 1.0


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of real mail")
def test_real_list_recovers_lost_references() -> None:
    folder = Path(SAMPLES) / "mail"
    mails = list(
        itertools.chain(
            read_envelopes(folder / "raw/linux-leds-newest1000.mbox.xz"),
            *(read_envelopes(path) for path in sorted(folder.glob("pipermail/twisted-web/*.txt.gz"))),
        )
    )

    precision, recall, hidden = benchmark.recovery(mails)

    assert hidden >= 90
    assert (precision >= 0.96, recall >= 0.93) == (True, True)
