"""Say what a process of each role does: which of the recurring jobs run where, and which are rung for."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.storage.guilds import SETTINGS_BELL
from bot.wiring.backup import BACKUP_JOB
from bot.wiring.declaring import COMMUNITY_JOB, DECLARED
from bot.wiring.delivery import DELIVERY_JOB
from bot.wiring.faq import FAQ_MEMORY
from bot.wiring.mail import GAPS_JOB, MAIL_JOB
from bot.wiring.mail_choices import NOTES_JOB
from bot.wiring.mail_digest import DIGESTS_JOB
from bot.wiring.mail_live import GUARD_JOB
from bot.wiring.meetings import REMINDERS_JOB

MEMORY_JOB = "memory"
"""Gives what is free back to the system: within days the C library came to hold 7 MB more (measured)."""


class Role(enum.StrEnum):
    """What a process does: everything, or its part beside other processes on one PostgreSQL."""

    ALL = "all"
    GATEWAY = "gateway"  # answers people
    WORKER = "worker"  # looks at sources and posts, over REST alone


@dataclass(frozen=True, slots=True)
class Place:
    """Where a job runs.

    Attributes:
        roles: In processes of these roles.
        is_shared: In one of them at a time, the one that holds the job's lease.
    """

    roles: frozenset[Role]
    is_shared: bool


ANSWERING = frozenset({Role.ALL, Role.GATEWAY})
_WORKING = frozenset({Role.ALL, Role.WORKER})
_EACH_ANSWERING = Place(ANSWERING, is_shared=False)
_ONE_ANSWERING = Place(ANSWERING, is_shared=True)
_EACH_WORKING = Place(_WORKING, is_shared=False)
_ONE_WORKING = Place(_WORKING, is_shared=True)
_EACH = Place(frozenset(Role), is_shared=False)

# Every job that recurs has its place here; the start fails on one that has none.
PLACES: Mapping[str, Place] = MappingProxyType(
    {
        "leases": _EACH,
        MEMORY_JOB: _EACH,
        BACKUP_JOB: _ONE_WORKING,
        "gateway claim": _EACH_ANSWERING,
        "commands": _ONE_ANSWERING,
        SETTINGS_BELL: _EACH,
        COMMUNITY_JOB: _EACH,
        **dict.fromkeys(DECLARED, _ONE_WORKING),
        FAQ_MEMORY: _EACH_ANSWERING,
        "faq pages": _ONE_WORKING,
        "faq votes": _ONE_WORKING,
        "calendars": _ONE_WORKING,
        "calendar horizon": _ONE_WORKING,
        REMINDERS_JOB: _ONE_WORKING,
        "old meetings": _ONE_WORKING,
        "this week": _ONE_WORKING,
        "events tab": _EACH_ANSWERING,
        "changed events": _EACH_ANSWERING,
        MAIL_JOB: _ONE_WORKING,
        DIGESTS_JOB: _ONE_WORKING,
        "old digests": _ONE_WORKING,
        "mail expiry": _ONE_WORKING,
        "mail set aside": _ONE_WORKING,
        "mail twins": _ONE_WORKING,
        "mail watch": _ONE_WORKING,
        NOTES_JOB: _ONE_WORKING,
        GAPS_JOB: _ONE_WORKING,
        GUARD_JOB: _ONE_WORKING,
        DELIVERY_JOB: _EACH_WORKING,  # channels have leases of their own
        "old posts": _ONE_WORKING,
        "pace": _EACH_WORKING,
        "departed guilds": _ONE_WORKING,
        "heartbeat": _EACH,
        "watchdog": _EACH,
        "incidents": _ONE_WORKING,
        "status cards": _EACH_ANSWERING,
    }
)
RUNG = frozenset({DELIVERY_JOB, FAQ_MEMORY, REMINDERS_JOB, SETTINGS_BELL, *DECLARED})
"""Jobs that other processes ring for."""
