"""Mails as they arrive, made from few words."""

from datetime import UTC, datetime, timedelta

from bot.mail.mime.message import parse_email
from bot.mail.models import Place
from bot.mail.quotes.own_words import own_words
from bot.mail.stored import Arrival, Follow

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
GUILD, STRANGER, CHANNEL = 100, 200, 300
PLACE = Place(kind="pipermail", address="https://lists.example.org/pipermail/group/", name="Group")


def later(**delta: float) -> datetime:
    return NOW + timedelta(**delta)


def arrival(
    name: str,
    body: str = "Words.",
    *,
    subject: str = "Topic",
    at: datetime = NOW,
    refs: str = "",
    author: str = "Ann Example <ann@example.org>",
    extra: str = "",
    parents: tuple[str, ...] = (),
) -> Arrival:
    """A mail named `<name@example.org>` that refers to others by their names."""
    references = " ".join(f"<{each}@example.org>" for each in refs.split())
    head = (
        f"From: {author}\nSubject: {subject}\nDate: {at.strftime('%a, %d %b %Y %H:%M:%S +0000')}\n"
        f"Message-ID: <{name}@example.org>\n{f'References: {references}' + chr(10) if refs else ''}{extra}"
    )
    email = parse_email(f"{head}\n{body}\n".encode())
    return Arrival(email=email, words=own_words(email.body, parent_texts=parents), arrived_at=at)


def key(name: str) -> str:
    return f"{name}@example.org"


def follow(list_id: int, guild_id: int = GUILD, channel_id: int = CHANNEL) -> Follow:
    return Follow(guild_id=guild_id, list_id=list_id, channel_id=channel_id, followed_at=NOW)
