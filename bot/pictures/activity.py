"""Draw how lively a mailing list was: mails and threads, week by week."""

from dataclasses import dataclass

from bot.pictures.canvas import CELL, DIM, INKS, LINE, QUIET, Canvas, fit
from bot.pictures.sheets import Picture
from bot.text import limits

WIDTH, HEIGHT = 1000, 460
MAX_WEEKS = 26

_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 24, 96, 56
_FEWEST_LINES, _MOST_LINES = 3, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A week's counts under a short name, such as "3 Nov"."""

    name: str
    mails: int
    threads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What the chart shows: its heading, the names of what is counted, and the weeks in order."""

    heading: str
    mails: str
    threads: str
    weeks: tuple[Week, ...]


def draw_activity(activity: Activity) -> Picture:
    """Draw the chart, with its facts in words."""
    weeks = activity.weeks[-MAX_WEEKS:]
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.write(24, 52, fit(activity.heading, 560, size=34, weight=700), size=34, weight=700)
    _draw_legend(canvas, activity)
    step, lines = _scale(max((max(week.mails, week.threads) for week in weeks), default=0))
    top = step * lines
    for number in range(lines + 1):
        y = _y(number * step, top)
        canvas.line([(_LEFT, y), (WIDTH - _RIGHT, y)], LINE if number == 0 else CELL, width=2)
        canvas.write(_LEFT - 12, y + 7, f"{number * step}", size=20, colour=QUIET, anchor="rs")
    _draw_weeks(canvas, weeks, top)
    return Picture(png=canvas.png(), alt=describe(activity))


def describe(activity: Activity) -> str:
    """Return the facts of a chart in one line of words."""
    mails, threads = activity.mails, activity.threads
    told = "; ".join(
        f"{week.name}: {week.mails} {mails}, {week.threads} {threads}" for week in activity.weeks[-MAX_WEEKS:]
    )
    return limits.cut_line(f"{activity.heading}. {told}", limits.ALT_TEXT)


def _draw_weeks(canvas: Canvas, weeks: tuple[Week, ...], top: int) -> None:
    room = (WIDTH - _LEFT - _RIGHT) / max(1, len(weeks))
    wide = min(48.0, room * 0.62)
    every = 1 if room >= 72 else 2 if room >= 36 else 4
    line: list[tuple[float, float]] = []
    for number, week in enumerate(weeks):
        middle = _LEFT + room * (number + 0.5)
        if week.mails:
            box = (middle - wide / 2, _y(week.mails, top), middle + wide / 2, _y(0, top) - 1)
            canvas.box(box, INKS[0], radius=min(6.0, (box[3] - box[1]) / 2))
        line.append((middle, _y(week.threads, top)))
        if (len(weeks) - 1 - number) % every == 0:
            name = fit(week.name, room * every - 6, size=20)
            canvas.write(middle, HEIGHT - 20, name, size=20, colour=QUIET, anchor="ms")
    if len(line) > 1:
        canvas.line(line, INKS[2], width=4)
    for x, y in line:
        canvas.dot(x, y, 9, CELL)
        canvas.dot(x, y, 7, INKS[2])


def _draw_legend(canvas: Canvas, activity: Activity) -> None:
    canvas.box((640, 34, 662, 52), INKS[0], radius=4)
    canvas.write(672, 51, fit(activity.mails, 120, size=22), size=22, colour=QUIET)
    canvas.line([(808, 43), (840, 43)], INKS[2], width=4)
    canvas.dot(824, 43, 7, INKS[2])
    canvas.write(850, 51, fit(activity.threads, 130, size=22), size=22, colour=QUIET)
    canvas.line([(24, 72), (WIDTH - 24, 72)], DIM, width=1)


def _y(value: float, top: int) -> float:
    return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / max(1, top)


def _scale(highest: int) -> tuple[int, int]:
    """Return a round step and how many of it reach the highest value, with little left over."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            lines = max(_FEWEST_LINES, -(-highest // step))
            if lines <= _MOST_LINES:
                return step, lines
        size *= 10
