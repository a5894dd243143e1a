"""Try the trial as a stranger would: start it, open the page, end it; and take the README's pictures."""

import asyncio
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from scripts import take_pictures

ROOT = Path(__file__).parents[2]
PAGE = re.compile(r"^(http://127\.0\.0\.1:\d+/)#\S+$", re.MULTILINE)


async def start(folder: Path, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "try", *arguments),
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(folder)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def read_until(process: asyncio.subprocess.Process, pattern: re.Pattern[str]) -> str:
    assert process.stdout is not None
    said = ""
    while not pattern.search(said):
        line = await asyncio.wait_for(process.stdout.readline(), 30)
        assert line, said
        said += line.decode()
    return said


async def test_trial_serves_its_page_and_leaves_nothing_behind(tmp_path: Path) -> None:
    process = await start(tmp_path)
    said = await read_until(process, PAGE)
    found = PAGE.search(said)
    assert found is not None
    assert "12 questions read" in said
    async with aiohttp.ClientSession() as session, session.get(found[1]) as response:
        assert response.status == 200
        assert "text/html" in response.headers["Content-Type"]
    assert list(tmp_path.iterdir()) != []
    process.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(process.wait(), 10) == 0
    assert list(tmp_path.iterdir()) == []


async def test_trial_takes_any_page(tmp_path: Path) -> None:
    page = tmp_path / "ours.md"
    page.write_text("# FAQ\n\n## Is there tea?\n\nAlways.\n\n## Is there cake?\n\nOn Fridays.\n")
    folder = tmp_path / "temporary"
    folder.mkdir()
    process = await start(folder, "--faq", str(page))
    assert "2 questions read from ours.md" in await read_until(process, PAGE)
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0


@pytest.mark.parametrize("faq", ["missing.md", "https://127.0.0.1/faq"])
async def test_trial_says_in_one_line_why_a_page_cannot_be_read(tmp_path: Path, faq: str) -> None:
    process = await start(tmp_path, "--faq", faq)
    output, _ = await asyncio.wait_for(process.communicate(), 30)
    lines = [line for line in output.decode().splitlines() if "INFO" not in line]
    assert process.returncode == 1
    assert len(lines) == 1
    assert lines[0].startswith("rapporteur: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium")
async def test_pictures_show_the_cards(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scripts.take_pictures", str(tmp_path)]
    done = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name in take_pictures.QUESTIONS:
        picture = Image.open(tmp_path / f"{name}.png")
        assert 500 < picture.width < take_pictures.WIDTH
        assert 150 < picture.height < take_pictures.HEIGHT
        assert len(picture.convert("RGB").getcolors(maxcolors=1 << 20) or []) > 50
