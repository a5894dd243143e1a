"""The commands beside `run`, started for real."""

import json
from pathlib import Path

import pytest

from tests.crash.bot_process import run_to_end

PAGE = """====== FAQ ======

===== How do I join the working group? =====
Write to the [[https://lists.example.org|list]].

===== Where are the minutes kept? =====
In the archive.
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "faq.dokuwiki"
    path.write_text(PAGE)
    return path


async def test_ask_prints_the_answer_of_the_page(tmp_path: Path, page: Path) -> None:
    code, bot = await run_to_end(tmp_path, "ask", "--faq", page.name, "How do I join the working group?")
    assert (code, bot.output) == (0, "")
    lines = bot.printed.splitlines()
    assert lines[:3] == [
        "How do I join the working group?",
        "",
        "Write to the [list](https://lists.example.org).",
    ]
    assert lines[4].startswith("FAQ")


async def test_ask_for_what_the_page_does_not_have_says_so(tmp_path: Path, page: Path) -> None:
    code, bot = await run_to_end(tmp_path, "ask", "--faq", page.name, "xylophone quartz")
    assert code == 0
    assert bot.printed.splitlines()[0] == "The FAQ has no answer to that"


@pytest.mark.parametrize("place", ["no-such-file", "http://127.0.0.1:9/faq", "https://10.0.0.1/faq"])
async def test_ask_of_a_page_that_cannot_be_read_is_one_line(tmp_path: Path, place: str) -> None:
    code, bot = await run_to_end(tmp_path, "ask", "--faq", place, "anything")
    (line,) = bot.output.splitlines()
    assert line.startswith(f"rapporteur: {place}: ")
    assert (code, bot.printed) == (1, "")


async def test_check_prints_findings_and_entries_and_exits_by_them(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "community.toml").write_text(
        '[[guild]]\nid = 7\n[[guild.faq]]\nfile = "faq.dokuwiki"\n'
    )
    (tmp_path / "config" / "faq.dokuwiki").write_text(PAGE)
    code, bot = await run_to_end(tmp_path, "check")
    assert (code, bot.output) == (2, "")
    assert "error: DISCORD_TOKEN is missing." in bot.printed
    code, bot = await run_to_end(tmp_path, "check", "--json", DISCORD_TOKEN="a.b.c")
    document = json.loads(bot.printed)
    assert (code, document["findings"], len(document["pages"][0]["entries"])) == (0, [], 2)


async def test_without_a_command_the_commands_are_listed(tmp_path: Path) -> None:
    _code, bot = await run_to_end(tmp_path, "--help")
    assert [name for name in ("run", "try", "ask", "check") if name not in bot.printed] == []
