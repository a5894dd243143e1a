"""Mails made to break a parser: none raises, none takes long, none is let through unbounded."""

import gc
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.mail.mime.message import parse_email
from tests.unit.mail.email_properties import check_email, read_archive
from tests.unit.mail.hostile_mails import MAKERS, MEBIBYTE

SAMPLES = os.environ.get("SAMPLES", "")  # noqa: TID251 (test material that not every machine has)
# Linear work takes 8 times as long; caches and the machine's other work get room, quadratic work none.
SMALL, LARGE, MOST_TIMES_LONGER, LEAST_SECONDS = MEBIBYTE, 8 * MEBIBYTE, 24, 0.05
SYNTHETIC = Path(__file__).parents[2] / "fixtures" / "mail" / "synthetic"


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_hostile_mail_takes_linear_time(make: Callable[[int], bytes]) -> None:
    def seconds(size: int) -> float:
        raw = make(size)
        gc.collect()
        start = time.process_time()
        check_email(parse_email(raw))
        return time.process_time() - start

    small = max(seconds(SMALL), LEAST_SECONDS)

    assert seconds(LARGE) < small * MOST_TIMES_LONGER


@pytest.mark.parametrize("path", sorted(SYNTHETIC.glob("*.eml")), ids=lambda path: path.stem)
def test_synthetic_mail_is_read(path: Path) -> None:
    check_email(parse_email(path.read_bytes()))


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of odd mail")
def test_odd_mail_of_many_kinds_is_read_within_a_second() -> None:
    folder = Path(SAMPLES)
    count = 0
    archives = [(folder / "mail" / "nasty.tar.xz", "nasty"), (folder / "nasty" / "nasty.tar.xz", "mail")]
    for archive, prefix in archives:
        for name, raw in read_archive(archive, prefix):
            start = time.process_time()
            email = parse_email(raw)
            assert time.process_time() - start < 1, name
            check_email(email)
            count += 1
    assert count > 1000


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of odd mail")
def test_odd_mail_cut_anywhere_is_read() -> None:
    for _, raw in read_archive(Path(SAMPLES) / "mail" / "nasty.tar.xz", "nasty"):
        for share in (0.1, 0.3, 0.5, 0.7, 0.9):
            check_email(parse_email(raw[: int(min(len(raw), 20_000) * share)]))
