"""Says what would run, and runs nothing. Works alone, without the router.

Its outcome says that it was not executed, so core asks no check about it: it never passes, fails, climbs or is
remembered as done. `structured = {"dry_run": true, ...}` holds the plan for programs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from ccrouter_core.costs import free
from ccrouter_core.handles import Emit, ThreadHandle, aborted
from ccrouter_core.models import Check, Outcome
from ccrouter_core.services import Cancel, Capabilities, ExecutionEvent, Job, Limits
from ccrouter_core.tokens import estimated_tokens

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    silent = Outcome(text="", tier=job.tier.name, model=job.tier.model, structured=plan, executed=False)
    outcome = free(silent)
    if cancel.cancelled:
        return aborted(outcome, cancel), {}
    text = text_of(plan)
    emit(ExecutionEvent(kind="started", data={"model": job.tier.model}))
    emit(ExecutionEvent(kind="text", text=text))
    return evolve(outcome, text=text), {"dry_run": True}


def plan_of(job: Job) -> dict[str, Any]:
    """Return what would run, as plain JSON values; sizes in characters, tokens estimated."""
    return {
        "dry_run": True,
        "tier": job.tier.name,
        "model": job.tier.model,
        "agent": job.agent,
        "read_only": job.read_only,
        "cwd": job.cwd,
        "prompt_chars": len(job.prompt),
        "context_chars": len(job.context),
        "estimated_input_tokens": estimated_tokens(job.context + job.prompt),
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
