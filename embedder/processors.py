"""How many processors there are to use."""

import os
from pathlib import Path

CPU_MAX = Path("/sys/fs/cgroup/cpu.max")  # "quota period" in microseconds, or "max period"


def processors() -> int:
    """Processors this process may use: those it is bound to, within its container's quota."""
    if hasattr(os, "sched_getaffinity"):
        bound = len(os.sched_getaffinity(0))
    else:
        bound = os.cpu_count() or 1
    try:
        quota, period = CPU_MAX.read_text().split()
        return max(1, min(bound, round(int(quota) / int(period))))
    except (OSError, ValueError, ZeroDivisionError):
        return bound
