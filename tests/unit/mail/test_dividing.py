"""A batch is divided so that all worker processes have as much to do, and every mail is in one piece."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.intake import divide
from bot.mail.reading_ahead import MOST_BYTES, in_batches


@given(st.lists(st.integers(0, 100_000), max_size=700), st.integers(1, 4))
def test_every_mail_is_in_one_piece_and_no_piece_is_too_large(sizes, at_least):
    places = divide(sizes, at_least=at_least)

    assert (places[0], places[-1]) == (0, len(sizes))
    assert all(start < stop <= start + 250 for start, stop in pairwise(places)) or not sizes


@pytest.mark.parametrize(
    ("sizes", "pieces"),
    [([10] * 310, 2), ([10] * 40, 2), ([10] * 20, 1), ([10] * 600, 3), ([1000] * 100 + [10] * 200, 2)],
)
def test_pieces_are_equally_large(sizes, pieces):
    places = divide(sizes, at_least=2)

    weights = [sum(sizes[start:stop]) for start, stop in pairwise(places)]
    assert len(weights) == pieces
    assert max(weights) - min(weights) <= max(sizes)


@given(st.lists(st.integers(0, MOST_BYTES * 2)))
def test_every_mail_is_in_one_batch_and_no_batch_grows_beyond_its_last_mail(sizes):
    batches = list(in_batches(sizes, int))

    assert [size for batch in batches for size in batch] == sizes
    assert all(batch and sum(batch[:-1]) < MOST_BYTES for batch in batches)


def test_first_batches_are_small_so_that_the_store_begins_soon():
    assert [len(batch) for batch in in_batches(range(2_000), lambda _: 1)] == [100, 200, 400, 500, 500, 300]
