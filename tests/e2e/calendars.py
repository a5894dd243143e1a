"""Calendars that the tests serve, and what they need beside."""

from datetime import datetime, timedelta

from tests.e2e.seen import Seen
from tests.e2e.stage import Stage
from tests.loopback_http import reply


def event(summary: str, start: datetime, *, uid: str = "", rule: str = "", **lines: str) -> str:
    """Write a VEVENT of an hour, at an instant in UTC; other lines by their names, with _ for -."""
    fields = {
        "UID": uid or summary,
        "DTSTART": f"{start:%Y%m%dT%H%M%SZ}",
        "DURATION": "PT1H",
        "SUMMARY": summary,
        **({"RRULE": rule} if rule else {}),
        **lines,
    }
    body = "".join(f"{name.replace('_', '-')}:{value}\r\n" for name, value in fields.items())
    return f"BEGIN:VEVENT\r\n{body}END:VEVENT\r\n"


def serve(stage: Stage, *events: str, name: str = "group.ics") -> str:
    """Put a calendar on the web; return its address, which is a secret."""
    text = (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Harbour calls\r\n{''.join(events)}END:VCALENDAR\r\n"
    )
    path = f"/{stage.id}/private-9f2c/{name}"
    stage.world.server.answers(path, reply(text.encode()))
    return stage.world.server.url(path)


async def pass_time(stage: Stage, by: timedelta, *, step: timedelta = timedelta(minutes=5)) -> None:
    """Let time pass in steps: look at calendars, remind, and post what is due."""
    world = stage.world
    until = world.clock.now + by
    while world.clock.now < until:
        world.clock.now = min(until, world.clock.now + step)
        await tick(stage)


async def tick(stage: Stage) -> None:
    """Do what is due now, and wait until it is posted."""
    app, now = stage.world.app, stage.world.clock.now
    await app.meetings.looker.refresh_due(now)
    await app.meetings.reminding.tick(now)
    async with app.delivery.dispatcher:
        await app.delivery.dispatcher.until_idle()


def posted(stage: Stage) -> list[Seen]:
    """Return what stands in the general channel for all to see, the oldest first."""
    return stage.public()
