"""Draw a month of meetings as a sheet of a calendar, readable at the size of a phone."""

import calendar
from datetime import date

from bot.pictures.canvas import (
    ACCENT,
    CELL,
    DIM,
    FAINT,
    INKS,
    LINE,
    QUIET,
    WORDS,
    Box,
    Canvas,
    Colour,
    drawable,
    fit,
    width_of,
    wrap,
)
from bot.pictures.sheets import Entry, Picture, Sheet
from bot.text import limits

WIDTH = 800
SMALLEST = 19
"""The size of the smallest words."""

_MARGIN = 14
_GAP = 5
_HEAD = 84
_NAMES = 34
_ROW = 152
_FOOT = 16
_LEGEND = 40
_BUSY, _IDLE, _IDLE_WEEKEND = 1.7, 1.0, 0.75
_DAY_SIZE = 22
_TIME_SIZE = 21
_TITLE_SIZE = 21
_CHIP_LINE = 26
_MAX_LEGEND = 5


def draw_month(sheet: Sheet) -> Picture:
    """Draw a month, with its facts in words."""
    weeks = calendar.Calendar().monthdatescalendar(sheet.month.year, sheet.month.month)
    has_legend = len(sheet.sources) > 1
    height = _HEAD + _NAMES + len(weeks) * _ROW + _FOOT + _LEGEND * has_legend
    canvas = Canvas(WIDTH, height)
    columns = _columns(sheet)
    _draw_head(canvas, sheet, columns)
    by_day: dict[date, list[Entry]] = {}
    for entry in sheet.entries:
        by_day.setdefault(entry.day, []).append(entry)
    for row, week in enumerate(weeks):
        top = _HEAD + _NAMES + row * _ROW
        for column, day in enumerate(week):
            left, width = columns[column]
            box = (left, top, left + width, top + _ROW - _GAP)
            _draw_day(canvas, sheet, day, by_day.get(day, []), box)
    if has_legend:
        _draw_legend(canvas, sheet, height - _FOOT - _LEGEND / 2 + 4)
    return Picture(png=canvas.png(), alt=describe(sheet))


def describe(sheet: Sheet) -> str:
    """Return the facts of a sheet in one line of words, as many as a description may hold."""
    told = [
        " ".join(
            part
            for part in (
                sheet.weekdays[entry.day.weekday()],
                f"{entry.day.day}",
                entry.time,
                entry.title,
                f"({sheet.cancelled})" if entry.is_cancelled else "",
            )
            if part
        )
        for entry in sheet.entries
        if (entry.day.year, entry.day.month) == (sheet.month.year, sheet.month.month)
    ]
    head = f"{sheet.heading}, {sheet.note}"
    return limits.cut_line(f"{head}: {'; '.join(told)}" if told else head, limits.ALT_TEXT)


def _columns(sheet: Sheet) -> tuple[tuple[float, float], ...]:
    """Return the left edge and width of each weekday: the busy ones get the room."""
    busy = {entry.day.weekday() for entry in sheet.entries}
    shares = [_BUSY if day in busy or not busy else _IDLE_WEEKEND if day >= 5 else _IDLE for day in range(7)]
    room = WIDTH - 2 * _MARGIN - 6 * _GAP
    left, columns = float(_MARGIN), []
    for share in shares:
        width = room * share / sum(shares)
        columns.append((left, width))
        left += width + _GAP
    return tuple(columns)


def _draw_head(canvas: Canvas, sheet: Sheet, columns: tuple[tuple[float, float], ...]) -> None:
    canvas.write(_MARGIN, 56, fit(sheet.heading, 440, size=42, weight=700), size=42, weight=700)
    note = fit(sheet.note, 310, size=22)
    canvas.write(WIDTH - _MARGIN, 54, note, size=22, colour=QUIET, anchor="rs")
    for name, (left, width) in zip(sheet.weekdays, columns, strict=True):
        canvas.write(left + width / 2, _HEAD + 20, name, size=20, colour=QUIET, weight=600, anchor="ms")


