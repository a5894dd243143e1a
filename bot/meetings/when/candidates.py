"""Work out every complete time that a draft can mean, over its zones and over what "today" is there."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.meetings.when.dates import CalendarDay, Dated
from bot.meetings.when.draft import Draft
from bot.meetings.when.models import Reading, Unclear
from bot.meetings.when.repeating import list_series
from bot.meetings.when.series import list_rules
from bot.meetings.when.setting import Candidate, Outcome, Setting
from bot.meetings.when.single import list_single
from bot.meetings.when.tokens import Clock

_FIXED = re.compile(r"(?:Etc/)?(?:UTC|GMT)(?P<hours>[+-]?\d{1,2})?")
_LAST_STAMP = 253_000_000_000  # in the year 9987; what lies further on is no date in Python
# More ways than this are not worked out: nobody can choose among them.
_MAX_OUTCOMES = 64


def list_outcomes(draft: Draft, *, now: datetime, community: str) -> list[Outcome]:
    """Return all that the draft can mean, and for each way that leads nowhere the reason."""
    found: list[Outcome] = []
    for zone in (community,) if draft.zones is None else draft.zones:
        setting = Setting(draft=draft, now=now, zone=zone, is_zone_given=draft.zones is not None)
        reading = _show_zone(zone)
        for outcome in _list_in_zone(setting, community):
            found.append(_add(outcome, reading) if isinstance(outcome, Candidate) else outcome)
            if len(found) >= _MAX_OUTCOMES:
                return found
    return found


def _add(candidate: Candidate, reading: Reading) -> Candidate:
    return replace(candidate, readings=(*candidate.readings, reading))


def _show_zone(zone: str) -> Reading:
    """Name a zone for a button: by its city, or by its offset when it belongs to no place."""
    fixed = _FIXED.fullmatch(zone)
    if fixed is None:
        return Reading(key="when.choice_zone", values=(("city", zone.rpartition("/")[2].replace("_", " ")),))
    # POSIX counts westward: Etc/GMT+5 is five hours behind UTC.
    hours = -int(fixed["hours"] or "0")
    return Reading(key="when.choice_fixed_offset", values=(("offset", f"UTC{hours:+d}" if hours else "UTC"),))


def _list_in_zone(setting: Setting, community: str) -> Iterator[Outcome]:
    draft = setting.draft
    if draft.stamp is not None and draft.stamp > _LAST_STAMP:
        yield Unclear(key="when.far")
    elif draft.stamp is not None and not draft.repeat.has_rule():
        yield _take_instant(setting, datetime.fromtimestamp(draft.stamp, UTC))
    elif draft.delay is not None:
        yield _take_instant(setting, (setting.now + draft.delay).replace(second=0, microsecond=0))
    else:
        if draft.stamp is not None:
            setting = replace(setting, draft=_unfold(draft, setting.zone, draft.stamp))
        for today in _list_todays(setting, community):
            yield from _list_from(setting, today)


def _take_instant(setting: Setting, instant: datetime) -> Outcome:
    start = instant.astimezone(ZoneInfo(setting.zone)).replace(tzinfo=None)
    return setting.judge(Candidate(when=setting.make(start, duration=setting.draft.duration)))


def _unfold(draft: Draft, zone: str, stamp: int) -> Draft:
    """Write a Discord timestamp as the date and time that it is in the zone, to begin a series there."""
    local = datetime.fromtimestamp(stamp, ZoneInfo(zone))
    day = CalendarDay(options=((local.year, local.month, local.day),))
    return replace(
        draft, day=day, clock=Clock(hour=local.hour, minute=local.minute, is_padded=True), clock_word=""
    )


def _list_todays(setting: Setting, community: str) -> tuple[date, ...]:
    """Return today in the meeting's zone, and where it differs in the group's: "tomorrow" can mean either."""
    is_relative = setting.draft.day is not None or setting.draft.starting is not None
    zones = (setting.zone, community) if is_relative else (setting.zone,)
    return tuple(dict.fromkeys(setting.now.astimezone(ZoneInfo(zone)).date() for zone in zones))


def _list_from(setting: Setting, today: date) -> Iterator[Outcome]:
    spec = setting.draft.starting or setting.draft.day
    anchors: tuple[Dated | None, ...] = spec.list_dates(today) if spec else (None,)
    if not anchors:
        yield Unclear(key="when.no_such_date")
    is_single_done = False
    for anchor in anchors:
        rules = list_rules(setting.draft.repeat, anchor.day if anchor else None)
        if isinstance(rules, Unclear):
            yield rules
            continue
        for repeated in rules:
            if repeated.rule is not None:
                yield from list_series(setting, today, anchor, repeated, repeated.rule)
            elif not is_single_done:
                yield from list_single(setting, today, repeated)
                is_single_done = True
