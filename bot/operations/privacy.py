"""Show members what is stored of them, give it to them, and remove it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.post import Accent, Action, Button, ButtonStyle, Post, Row, Words
from bot.meetings.calendars import token_of
from bot.meetings.cards import Cards
from bot.meetings.looking import ZoneOf
from bot.meetings.models import OccurrenceKey
from bot.meetings.store import MeetingStore
from bot.storage.database import Database
from bot.storage.traces import Rows, Traces, Voter, erase_person, find_traces
from bot.text.catalogue import Texts

ANSWERS = "meeting_answer"
_OUTBOX = "outbox"
_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        ANSWERS: "privacy.answers",
        "meeting_subscriber": "privacy.reminders",
        "faq_vote": "privacy.votes",
        "mail_watch": "privacy.watch_words",
        "mail_watch_note": "privacy.watch_notes",
        _OUTBOX: "privacy.posts",
        "lane": "privacy.lane",
        "incident": "privacy.incident",
    }
)
# A card's text names other people too: of posts only the place and the time are given.
_OF_POSTS = ("guild_id", "channel_id", "kind", "due_at", "ended_at", "message_id")
_SECRET = "voter"  # noqa: S105 (a column's name: the hash says nothing to the member, and is not for others)


class RosterCards:
    """The cards on which it stands who comes to a meeting."""

    def __init__(self, *, store: MeetingStore, cards: Cards, zone_of: ZoneOf) -> None:
        self._store = store
        self._cards = cards
        self._zone_of = zone_of

    async def list_zones(self, answers: Rows) -> Mapping[int, str]:
        """Return the zones of the guilds in which somebody answered."""
        guilds = {_number(row, "guild_id") for row in answers}
        return {guild_id: await self._zone_of(guild_id) for guild_id in guilds}

    async def redraw(
        self, connection: AsyncConnection, answers: Rows, zones: Mapping[int, str], *, now: datetime
    ) -> None:
        """Draw the cards anew on which somebody's answers stood."""
        for row in answers:
            guild_id, calendar_id = _number(row, "guild_id"), _number(row, "calendar_id")
            calendar = await self._store.calendars.find_calendar(connection, guild_id, calendar_id)
            if calendar is not None:
                token = token_of(OccurrenceKey(str(row["uid"]), str(row["original"])))
                zone = zones[guild_id]
                await self._cards.redraw_date(connection, calendar, token, zone=zone, now=now)


class PrivacyDesk:
    """What members can ask of the store about themselves.

    Args:
        voter: Returns the hash that stands for a member where they taught the FAQ.
        cards: Draws cards anew.
    """

    def __init__(self, *, database: Database, voter: Voter, cards: RosterCards) -> None:
        self._database = database
        self._voter = voter
        self._cards = cards

    async def look(self, user_id: int) -> Traces:
        """Return everything that is stored of a person."""
        async with self._database.reading() as connection:
            return await find_traces(connection, user_id, self._voter)

    async def erase(self, user_id: int, *, now: datetime) -> Traces:
        """Remove everything that is stored of a person; return what it was."""
        answers = (await self.look(user_id)).tables.get(ANSWERS, ())
        zones = await self._cards.list_zones(answers)
        async with self._database.writing() as connection:
            found = await find_traces(connection, user_id, self._voter)
            await erase_person(connection, user_id, self._voter)
            await self._cards.redraw(connection, answers, zones, now=now)
        return found


def write_export(user_id: int, traces: Traces, *, now: datetime) -> bytes:
    """Write what is stored of a person as JSON."""
    document = {
        "user_id": str(user_id),
        "written_at": now.isoformat(timespec="seconds"),
        "stored": {name: _rows(name, rows) for name, rows in sorted(traces.tables.items())},
    }
    return json.dumps(document, indent=2, ensure_ascii=False).encode()


def render_traces(texts: Texts, traces: Traces) -> Post:
    """Draw what is stored of somebody, with the button that removes it."""
    if not traces.total:
        return Post(title=texts("privacy.title"), blocks=(Words(markdown=texts("privacy.nothing")),))
    return Post(
        title=texts("privacy.title"),
        blocks=(
            Words(markdown="\n".join(f"- {line}" for line in _lines(texts, traces))),
            Words(markdown=texts("privacy.advice")),
            _erase_button(texts),
        ),
    )


def render_question(texts: Texts, traces: Traces) -> Post:
    """Ask whether to remove it."""
    if not traces.total:
        return render_traces(texts, traces)
    return Post(
        title=texts("privacy.erase_title"),
        blocks=(
            Words(markdown="\n".join(f"- {line}" for line in _lines(texts, traces))),
            Words(markdown=texts("privacy.erase_question")),
            _erase_button(texts),
        ),
        accent=Accent.PROBLEM,
    )


def render_erased(texts: Texts, traces: Traces) -> Post:
    """Say that it was removed."""
    return Post(blocks=(Words(markdown=texts.count("privacy.erased", traces.total)),))


def _erase_button(texts: Texts) -> Row:
    action = Action(kind="privacy.erase")
    return Row(buttons=(Button(label=texts("privacy.erase"), action=action, style=ButtonStyle.DANGER),))


def _lines(texts: Texts, traces: Traces) -> list[str]:
    lines = []
    for name, rows in traces.tables.items():
        if name in _TEXTS:
            lines.append(texts.count(_TEXTS[name], len(rows)))
        else:
            lines.append(texts.count("privacy.other", len(rows), name=name.replace("_", " ")))
    return lines


def _rows(table: str, rows: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    kept = _OF_POSTS if table == _OUTBOX else None
    return [
        {name: _plain(name, value) for name, value in row.items() if kept is None or name in kept}
        for row in rows
    ]


def _number(row: Mapping[str, object], name: str) -> int:
    return int(str(row[name]))


def _plain(name: str, value: object) -> object:
    """Return a value as JSON has it; Discord's ids are texts, because not every reader has such numbers."""
    if name == _SECRET:
        return "…"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value) if name.endswith("_id") and value is not None else value
