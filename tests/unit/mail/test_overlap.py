"""What stands in the mails that are answered: found by runs of words, whoever asked for them before."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.mail.quotes.overlap import shares
from bot.mail.quotes.parents import Parents, Shelf
from bot.mail.stripping import Written, strip_batch

LINES = st.lists(
    st.one_of(
        st.lists(
            st.sampled_from(
                ["the", "hall", "is", "free", "on", "May_12", "d'accord", "straße", ">>", "e.g.", "7\x1c8"]
            )
        ).map(" ".join),
        st.text(max_size=20),
    ),
    max_size=8,
)


TEXTS = LINES.map("\n".join)


def plain_share(line: str, texts: list[str]) -> float | None:
    """Reckon the share as it is defined."""
    words = [re.findall(r"\w+", text.lower()) for text in (line, *texts)]
    mine, *others = [[tuple(each[at : at + 4]) for at in range(len(each) - 3)] for each in words]
    known = {shingle for other in others for shingle in other}
    return sum(shingle in known for shingle in mine) / len(mine) if mine else None


@given(lines=LINES, texts=st.lists(TEXTS, max_size=3))
def test_share_is_that_of_the_runs_of_four_words(lines: list[str], texts: list[str]) -> None:
    assert shares(lines, Parents(texts)) == [plain_share(line, texts) for line in lines]


@given(lines=LINES, texts=st.lists(TEXTS.filter(bool), min_size=1, max_size=3), copied=st.booleans())
def test_many_lines_are_held_by_what_may_hold_one_of_them(
    lines: list[str], texts: list[str], copied: bool
) -> None:
    own = [line.lower() for line in (texts[-1].split("\n") if copied else lines)]
    parents = Parents(texts)

    assert parents.may_hold_any(own * 40) == any(map(parents.may_hold, own))


@given(texts=st.lists(TEXTS, min_size=1, max_size=6))
def test_mails_read_together_come_out_as_each_alone(texts: list[str]) -> None:
    mails = [Written(text=text, parents=(*texts[:at][::-1],)) for at, text in enumerate(texts)]

    assert strip_batch(mails) == [each for mail in mails for each in strip_batch([mail])]


def test_what_is_asked_for_again_is_kept_and_the_oldest_goes() -> None:
    shelf = Shelf()
    texts = [f"{number} " * 25_000 for number in range(10, 30)]
    first = shelf.take(texts[0])

    for text in texts:
        assert shelf.take(text) is shelf.take(text)
        assert shelf.take(texts[0]) is first
    assert shelf.take(texts[1]).text == texts[1]
    assert len(shelf) < len(texts)
