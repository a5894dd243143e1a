"""Hold what the pictures share: the font, the colours of Discord's dark theme, shapes and fitting words.

Shapes are drawn at twice the size and scaled down, which smooths their edges; words are drawn after that.
The font (Noto Sans, SIL Open Font License, beside this file) knows Latin, Greek and Cyrillic letters.
"""

import io
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]
Weight = Literal[400, 600, 700]
Anchor = Literal["la", "ma", "ra", "lm", "mm", "rm", "ls", "ms", "rs"]

GROUND: Colour = (43, 45, 49)
CELL: Colour = (54, 56, 62)
FAINT: Colour = (48, 50, 55)
LINE: Colour = (78, 80, 88)
WORDS: Colour = (242, 243, 245)
QUIET: Colour = (181, 186, 193)
DIM: Colour = (128, 132, 142)
ACCENT: Colour = (88, 140, 236)
INKS: tuple[Colour, ...] = (
    (96, 150, 230),
    (76, 175, 122),
    (214, 158, 74),
    (180, 124, 214),
    (222, 110, 110),
    (84, 184, 190),
)
"""One for each source; what they mean is said in words beside them."""

_SCALE = 2
_ELLIPSIS = "…"
_MISSING = "\uffff"


class Canvas:
    """A picture in the making: shapes first, then words."""

    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        self._shapes = Image.new("RGB", (width * _SCALE, height * _SCALE), GROUND)
        self._pen = ImageDraw.Draw(self._shapes)
        self._words: list[Callable[[ImageDraw.ImageDraw], None]] = []

    def box(self, box: Box, fill: Colour, *, radius: float = 0, outline: Colour | None = None) -> None:
        """Draw a rectangle, given by its corners."""
        scaled = tuple(round(side * _SCALE) for side in box)
        self._pen.rounded_rectangle(
            scaled, radius * _SCALE, fill=fill, outline=outline, width=3 * _SCALE if outline else 0
        )

    def line(self, points: list[tuple[float, float]], fill: Colour, *, width: float = 1) -> None:
        """Draw a line through points."""
        scaled = [(round(x * _SCALE), round(y * _SCALE)) for x, y in points]
        self._pen.line(scaled, fill=fill, width=round(width * _SCALE), joint="curve")

    def dot(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """Draw a filled circle around a point."""
        self._pen.ellipse(
            tuple(round(v * _SCALE) for v in (x - radius, y - radius, x + radius, y + radius)), fill
        )

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: int,
        colour: Colour = WORDS,
        weight: Weight = 400,
        anchor: Anchor = "ls",
    ) -> None:
        """Write words at a point, by default the left end of their base line."""
        font = load_font(size, weight)
        self._words.append(lambda pen: pen.text((x, y), text, fill=colour, font=font, anchor=anchor))

    def png(self) -> bytes:
        """Return the picture as a file."""
        image = self._shapes.reduce(_SCALE)
        pen = ImageDraw.Draw(image)
        for write in self._words:
            write(pen)
        file = io.BytesIO()
        image.save(file, "PNG")
        return file.getvalue()


@cache
def load_font(size: int, weight: Weight = 400) -> ImageFont.FreeTypeFont:
    """Return the font in a size and weight."""
    data = resources.files("bot.pictures").joinpath("fonts", "noto-sans.ttf").read_bytes()
    font = ImageFont.truetype(io.BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight])
    return font


def width_of(text: str, size: int, weight: Weight = 400) -> float:
    """Return how wide words are."""
    return load_font(size, weight).getlength(text)


def fit(text: str, room: float, *, size: int, weight: Weight = 400) -> str:
    """Return words as one line that fits, with an ellipsis where something was left out."""
    words = drawable(text)
    if width_of(words, size, weight) <= room:
        return words
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(words[:middle].rstrip() + _ELLIPSIS, size, weight) <= room:
            low = middle
        else:
            high = middle - 1
    return words[:low].rstrip() + _ELLIPSIS


def wrap(text: str, room: float, *, lines: int, size: int, weight: Weight = 400) -> tuple[str, ...]:
    """Return words as at most so many lines that fit; the last holds what is left, cut."""
    words = drawable(text).split(" ")
    wrapped: list[str] = []
    while words and len(wrapped) < lines - 1:
        count = _count_fitting(words, room, size, weight)
        line, words = " ".join(words[:count]), words[count:]
        if width_of(line, size, weight) > room:
            line, rest = _part(line, room, size, weight)
            words = [rest, *words]
        wrapped.append(line)
    if words:
        wrapped.append(fit(" ".join(words), room, size=size, weight=weight))
    return tuple(wrapped)


def drawable(text: str) -> str:
    """Return words without what the font has no sign for, such as emoji."""
    kept = "".join(sign if sign.isspace() or _is_known(sign) else " " for sign in text[:200])
    return " ".join(kept.split()) or _ELLIPSIS


def _count_fitting(words: list[str], room: float, size: int, weight: Weight) -> int:
    count = 1
    while count < len(words) and width_of(" ".join(words[: count + 1]), size, weight) <= room:
        count += 1
    return count


def _part(word: str, room: float, size: int, weight: Weight) -> tuple[str, str]:
    """Part a word that is wider than a line."""
    end = len(word) - 1
    while end > 1 and width_of(f"{word[:end]}-", size, weight) > room:
        end -= 1
    return f"{word[:end]}-", word[end:]


def _is_known(sign: str) -> bool:
    """Tell whether the font has a sign: it draws a box for all that it has not."""
    font = load_font(20)
    drawn, box = font.getmask(sign), font.getmask(_MISSING)
    return sign.isprintable() and (drawn.size != box.size or bytes(drawn) != bytes(box))
