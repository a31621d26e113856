"""Says what would run, and runs nothing. Works alone, without the router.

Its outcome is marked by `structured = {"dry_run": true, ...}`, and the plugin answers CANNOT_RUN to the question
whether it is good: it can never pass, nor be remembered as done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from ccrouter_core.handles import Emit, ThreadHandle, aborted
from ccrouter_core.models import Check, Outcome, Provenance
from ccrouter_core.services import Cancel, Capabilities, ExecutionEvent, Job, Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

_CHARS_PER_TOKEN = 4  # the usual rule of thumb for English text


class DryRunExecutor:
    """An executor that costs nothing and executes nothing."""

    name = "dry_run"

    def capabilities(self) -> Capabilities:
        """Return what it can do: nothing but say so."""
        return Capabilities(structured=True, cost="none")

    def check(self) -> Check:
        """Say that it is always ready."""
        return Check(name=self.name, passed=True, reason="it needs nothing")

    def start(self, job: Job, limits: Limits, cancel: Cancel) -> ThreadHandle:
        """Describe the job; nothing is started, whatever the limits."""
        del limits
        return ThreadHandle(job, cancel, lambda emit: _described(job, cancel, emit))


def _described(job: Job, cancel: Cancel, emit: Emit) -> tuple[Outcome, Mapping[str, Any]]:
    plan = plan_of(job)
    outcome = Outcome(
        text="",
        tier=job.tier.name,
        model=job.tier.model,
        cost_nano_usd=0,
        cost_provenance=Provenance.UNKNOWN,  # what the real run would cost is not known
        structured=plan,
    )
    if cancel.cancelled:
        return aborted(outcome, cancel), {}
    text = text_of(plan)
    emit(ExecutionEvent(kind="started", data={"model": job.tier.model}))
    emit(ExecutionEvent(kind="text", text=text))
    return evolve(outcome, text=text), {"dry_run": True}


def is_dry_run(outcome: Outcome) -> bool:
    """Return whether the outcome is of a run that never took place."""
    return isinstance(outcome.structured, dict) and outcome.structured.get("dry_run") is True


def plan_of(job: Job) -> dict[str, Any]:
    """Return what would run, as plain JSON values; sizes in characters, tokens estimated."""
    size = len(job.prompt) + len(job.context)
    return {
        "dry_run": True,
        "tier": job.tier.name,
        "model": job.tier.model,
        "agent": job.agent,
        "read_only": job.read_only,
        "cwd": job.cwd,
        "prompt_chars": len(job.prompt),
        "context_chars": len(job.context),
        "estimated_input_tokens": -(-size // _CHARS_PER_TOKEN),
    }


def text_of(plan: Mapping[str, Any]) -> str:
    """Return the plan as lines for a person, labelled as a dry run."""
    does = "read" if plan["read_only"] else "edit"
    return "\n".join(
        (
            "[dry run] Nothing was executed. This would run:",
            f"  tier    {plan['tier']} (model {plan['model']})",
            f"  agent   {plan['agent'] or 'the general one'}",
            f"  may     {does} in {plan['cwd'] or 'the present folder'}",
            f"  prompt  {plan['prompt_chars']} characters, context {plan['context_chars']}",
            f"  input   about {plan['estimated_input_tokens']} tokens",
        )
    )
