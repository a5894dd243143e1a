"""Mails are parsed in a worker process, which may be killed; what comes back is what went in."""

from pathlib import Path

import pytest

from bot.mail.mime.message import parse_batch
from bot.workers import Workers

FIXTURES = Path(__file__).parents[2] / "fixtures" / "mail"


@pytest.fixture
async def workers():
    async with Workers() as opened:
        yield opened


async def test_batch_is_parsed_in_a_worker_process(workers: Workers) -> None:
    raws = [path.read_bytes() for path in sorted(FIXTURES.glob("*/*.eml"))]

    emails = await workers.run("bot.mail.mime.message:parse_batch", raws, list_name="example-dev")

    assert len(emails) > 90
    assert emails == parse_batch(raws, list_name="example-dev")
