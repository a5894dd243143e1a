"""Read mails from an archive for the benchmarks, as the program itself does: no more than measuring needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.mail.mbox import open_archive, split_mails
from bot.mail.mime.message import parse_email


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What measuring needs of a mail: who it answers and what it says."""

    message_id: str = ""
    answers: tuple[str, ...] = ()
    is_reply: bool = False
    is_bot: bool = False
    text: str


def read_mails(path: Path) -> Iterator[Mail]:
    """Yield the mails of an mbox or pipermail month, packed or not."""
    with path.open("rb") as stream:
        for archived in split_mails(open_archive(stream)):
            yield read_mail(archived.content)


def read_mail(raw: bytes) -> Mail:
    """Read one raw mail."""
    mail = parse_email(raw)
    answers = dict.fromkeys(filter(None, (mail.in_reply_to, *reversed(mail.references))))
    return Mail(
        message_id=mail.message_id,
        answers=tuple(answers),
        is_reply=mail.is_reply or bool(answers),
        is_bot=mail.is_bot,
        text=mail.body,
    )
