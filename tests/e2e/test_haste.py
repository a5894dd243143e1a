"""Who asks too fast is refused politely and privately, and nobody else feels it."""

from collections import Counter
from pathlib import Path

from bot.chat.limiter import Pace
from tests.e2e.pages import FAQ
from tests.e2e.stage import make_stage
from tests.e2e.world import open_world


async def test_a_member_who_floods_is_refused_and_the_others_are_answered(tmp_path: Path) -> None:
    async with open_world(tmp_path, pace=Pace()) as world:
        stage = make_stage(world)
        await stage.follow(FAQ)
        answers = [await stage.answer("How can I join the harbour group?", private=True) for _ in range(60)]
        kinds = Counter(seen.text.startswith("Not so fast: try again in") for seen in answers)
        assert kinds[False] >= 20  # more only if the machine took longer than the window
        assert kinds[True] >= 1
        assert all(seen.is_private for seen in answers)
        assert not (await stage.answer("How can I join the harbour group?", by=stage.bob)).text.startswith(
            "Not"
        )
        heavy = [(await stage.told("list search", words="harbour", by=stage.editor)).text for _ in range(12)]
        assert sum(text.startswith("Not so fast") for text in heavy) >= 1
        assert not heavy[0].startswith("Not so fast")
        offered = [await stage.choices("faq ask", "question", "har") for _ in range(30)]
        assert all(offered)  # what is offered while one types comes from memory, and is never refused
