"""Have the C library give memory back: what a batch of mails took, it keeps for each thread."""

import contextlib
import ctypes
import sys

# malloc.h of glibc
_TRIM_THRESHOLD = -1
_MMAP_THRESHOLD = -3
_ARENA_MAX = -8


def hold_little() -> None:
    """Keep few heaps, return their free ends, and map large pieces by themselves; only glibc has these."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(AttributeError, OSError):  # musl has no mallopt
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in ((_ARENA_MAX, 2), (_TRIM_THRESHOLD, 1 << 20), (_MMAP_THRESHOLD, 200_000)):
            mallopt(option, value)


def give_back() -> None:
    """Return what is free between what is held as well; a heap only shrinks at its end by itself.

    Takes some milliseconds; other threads go on meanwhile.
    """
    if sys.platform != "linux":
        return
    with contextlib.suppress(AttributeError, OSError):  # musl has no malloc_trim
        ctypes.CDLL(None).malloc_trim(0)
