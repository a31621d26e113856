"""Checked by mypy, never run: what a plugin's author and an assembling program may rely on."""

from __future__ import annotations

from ccrouter_core import Answer, Decision, Request, Router, Signal, hookimpl, option, plugin
from ccrouter_core.memory import MemoryStore
from ccrouter_core.services import Cancel, Executor, Store
from ccrouter_core.testing import MemoryQueue, ScriptedExecutor
from ccrouter_plugins.routing import Routing, RoutingResult, should_escalate


@plugin
class Careful:
    """A plugin with options of both forms."""

    floor: str = "sonnet"
    words: tuple[str, ...] = option(default=("production",), help="words that set the floor")

    @hookimpl
    def ccrouter_signals(self, request: Request) -> Signal | None:
        """Return a signal when a word is there."""
        found = any(word in request.text for word in self.words)
        return Signal(name="careful.word", reason="it says so", floor=self.floor) if found else None


store: Store = MemoryStore()
executor: Executor = ScriptedExecutor(replies=["done"])
queue = MemoryQueue()
careful = Careful(floor="opus", words=("live",))
Careful("opus")  # type: ignore[call-arg]
Careful(flor="opus")  # type: ignore[call-arg]

with Router(Routing(preference="cheap"), careful) as router:
    answer: Answer = router.handle(Request(text="fix it", files=["a.py"]), cancel=Cancel())
    decision: Decision = answer.decision
    tier: str = answer.tier

result: RoutingResult = should_escalate("delete everything", {"cwd": "."})
