"""Step 7 of the path: one attempt, in a workspace of its own, by the executor that the tier names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Union

from attrs import evolve, frozen

from ccrouter_core.costs import with_cost
from ccrouter_core.errors import PluginError
from ccrouter_core.intents import wants_edit
from ccrouter_core.models import (
    Answer,
    Attempt,
    Decision,
    Event,
    Failure,
    FailureKind,
    Outcome,
    Request,
    Status,
    Verdict,
)
from ccrouter_core.runtime import Runtime
from ccrouter_core.services import Cancel, ExecutionEvent, Executor, Job, Limits
from ccrouter_core.trees import CopyLimits
from ccrouter_core.workspaces import Workspace, open_workspace

Progress = Callable[[Union[Event, ExecutionEvent]], None]

# A service that is briefly overloaded deserves a few tries; the client has its own before it gives up.
_TRIES = 3
_RETRY_TIMEOUT_S = 120.0


@frozen(kw_only=True)
class Terms:
    """What bounds and watches one attempt."""

    cancel: Cancel
    progress: Progress
    max_cost_nano_usd: int | None = None


class _Transient(Exception):  # noqa: N818 - never seen outside this module
    """An outcome whose failure may pass by itself."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.error.message if outcome.error else "")
        self.outcome = outcome


def execute(runtime: Runtime, request: Request, decision: Decision, context: str, terms: Terms) -> Outcome:
    """Run the executor that the tier names; retry what may pass by itself.

    Core's own answer to `ccrouter_execute`, when no plugin does the work.
    """
    tier = runtime.ladder[decision.tier]
    executor = runtime.executors.get(tier.executor)
    if executor is None:
        return _unavailable(tier.name, tier.executor, runtime.executors)
    job = Job(
        prompt=_prompt(request),
        tier=tier,
        cwd=request.cwd,
        read_only=not wants_edit(request, decision),
        agent=None if decision.agent == tier.general_agent else decision.agent,
        context=context,
        session=None,
    )
    limits = Limits(max_cost_nano_usd=terms.max_cost_nano_usd, deadline=request.limits.deadline)
    runtime.store.state.put(
        "started", job.attempt, {"request": request.id, "tier": tier.name, "read_only": job.read_only}
    )
    outcome = _with_retries(executor, job, limits, terms, runtime)
    runtime.store.state.delete("started", job.attempt)
    return outcome if outcome.cost_nano_usd is not None else with_cost(outcome, tier, runtime.ladder)


def _with_retries(executor: Executor, job: Job, limits: Limits, terms: Terms, runtime: Runtime) -> Outcome:
    import stamina  # noqa: PLC0415 - only when something runs

    timeout_s = _RETRY_TIMEOUT_S
    if limits.deadline is not None:
        timeout_s = min(timeout_s, (limits.deadline - runtime.clock.now()).total_seconds())

    def passes_by_itself(error: Exception) -> bool:
        return isinstance(error, _Transient) and not terms.cancel.cancelled and timeout_s > 0

    try:
        for attempt in stamina.retry_context(
            on=passes_by_itself,
            attempts=_TRIES,
            timeout=max(timeout_s, 0.001),
            wait_initial=1.0,
            wait_max=20.0,
        ):
            with attempt:
                outcome = _run(executor, job, limits, terms)
                if _is_transient(outcome):
                    raise _Transient(outcome)
    except _Transient as error:
        outcome = error.outcome
    return outcome


def workspace_for(request: Request, decision: Decision, runtime: Runtime) -> Workspace:
    """Open the folder that an attempt works in: a worktree or copy when it may write, the project itself if not."""
    root = Path(request.cwd) if request.cwd else Path.cwd()
    settings = runtime.settings
    limits = CopyLimits(size_bytes=settings.workspace_max_mb << 20, files=settings.workspace_max_files)
    return open_workspace(root, writable=wants_edit(request, decision), home=runtime.home, limits=limits)


