"""Tell what is stored of a person or a guild, table by table, and remove it.

A table's own columns say whose its rows are: `user_id` a person's, `guild_id` a guild's. Only what does not
show in its columns is named here; a test fails on a table that is neither.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, cast, delete, false, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.columns import PlainText
from bot.storage.schema import METADATA, faq_vote, guild, incident, lane, outbox

OF_PROCESS = frozenset({"lease", "meta"})
"""Tables of the process: nobody's data."""

OF_LISTS = frozenset(
    {"mail_aside", "mail_body", "mail_email", "mail_gap", "mail_id", "mail_list", "mail_merge", "mail_source"}
)
"""Tables of mailing lists, which guilds share; what no guild follows any more is removed."""

Voter = Callable[[int, int], str]
"""Returns the salted hash that stands for a member of a guild: guild, user."""

Rows = Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Traces:
    """What is stored of one person.

    Attributes:
        tables: Rows by their table's name; tables without any are left out.
    """

    tables: Mapping[str, Rows] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many rows there are."""
        return sum(map(len, self.tables.values()))


async def find_traces(connection: AsyncConnection, user_id: int, voter: Voter) -> Traces:
    """Return everything that is stored of a person, in all guilds."""
    found: dict[str, Rows] = {}
    for table, is_theirs in await _places(connection, user_id, voter):
        rows = [dict(row) for row in (await connection.execute(select(table).where(is_theirs))).mappings()]
        if rows:
            found[table.name] = rows
    return Traces(found)


async def erase_person(connection: AsyncConnection, user_id: int, voter: Voter) -> None:
    """Remove everything that is stored of a person, and their mention from the posts that are kept."""
    for table, is_theirs in await _places(connection, user_id, voter):
        if table is outbox:
            await connection.execute(delete(outbox).where(_is_direct(user_id)))
            await _unname(connection, user_id)
        else:
            await connection.execute(delete(table).where(is_theirs))


async def erase_guild(connection: AsyncConnection, guild_id: int) -> int:
    """Remove everything that is stored of a guild; return how many rows."""
    removed = 0
    for table in reversed(METADATA.sorted_tables):
        if "guild_id" in table.c:
            removed += (await connection.execute(delete(table).where(table.c.guild_id == guild_id))).rowcount
    return removed


async def list_departed(connection: AsyncConnection, before: datetime) -> tuple[int, ...]:
    """Return the guilds that the bot left before a moment, and of which something is stored."""
    found = await connection.execute(select(guild.c.guild_id).where(guild.c.left_at < before))
    return tuple(found.scalars())


async def _places(
    connection: AsyncConnection, user_id: int, voter: Voter
) -> list[tuple[Table, ColumnElement[bool]]]:
    """Return where rows of a person are, those first that others depend on."""
    own = [
        (table, table.c.user_id == user_id)
        for table in reversed(METADATA.sorted_tables)
        if "user_id" in table.c
    ]
    guilds = (await connection.execute(select(faq_vote.c.guild_id).distinct())).scalars()
    votes = [
        and_(faq_vote.c.guild_id == guild_id, faq_vote.c.voter == voter(guild_id, user_id))
        for guild_id in guilds
    ]
    return [
        *own,
        (faq_vote, or_(false(), *votes)),
        (lane, lane.c.channel_id == user_id),  # of direct messages
        (incident, or_(incident.c.subject == f"lane:{user_id}", incident.c.what.contains(f"<@{user_id}>"))),
        (outbox, or_(_is_direct(user_id), _names(user_id))),
    ]


def _is_direct(user_id: int) -> ColumnElement[bool]:
    return and_(outbox.c.channel_id == user_id, outbox.c.is_direct)


def _names(user_id: int) -> ColumnElement[bool]:
    """Match posts that name a person: who comes to a meeting stands on its card, whom to ping beside it."""
    columns = (cast(column, PlainText) for column in (outbox.c.post, outbox.c.late_post))
    return or_(*(column.contains(str(user_id)) for column in columns))


async def _unname(connection: AsyncConnection, user_id: int) -> None:
    """Take a person out of the posts that are kept; what is still to be sent is said without the name."""
    found = await connection.execute(
        select(outbox.c.id, outbox.c.post, outbox.c.late_post).where(_names(user_id))
    )
    for row_id, post, late_post in found.all():
        values = {"post": _without(post, user_id), "late_post": _without(late_post, user_id)}
        await connection.execute(update(outbox).where(outbox.c.id == row_id).values(values))


def _without(value: object, user_id: int) -> object:
    if isinstance(value, str):
        return value.replace(f"<@{user_id}>", "…").replace(str(user_id), "…")
    if isinstance(value, dict):
        return {key: _without(each, user_id) for key, each in value.items()}
    if isinstance(value, list):
        return [_without(each, user_id) for each in value if each != user_id]
    return value
