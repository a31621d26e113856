"""How a domain does a kind of work."""

from __future__ import annotations

from attrs import frozen

from ccrouter_core.models.words import Parallelism


@frozen(kw_only=True)
class Phase:
    """A step of a workflow and the checks that close it."""

    name: str
    gates: tuple[str, ...] = ()


@frozen(kw_only=True)
class Workflow:
    """How a domain does a kind of work."""

    name: str
    domain: str
    phases: tuple[Phase, ...]
    parallelism: Parallelism = Parallelism.SEQUENTIAL
    tiers: tuple[tuple[str, str], ...] = ()  # (kind of task, default tier)
    context: str = ""  # the context strategy, one line
