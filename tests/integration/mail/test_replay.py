"""Weeks of a list lived through, with a flood and restarts: every mail told once, none posted twice."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.benchmarks.replay import read_year, replay
from tests.integration.mail.arrivals import arrival, later

SAMPLES = os.environ.get("SAMPLES", "")  # noqa: TID251 (where real mail is, is no setting)


def weeks_of_mail():
    """Three weeks: conversations that run for days, a spam flood, a day with none."""
    mails = []
    for day in range(21):
        for number in range(0 if day == 9 else 4):
            name, at = f"{day}-{number}", later(days=day, hours=2 * number)
            refs = f"{day - 1}-{number}" if day % 3 and day != 10 else ""
            mails.append(arrival(name, f"Words of {name}.", subject=f"Topic {number}", at=at, refs=refs))
    flood = [arrival(f"s{n}", subject=f"Buy {n}", at=later(days=14, seconds=5 * n)) for n in range(90)]
    return sorted([*mails, *flood], key=lambda each: each.arrived_at)


async def test_weeks_with_a_flood_and_restarts_leave_every_mail_told_once():
    outcome = await replay(weeks_of_mail(), seed=7, restarts=0.2)
    assert outcome.mails == 80 + 90
    assert outcome.restarts > 5
    assert (outcome.twice, outcome.unsent, outcome.out_of_order, outcome.untold) == (0, 0, 0, 0)
    assert outcome.fates["live", "posted"] < outcome.mails - 50
    assert outcome.fates["live", "posted"] + outcome.fates["live", "folded"] == outcome.mails
    assert outcome.busiest_digest_hour <= 10


@pytest.mark.skipif(not SAMPLES, reason="needs real archives: set SAMPLES=folder")
async def test_a_stretch_of_a_real_list_leaves_every_mail_told_once():
    folder = Path(SAMPLES) / "mail" / "pipermail" / "twisted-web"
    mails = sorted(read_year(folder, 2005), key=lambda each: each.arrived_at)
    outcome = await replay(mails[:60], seed=1, restarts=0.1)
    assert outcome.mails >= 50
    assert (outcome.twice, outcome.unsent, outcome.out_of_order, outcome.untold) == (0, 0, 0, 0)
    assert outcome.busiest_digest_hour <= 10
    assert mails[-1].arrived_at - mails[0].arrived_at > timedelta(days=300)
