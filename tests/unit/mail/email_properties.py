"""What every Email owes, whatever it was made from."""

import dataclasses
import re
import tarfile
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

from bot.mail.mime.bodies import MAX_ATTACHMENTS, MAX_BODY
from bot.mail.mime.identifiers import MAX_ID_BYTES, MAX_REFERENCES
from bot.mail.models import Email
from bot.mail.subjects import SUBJECT_CHARACTERS

FULL_ADDRESS = re.compile(r"[^\s<>()@…]{2,}@[^\s@]+|\S{2,} at \S+\.\w{2,}")
INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff]")


def check_email(email: Email) -> None:
    """Hold what an Email promises: everything bounded, one line where one line is shown, nothing to abuse."""
    for line in (email.subject, email.topic, email.author_name, *email.tags):
        assert not INVISIBLE.search(line)
    assert len(email.subject) <= SUBJECT_CHARACTERS
    assert bool(email.topic) == bool(email.subject)
    assert not FULL_ADDRESS.search(email.author_name)
    assert email.key
    assert email.key == (email.message_id or email.key)
    assert " " not in email.message_id
    ids = (email.message_id, email.in_reply_to, *email.references)
    assert all(len(each.encode()) <= MAX_ID_BYTES * 3 and not re.search(r"[\s<>]", each) for each in ids)
    assert len(email.references) == len(set(email.references)) <= MAX_REFERENCES
    assert len(email.body) <= MAX_BODY
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", email.body)
    assert len(email.attachments) <= MAX_ATTACHMENTS
    for attachment in email.attachments:
        assert not INVISIBLE.search(attachment.name)
        assert not {"/", "\\"} & set(attachment.name)
        assert attachment.size >= 0
    for link in (email.permalink, email.topic_link, email.list_archive):
        assert not link or re.fullmatch(r"https?://[^\s<>\"]+", link)
    for date in (email.date, email.received_at):
        assert date is None or date.tzinfo is UTC
    assert all(problem.where and problem.what for problem in email.problems)
    str(dataclasses.asdict(email)).encode()


def read_archive(archive: Path, prefix: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a tar under a folder, each with its name."""
    with tarfile.open(archive) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isfile() else None
            if content is not None and member.name.startswith(prefix):
                yield member.name, content.read()
