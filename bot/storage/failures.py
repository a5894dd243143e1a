"""Turn what engines raise into what a person can act on, without repeating an address or a password."""

import sqlite3

from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import UserError

_SQLITE_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE})
_POSTGRESQL_FULL = "53100"
# Classes of SQLSTATE: connection exception; operator intervention, as a server that stops or has just begun.
_POSTGRESQL_AWAY = ("08", "57P0")
_DRIVER_CONFUSED = "InternalClientError"
_CONNECTION_ENDED = ("connection was closed", "connection is closed")
_LONGEST = 200


class StorageFullError(UserError):
    """Nothing can be saved: the bot's disk is full. Reading still works."""

    text_key = "error.store_full"


class StorageAwayError(UserError):
    """The server of the database cannot be reached, or has just ended the connection; that passes."""

    text_key = "error.store_away"


def is_full(error: DBAPIError) -> bool:
    """Return whether a write failed for want of room."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code in _SQLITE_FULL or getattr(error.orig, "sqlstate", None) == _POSTGRESQL_FULL


def is_away(error: BaseException) -> bool:
    """Return whether an engine failed because the server is gone, not because of what was asked of it.

    Asked something in the moment in which its connection ends, the driver sometimes complains about its own
    state instead, and SQLAlchemy does not take that for a lost connection.
    """
    if not isinstance(error, DBAPIError):
        return isinstance(error, OSError)  # what a connection that cannot be made raises; TimeoutError is one
    cause = error.orig
    return (
        error.connection_invalidated
        or str(getattr(cause, "sqlstate", None) or "").startswith(_POSTGRESQL_AWAY)
        or type(cause).__name__ == _DRIVER_CONFUSED
        or any(words in str(cause) for words in _CONNECTION_ENDED)
    )


def keep_to_the_cause(engine: AsyncEngine) -> None:
    """Have an engine's errors say the cause in one line, without the statement and what it was to store.

    SQLAlchemy quotes both, and PostgreSQL the row behind "DETAIL:": mails and names would stand in the log.
    """

    @event.listens_for(engine.sync_engine, "handle_error")
    def shorten(context: ExceptionContext) -> None:
        error = context.sqlalchemy_exception
        if error is not None:
            error.statement = error.params = error.code = None
            error.args = (str(error.args[0]).partition("\n")[0],) if error.args else ()


def reason(error: BaseException) -> str:
    """Return an engine's own words in one short line."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    words = str(cause).partition("\n")[0].removeprefix(f"{type(cause)}: ").strip()
    return words[:_LONGEST] or type(cause).__name__
