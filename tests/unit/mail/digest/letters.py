"""Read archives into stored mails, as the bot would have stored them, and digests into plain pages."""

import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.delivery.post import Divider, Post, Row, Select, Words
from bot.mail.digest.composing import compose, quote, wanted_bodies
from bot.mail.digest.models import Digest, Material, Window
from bot.mail.email_rows import hash_authors_with, make_stored
from bot.mail.mbox import open_archive, split_mails
from bot.mail.mime.message import parse_batch
from bot.mail.models import Email
from bot.mail.quotes.own_words import own_words
from bot.mail.stored import Arrival, StoredEmail
from bot.mail.threads import attach, envelope_of

EXAMPLE = Path("config/example/list.mbox")


def read_list(*archives: Path, name: str = "") -> tuple[StoredEmail, ...]:
    """Return the mails of archives with their bodies, the oldest first; each is stored when it was sent."""
    raws = []
    for archive in archives:
        with archive.open("rb") as stream:
            raws += [mail.content for mail in split_mails(open_archive(io.BytesIO(stream.read())))]
    return store(parse_batch(raws, list_name=name))


def store(emails: Iterable[Email]) -> tuple[StoredEmail, ...]:
    """Return mails as they would have been stored."""
    known = {email.key: email for email in emails}
    long_ago = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    hash_author = hash_authors_with(b"test")
    envelopes = {email.key: envelope_of(email, arrived_at=long_ago) for email in known.values()}
    attached = attach(tuple(envelopes.values()), known={}, next_thread=1)
    stored = []
    for number, email in enumerate(known.values(), 1):
        parents = [known[key].body for key in (email.in_reply_to, *email.references[-1:]) if key in known]
        words = own_words(email.body, parent_texts=parents, is_reply=email.is_reply)
        mail = make_stored(
            Arrival(
                email=email, words=words, arrived_at=long_ago, permalink=email.permalink or _place(number)
            ),
            email_id=number,
            list_id=1,
            thread=attached.threads[email.key],
            at=envelopes[email.key].at,
            author_hash=hash_author(email.author_address) if email.author_address else "",
            is_orphan=False,
            now=long_ago,
        )
        stored.append(replace(mail, stored_at=mail.at))
    return tuple(sorted(stored, key=lambda mail: (mail.at, mail.id)))


def _place(number: int) -> str:
    return f"https://archive.example.org/{number}/"


def digest_of(mails: Iterable[StoredEmail], since: datetime, until: datetime, **more: object) -> Digest:
    """Return the digest of a window over a list's mails."""
    earlier = [mail for mail in mails if mail.at < until]
    within = tuple(mail for mail in earlier if mail.at >= since)
    threads = {mail.thread for mail in within}
    material = Material(
        mails=within,
        threads=tuple(replace(mail, body=None) for mail in earlier if mail.thread in threads),
        regulars=frozenset(mail.author_hash for mail in earlier if mail.at < since),
        **more,
    )
    digest = compose(material, Window(since=since, until=until))
    wanted = set(wanted_bodies(digest, material))
    return quote(digest, {mail.id: mail for mail in earlier if mail.id in wanted})


def weeks(since: datetime, count: int) -> Iterable[tuple[datetime, datetime]]:
    """Yield the windows of weeks in a row."""
    for number in range(count):
        yield since + timedelta(weeks=number), since + timedelta(weeks=number + 1)


def page_of(post: Post) -> str:
    """Return a post as a page that a person can read."""
    lines = [f"### {post.title}"] if post.title else []
    for block in post.blocks:
        match block:
            case Words():
                lines.append(block.markdown)
            case Divider():
                lines.append("-" * 40)
            case Row():
                lines.append(" ".join(f"[ {button.label} ]" for button in block.buttons))
            case Select():
                lines.append(f"[ {block.placeholder} v ] {len(block.options)} threads")
    return "\n".join(lines) + "\n"
