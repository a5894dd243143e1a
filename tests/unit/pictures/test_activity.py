"""The chart of a list's activity: bars and a line as high as what they stand for."""

import io

import pytest
from PIL import Image

from bot.pictures.activity import HEIGHT, WIDTH, Activity, Week, draw_activity
from bot.pictures.canvas import INKS


def activity(*counts: tuple[int, int]) -> Activity:
    weeks = tuple(
        Week(name=f"{number + 1} Nov", mails=mails, threads=threads)
        for number, (mails, threads) in enumerate(counts)
    )
    return Activity(heading="harbour, 12 weeks", mails="mails", threads="threads", weeks=weeks)


def bar_heights(png: bytes) -> list[int]:
    """Measure the blue bars from left to right, below the legend."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    heights: list[int] = []
    is_in_bar = False
    for x in range(WIDTH):
        column = [image.getpixel((x, y)) for y in range(90, HEIGHT)]
        blue = sum(
            isinstance(pixel, tuple) and all(abs(a - b) < 12 for a, b in zip(pixel, INKS[0], strict=True))
            for pixel in column
        )
        if blue and not is_in_bar:
            heights.append(0)
        is_in_bar = bool(blue)
        if blue:
            heights[-1] = max(heights[-1], blue)
    return heights


def test_bars_are_as_high_as_their_numbers() -> None:
    first, second, third = bar_heights(draw_activity(activity((10, 0), (20, 0), (0, 0), (30, 0))).png)
    assert second / first == pytest.approx(2, rel=0.08)
    assert third / first == pytest.approx(3, rel=0.08)


def test_the_facts_are_told_in_words() -> None:
    told = draw_activity(activity((12, 4), (0, 0))).alt
    assert told == "harbour, 12 weeks. 1 Nov: 12 mails, 4 threads; 2 Nov: 0 mails, 0 threads"


@pytest.mark.parametrize("counts", [(), ((0, 0),), ((1, 1),), ((10**9, 3), (0, 0)), ((7, 2),) * 60])
def test_any_numbers_make_a_picture(counts: tuple[tuple[int, int], ...]) -> None:
    picture = draw_activity(activity(*counts))
    assert Image.open(io.BytesIO(picture.png)).size == (WIDTH, HEIGHT)
    assert len(picture.alt) <= 1024