def inside(request: Request, workspace: Workspace, root: Path) -> Request:
    """Return the request as it reads inside the workspace: paths below the project point there."""
    if workspace.path == root:
        return evolve(request, cwd=str(root))
    old, new = str(root), str(workspace.path)
    files = tuple(name.replace(old, new, 1) if name.startswith(old) else name for name in request.files)
    text = request.text.replace(old + "/", new + "/")
    return evolve(request, text=text, files=files, cwd=new)


def with_changes(outcome: Outcome, workspace: Workspace) -> Outcome:
    """Return the outcome with what the workspace shows: changed paths and the diff."""
    if not workspace.writable:
        return evolve(outcome, workspace=str(workspace.path))
    return evolve(outcome, workspace=str(workspace.path), changed=workspace.changed(), diff=workspace.diff())


def core_verdicts(outcome: Outcome) -> tuple[Verdict, ...]:
    """Return what core itself says: a refusal is a FAIL, because a stronger tier may do it; a dry run proves nothing."""
    if outcome.error is not None and outcome.error.kind is FailureKind.REFUSAL:
        return (Verdict(check="core.refusal", status=Status.FAIL, reason=outcome.error.message),)
    if outcome.error is None and not outcome.executed:
        return (Verdict(check="core.executed", status=Status.CANNOT_RUN, reason="nothing was executed"),)
    return ()


def findings_text(attempts: Sequence[Attempt]) -> str:
    """Return what earlier attempts failed on, for the next tier's prompt; empty when nothing failed."""
    lines = [
        f"- {verdict.check}: {verdict.reason}"
        + "".join(f"\n  - {f.path or ''}:{f.line or ''} {f.rule}: {f.message}" for f in verdict.findings[:20])
        for attempt in attempts
        for verdict in attempt.verdicts
        if verdict.status is Status.FAIL
    ]
    if not lines:
        return ""
    return "An earlier attempt at this request was discarded because checks failed:\n" + "\n".join(lines)


def budget_left(answer: Answer) -> int | None:
    """Return what may still be spent, in nano-USD; None is no bound. An unknown cost counts as all of it."""
    limit, spent = answer.request.limits.max_cost_nano_usd, answer.total_cost_nano_usd
    if limit is None:
        return None
    return 0 if spent is None else max(0, limit - spent)


def _run(executor: Executor, job: Job, limits: Limits, terms: Terms) -> Outcome:
    """Run a job to its end. PluginError when the executor breaks its contract: it must not raise."""
    handle = _asked(executor, executor.start, job, limits, terms.cancel)
    events = iter(_asked(executor, handle.events))
    while (event := _asked(executor, next, events, None)) is not None:
        terms.progress(event)
    outcome = _asked(executor, handle.result)
    if not isinstance(outcome, Outcome):
        raise _broken(executor, f"its result is {type(outcome).__name__}, not Outcome")
    return outcome


def _asked(executor: Executor, function: Callable[..., Any], *arguments: object) -> Any:
    try:
        return function(*arguments)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise _broken(executor, f"{type(error).__name__}: {error}") from error


def _broken(executor: Executor, why: str) -> PluginError:
    return PluginError(
        what=f"the executor {executor.name!r} broke",
        why=why,
        fix="update the plugin that brings it, or name another executor in [[tiers]]",
    )


def _is_transient(outcome: Outcome) -> bool:
    """Return whether another try is harmless and may help: rate limited before anything was done."""
    error = outcome.error
    return error is not None and error.kind is FailureKind.RATE_LIMITED and not outcome.text


def _prompt(request: Request) -> str:
    if not request.files:
        return request.text
    return request.text + "\n\nFiles: " + ", ".join(request.files)


def _unavailable(tier: str, wanted: str, executors: Iterable[str]) -> Outcome:
    known = ", ".join(sorted(executors)) or "none"
    message = f"tier {tier} names the executor {wanted!r}, which no plugin brings (there is: {known})"
    return Outcome(text="", tier=tier, error=Failure(kind=FailureKind.UNAVAILABLE, message=message))
