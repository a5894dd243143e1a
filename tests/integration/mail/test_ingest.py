"""A whole archive goes into the store, and a second time adds nothing."""

import re
import subprocess
import sys
from pathlib import Path

from tests.integration.mail.letters import letters

ROOT = Path(__file__).parents[3]


def test_archive_is_read_into_a_store_once(tmp_path):
    mails = [letter.to_bytes() for letter in letters(450)]
    archive = tmp_path / "list.mbox"
    archive.write_bytes(b"".join(b"From a Mon Jan  6 10:00:00 2025\n" + mail + b"\n\n" for mail in mails))

    command = [sys.executable, "-m", "tests.benchmarks.ingest", "--twice", str(archive)]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout

    assert re.findall(r"(\d+) mails, (\d+) stored, (\d+) set aside", printed) == [
        ("450", "450", "0"),
        ("450", "0", "0"),
    ]
