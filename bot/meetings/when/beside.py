"""Read a phrase as said of a date: whoever moves a call to "Thursday 11:00" means the Thursday beside it."""

from dataclasses import replace
from datetime import date

from bot.meetings.when.dates import CalendarDay, WeekdayBeside
from bot.meetings.when.draft import Draft, Repeat


def settle_beside(draft: Draft, day: date) -> Draft:
    """Return a draft whose bare time or bare weekday is that of the date's own week; any other stays."""
    repeat = draft.repeat
    is_dated = draft.day or draft.starting or draft.delay is not None or draft.stamp is not None
    is_bound = draft.until or draft.count or draft.lasting[0]
    if is_dated or is_bound or repeat.has_rule() or len(repeat.weekdays) > 1:
        return draft
    if not repeat.weekdays:
        return replace(draft, day=CalendarDay(options=((day.year, day.month, day.day),)))
    return replace(draft, day=WeekdayBeside(weekday=repeat.weekdays[0], day=day), repeat=Repeat())
