"""Read what a service manager tells the process that it starts; these are no settings of anybody's."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceManager:
    """How the service manager is told how we are (systemd's sd_notify).

    Attributes:
        address: Its datagram socket; empty: nobody wants to know.
        watchdog: How long it waits for a sign of life before it restarts us; None: it does not.
    """

    address: str = ""
    watchdog: timedelta | None = None


def read_service_manager(environ: Mapping[str, str] | None = None) -> ServiceManager:
    """Return what the environment says; what cannot be read counts as not said."""
    found = os.environ if environ is None else environ  # noqa: TID251 (it is systemd's, not a setting)
    address = found.get("NOTIFY_SOCKET", "")
    microseconds = found.get("WATCHDOG_USEC", "")
    is_number = microseconds.isascii() and microseconds.isdigit() and len(microseconds) < 16
    watchdog = timedelta(microseconds=int(microseconds)) if is_number and int(microseconds) else None
    return ServiceManager(address=address, watchdog=watchdog if address else None)
