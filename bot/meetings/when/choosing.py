"""Take the one time that is left, or ask: times that are the same for all purposes count once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.meetings.when.models import Choice, Question, Reading, Unclear, When, WhenAnswer
from bot.meetings.when.setting import Candidate, Outcome

MAX_CHOICES = 8
_WEEKS_COMPARED = 53
_UNTIL = "UNTIL="
# Another way to take the phrase fails for a reason that its writer cannot have seen.
_HALF_MEANT = frozenset({"when.skipped_hour", "when.midnight"})
_THIS = Reading(key="when.choice_this")


def choose(outcomes: Sequence[Outcome]) -> WhenAnswer:
    """Return the answer; a way that leads nowhere counts only when all do."""
    candidates = _drop_same([each for each in outcomes if isinstance(each, Candidate)])
    if not candidates:
        return next((each for each in outcomes if isinstance(each, Unclear)), Unclear(key="when.time"))
    if len(candidates) > MAX_CHOICES:
        return Unclear(key="when.too_vague")
    if len(candidates) > 1:
        return Question(key="when.which", choices=_tell_apart(candidates))
    only = candidates[0]
    if only.must_ask or any(each.key in _HALF_MEANT for each in outcomes if isinstance(each, Unclear)):
        return Question(key="when.did_you_mean", choices=(Choice(readings=(_THIS,), when=only.when),))
    return only.when


def _tell_apart(candidates: Sequence[Candidate]) -> tuple[Choice, ...]:
    """Return the choices, each with the readings in which they differ; the last of all is the zone's."""
    width = max(len(each.readings) for each in candidates)
    rows = [
        (*each.readings[:-1], *(None,) * (width - len(each.readings)), each.readings[-1])
        for each in candidates
    ]
    differing = [place for place in range(width) if len({row[place] for row in rows}) > 1]
    told = [tuple(reading for place in differing if (reading := row[place]) is not None) for row in rows]
    if len(set(told)) < len(told) or not all(told):
        told = [_tell_start(each.when) for each in candidates]
    return tuple(
        Choice(readings=each, when=candidate.when) for each, candidate in zip(told, candidates, strict=True)
    )


def _tell_start(when: When) -> tuple[Reading, ...]:
    """Return what sets times apart when nothing in the phrase does."""
    date, time = when.start.date().isoformat(), when.start.strftime("%H:%M")
    return (
        Reading(key="when.choice_date", values=(("date", date),)),
        Reading(key="when.choice_time", values=(("time", time),)),
    )


def _drop_same(candidates: Sequence[Candidate]) -> list[Candidate]:
    zones = {each.when.zone for each in candidates}
    unique: dict[object, Candidate] = {}
    for each in candidates:
        unique.setdefault(_identify(each.when, is_zone_telling=len(zones) > 1), each)
    return list(unique.values())


def _identify(when: When, *, is_zone_telling: bool) -> tuple[object, ...]:
    """Return what makes two times the same: the instants at which all their meetings start."""
    rule = ";".join(part for part in when.rrule.split(";") if not part.startswith(_UNTIL))
    end = when.rrule.partition(_UNTIL)[2][:8]
    if not when.rrule or not is_zone_telling:
        return when.instant, rule, end
    return when.instant, rule, end, _list_offsets(when)


def _list_offsets(when: When) -> tuple[timedelta | None, ...]:
    zone = ZoneInfo(when.zone)
    until = when.rrule.partition(_UNTIL)[2].partition(";")[0]
    end = datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if until else None
    instants = (when.instant + timedelta(weeks=week) for week in range(_WEEKS_COMPARED))
    return tuple(
        instant.astimezone(zone).utcoffset() for instant in instants if end is None or instant <= end
    )
