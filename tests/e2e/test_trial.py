"""Try the trial as a stranger would: start it, open the page, end it; and take the README's pictures."""

import asyncio
import gzip
import re
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from bot.app import utc_now
from scripts import take_pictures
from scripts.scenes import SCENES
from tests.loopback_http import LoopbackServer, reply

ROOT = Path(__file__).parents[2]
PAGE = re.compile(r"^(http://127\.0\.0\.1:\d+/)#\S+$", re.MULTILINE)


async def start(folder: Path, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "try", *arguments),
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(folder), **environment},
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


MAIL = """\
From ann@example.org  Mon Mar  2 09:00:00 2026
From: Ann Archer <ann@example.org>
Date: Mon, 2 Mar 2026 09:00:00 +0000
Subject: Berths
Message-ID: <a@example.org>

Which berth?

From bob@example.org  Mon Mar  2 10:00:00 2026
From: Bob Boatman <bob@example.org>
Date: Mon, 2 Mar 2026 10:00:00 +0000
Subject: Re: Berths
Message-ID: <b@example.org>
In-Reply-To: <a@example.org>

The red one.

"""


@pytest.mark.parametrize("packed", [False, True])
async def test_trial_takes_a_mail_file(tmp_path: Path, packed: bool) -> None:
    file = tmp_path / ("harbour.mbox.gz" if packed else "harbour.mbox")
    file.write_bytes(gzip.compress(MAIL.encode()) if packed else MAIL.encode())
    folder = tmp_path / "temporary"
    folder.mkdir()
    process = await start(folder, "--list", str(file))
    said = await read_until(process, PAGE)
    assert f"2 mails in 1 threads read from {file}" in said
    assert "Your list: /list search" in said
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_trial_takes_an_archives_address(tmp_path: Path) -> None:
    sent = utc_now() - timedelta(days=2)
    month = f"{sent:%Y-%B}"
    index = (
        f"<html><title>The Dev Archives</title><table><tr><td>{month}:</td>"
        f'<td><A href="{month}/thread.html">[ Thread ]</a></td>'
        f'<td><A href="{month}.txt">[ Text ]</a></td></tr></table></html>'
    )
    recent = MAIL.replace("2 Mar 2026", f"{sent:%d %b %Y}")
    async with LoopbackServer() as server:
        html = {"Content-Type": "text/html"}
        server.answers("/pipermail/dev/", reply(index.encode(), headers=html))
        server.answers(f"/pipermail/dev/{month}.txt", reply(recent.encode()))
        url = server.url("/pipermail/dev/")
        process = await start(tmp_path, "--list", url, ALLOW_PRIVATE_NETS="127.0.0.0/8")
        assert f"2 mails in 1 threads read from {url}" in await read_until(process, PAGE)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0


@pytest.mark.parametrize("where", ["missing.mbox", "tests", "README.md", "https://127.0.0.1/pipermail/dev/"])
async def test_trial_says_in_one_line_why_a_list_cannot_be_read(tmp_path: Path, where: str) -> None:
    process = await start(tmp_path, "--list", where)
    output, _ = await asyncio.wait_for(process.communicate(), 30)
    lines = [line for line in output.decode().splitlines() if not re.search("INFO|WARNING", line)]
    assert process.returncode == 1
    assert len(lines) == 1
    assert lines[0].startswith("rapporteur: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("faq", ["missing.md", "https://127.0.0.1/faq"])
async def test_trial_says_in_one_line_why_a_page_cannot_be_read(tmp_path: Path, faq: str) -> None:
    process = await start(tmp_path, "--faq", faq)
    output, _ = await asyncio.wait_for(process.communicate(), 30)
    lines = [line for line in output.decode().splitlines() if "INFO" not in line]
    assert process.returncode == 1
    assert len(lines) == 1
    assert lines[0].startswith("rapporteur: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.timeout(180)
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium")
async def test_pictures_show_the_cards(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scripts.take_pictures", str(tmp_path)]
    done = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for scene in SCENES:
        picture = Image.open(tmp_path / f"{scene.name}.png")
        assert 500 < picture.width < take_pictures.WIDTH
        assert 150 < picture.height < take_pictures.HEIGHT
        assert len(picture.convert("RGB").getcolors(maxcolors=1 << 20) or []) > 50