def _draw_day(canvas: Canvas, sheet: Sheet, day: date, entries: list[Entry], box: Box) -> None:
    is_inside = day.month == sheet.month.month
    is_today = day == sheet.today
    canvas.box(box, CELL if is_inside else FAINT, radius=8, outline=ACCENT if is_today else None)
    colour = (WORDS if entries or is_today else QUIET) if is_inside else DIM
    canvas.write(box[0] + 10, box[1] + 27, f"{day.day}", size=_DAY_SIZE, colour=colour, weight=600)
    if not entries or not is_inside:
        return
    area = (box[0] + 6, box[1] + 36, box[2] - 6, box[3] - 6)
    if len(entries) == 1:
        _draw_alone(canvas, entries[0], area)
        return
    lines = int((area[3] - area[1] + 3) // (_CHIP_LINE + 3))
    shown = entries if len(entries) <= lines else entries[: lines - 1]
    for place, entry in enumerate(shown):
        top = area[1] + place * (_CHIP_LINE + 3)
        _draw_line(canvas, entry, (area[0], top, area[2], top + _CHIP_LINE))
    if len(shown) < len(entries):
        base = area[1] + len(shown) * (_CHIP_LINE + 3) + 20
        more = f"+{len(entries) - len(shown)}"
        canvas.write(area[0] + 4, base, more, size=20, colour=QUIET, weight=600)


def _draw_alone(canvas: Canvas, entry: Entry, area: Box) -> None:
    """Draw the only meeting of a day: the time, and three lines for the title."""
    ink, words = _inks(entry)
    canvas.box(area, _tint(ink), radius=6)
    canvas.box((area[0], area[1], area[0] + 5, area[3]), ink, radius=2)
    left, room = area[0] + 12, area[2] - area[0] - 16
    lines = 3 if entry.time else 4
    base = area[1] + 24
    if entry.time:
        canvas.write(left, base, entry.time, size=_TIME_SIZE, colour=words, weight=700)
        _strike(canvas, entry, (left, base), width_of(entry.time, _TIME_SIZE, 700))
        base += 26
    for line in wrap(entry.title, room, lines=lines, size=_TITLE_SIZE):
        canvas.write(left, base, line, size=_TITLE_SIZE, colour=words)
        _strike(canvas, entry, (left, base), width_of(line, _TITLE_SIZE))
        base += 25


def _draw_line(canvas: Canvas, entry: Entry, area: Box) -> None:
    """Draw one of several meetings of a day: time and title on a line."""
    ink, words = _inks(entry)
    canvas.box(area, _tint(ink), radius=5)
    canvas.box((area[0], area[1], area[0] + 4, area[3]), ink, radius=2)
    left, base = area[0] + 9, area[1] + 20
    text = f"{entry.time} {entry.title}" if entry.time else entry.title
    line = fit(text, area[2] - left - 3, size=SMALLEST)
    canvas.write(left, base, line, size=SMALLEST, colour=words)
    _strike(canvas, entry, (left, base), width_of(line, SMALLEST))


def _strike(canvas: Canvas, entry: Entry, start: tuple[float, float], width: float) -> None:
    """Strike words through that begin at a point, if the meeting does not take place."""
    if entry.is_cancelled:
        left, y = start[0], start[1] - 6
        canvas.line([(left, y), (left + width, y)], DIM, width=2)


def _inks(entry: Entry) -> tuple[Colour, Colour]:
    if entry.is_cancelled:
        return LINE, DIM
    return INKS[entry.source % len(INKS)], WORDS


def _tint(ink: Colour) -> Colour:
    """Return a colour so much darker that white words stand out on it."""
    red, green, blue = ((round(part * 0.30 + ground * 0.70)) for part, ground in zip(ink, CELL, strict=True))
    return red, green, blue


def _draw_legend(canvas: Canvas, sheet: Sheet, middle: float) -> None:
    """Name the calendars beside their colours."""
    left = float(_MARGIN)
    room = (WIDTH - 2 * _MARGIN) / min(len(sheet.sources), _MAX_LEGEND)
    for number, name in enumerate(sheet.sources[:_MAX_LEGEND]):
        canvas.dot(left + 8, middle, 7, INKS[number % len(INKS)])
        shown = fit(drawable(name), room - 40, size=20)
        canvas.write(left + 24, middle + 7, shown, size=20, colour=QUIET)
        left += min(room, width_of(shown, 20) + 50)
