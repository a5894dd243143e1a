"""What the program stands on: licences that go with its own, and nothing that reaches out at import."""

import re
import subprocess
import sys
from email.message import Message
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKED = sorted(
    {
        name
        for file in ("requirements.lock", "requirements-dev.lock")
        for name in re.findall(r"^([a-z0-9._-]+)==", (ROOT / file).read_text(), re.MULTILINE)
    }
)
# Compatible with Apache-2.0; the LGPL for what is used as it is, through its own interface.
FITTING = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CNRI-Python", "HPND", "ISC", "LGPL-3.0-or-later",
    "MIT", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Unlicense",
}  # fmt: skip
WRITTEN_OTHERWISE = {
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL-3.0-or-later",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Public Domain": "Unlicense",
    "Python Software Foundation License": "PSF-2.0",
}
# Its editor mode alone is under the GPL, and that is no part of what is installed.
WITHOUT_GPL_PART = {"docutils": ".el"}
GPL = "GNU General Public License (GPL)"


def licence_of(about: Message) -> str:
    """Return a package's licence as an SPDX expression, from where its makers wrote it."""
    if expression := about.get("License-Expression"):
        return expression
    classifiers = [
        each.rpartition(" :: ")[2] for each in about.get_all("Classifier") or [] if "License ::" in each
    ]
    named = [WRITTEN_OTHERWISE.get(each, each) for each in classifiers if each != "DFSG approved"]
    if named:
        return " AND ".join(dict.fromkeys(named))
    text = (about.get("License") or "").strip()
    return WRITTEN_OTHERWISE.get(text, text)


def fits(expression: str) -> bool:
    return all(
        any(choice.strip("() ") in FITTING for choice in part.split(" OR "))
        for part in re.split(r" AND (?![^(]*\))", expression)
    )


@pytest.mark.parametrize("name", LOCKED)
def test_licence_goes_with_apache_2(name: str) -> None:
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        pytest.skip("is for another system, or another version of Python")
    licence = licence_of(found.metadata)
    if name in WITHOUT_GPL_PART:
        assert not [file for file in found.files or [] if str(file).endswith(WITHOUT_GPL_PART[name])]
        licence = licence.replace(f" AND {GPL}", "")
    assert fits(licence), licence


@pytest.mark.parametrize(
    ("expression", "is_fine"),
    [
        ("MIT", True),
        ("Apache-2.0 AND (MIT OR GPL-2.0-only)", True),
        ("MIT OR GPL-3.0-only", True),
        ("GPL-3.0-or-later", False),
        ("MIT AND AGPL-3.0-only", False),
        (GPL, False),
        ("", False),
        ("Proprietary", False),
    ],
)
def test_the_rule_knows_what_does_not_go(expression: str, is_fine: bool) -> None:
    assert fits(expression) is is_fine


IMPORTS = """
import importlib, pkgutil, sys
import bot, cogs, config

def hear(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "urllib.")):
        raise SystemExit(f"{event} {arguments!r}")

sys.addaudithook(hear)
PROBE
count = 0
for package in (bot, cogs, config):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.startswith("bot.storage.migrations"):  # Alembic's own scripts, which it runs
            importlib.import_module(module.name)
            count += 1
print(count)
"""


def import_everything(probe: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", IMPORTS.replace("PROBE", probe)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_importing_every_module_opens_no_socket_and_starts_no_process() -> None:
    done = import_everything()
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 300


def test_a_socket_would_have_been_heard() -> None:
    done = import_everything("import socket; socket.socket()")
    assert done.returncode == 1
    assert "socket.__new__" in done.stderr
