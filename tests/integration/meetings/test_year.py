"""Live through a year with meetings in twelve zones, and compare every reminder with what brute force says.

The clock jumps from one due moment to the next. Every date is reckoned here by `zoneinfo` alone, from the
wall time in its zone; nothing of the bot's own engine is used for that. Some dates are moved or cancelled,
some in time and some only hours before. WHOLE_CAMPAIGN=1 takes the whole year; otherwise three weekends.
"""

import os
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.models import Kind, Verb
from bot.delivery.post_json import from_json
from tests.integration.meetings.office import Clock, event, open_office, said_by
from tests.loopback_http import LoopbackServer

IS_WHOLE = bool(os.environ.get("WHOLE_CAMPAIGN"))  # noqa: TID251 (a setting of the tests, not of the bot)
ZONES = (
    "America/New_York", "America/Los_Angeles", "America/St_Johns", "America/Santiago", "Europe/London",
    "Europe/Dublin", "Europe/Berlin", "Africa/Casablanca", "Asia/Kolkata", "Australia/Lord_Howe",
    "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEADS = (24 * HOUR, 15 * MINUTE, timedelta())
FIRST_SUNDAY = datetime(2026, 11, 22)
YEAR = (datetime(2027, 1, 1, 0, 7, tzinfo=UTC), datetime(2028, 1, 1, 0, 7, tzinfo=UTC))
# New York's and Los Angeles' change, Europe's, and the southern hemisphere's.
WEEKENDS = tuple(
    (datetime(2027, month, day, 18, 7, tzinfo=UTC), datetime(2027, month, day + 3, 18, 7, tzinfo=UTC))
    for month, day in ((3, 12), (3, 26), (4, 2))
)


@dataclass(frozen=True, slots=True)
class Series:
    """A weekly meeting; at half past two it falls into every gap and fold of its zone."""

    zone: str
    first: datetime

    @property
    def name(self) -> str:
        return f"{self.zone} at {self.first:%H:%M}"

    def instant(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a date, and when the calendar says so; no `to`: it is cancelled."""

    series: Series
    wall: datetime
    to: datetime | None
    published: datetime

    def lines(self) -> str:
        stamp = f"{self.wall:%Y%m%dT%H%M%S}"
        at = f"{self.to or self.wall:%Y%m%dT%H%M%S}"
        status = "" if self.to else "STATUS:CANCELLED\r\n"
        return (
            f"BEGIN:VEVENT\r\nUID:{self.series.name}\r\nSUMMARY:{self.series.name}\r\nDURATION:PT1H\r\n{status}"
            f"RECURRENCE-ID;TZID={self.series.zone}:{stamp}\r\nDTSTART;TZID={self.series.zone}:{at}\r\n"
            "END:VEVENT\r\n"
        )


SERIES = tuple(
    Series(zone, FIRST_SUNDAY + timedelta(days=days, hours=hour, minutes=minute))
    for number, zone in enumerate(ZONES)
    for days, hour, minute in ((0, 2, 30), (1 + number % 5, 9 + number % 3, 0))
)


def walls(series: Series) -> list[datetime]:
    return [series.first + 7 * number * DAY for number in range(60)]


def plan_changes() -> list[Change]:
    """Move and cancel some dates, in time and late."""
    found = []
    for place, series in enumerate(SERIES):
        for number, wall in enumerate(walls(series)):
            start = series.instant(wall)
            match (number + 3 * place) % 13:
                case 2:
                    found.append(Change(series, wall, wall + 90 * MINUTE, start - 3 * DAY))
                case 5:
                    found.append(Change(series, wall, None, start - 2 * DAY))
                case 8:  # the card of the day before is out already
                    found.append(Change(series, wall, wall + 30 * MINUTE, start - 2 * HOUR))
                case 11:
                    found.append(Change(series, wall, None, start - HOUR))
    return sorted(found, key=lambda change: change.published)


def reckon(changes: list[Change], begin: datetime, end: datetime) -> Counter:
    """Return every reminder that must come: whose, how long before, of which start, when."""
    by_date = {(change.series, change.wall): change for change in changes}
    wanted: Counter = Counter()
    for series in SERIES:
        for wall in walls(series):
            change = by_date.get((series, wall))
            for lead in LEADS:
                start = series.instant(wall)
                is_known = change is None or (start - lead < change.published and change.published > begin)
                if change is not None and not is_known:
                    if change.to is None:
                        continue
                    start = series.instant(change.to)
                if begin <= start - lead <= end:
                    wanted[(series.name, int(lead.total_seconds()), start, start - lead)] += 1
    return wanted


async def live(office, changes: list[Change], end: datetime) -> None:
    """Jump from one moment at which anything happens to the next; look at the calendar daily and at news."""
    looker, reminding = office.app.meetings.looker, office.app.meetings.reminding
    coming = [change.published for change in changes if change.published > office.clock.now]
    daily = office.clock.now + DAY
    while office.clock.now < end:
        due = await reminding.find_next(office.clock.now)
        office.clock.now = min(moment for moment in (due, daily, *coming[:1], end) if moment is not None)
        while coming and coming[0] <= office.clock.now:
            coming.pop(0)
            publish(office, changes)
            await looker.refresh(await office.calendar(), now=office.clock.now)
        if office.clock.now >= daily:
            daily += DAY
            await looker.refresh_due(office.clock.now)
            await looker.lay_out_old(office.clock.now)
        await reminding.tick(office.clock.now)


def publish(office, changes: list[Change]) -> None:
    known = [change.lines() for change in changes if change.published <= office.clock.now]
    series = [
        event(uid=each.name, start="", SUMMARY=each.name, RRULE="FREQ=WEEKLY").replace(
            "DTSTART:", f"DTSTART;TZID={each.zone}:{each.first:%Y%m%dT%H%M%S}"
        )
        for each in SERIES
    ]
    office.serve(*series, *known)


async def list_reminders(office) -> Counter:
    """Return the reminders that were enqueued: whose, how long before, of which start, when."""
    found: Counter = Counter()
    for row in await office.rows():
        if row.kind is Kind.REMINDER and row.verb is Verb.SEND:
            _, _, _, rule, _, stamp = row.key.split(":")
            start = datetime.fromtimestamp(int(stamp), UTC)
            found[(from_json(row.post).title, int(rule), start, row.due_at)] += 1
            assert f"<t:{stamp}:" in said_by(row)
            assert row.created_at == row.due_at
    return found


@pytest.mark.parametrize("span", [YEAR] if IS_WHOLE else WEEKENDS)
async def test_every_reminder_comes_once_and_at_its_time(tmp_path, span):
    begin, end = span
    changes = plan_changes()
    async with (
        LoopbackServer() as server,
        open_office(tmp_path, "", Clock(begin), server) as office,
    ):
        publish(office, changes)
        await office.follow()
        await live(office, changes, end)
        wanted, found = reckon(changes, begin, end), await list_reminders(office)
    assert {"missing": wanted - found, "wrong": found - wanted} == {"missing": Counter(), "wrong": Counter()}
    assert len(wanted) > (3200 if IS_WHOLE else 30)
