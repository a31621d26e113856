"""A clock that stands still until a test moves it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone

from ccrouter_core.errors import UsageError

NOON = datetime(2025, 6, 2, 12, 0, tzinfo=timezone.utc)  # a Monday; any moment would do


class FixedClock:
    """A clock whose two hands a test moves: `advance` moves both, `set` only the wall clock. Thread-safe.

    Args:
        now: where the wall clock starts, an aware datetime. The monotonic hand starts at 0.

    Raises UsageError for a moment without a time zone.

    Example:
        ```python
        clock = FixedClock()
        clock.advance(minutes=5)
        clock.set(clock.now() - timedelta(hours=1))  # the wall clock steps back; monotonic_ns does not
        ```
    """

    def __init__(self, now: datetime = NOON) -> None:
        self._lock = threading.Lock()
        self._now = _utc(now)
        self._monotonic_ns = 0

    def now(self) -> datetime:
        """Return where the wall clock stands, aware, in UTC."""
        with self._lock:
            return self._now

    def monotonic_ns(self) -> int:
        """Return the nanoseconds that `advance` has let pass."""
        with self._lock:
            return self._monotonic_ns

    def advance(self, **span: float) -> None:
        """Let time pass on both hands.

        Args:
            span: as for `timedelta`: microseconds, milliseconds, seconds, minutes, hours, days, weeks.

        Raises:
            UsageError: the span is negative; to step the wall clock back use `set`.
        """
        step = timedelta(**span)
        if step < timedelta(0):
            raise UsageError(
                what=f"the clock cannot advance by {step}",
                why="the monotonic hand never goes back",
                fix="use set() to step the wall clock back",
            )
        with self._lock:
            self._now += step
            self._monotonic_ns += step // timedelta(microseconds=1) * 1000

    def set(self, now: datetime) -> None:
        """Put the wall clock at `now`, earlier or later; the monotonic hand stays. UsageError without a zone."""
        moment = _utc(now)
        with self._lock:
            self._now = moment


def _utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise UsageError(
            what="a clock cannot stand at a datetime without a time zone",
            why="times are compared across machines and clock changes",
            fix="pass an aware datetime, for example datetime(2025, 6, 2, tzinfo=timezone.utc)",
        )
    return moment.astimezone(timezone.utc)
