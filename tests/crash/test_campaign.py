import pytest

from tests.crash import campaign


@pytest.mark.timeout(240)
@pytest.mark.parametrize("forgets_nonces", [False, True], ids=["nonces remembered", "nonces forgotten"])
async def test_kills_and_faults_lose_nothing_and_double_nothing(tmp_path, forgets_nonces):
    """A twentieth of what `make crash` runs."""
    result = await campaign.run(tmp_path, posts=250, kills=25, seed=7, forgets_nonces=forgets_nonces)
    assert (result.lost, result.doubled, result.out_of_order, result.integrity) == (0, 0, 0, "ok")
    assert result.kills >= 20
