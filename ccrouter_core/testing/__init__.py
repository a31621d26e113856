"""What a plugin's tests need: twins in memory, a clock that stands still, a scripted executor, conformance suites.

The fixtures `fixed_clock`, `memory_store`, `scripted_executor` and `router` are there in every pytest run once
ccrouter is installed. Names load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ccrouter_core.kit import check_plugin
    from ccrouter_core.memory import MemoryArea, MemoryCache, MemoryStore
    from ccrouter_core.testing.clocks import FixedClock
    from ccrouter_core.testing.conformance.caches import CacheConformance
    from ccrouter_core.testing.conformance.executors import ExecutorConformance
    from ccrouter_core.testing.conformance.queues import QueueConformance
    from ccrouter_core.testing.conformance.stores import StoreConformance
    from ccrouter_core.testing.executors import Reply, ScriptedExecutor
    from ccrouter_core.testing.memory_queue import MemoryQueue
    from ccrouter_core.testing.twins import Twins

_HOME_OF = {
    "CacheConformance": "testing.conformance.caches",
    "ExecutorConformance": "testing.conformance.executors",
    "FixedClock": "testing.clocks",
    "MemoryArea": "memory",
    "MemoryCache": "memory",
    "MemoryQueue": "testing.memory_queue",
    "MemoryStore": "memory",
    "QueueConformance": "testing.conformance.queues",
    "Reply": "testing.executors",
    "ScriptedExecutor": "testing.executors",
    "StoreConformance": "testing.conformance.stores",
    "Twins": "testing.twins",
    "check_plugin": "kit",
}

__all__ = [
    "CacheConformance",
    "ExecutorConformance",
    "FixedClock",
    "MemoryArea",
    "MemoryCache",
    "MemoryQueue",
    "MemoryStore",
    "QueueConformance",
    "Reply",
    "ScriptedExecutor",
    "StoreConformance",
    "Twins",
    "check_plugin",
]


def __getattr__(name: str) -> Any:
    module = _HOME_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"ccrouter_core.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
