"""Have memory given back, and looked through seldom: what a batch of mails took, the C library keeps."""

import contextlib
import ctypes
import gc
import sys

# malloc.h of glibc
_TRIM_THRESHOLD = -1
_MMAP_THRESHOLD = -3
_ARENA_MAX = -8

_YOUNG_VALUES = 20_000


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


def spare_collector() -> None:
    """Take what was made so far out of the garbage collector's rounds: it lives as long as the process.

    A full round over all modules stops the loop for 80 ms and more (measured); over the rest, for a few.
    """
    gc.collect()
    gc.freeze()


def collect_seldom() -> None:
    """Let many values be made between the collector's rounds: they come in thousands, and without cycles.

    An import spends an eighth of its time on rounds over the mails that are under way (measured).
    """
    spare_collector()
    gc.set_threshold(_YOUNG_VALUES)
