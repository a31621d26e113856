"""The ways of working on software."""

from __future__ import annotations

from collections.abc import Iterator

from ccrouter_core.models import Parallelism, Phase, Workflow

_TIERS = (
    ("syntax", "haiku"),
    ("formatting", "haiku"),
    ("testing", "sonnet"),
    ("refactoring", "sonnet"),
    ("debugging", "sonnet"),
    ("review", "sonnet"),
    ("architecture", "opus"),
)


def workflows() -> Iterator[Workflow]:
    """Yield the five ways of working on software."""
    yield _workflow("feature_development", "design test_first implement verify integrate", Parallelism.MEDIUM)
    yield _workflow("bug_fix", "reproduce diagnose fix test verify", Parallelism.HIGH)
    yield _workflow("refactoring", "plan change verify", Parallelism.SEQUENTIAL)
    yield _workflow("code_review", "read review", Parallelism.HIGH)
    yield _workflow("testing", "plan write run", Parallelism.HIGH)


def _workflow(name: str, phases: str, parallelism: Parallelism) -> Workflow:
    steps = [Phase(name=phase) for phase in phases.split()]
    steps[-1] = Phase(name=steps[-1].name, gates=("validation.tests", "dev.leftovers"))
    context = "the functions that the request names, their imports and tests"
    return Workflow(
        name=name, domain="dev", phases=tuple(steps), parallelism=parallelism, tiers=_TIERS, context=context
    )
