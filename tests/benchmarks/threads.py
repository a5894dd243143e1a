"""Measure threading: speed, agreement with a truth, and how well lost references are made up for.

python -m tests.benchmarks.threads MBOX…                     mails, threads, mails per second, recovery
python -m tests.benchmarks.threads --truth FILE.json.gz MBOX…    agreement with {id: [thread, parent or null]}
python -m tests.benchmarks.threads --beside notmuch MBOX…       agreement with notmuch's threads
python -m tests.benchmarks.threads --predict [--with-subjects] MBOX…   {message_id: thread_number}, one line

The truth's threads were formed over whole lists. Where the mails that hold a thread together are not among
those given, its pieces are counted as cut off, not as wrong.
"""

import argparse
import gzip
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.mail.threads import Envelope, attach
from bot.mail.tree import find_parent
from tests.benchmarks.mailboxes import read_contents, read_envelopes
from tests.benchmarks.notmuch import Notmuch

_HIDE_EVERY = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How two partitions of the same ids compare.

    Attributes:
        same: Threads that are equal in both; `truth` is how many there should be.
        cut_off: True threads in pieces because the mail that joins them is not at hand.
        wrong: Mails in a thread that is neither.
        parents: Of the mails whose true parent is at hand, the share that has it as nearest ancestor.
    """

    same: int
    truth: int
    cut_off: int
    wrong: int
    parents: float


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.threads",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("mailboxes", nargs="+", type=Path, metavar="MBOX", help="plain, .gz, .xz or .bz2")
    parser.add_argument("--predict", action="store_true", help="print the threads as one line of JSON")
    parser.add_argument("--with-subjects", action="store_true", help="with the step by subject")
    parser.add_argument("--truth", type=Path, metavar="FILE", help="compare with these threads")
    parser.add_argument("--beside", choices=["notmuch"], help="compare with another program's threads")
    given = parser.parse_args(arguments)
    envelopes = [envelope for path in given.mailboxes for envelope in read_envelopes(path)]
    if given.predict:
        print(json.dumps(partition(envelopes, by_subject=given.with_subjects), separators=(",", ":")))
    elif given.truth:
        print(compare(envelopes, read_truth(given.truth)))
    elif given.beside:
        compare_with_notmuch(envelopes, given.mailboxes)
    else:
        measure(envelopes)
    return 0


def partition(envelopes: Sequence[Envelope], *, by_subject: bool = False) -> dict[str, int]:
    """Give each mail that has a Message-ID its thread's number."""
    attached = attach(envelopes, known={}, next_thread=1, sightings={} if by_subject else None)
    return {mail.key: attached.threads[mail.key] for mail in envelopes if " " not in mail.key}


def read_truth(path: Path) -> dict[str, tuple[int, str | None]]:
    """Read threads as {message_id: [thread, parent or null]}."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return {key: (thread, parent) for key, (thread, parent) in json.load(file).items()}


def compare(envelopes: Sequence[Envelope], truth: Mapping[str, tuple[int, str | None]]) -> Agreement:
    """Compare with a truth over the ids that both know."""
    mails = {mail.key: mail for mail in envelopes}
    ours = {key: thread for key, thread in partition(envelopes).items() if key in truth}
    mine = _groups(ours)
    true = _groups({key: thread for key, (thread, _) in truth.items() if key in ours})
    differing = [group for group in true.values() if group not in set(mine.values())]
    cut_off = [group for group in differing if _is_cut_off(group, ours, mine, mails)]
    known = {key: parent for key, (_, parent) in truth.items() if parent in ours and key in ours}
    right = sum(find_parent(mails[key], mails) == parent for key, parent in known.items())
    return Agreement(
        same=len(true) - len(differing),
        truth=len(true),
        cut_off=len(cut_off),
        wrong=sum(len(group) for group in differing if group not in cut_off),
        parents=right / len(known),
    )


def compare_with_notmuch(envelopes: Sequence[Envelope], mailboxes: Iterable[Path]) -> None:
    """Print how many threads are the same in notmuch, over the ids that both know."""
    with tempfile.TemporaryDirectory() as folder:
        notmuch = Notmuch(Path(folder))
        notmuch.put(mail for path in mailboxes for mail in read_contents(path))
        notmuch.index()
        theirs = notmuch.threads()
    ours = partition(envelopes)
    both = ours.keys() & theirs.keys()
    mine, true = (set(_groups({key: threads[key] for key in both}).values()) for threads in (ours, theirs))
    print(f"{len(both)} mails: {len(mine)} threads, notmuch {len(true)}, the same {len(mine & true)}")


def _is_cut_off(
    group: frozenset[str],
    ours: Mapping[str, int],
    mine: Mapping[int, frozenset[str]],
    mails: Mapping[str, Envelope],
) -> bool:
    """Tell whether a true thread is the sum of threads of ours that each begin with a missing mail."""
    pieces = [mine[number] for number in {ours[key] for key in group}]
    if frozenset().union(*pieces) != group:
        return False
    return all(any(set(mails[key].references) - mails.keys() for key in piece) for piece in pieces)


def _groups(threads: Mapping[str, int]) -> dict[int, frozenset[str]]:
    groups: defaultdict[int, set[str]] = defaultdict(set)
    for key, thread in threads.items():
        groups[thread].add(key)
    return {thread: frozenset(group) for thread, group in groups.items()}


def measure(envelopes: Sequence[Envelope]) -> None:
    """Print sizes, speed and the recovery of hidden references."""
    for name, sightings in (("references", None), ("with subjects", {})):
        started = time.perf_counter()
        attached = attach(envelopes, known={}, next_thread=1, sightings=sightings)
        seconds = time.perf_counter() - started
        rate = len(envelopes) / seconds
        print(
            f"{name:14}{len(envelopes):>8} mails{attached.next_thread - 1:>8} threads{rate:>10,.0f} a second"
        )
    precision, recall, hidden = recovery(envelopes)
    print(f"of {hidden} replies without their references: precision {precision:.3f}, recall {recall:.3f}")


def recovery(envelopes: Sequence[Envelope]) -> tuple[float, float, int]:
    """Hide the references of every tenth reply, and see which of them find their thread by subject.

    Returns:
        The share of joined ones that came to a mail of their thread, the share of all that did, their number.
    """
    mails = list({mail.key: mail for mail in envelopes}.values())
    truth = partition(mails)
    replies = [
        mail.key for mail in mails if mail.is_reply and mail.topic_key and find_parent(mail, truth) in truth
    ]
    hidden = frozenset(replies[::_HIDE_EVERY])
    blinded = [replace(mail, in_reply_to="", references=()) if mail.key in hidden else mail for mail in mails]
    found = attach(blinded, known={}, next_thread=1, sightings={}).threads
    beside = _neighbours(mails, found, hidden)
    joined = [key for key in hidden if beside.get(key)]
    right = sum(any(truth[other] == truth[key] for other in beside[key]) for key in joined)
    return right / max(len(joined), 1), right / max(len(hidden), 1), len(hidden)


def _neighbours(
    mails: Iterable[Envelope], found: Mapping[str, int], hidden: frozenset[str]
) -> dict[str, set[str]]:
    """Return for each hidden mail the others of its thread that were not hidden."""
    others: defaultdict[int, set[str]] = defaultdict(set)
    for mail in mails:
        if mail.key not in hidden and mail.key in found:
            others[found[mail.key]].add(mail.key)
    return {key: others[found[key]] for key in hidden}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
