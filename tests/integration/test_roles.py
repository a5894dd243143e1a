"""Which jobs a process runs in its role, and that each has a place."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.app import build
from bot.meetings.models import Meeting, Moment
from bot.wiring.roles import PLACES, Role
from config.community import Community
from config.settings import load_settings


async def job_names(folder, role):
    variables = {"DATA_DIR": str(folder), "HEARTBEAT_URL": "https://monitor.example/1"}
    settings = load_settings(variables, env_file=folder / "none.env")
    async with build(settings, Community(), role=role) as app:
        return set(app.scheduler.health)


@pytest.mark.parametrize(
    ("role", "has", "has_not"),
    [
        (Role.ALL, {"leases", "commands", "community", "faq memory", "faq pages"}, set()),
        (Role.GATEWAY, {"leases", "commands", "faq memory"}, {"community", "faq pages", "faq votes"}),
        (Role.WORKER, {"leases", "community", "faq pages", "faq votes"}, {"commands", "faq memory"}),
    ],
)
async def test_role_decides_which_jobs_run(tmp_path, role, has, has_not):
    names = await job_names(tmp_path, role)
    assert has <= names
    assert not has_not & names


async def test_each_place_is_a_jobs_and_the_parts_make_the_whole(tmp_path):
    everything = await job_names(tmp_path, Role.ALL)
    # The claim and the watchdog belong to the running process, not to what is built.
    assert everything == set(PLACES) - {"gateway claim", "watchdog"}
    assert await job_names(tmp_path, Role.GATEWAY) | await job_names(tmp_path, Role.WORKER) == everything


async def test_a_meeting_can_be_made_where_the_reminders_are_not_posted(tmp_path):
    settings = load_settings({"DATA_DIR": str(tmp_path)}, env_file=tmp_path / "none.env")
    now = datetime(2026, 1, 5, 12, tzinfo=UTC)
    start = Moment(wall=(now + timedelta(hours=27)).replace(tzinfo=None), zone="UTC")
    async with build(settings, Community(), clock=lambda: now, role=Role.GATEWAY) as app:
        calendars = app.meetings.store.calendars
        async with app.database.writing() as connection:
            calendar = await calendars.get_chat_calendar(connection, 1, 2)
            meeting = Meeting(uid="u", dtstart=start, summary="Call")
            await calendars.save_typed(connection, 1, calendar.id, [meeting], now=now)
        await app.meetings.looker.lay_out(1, calendar.id, now=now)
        assert await app.meetings.reminding.find_next(now) == datetime(2026, 1, 5, 15, tzinfo=UTC)


def test_what_looks_at_sources_is_done_by_one_process_at_a_time():
    in_each = {name for name, place in PLACES.items() if Role.WORKER in place.roles and not place.is_shared}
    # The dispatcher's channels have leases of their own; a heartbeat says that this process lives, which
    # gives back its own memory; and what community.toml says is known to each.
    assert in_each == {
        "guild settings",
        "leases",
        "memory",
        "delivery",
        "heartbeat",
        "watchdog",
        "community file",
        "pace",
    }
