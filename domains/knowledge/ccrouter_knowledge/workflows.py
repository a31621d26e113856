"""The ways of working on notes."""

from __future__ import annotations

from collections.abc import Iterator

from ccrouter_core.models import Parallelism, Phase, Workflow

_TIERS = (
    ("search", "haiku"),
    ("tagging", "haiku"),
    ("organization", "sonnet"),
    ("summarization", "sonnet"),
    ("linking", "sonnet"),
    ("synthesis", "opus"),
)


def workflows() -> Iterator[Workflow]:
    """Yield the five ways of working on notes."""
    yield _workflow("content_organization", "survey sort verify", Parallelism.HIGH)
    yield _workflow("search_and_discovery", "search rank", Parallelism.HIGH)
    yield _workflow("note_taking", "draft link", Parallelism.LOW)
    yield _workflow("knowledge_synthesis", "collect compare write verify", Parallelism.SEQUENTIAL)
    yield _workflow("documentation_update", "find update verify", Parallelism.MEDIUM)


def _workflow(name: str, phases: str, parallelism: Parallelism) -> Workflow:
    steps = [Phase(name=phase) for phase in phases.split()]
    steps[-1] = Phase(name=steps[-1].name, gates=("knowledge.links", "knowledge.front_matter"))
    context = "the notes that the request names and what links to them"
    return Workflow(
        name=name,
        domain="knowledge",
        phases=tuple(steps),
        parallelism=parallelism,
        tiers=_TIERS,
        context=context,
    )
