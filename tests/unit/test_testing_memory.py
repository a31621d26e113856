"""The twins in memory keep the laws of every store, cache and queue."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from ccrouter_core.errors import UsageError
from ccrouter_core.models import WorkItem
from ccrouter_core.services import Clock
from ccrouter_core.testing import (
    CacheConformance,
    FixedClock,
    MemoryCache,
    MemoryQueue,
    MemoryStore,
    QueueConformance,
    StoreConformance,
)


class TestMemoryStore(StoreConformance):
    """The store in memory is a store."""

    @pytest.fixture
    def store(self) -> MemoryStore:
        """Return an empty store."""
        return MemoryStore()


class TestMemoryCache(CacheConformance):
    """The cache in memory is a cache."""

    @pytest.fixture
    def cache(self) -> MemoryCache:
        """Return an empty cache."""
        return MemoryCache()


class TestMemoryQueue(QueueConformance):
    """The queue in memory is a queue, on a clock that a test moves."""

    @pytest.fixture
    def queue(self, clock: Clock) -> MemoryQueue:
        """Return an empty queue with the limits of the suite."""
        return MemoryQueue(clock, wip_limit=self.wip_limit, lane_limits=self.lane_limits)


def test_a_backup_holds_documents_and_logs(tmp_path) -> None:
    """What a backup writes is everything, readable as JSON."""
    store = MemoryStore(clock=FixedClock())
    store.state.put("c", "key", {"text": "世界"})
    store.state.append("log", {"n": 1}, id="one")
    state, cache = store.backup(tmp_path / "backup")
    assert json.loads(state.read_text("utf-8")) == {
        "documents": {"c": {"key": {"text": "世界"}}},
        "logs": {
            "log": [{"sequence": 1, "id": "one", "at": "2025-06-02T12:00:00+00:00", "record": {"n": 1}}]
        },
    }
    assert json.loads(cache.read_text("utf-8")) == {"documents": {}, "logs": {}}


def test_log_entries_are_dated_by_the_clock() -> None:
    """A fixed clock dates entries, so trimming by age can be tested exactly."""
    clock = FixedClock()
    area = MemoryStore(clock=clock).state
    area.append("log", {"day": 1})
    clock.advance(days=1)
    area.append("log", {"day": 2})
    assert area.trim("log", before=clock.now()) == 1
    assert [entry.record for entry in area.read("log")] == [{"day": 2}]


@pytest.mark.parametrize(("wip_limit", "lane_limits"), [(0, {}), (-1, {}), (3, {"x": -1})])
def test_limits_that_cannot_be_are_refused(wip_limit, lane_limits) -> None:
    """A queue that could never run anything is not made."""
    with pytest.raises(UsageError, match="limit"):
        MemoryQueue(wip_limit=wip_limit, lane_limits=lane_limits)


def test_the_reason_of_a_block_names_its_root() -> None:
    """Down a chain of dependants the reason stays the first failure."""
    clock = FixedClock()
    queue = MemoryQueue(clock)
    for name, waits_for in (("a", ()), ("b", ("a",)), ("c", ("b",))):
        queue.add(WorkItem(name, name, dependencies=waits_for, created=clock.now() - timedelta(days=1)))
    queue.fail("a", queue.claim("w").token, "disk full")
    assert {queue.get(name).error for name in "bc"} == {"a failed: disk full"}
