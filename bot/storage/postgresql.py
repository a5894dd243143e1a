"""Open the PostgreSQL store, which several processes may share."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import SettingsError
from bot.storage.failures import reason

_CONNECT_SECONDS = 10
_STATEMENT_SECONDS = 60
_CONNECTIONS = 5
# Hosters write these for psql; asyncpg would take them for settings of the server, which refuses them.
_PSQL_ONLY = frozenset({"channel_binding", "gssencmode", "sslnegotiation"})


def engines(url: str) -> tuple[AsyncEngine, AsyncEngine]:
    """Return an engine for writing and one for reading.

    Each has its own connections: who reads while writing waits for nobody who waits to write.
    """
    address = _without_psql_options(url)

    async def connect() -> asyncpg.Connection:
        # The driver reads the address itself: sslmode, several hosts, a socket's directory.
        return await asyncpg.connect(address, timeout=_CONNECT_SECONDS, command_timeout=_STATEMENT_SECONDS)

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
    except ValueError:  # from reading the address; its words may repeat the password
        problem = "is no address of a database; write postgresql://user:password@host:5432/name"
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as error:
        problem = f"{_place(url)} refuses ({reason(error)}); correct the user, password or database"
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        problem = f"cannot connect to {_place(url)} ({reason(error)}); start it, or correct the address"
    else:
        return
    raise SettingsError([f"DATABASE_URL: {problem}"])


def _place(url: str) -> str:
    """Name the server without user and password."""
    return f"PostgreSQL at {urlsplit(url).netloc.rpartition('@')[2] or 'its local socket'}"


def _without_psql_options(url: str) -> str:
    parts = urlsplit(url)
    options = [(name, value) for name, value in parse_qsl(parts.query) if name not in _PSQL_ONLY]
    return urlunsplit(parts._replace(query=urlencode(options)))
