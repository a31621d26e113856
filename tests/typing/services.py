"""Checked by mypy, never run: what an implementation of a service must have to be one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from ccrouter_core.clock import SystemClock
from ccrouter_core.memory import MemoryArea, MemoryCache, MemoryStore
from ccrouter_core.models import Check, Outcome
from ccrouter_core.services import (
    Area,
    Cancel,
    Capabilities,
    Clock,
    ExecutionEvent,
    Executor,
    Handle,
    Job,
    Limits,
    Queue,
    ResultCache,
    Store,
)
from ccrouter_core.testing import FixedClock, MemoryQueue, StoreConformance, Twins


class ThirdPartyStore:
    """A store whose areas are of a type of its own: any area fits."""

    def __init__(self) -> None:
        self.location = "mine:"
        self.state = MemoryArea(SystemClock())
        self.cache = MemoryArea(SystemClock())

    def backup(self, folder: Path) -> tuple[Path, ...]:
        """Write nothing."""
        return (folder,)

    def close(self) -> None:
        """Let go of nothing."""


class Forgetful:
    """Almost a clock."""

    def now(self) -> datetime:
        """Return the present moment."""
        return SystemClock().now()


class Instant:
    """A handle of what has ended already."""

    def events(self) -> Iterator[ExecutionEvent]:
        """Yield the only event."""
        yield ExecutionEvent(kind="finished")

    def result(self) -> Outcome:
        """Return an answer."""
        return Outcome(text="done", tier="haiku")


class ThirdPartyExecutor:
    """An executor without a base class."""

    name = "mine"

    def capabilities(self) -> Capabilities:
        """Return what it can do."""
        return Capabilities(streaming=True)

    def check(self) -> Check:
        """Say that it is there."""
        return Check(name=self.name, passed=True)

    def start(self, job: Job, limits: Limits, cancel: Cancel) -> Instant:
        """Begin and end."""
        return Instant()


class TestThirdPartyStore(StoreConformance):
    """A suite takes any store."""

    @pytest.fixture
    def store(self) -> ThirdPartyStore:
        """Return an empty store."""
        return ThirdPartyStore()


stores: tuple[Store, ...] = (ThirdPartyStore(), MemoryStore())
area: Area = stores[0].state
queue: Queue = MemoryQueue(FixedClock(), wip_limit=3, lane_limits={"latex": 1})
cache: ResultCache = MemoryCache()
clocks: tuple[Clock, ...] = (SystemClock(), FixedClock())
executor: Executor = ThirdPartyExecutor()
handle: Handle = executor.start(Job(prompt="x", tier=Twins().executor.jobs[0].tier), Limits(), Cancel())
no_clock: Clock = Forgetful()  # type: ignore[assignment]
kind = ExecutionEvent(kind="finishd")  # type: ignore[arg-type]
