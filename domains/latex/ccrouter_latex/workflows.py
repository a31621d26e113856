"""The ways of working on a document."""

from __future__ import annotations

from collections.abc import Iterator

from ccrouter_core.models import Parallelism, Phase, Workflow

_TIERS = (
    ("syntax", "haiku"),
    ("formatting", "haiku"),
    ("integration", "sonnet"),
    ("illustration", "sonnet"),
    ("review", "sonnet"),
    ("verification", "opus"),
    ("formalization", "opus"),
)


def workflows() -> Iterator[Workflow]:
    """Yield the five ways of working on a document."""
    yield _workflow("literature_integration", "search assess integrate verify", Parallelism.LOW)
    yield _workflow("formalization", "analyze model verify document", Parallelism.SEQUENTIAL)
    yield _workflow("bulk_editing", "propose review apply", Parallelism.HIGH)
    yield _workflow("section_review", "read review", Parallelism.MEDIUM)
    yield _workflow("tikz_illustration", "sketch draw validate", Parallelism.SEQUENTIAL)


def _workflow(name: str, phases: str, parallelism: Parallelism) -> Workflow:
    gates = ("latex.structure", "latex.references")
    steps = [Phase(name=phase) for phase in phases.split()]
    steps[-1] = Phase(name=steps[-1].name, gates=gates)
    context = "by chapter; bibliography entries as they are cited"
    return Workflow(
        name=name, domain="latex", phases=tuple(steps), parallelism=parallelism, tiers=_TIERS, context=context
    )
