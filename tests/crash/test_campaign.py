import secrets

import asyncpg
import pytest

from tests.crash import campaign, many_processes
from tests.integration.conftest import NEEDS_SERVER, SERVER


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("kills", "forgets_nonces"), [(25, False), (15, True)], ids=["nonces remembered", "nonces forgotten"]
)
async def test_kills_and_faults_lose_nothing_and_double_nothing(tmp_path, kills, forgets_nonces):
    """A twentieth of what `make crash` runs."""
    result = await campaign.run(
        tmp_path, posts=10 * kills, kills=kills, seed=7, forgets_nonces=forgets_nonces
    )
    assert (result.lost, result.doubled, result.out_of_order, result.integrity) == (0, 0, 0, "ok")
    assert result.kills >= kills - 5


@NEEDS_SERVER
@pytest.mark.timeout(240)
async def test_many_processes_that_are_killed_and_cut_off_lose_nothing_and_double_nothing(tmp_path):
    """Two gateways with a shard each, and three workers."""
    schema = f"rapporteur_{secrets.token_hex(6)}"
    server = await asyncpg.connect(SERVER)
    await server.execute(f"CREATE SCHEMA {schema}")
    url = f"{SERVER}{'&' if '?' in SERVER else '?'}search_path={schema}"
    result = await many_processes.run(tmp_path, url, posts=100, kills=2, seed=7)
    await server.execute(f"DROP SCHEMA {schema} CASCADE")
    await server.close()
    assert (result.lost, result.doubled, result.out_of_order, result.integrity) == (0, 0, 0, "ok")
