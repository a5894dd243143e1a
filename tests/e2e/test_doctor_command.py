"""`/doctor`: what is wrong in this server, each with what to click, for those who manage it."""

from tests.e2e.stage import Stage
from tests.loopback_http import reply


async def test_a_server_in_which_all_is_well(faq: Stage) -> None:
    said = await faq.told("doctor")
    assert said.is_private
    assert "✅ Everything is well." in said.text
    assert "FAQ page Harbour FAQ" in said.text


async def test_what_is_wrong_comes_first_with_what_to_do_and_without_the_address(faq: Stage) -> None:
    faq.world.server.answers(f"/{faq.id}/faq.md", reply(status=404))
    said = await faq.told("doctor")
    assert said.is_private
    assert "🔴 **FAQ page Harbour FAQ**: 127" in said.text
    assert "has no such page" in said.text
    assert "Everything is well" not in said.text
    assert f"/{faq.id}/faq.md" not in said.text
