"""Where time comes from on a real machine."""

from __future__ import annotations

import time
from datetime import datetime, timezone


class SystemClock:
    """The machine's clocks. `ccrouter_core.testing.FixedClock` is its twin for tests."""

    def now(self) -> datetime:
        """Return the present moment of the wall clock, aware, in UTC. It may step back."""
        return datetime.now(timezone.utc)

    def monotonic_ns(self) -> int:
        """Return nanoseconds since an arbitrary moment, never stepping back.

        On Linux they count while the machine sleeps (CLOCK_BOOTTIME), so that a lease does not outlive a night in
        suspend; elsewhere they are `time.monotonic_ns`.
        """
        boottime: int | None = getattr(time, "CLOCK_BOOTTIME", None)
        return time.monotonic_ns() if boottime is None else time.clock_gettime_ns(boottime)
