"""Dates that get other keys: what is kept of them follows, and none takes another's place."""

import hypothesis.strategies as st
from hypothesis import given

from bot.meetings.models import OccurrenceKey
from bot.meetings.rekeying import Pair, plan_rekeying

KEYS = [OccurrenceKey("call", str(number)) for number in range(8)]
A, B, C, D, *_ = KEYS


def carry_out(pairs: list[Pair], known: set[OccurrenceKey]) -> dict[OccurrenceKey, OccurrenceKey]:
    """Return what stands under each key afterwards: the key that it had."""
    kept = {key: key for key in known}
    for old, new in plan_rekeying(pairs, known):
        assert new not in kept
        kept[new] = kept.pop(old)
    return kept


def test_a_chain_moves_from_its_free_end() -> None:
    assert carry_out([(A, B), (B, C), (C, D)], {A, B, C}) == {B: A, C: B, D: C}


def test_what_has_its_own_keeps_it() -> None:
    assert carry_out([(A, B)], {A, B}) == {A: A, B: B}
    assert carry_out([(A, B), (B, A)], {A, B}) == {A: A, B: B}


def test_what_is_not_kept_is_no_matter() -> None:
    assert plan_rekeying([(A, B), (B, C)], set()) == ()
    assert carry_out([(A, B), (B, C)], {A}) == {B: A}


@given(st.permutations(KEYS), st.sets(st.sampled_from(KEYS)))
def test_nothing_is_lost_whatever_changes_places(
    targets: list[OccurrenceKey], known: set[OccurrenceKey]
) -> None:
    pairs = [(old, new) for old, new in zip(KEYS, targets, strict=True) if old != new]
    kept = carry_out(pairs, known)
    assert set(kept.values()) == known
    wanted = dict(pairs)
    assert all(new in {old, wanted.get(old)} for new, old in kept.items())
