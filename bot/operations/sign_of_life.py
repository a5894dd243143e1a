"""Tell the service manager that we are up, alive, and going: sd_notify's datagrams, without a library."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from config.service_manager import ServiceManager

logger = logging.getLogger(__name__)

# systemd advises a sign in each half of the time it waits.
_SIGNS = 2


class SignOfLife:
    """Send datagrams to a service manager, if there is one."""

    def __init__(self, manager: ServiceManager) -> None:
        self._manager = manager
        self.has_failed = False

    @property
    def interval(self) -> timedelta | None:
        """How often a sign is due; None: never."""
        watchdog = self._manager.watchdog
        return watchdog / _SIGNS if watchdog is not None else None

    @contextmanager
    def announced(self) -> Iterator[None]:
        """Say that we are ready, and afterwards that we are stopping."""
        self._tell("READY=1")
        try:
            yield
        finally:
            self._tell("STOPPING=1")

    async def give(self, _now: datetime) -> None:
        """Say that the event loop turns: a process that hangs does not come here."""
        self._tell("WATCHDOG=1")

    def _tell(self, state: str) -> None:
        address = self._manager.address
        if not address:
            return
        # "@" stands for the null byte that begins an abstract name on Linux.
        target = f"\0{address[1:]}" if address.startswith("@") else address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.setblocking(False)
                sender.sendto(state.encode(), target)
        except (OSError, ValueError, AttributeError) as error:  # a platform may have no such sockets
            if not self.has_failed:
                logger.warning("the service manager cannot be told %s: %s", state, error)
            self.has_failed = True
