"""Run one job in a worker process: within limits, silent, and never longer than the bot itself lives.

Only bot.workers starts this, in a child; the module is apart so that the child imports no more than it needs.
"""

import contextlib
import ctypes
import importlib
import logging
import math
import os
import pickle
import signal
import sys
import traceback
from dataclasses import dataclass

from bot.allocation import give_back
from bot.errors import RapporteurError

try:
    import resource
except ImportError:  # Windows has no such limits; the deadline holds there too
    resource = None  # type: ignore[assignment]  # where the system has no limits

COUNTS_TIME = resource is not None
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_TRACE_CHARACTERS = 2_000
_LARGEST_RESULT = 32 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a job came to, in a form that always survives the way back.

    Attributes:
        payload: What it returned, pickled here: the parent opens it where its loop does not stand still.
        resident_bytes: What the child holds of the machine's memory after the job; 0 where that is not known.
    """

    payload: bytes = b""
    error: RapporteurError | None = None
    is_out_of_memory: bool = False
    is_too_large: bool = False
    resident_bytes: int = 0
    trace: str = ""


def confine(parent: int, memory_bytes: int, niceness: int) -> None:
    """Prepare a child: it is silent, ends with its parent, and takes no more memory than it may."""
    # Ctrl-C reaches the whole group, and only the parent decides; its own SIGTERM has to end even C code.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    logging.getLogger().addHandler(logging.NullHandler())
    if hasattr(os, "nice"):
        os.nice(niceness)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
    if resource is not None:
        _limit(resource.RLIMIT_AS, memory_bytes)
        _limit(resource.RLIMIT_CORE, 0)


def _limit(kind: int, soft: int) -> None:
    """Lower a soft limit, as far as the hard one and the system allow (macOS refuses RLIMIT_AS)."""
    _, hard = resource.getrlimit(kind)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def run_job(
    name: str,
    args: tuple[object, ...],
    kwargs: dict[str, object],
    timeout_seconds: float,
    kept_bytes: int,
) -> Outcome:
    """Run a job in the child; where more than so many bytes are held after it, what is free is given back."""
    if resource is not None:
        # The system counts whole seconds; an endless loop ends here even where the parent is no more.
        usage = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, math.ceil(usage.ru_utime + usage.ru_stime + timeout_seconds))
    try:
        module, _, function = name.partition(":")
        payload = pickle.dumps(getattr(importlib.import_module(module), function)(*args, **kwargs))
    except MemoryError:
        return Outcome(is_out_of_memory=True)
    except RapporteurError as error:
        return Outcome(error=error) if _survives(error) else Outcome(trace=_trace(error))
    except Exception as error:  # noqa: BLE001 (a worker's result is one of the named boundaries)
        return Outcome(trace=_trace(error))
    resident_bytes = _resident_bytes()
    if resident_bytes > kept_bytes:
        give_back()
        resident_bytes = _resident_bytes()
    if len(payload) > _LARGEST_RESULT:
        return Outcome(is_too_large=True, resident_bytes=resident_bytes)
    return Outcome(payload=payload, resident_bytes=resident_bytes)


def _resident_bytes() -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 (the child imports no pathlib)
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:  # only Linux has it
        return 0


def _survives(error: RapporteurError) -> bool:
    """Tell whether an error comes out of a pickle as it went in; one that does not would break the pool."""
    try:
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301 (our own bytes)
    except (TypeError, AttributeError, pickle.PickleError):
        return False
    return type(copy) is type(error) and str(copy) == str(error)


def _trace(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    where = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    return f"{type(error).__name__}: {error} at {where}"[:_TRACE_CHARACTERS]
