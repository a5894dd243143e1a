"""Memory that became free between what is still held goes back to the system."""

import sys
from pathlib import Path
from resource import getpagesize

import pytest

from bot.allocation import give_back

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only glibc can be asked")

_PIECE = 60_000  # below what the C library maps by itself, and above what Python keeps in pools
_PIECES = 1_000


def test_what_is_free_between_what_is_held_is_given_back():
    held = [bytes([number % 256]) * _PIECE for number in range(_PIECES)]
    del held[::2]
    before = _resident_bytes()
    give_back()
    assert before - _resident_bytes() > _PIECE * _PIECES / 4
    assert len(held) == _PIECES / 2


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * getpagesize()
