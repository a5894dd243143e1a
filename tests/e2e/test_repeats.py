"""The same answer in the same channel, and the bin."""

from tests.e2e.pages import ANSWERS, COST, JOIN
from tests.e2e.stage import Stage


async def test_the_same_answer_again_is_whole_private_and_leads_to_the_first(faq: Stage) -> None:
    first = await faq.answer(JOIN)
    again = await faq.answer(JOIN, by=faq.bob)
    assert again.is_private
    assert ANSWERS[0] in again.text
    assert f"https://discord.com/channels/{faq.id}/{faq.general.id}/{first.id}" in again.text
    assert len(faq.public()) == 1


async def test_a_repeat_for_a_member_is_private_and_pings_nobody(faq: Stage) -> None:
    await faq.ask(JOIN)
    again = await faq.answer(JOIN, by=faq.bob, to=faq.ada)
    assert (again.is_private, again.pinged) == (True, ())


async def test_after_a_minute_the_answer_is_public_again(faq: Stage) -> None:
    await faq.ask(JOIN)
    faq.world.clock.forward(seconds=59)
    assert (await faq.answer(JOIN)).is_private
    faq.world.clock.forward(seconds=1)
    assert not (await faq.answer(JOIN)).is_private


async def test_another_answer_or_another_channel_is_no_repeat(faq: Stage) -> None:
    await faq.ask(JOIN)
    assert not (await faq.answer(COST)).is_private
    elsewhere = await faq.ada.slash(faq.help, "faq ask", question=JOIN)
    assert not faq.world.seen(elsewhere).is_private


async def test_the_asker_may_bin_the_answer_and_it_may_come_again(faq: Stage) -> None:
    await faq.press(await faq.ask(JOIN), "🗑️")
    assert faq.public() == []
    assert not (await faq.answer(JOIN)).is_private


async def test_another_member_may_not_bin_the_answer(faq: Stage) -> None:
    refusal = await faq.press(await faq.ask(JOIN), "🗑️", by=faq.bob)
    assert faq.world.seen(refusal).text == "Only who asked, or a moderator, can remove this answer."
    assert faq.world.seen(refusal).is_private
    assert len(faq.public()) == 1


async def test_a_moderator_may_bin_the_answer(faq: Stage) -> None:
    await faq.press(await faq.ask(JOIN), "🗑️", by=faq.moderator)
    assert faq.public() == []


async def test_binning_a_private_copy_leaves_the_public_answer_the_first(faq: Stage) -> None:
    await faq.ask(JOIN)
    await faq.press(await faq.ask(JOIN, by=faq.bob), "🗑️", by=faq.bob)
    assert len(faq.public()) == 1
    assert (await faq.answer(JOIN)).is_private


async def test_an_answer_that_could_not_be_sent_does_not_count(faq: Stage) -> None:
    faq.world.env.inject_error("POST", "/interactions/*/callback", status=500, times=5)
    await faq.ask(JOIN)
    faq.world.env.backend.faults.clear()
    faq.world.failures.records.clear()
    assert [str(error) for error in faq.world.env.errors]
    faq.world.env._errors.clear()
    assert not (await faq.answer(JOIN)).is_private
