"""Open the PostgreSQL store, which several processes may share."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import SettingsError
from bot.storage.failures import reason

_CONNECT_SECONDS = 10
_STATEMENT_SECONDS = 60
# A process that stands still amid a transaction holds its locks; others wait for them only for so long.
_IDLE_SECONDS = 20
_CONNECTIONS = 5
# Hosters write these for psql; asyncpg would take them for settings of the server, which refuses them.
_PSQL_ONLY = frozenset({"channel_binding", "gssencmode", "sslnegotiation"})
# Classes of SQLSTATE: invalid authorization, no such database.
_REFUSALS = ("28", "3D")
_UNREACHED = "cannot connect to"
_NO_ADDRESS = (
    "this is no address of a database; write postgresql://user:password@host:5432/name, "
    "with the signs / ? # @ : % of a password percent-encoded"
)


def engines(url: str, *, is_repeatable: bool = False) -> tuple[AsyncEngine, AsyncEngine]:
    """Return an engine for writing and one for reading.

    Each has its own connections: who reads while writing waits for nobody who waits to write.

    Args:
        url: The address.
        is_repeatable: No transaction waits for the disk; a server that crashes may take the last ones back.
    """
    address = _without_psql_options(url)

    async def connect() -> asyncpg.Connection:
        # The driver reads the address itself: sslmode, several hosts, a socket's directory.
        made = await asyncpg.connect(address, timeout=_CONNECT_SECONDS, command_timeout=_STATEMENT_SECONDS)
        # Not among the address's options: poolers refuse those that they do not know.
        await made.execute(f"SET idle_in_transaction_session_timeout = '{_IDLE_SECONDS}s'")
        if is_repeatable:
            await made.execute("SET synchronous_commit = off")
        return made

    writers = create_async_engine(
        "postgresql+asyncpg://", async_creator=connect, pool_size=_CONNECTIONS, pool_pre_ping=True
    )
    readers = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=_CONNECTIONS,
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ",  # one snapshot for all that a transaction reads
        execution_options={"postgresql_readonly": True},
    )
    return writers, readers


async def check(url: str, writers: AsyncEngine) -> None:
    """Make sure that the server takes us in.

    Raises:
        SettingsError: It does not, or there is none.
    """
    try:
        async with writers.connect():
            pass
    except (DBAPIError, OSError, ValueError, OverflowError) as error:
        advice = _advice(url, error)
        # After a power cut, the server of the database may come up later than this machine.
        raise SettingsError([f"DATABASE_URL: {advice}"], may_pass=advice.startswith(_UNREACHED)) from None


def _advice(url: str, error: Exception) -> str:
    """Say what to do about a refused connection, without user or password."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, ValueError | OverflowError) or isinstance(
        getattr(cause, "__cause__", None), ValueError
    ):
        return _NO_ADDRESS  # the driver's own words may repeat parts of the address
    if str(getattr(cause, "sqlstate", "")).startswith(_REFUSALS):
        return f"{_place(url)} refuses ({reason(error)}); correct the user, password or database"
    return f"{_UNREACHED} {_place(url)} ({reason(error)}); start it, or correct the address"


def _place(url: str) -> str:
    address = urlsplit(url).netloc
    if "@" in url and "@" not in address:
        return "the server"  # a / or # in the password cut the address short: what is left is secret
    return f"PostgreSQL at {address.rpartition('@')[2] or 'its local socket'}"


def _without_psql_options(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise SettingsError([f"DATABASE_URL: {_NO_ADDRESS}"]) from None
    options = [(name, value) for name, value in parse_qsl(parts.query) if name not in _PSQL_ONLY]
    return urlunsplit(parts._replace(query=urlencode(options)))
