"""Every kind of mail source is documented, and says what it is."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.mail.sources.registry import KINDS

PAGE = (Path(__file__).parents[3] / "docs/sources.md").read_text()
SECTIONS = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", PAGE, re.MULTILINE))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_kind_is_documented(kind):
    section = SECTIONS[kind.label]

    assert re.findall(r"^- \*\*(\w+)\*\*:", section, re.MULTILINE) == ["Address", "Needs", "Gives", "Cannot"]


def test_kinds_have_names_of_their_own():
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert all(re.fullmatch(r"[a-z-]+", kind.name) for kind in KINDS)


def test_the_mailbox_library_is_loaded_with_the_first_mailbox():
    script = (
        "import sys\n"
        "from urllib.parse import urlsplit\n"
        "import bot.app\n"
        "from bot.mail.sources.registry import KINDS\n"
        "kind = next(each for each in KINDS if each.name == 'imap')\n"
        "place = kind.recognise(urlsplit('imap:team'))\n"
        "before = 'imap_tools' in sys.modules\n"
        "kind.open(place, None)\n"
        "print(before, 'imap_tools' in sys.modules)"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False True\n"
