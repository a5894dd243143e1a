"""Give hostile mails to what could read MIME, each in a process of its own, and print what that costs.

    python -m tests.benchmarks.mime_readers [BYTES]

Decision 6 rests on it: fast-mail-parser and the standard library beside our own reader. A reader that ends
its process, or takes over twenty seconds, is named so; what is well is counted.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from email import message_from_bytes
from email.header import decode_header
from email.policy import compat32
from importlib.metadata import version

import fast_mail_parser

from bot.mail.mime.message import parse_email
from tests.unit.mail.hostile_mails import HEAD, MAKERS

_LONGEST_SECONDS = 20.0
_SLOW_SECONDS, _LARGE_MB = 1.0, 300
_USUAL_BYTES = 8_000_000


def ours(raw: bytes) -> None:
    """Read a mail with our own code: all of it, HTML and words too."""
    parse_email(raw)


def fast(raw: bytes) -> None:
    """Read a mail with fast-mail-parser."""
    fast_mail_parser.parse_email(raw)


def stdlib(raw: bytes) -> None:
    """Read a mail with the standard library."""
    mail = message_from_bytes(raw, policy=compat32)
    decode_header(mail["subject"] or "")
    for part in mail.walk():
        part.get_payload(decode=True)


def bad_base64(_size: int) -> bytes:
    """Write a mail with a character missing at the end of its base64."""
    return HEAD + b"Content-Transfer-Encoding: base64\n\nSGVsbG8gbGlzd\n"


def blank_before_the_header(_size: int) -> bytes:
    """Write a mail whose first header begins with a space."""
    return b" " + HEAD + b"\nHello\n"


READERS: tuple[Callable[[bytes], None], ...] = (ours, fast, stdlib)
MAILS = (bad_base64, blank_before_the_header, *MAKERS)


def run_alone(reader: Callable[[bytes], None], number: int, size: int) -> str:
    """Return what reading a mail in a process of its own comes to; "" when it is well."""
    arguments = [
        sys.executable,
        "-m",
        "tests.benchmarks.mime_readers",
        reader.__name__,
        str(number),
        str(size),
    ]
    try:
        ended = subprocess.run(
            arguments, capture_output=True, text=True, timeout=_LONGEST_SECONDS + 3, check=False
        )
    except subprocess.TimeoutExpired:
        return f"over {_LONGEST_SECONDS:.0f} s"
    if ended.returncode < 0:
        return f"ends its process (signal {-ended.returncode})"
    return ended.stdout.strip()


def read_once(name: str, number: int, size: int) -> str:
    """Read one mail here; return what is odd about it."""
    reader = next(each for each in READERS if each.__name__ == name)
    raw = MAILS[number](size)
    start, refusal = time.process_time(), ""
    try:
        reader(raw)
    except (Exception, RecursionError) as error:  # noqa: BLE001 (what a reader raises is what is measured)
        refusal = type(error).__name__
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    odd = [refusal] if refusal else []
    odd += [f"{seconds:.1f} s"] if seconds >= _SLOW_SECONDS else []
    odd += [f"{memory} MB"] if memory >= _LARGE_MB else []
    return ", ".join(odd)


def main() -> None:
    """Print, for each reader, what is not well."""
    if len(sys.argv) > 2:
        print(read_once(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
        return
    size = int(sys.argv[1]) if len(sys.argv) > 1 else _USUAL_BYTES
    print(f"{len(MAILS)} mails of about {size} bytes; fast-mail-parser {version('fast-mail-parser')}")
    for reader in READERS:
        found = {make.__name__: run_alone(reader, number, size) for number, make in enumerate(MAILS)}
        odd = {name: text for name, text in found.items() if text}
        print(f"{reader.__name__}: {len(found) - len(odd)} well")
        for name, text in odd.items():
            print(f"    {name}: {text}")


if __name__ == "__main__":
    main()
