"""Make sure, right before a request leaves, that its lane is this process's yet.

A process that stood still for longer than its lease, as a suspended machine does, goes on where it stopped:
it may be just about to post what another process has posted meanwhile. Discord's nonces cover some minutes
of that; this covers the rest.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_is_held: ContextVar[Callable[[], bool] | None] = ContextVar("is_held", default=None)


class OvertakenError(Exception):
    """The lane may be another process's by now; the request was not made."""


@contextmanager
def only_while(is_held: Callable[[], bool]) -> Iterator[None]:
    """Let requests of the block leave only while that is so."""
    token = _is_held.set(is_held)
    try:
        yield
    finally:
        _is_held.reset(token)


def make_sure_it_is_held() -> None:
    """Pass, where nothing has to be held or it is.

    Raises:
        OvertakenError: It is not.
    """
    is_held = _is_held.get()
    if is_held is not None and not is_held():
        raise OvertakenError
