"""Which mails are missing where an archive numbers them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.gaps import MOST_MISSING, Gap, find_gaps, missing_in, number_of

GROUP = "https://groups.io/g/toc/message/"
MONTHS = "https://lists.example.org/pipermail/dev/"


@pytest.mark.parametrize(
    ("permalink", "place"),
    [
        (f"{GROUP}1967", ("groups.io/g/toc/message", 1967)),
        (f"{GROUP}1967/", ("groups.io/g/toc/message", 1967)),
        (f"{MONTHS}2025-March/000123.html", ("lists.example.org/pipermail/dev", 123)),
        (f"{MONTHS}2025-March/thread.html", None),
        (f"{MONTHS}2025-March/²³.html", None),
        (f"{GROUP}99999999999999999999", None),
        ("https://lore.example.org/leds/20250301.1@example.org/", None),
        ("https://x/archives/list/dev@x/message/ABCDEFGHIJKLMNOPQRSTUVWXYZ234567/", None),
        ("https://[broken", None),
        ("", None),
    ],
)
def test_numbers_are_read_from_links(permalink, place):
    assert number_of(permalink) == place


def test_gaps_lie_between_mails_also_of_two_months():
    links = [f"{MONTHS}2025-March/000003.html", f"{MONTHS}2025-April/000007.html"]
    assert find_gaps(links) == (Gap("lists.example.org/pipermail/dev", 4, 6),)
    assert find_gaps([*links, f"{MONTHS}2025-April/thread.html"]) == ()
    assert find_gaps([f"{GROUP}1", f"{GROUP}{MOST_MISSING + 3}"]) == ()


@given(st.sets(st.integers(1, 400), max_size=60), st.randoms())
def test_gaps_hold_exactly_what_is_missing(numbers, chance):
    links = [f"{GROUP}{number}" for number in numbers]
    chance.shuffle(links)
    for gap in find_gaps(links):
        assert missing_in(gap, links) == tuple(range(gap.first, gap.last + 1))
        assert {gap.first - 1, gap.last + 1} <= numbers
        filled = [*links, *(f"{GROUP}{number}" for number in range(gap.first, gap.last + 1))]
        assert missing_in(gap, filled) == ()
        assert gap not in find_gaps(filled)
