"""Give mails to notmuch, to measure beside it and to compare threads with its own."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any


class Notmuch:
    """A notmuch of its own in a folder; nothing of the user's is read.

    Args:
        folder: Where its Maildir and its database are made.
    """

    def __init__(self, folder: Path) -> None:
        found = shutil.which("notmuch")
        if found is None:
            raise SystemExit("notmuch is not installed")
        self._program = found
        self._mail = folder / "mail"
        for name in ("cur", "new", "tmp"):
            (self._mail / name).mkdir(parents=True)
        config = folder / "config"
        config.write_text(
            f"[database]\npath={self._mail}\n[user]\nprimary_email=a@example.org\n[new]\ntags=\n"
        )
        self._environment = {"NOTMUCH_CONFIG": str(config), "HOME": str(folder), "PATH": "/usr/bin:/bin"}

    def put(self, mails: Iterable[bytes]) -> int:
        """Put mails into the Maildir, and return how many."""
        count = 0
        for count, mail in enumerate(mails, 1):
            (self._mail / "cur" / f"{count}.benchmark:2,").write_bytes(mail)
        return count

    def index(self) -> None:
        """Index the Maildir."""
        self._run("new", "--quiet")

    def count(self) -> int:
        """Return how many mails it knows."""
        return int(self._run("count"))

    def threads(self) -> dict[str, int]:
        """Return the thread of each mail, by its Message-ID."""
        shown = json.loads(self._run("show", "--format=json", "--body=false", "--entire-thread=true", "*"))
        return {name: number for number, thread in enumerate(shown) for name in _walk(thread)}

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [self._program, *arguments], env=self._environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout


def _walk(thread: list[Any]) -> Iterator[str]:
    waiting = list(thread)
    while waiting:
        mail, answers = waiting.pop()
        if mail is not None:
            yield mail["id"]
        waiting.extend(answers)
