"""The plugin that puts a router on a store in memory and a scripted executor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccrouter_core.memory import MemoryStore
from ccrouter_core.plugin import hookimpl, option, plugin
from ccrouter_core.testing.executors import ScriptedExecutor

if TYPE_CHECKING:
    from ccrouter_core.runtime import Runtime
    from ccrouter_core.services import Executor, Store


@plugin
class Twins:
    """Bring a `MemoryStore` for `memory:` and one executor; whoever else answers is asked first."""

    executor: ScriptedExecutor = option(factory=ScriptedExecutor, help="what the tiers' executor answers")

    @hookimpl(trylast=True)
    def ccrouter_open_store(self, location: str) -> Store | None:
        """Keep state in memory for a location that says so."""
        return MemoryStore(location=location) if location.startswith("memory:") else None

    @hookimpl
    def ccrouter_executors(self, runtime: Runtime) -> Executor:  # noqa: ARG002 - part of the hook
        """Bring the scripted executor."""
        return self.executor
