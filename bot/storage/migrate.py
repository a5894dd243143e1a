"""Bring a store to the present schema, or refuse one that a newer version wrote."""

from sqlalchemy import Column, Connection, MetaData, String, Table, func, insert, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SettingsError
from bot.storage.schema import METADATA, VERSION

# Any number will do, as long as every version of Rapporteur uses the same.
_ADVISORY_LOCK = 0x52617070
# Alembic's own table, as it would make it.
_STEPS = Table(
    "alembic_version",
    MetaData(naming_convention={"pk": "%(table_name)s_pkc"}),
    Column("version_num", String(32), primary_key=True),
)
_NEWEST_STEP = text("SELECT max(version_num) FROM alembic_version")


async def find_version(connection: AsyncConnection) -> str | None:
    """Return the number of the newest step taken; None if there is none.

    Raises:
        DBAPIError: There is no table of steps (see `is_empty`), or it cannot be read.
    """
    version: str | None = (await connection.execute(_NEWEST_STEP)).scalar_one()
    return version


async def is_empty(connection: AsyncConnection) -> bool:
    """Return whether no step was ever taken. Asking this first would cost each start on PostgreSQL 20 ms."""
    return not await connection.run_sync(_has_steps)


def check_version(version: str | None) -> None:
    """Let a store pass that this version can read or upgrade.

    Raises:
        SettingsError: A newer version wrote it.
    """
    if version is not None and version > VERSION:
        problem = f"the store was written by a newer Rapporteur (schema {version}, this one knows {VERSION})"
        advice = "install that version again, or restore a backup made before the upgrade"
        raise SettingsError([f"{problem}: {advice}"])


async def upgrade(connection: AsyncConnection) -> None:
    """Take the missing steps in the connection's transaction: all of them, or none.

    An empty store gets the present tables at once: a first start then need not load Alembic, which costs
    0.1 s and 10 MB. A test compares the two ways.
    """
    if connection.dialect.name == "postgresql":
        # Another process may be upgrading; on SQLite, BEGIN IMMEDIATE has waited for it already.
        await connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
    if await is_empty(connection):
        await connection.run_sync(_make_tables)
        return
    # Only a store of an older version needs it.
    from bot.storage.upgrade import upgrade as take_steps  # noqa: PLC0415 (see above)

    await connection.run_sync(take_steps)


def _make_tables(connection: Connection) -> None:
    # Tables of somebody else's under our names are an error, not ours to use.
    METADATA.create_all(connection, checkfirst=False)
    _STEPS.create(connection)
    connection.execute(insert(_STEPS).values(version_num=VERSION))


def _has_steps(connection: Connection) -> bool:
    return inspect(connection).has_table("alembic_version")
