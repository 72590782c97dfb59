"""How many threads this machine, or the share of it that is ours, has work for."""

import os
from pathlib import Path

_QUOTA = Path("/sys/fs/cgroup/cpu.max")  # of a container: microseconds in a period, or "max"


def threads() -> int:
    """`OMP_NUM_THREADS` where it is set, else the cores that this process may use."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdecimal() and int(asked):
        return int(asked)
    affinity = getattr(os, "sched_getaffinity", None)  # there is none on macOS and Windows
    own = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(own, _allowed(_QUOTA, own))


def _allowed(path: Path, default: int) -> int:
    """A container's quota in whole cores, at least one."""
    try:
        quota, period = path.read_text(encoding="ascii").split()
        return max(1, int(quota) // int(period))
    except (OSError, ValueError):  # no control groups, or no quota
        return default
