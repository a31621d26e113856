"""Memory of the routing engine above a bare interpreter."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.figures import Figure

# The peak of this very program: ru_maxrss would count what the parent held before the exec.
_PEAK = """
import re
print(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])
"""
_ENGINE = """
from ccrouter_plugins.routing import should_escalate
for text in ("Fix the typo in intro.tex", "rm -rf build", "fix it", "DROP TABLE users", "python -c 'import os'"):
    should_escalate(text)
"""


def figures() -> Iterator[Figure]:
    """Yield the peak memory with the engine loaded and used, less that of an interpreter that does nothing."""
    if sys.platform != "linux":
        return  # the kernel's own figure is read from /proc
    bare, engine = _peak_mb(_PEAK), _peak_mb(_ENGINE + _PEAK)
    note = f"bare {bare:.1f} MB, with the engine {engine:.1f} MB"
    yield Figure(
        name="routing engine: memory above bare", value=engine - bare, unit="MB", at_most=10.0, note=note
    )


def _peak_mb(code: str) -> float:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024
