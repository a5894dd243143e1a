"""Write days and months in the language that is spoken: Discord's timestamps cannot say a day of no hour.

strftime would write them in the process's language, which is English wherever the bot runs.
"""

from datetime import date

from bot.text.catalogue import Texts


def long_day(texts: Texts, day: date) -> str:
    """Return a day in full: "Tuesday, 6 January 2026"."""
    return texts(
        "dates.long",
        weekday=weekday_name(texts, day),
        day=day.day,
        month=month_name(texts, day),
        year=day.year,
    )


def short_day(texts: Texts, day: date) -> str:
    """Return a day of about now: "Tue 6 Jan"."""
    month = short_month(texts, day)
    return texts("dates.short", weekday=short_weekday(texts, day), day=day.day, month=month)


def shortest_day(texts: Texts, day: date) -> str:
    """Return a day under a column of a chart: "6 Jan"."""
    return texts("dates.shortest", day=day.day, month=short_month(texts, day))


def month_title(texts: Texts, day: date) -> str:
    """Return a month at the beginning of a line: "January 2026"."""
    title = texts("dates.month", month=month_name(texts, day), year=day.year)
    return title[:1].upper() + title[1:]


def month_name(texts: Texts, day: date) -> str:
    """Return the name of a day's month."""
    return texts("dates.months").split()[day.month - 1]


def short_month(texts: Texts, day: date) -> str:
    """Return the name of a day's month, cut short as the language does it."""
    return texts("dates.months_short").split()[day.month - 1]


def weekday_name(texts: Texts, day: date) -> str:
    """Return the name of a day of the week."""
    return texts("dates.weekdays").split()[day.weekday()]


def short_weekday(texts: Texts, day: date) -> str:
    """Return the name of a day of the week, cut short as the language does it."""
    return texts("dates.weekdays_short").split()[day.weekday()]
