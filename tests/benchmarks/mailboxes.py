"""Read archives of any packing as what threading looks at."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.mail.mbox import open_archive, split_mails
from bot.mail.mime.message import parse_email
from bot.mail.threads import Envelope, envelope_of

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def read_envelopes(path: Path) -> Iterator[Envelope]:
    """Read an archive: mbox, pipermail's month texts, packed or not."""
    for content in read_contents(path):
        yield envelope_of(parse_email(content), arrived_at=_NO_TIME)


def read_contents(path: Path) -> Iterator[bytes]:
    """Yield an archive's mails as they stand in it."""
    with path.open("rb") as file:
        for mail in split_mails(open_archive(file)):
            yield mail.content
