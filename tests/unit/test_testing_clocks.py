"""Clocks: the real one never steps back, the fixed one moves only when told."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccrouter_core.clock import SystemClock
from ccrouter_core.errors import UsageError
from ccrouter_core.services import Clock
from ccrouter_core.testing import FixedClock


@pytest.mark.parametrize("clock", [SystemClock(), FixedClock()])
def test_both_are_clocks_in_utc(clock: Clock) -> None:
    """Each keeps the protocol and tells aware UTC."""
    assert isinstance(clock, Clock)
    assert clock.now().utcoffset() == timedelta(0)


def test_the_system_clock_goes_on() -> None:
    """Monotonic time passes at the rate of real time and the wall clock is the machine's."""
    clock = SystemClock()
    before = clock.monotonic_ns()
    time.sleep(0.02)
    assert 15_000_000 < clock.monotonic_ns() - before < 5_000_000_000
    assert abs(clock.now() - datetime.now(timezone.utc)) < timedelta(seconds=5)


@given(st.lists(st.integers(0, 10**9), max_size=20))
def test_advancing_moves_both_hands_alike(steps: list[int]) -> None:
    """However time is cut up, wall and monotonic hand have moved by the same sum."""
    clock = FixedClock()
    start = clock.now()
    for step in steps:
        clock.advance(milliseconds=step)
    assert clock.now() - start == timedelta(milliseconds=sum(steps))
    assert clock.monotonic_ns() == sum(steps) * 1_000_000


def test_the_wall_clock_may_step_back_alone() -> None:
    """Setting the wall clock leaves the monotonic hand where it is."""
    clock = FixedClock()
    clock.advance(hours=1)
    clock.set(datetime(2020, 1, 1, 3, tzinfo=timezone(timedelta(hours=3))))
    assert clock.now() == datetime(2020, 1, 1, tzinfo=timezone.utc)
    assert clock.monotonic_ns() == 3_600 * 10**9


def test_what_no_clock_does_is_refused() -> None:
    """Going back and moments without a zone are errors; the clock stays."""
    clock = FixedClock()
    before = clock.now()
    with pytest.raises(UsageError, match="advance"):
        clock.advance(seconds=-1)
    with pytest.raises(UsageError, match="time zone"):
        clock.set(datetime(2025, 1, 1))  # noqa: DTZ001 - the fault under test
    with pytest.raises(UsageError, match="time zone"):
        FixedClock(datetime(2025, 1, 1))  # noqa: DTZ001 - the fault under test
    assert (clock.now(), clock.monotonic_ns()) == (before, 0)
