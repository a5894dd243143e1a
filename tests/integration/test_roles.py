"""Which jobs a process runs in its role, and that each has a place."""

import pytest

from bot.app import PLACES, Role, build
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
    # The claim belongs to the running process, not to what is built.
    assert everything == set(PLACES) - {"gateway claim"}
    assert await job_names(tmp_path, Role.GATEWAY) | await job_names(tmp_path, Role.WORKER) == everything


def test_what_looks_at_sources_is_done_by_one_process_at_a_time():
    in_each = {name for name, place in PLACES.items() if Role.WORKER in place.roles and not place.is_shared}
    # The dispatcher's channels have leases of their own; a heartbeat says that this process lives.
    assert in_each == {"leases", "delivery", "heartbeat"}
