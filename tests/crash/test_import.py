"""An import that is killed goes on where it was: nothing lost, nothing twice."""

import asyncio
import os
import re
import signal
import sqlite3
import sys
from pathlib import Path

from tests.integration.mail.letters import as_mbox, letters

ROOT = Path(__file__).parents[2]
COUNT = 6_000


async def run(folder: Path, *arguments: str) -> asyncio.subprocess.Process:
    environment = {**os.environ, "DATA_DIR": str(folder / "data"), "PYTHONPATH": str(ROOT)}  # noqa: TID251 (a child's)
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "import-mbox",
        *arguments,
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


def stored(folder: Path) -> int:
    """Count the mails in the store, as far as there is one."""
    store = folder / "data" / "rapporteur.sqlite3"
    if not store.exists():
        return 0
    connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        return connection.execute("SELECT count(*) FROM mail_email").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()


async def test_a_killed_import_goes_on_where_it_was(tmp_path: Path) -> None:
    (tmp_path / "dev.mbox").write_bytes(as_mbox(letters(COUNT)))
    arguments = ("dev.mbox", "--list", "Dev", "--guild", "7")
    process = await run(tmp_path, *arguments)
    async with asyncio.timeout(120):
        while not stored(tmp_path):
            assert process.returncode is None, (await process.communicate())[1]
            await asyncio.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    before = stored(tmp_path)
    assert 0 < before < COUNT

    again = await run(tmp_path, *arguments)
    told, complaints = await again.communicate()
    assert again.returncode == 0, complaints
    assert stored(tmp_path) == COUNT
    read, new = map(int, re.search(rb"(\d+) mails read, (\d+) new", told).groups())
    assert read == new == COUNT - before

    process = await run(tmp_path, "none.mbox", "--list", "Dev", "--guild", "7")
    _, complaints = await process.communicate()
    assert process.returncode == 1
    assert b"cannot be read" in complaints
