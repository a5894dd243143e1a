"""Tell how long this process has been running: what was promised in seconds counts from there."""

import os
from pathlib import Path

_STARTED_FIELD = 19  # of those after the name in parentheses (proc(5): starttime, field 22)


def process_age(proc: Path = Path("/proc")) -> float:
    """Return the seconds since this process began; 0 where the system does not say."""
    try:
        after_name = (proc / "self/stat").read_text().rpartition(")")[2].split()
        ticks, uptime = int(after_name[_STARTED_FIELD]), float((proc / "uptime").read_text().split()[0])
        return max(uptime - ticks / os.sysconf("SC_CLK_TCK"), 0.0)
    except (OSError, ValueError, IndexError, AttributeError):
        return 0.0
