"""Routing: which tier a request needs, decided by rules without a model.

The engine (`should_escalate`, `route_request`, `assess`, `decide`) needs the standard library only; the plugin adapts it
to the hooks. Names load on first use.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .agents import Agent
    from .engine import assess, decide, route_request, should_escalate
    from .facts import DEFAULT, Earlier, Fact, RouterDecision, RoutingResult, Rules, WarmCache
    from .plugin import Routing

__all__ = [
    "DEFAULT",
    "Agent",
    "Earlier",
    "Fact",
    "RouterDecision",
    "Routing",
    "RoutingResult",
    "Rules",
    "WarmCache",
    "assess",
    "decide",
    "route_request",
    "should_escalate",
]

_HOMES = {
    "Agent": "agents",
    "Routing": "plugin",
    **dict.fromkeys(("assess", "decide", "route_request", "should_escalate"), "engine"),
}


def __getattr__(name: str) -> object:
    """Load a public name from its module on first use."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'facts')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Name what can be imported."""
    return sorted(__all__)
