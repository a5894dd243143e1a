"""A month of meetings as a picture: it says what it is given, whatever that is."""

import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.pictures.canvas import ACCENT, drawable, fit, width_of, wrap
from bot.pictures.month import SMALLEST, WIDTH, draw_month
from bot.pictures.sheets import Entry, Sheet

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NOVEMBER = date(2026, 11, 1)
CALL = Entry(day=date(2026, 11, 3), time="15:00", title="Interoperability call")


def sheet(*entries: Entry, month: date = NOVEMBER, today: date | None = None, sources: int = 1) -> Sheet:
    return Sheet(
        month=month,
        heading=f"{month:%B %Y}",
        note="times in Europe/Berlin",
        weekdays=WEEKDAYS,
        entries=entries,
        sources=tuple(f"Calendar {number}" for number in range(sources)),
        today=today,
        cancelled="cancelled",
    )


def opened(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    image.load()
    return image


def differs(one: object, other: object) -> bool:
    """Tell whether two pixels differ by more than the picture's palette may change a colour."""
    assert isinstance(one, tuple)
    assert isinstance(other, tuple)
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) > 24


@pytest.mark.parametrize(("month", "weeks"), [((2027, 2), 4), ((2026, 10), 5), ((2026, 11), 6)])
def test_a_sheet_has_a_row_for_each_week(month: tuple[int, int], weeks: int) -> None:
    image = opened(draw_month(sheet(month=date(*month, 1))).png)
    assert image.format == "PNG"
    assert image.size == (WIDTH, 134 + 152 * weeks)


def test_the_smallest_words_can_be_read_on_a_phone() -> None:
    assert SMALLEST / WIDTH * 360 >= 8.5, "360 is how wide a phone shows it"


def test_a_meeting_changes_the_picture_only_where_its_day_is() -> None:
    every_day = tuple(Entry(day=date(2026, 11, day), title="x") for day in range(2, 9))
    without, with_it = (
        opened(draw_month(sheet(*every_day, *more)).png).convert("RGB") for more in ((), (CALL,))
    )
    changed = [
        (x, y)
        for x in range(0, WIDTH, 2)
        for y in range(0, with_it.height, 2)
        if differs(with_it.getpixel((x, y)), without.getpixel((x, y)))
    ]
    assert changed
    assert min(x for x, _ in changed) > 118
    assert max(x for x, _ in changed) < 250
    assert min(y for _, y in changed) >= 270
    assert max(y for _, y in changed) <= 420


def test_today_is_framed() -> None:
    image = opened(draw_month(sheet(today=date(2026, 11, 25))).png).convert("RGB")
    close = [
        pixel
        for pixel in (image.getpixel((x, 800)) for x in range(WIDTH))
        if isinstance(pixel, tuple) and all(abs(a - b) < 16 for a, b in zip(pixel, ACCENT, strict=True))
    ]
    assert len(close) >= 4


def test_the_facts_are_told_in_words() -> None:
    off = Entry(day=date(2026, 11, 5), title="Day off", is_cancelled=True)
    other_month = Entry(day=date(2026, 12, 1), time="09:00", title="Later")
    assert draw_month(sheet(CALL, off, other_month)).alt == (
        "November 2026, times in Europe/Berlin: Tue 3 15:00 Interoperability call; Thu 5 Day off (cancelled)"
    )
    assert draw_month(sheet()).alt == "November 2026, times in Europe/Berlin"


def test_a_full_month_keeps_its_description_within_discords_limit() -> None:
    entries = tuple(
        Entry(
            day=date(2026, 11, day),
            time=f"{hour:02}:00",
            title="A rather long title of a meeting",
            source=hour,
        )
        for day in range(1, 31)
        for hour in range(8, 14)
    )
    picture = draw_month(sheet(*entries, sources=9))
    assert 900 < len(picture.alt) <= 1024
    assert len(picture.png) < 200_000


@pytest.mark.parametrize("letters", ["äöüß", "éèêç", "łśżźčřěůő", "ğışț", "Ωδθ", "ЖдяЇ", "–—“”’…"])
def test_the_font_knows_the_letters_of_europe(letters: str) -> None:
    assert drawable(letters) == letters


def test_signs_without_a_letter_in_the_font_are_left_out() -> None:
    assert drawable("🎉 Party 会議 time\u202e") == "Party time"
    assert drawable("🎉") == "…"


def test_long_words_are_parted_and_the_rest_is_cut() -> None:
    assert wrap("Interoperability call", 110, lines=2, size=21) == ("Interoper-", "ability call")
    assert wrap("one two three four five six seven", 90, lines=2, size=21) == ("one two", "three f…")


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300), room=st.integers(40, 400), lines=st.integers(1, 3))
def test_whatever_is_written_fits(text: str, room: int, lines: int) -> None:
    assert width_of(fit(text, room, size=21), 21) <= room
    wrapped = wrap(text, room, lines=lines, size=21)
    assert 1 <= len(wrapped) <= lines
    assert all(width_of(line, 21) <= room for line in wrapped)
