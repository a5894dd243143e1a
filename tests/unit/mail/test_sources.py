"""Every kind of mail source is documented, and says what it is."""

import re
from pathlib import Path

import pytest

from bot.mail.sources import KINDS

PAGE = (Path(__file__).parents[3] / "docs/sources.md").read_text()
SECTIONS = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", PAGE, re.MULTILINE))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_kind_is_documented(kind):
    section = SECTIONS[kind.label]

    assert re.findall(r"^- \*\*(\w+)\*\*:", section, re.MULTILINE) == ["Address", "Needs", "Gives", "Cannot"]


def test_kinds_have_names_of_their_own():
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert all(re.fullmatch(r"[a-z-]+", kind.name) for kind in KINDS)
