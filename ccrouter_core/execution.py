"""Step 7 of the path: one attempt, in a workspace of its own, by the executor that the tier names."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from math import inf
from pathlib import Path
from typing import Any, Union

from attrs import evolve, frozen

from ccrouter_core.costs import with_cost
from ccrouter_core.errors import PluginError
from ccrouter_core.handles import not_started
from ccrouter_core.history import STARTED
from ccrouter_core.intents import wants_edit
from ccrouter_core.models import (
    Decision,
    Event,
    Failure,
    FailureKind,
    Outcome,
    Request,
    Verdict,
)
from ccrouter_core.runtime import Runtime
from ccrouter_core.services import Cancel, Clock, ExecutionEvent, Executor, Job, Limits
from ccrouter_core.trees import CopyLimits
from ccrouter_core.verdicts import core_verdicts, named
from ccrouter_core.watching import Watch
from ccrouter_core.workspaces import Workspace, open_workspace

Progress = Callable[[Union[Event, ExecutionEvent]], None]

# A service that is briefly overloaded deserves a few tries.
_TRIES = 3
_RETRY_TIMEOUT_S = 120.0
_OVERDUE = "the deadline of the request (--timeout) is over"


@frozen(kw_only=True)
class Terms:
    """Who watches an execution and can stop it."""

    cancel: Cancel
    progress: Progress


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
    limits = Limits(max_cost_nano_usd=request.limits.max_cost_nano_usd, deadline=request.limits.deadline)
    area, begun = runtime.store.state, {"request": request.id, "tier": tier.name}
    area.put(STARTED, job.attempt, {**begun, "read_only": job.read_only})
    try:
        outcome = _with_retries(executor, job, limits, terms, runtime.clock)
    finally:  # only a killed process leaves its mark
        area.delete(STARTED, job.attempt)
    return outcome if outcome.cost_nano_usd is not None else with_cost(outcome, tier, runtime.ladder)


def _with_retries(executor: Executor, job: Job, limits: Limits, terms: Terms, clock: Clock) -> Outcome:
    """Run the job, again when the service had no room for it: three times at most, never past the deadline."""
    import tenacity as t  # noqa: PLC0415 - only when something runs

    def pause_s(state: t.RetryCallState) -> float:
        error = _outcome(state).error
        if error is None or error.resets_at is None:
            return usual_s(state)
        return max(0.0, _left_s(error.resets_at, clock)) + random.random()  # noqa: S311 - it spreads, it hides nothing

    def sleep(seconds: float) -> None:
        terms.cancel.wait(seconds)  # afterwards a set token ends the try at once

    def told(state: t.RetryCallState) -> None:
        terms.progress(ExecutionEvent(kind="rate_limit", text=f"again in {state.upcoming_sleep:.0f} s"))

    usual_s = t.wait_exponential_jitter(initial=1, max=20)
    tries = 1 if _asked(executor, executor.capabilities).retries else _TRIES
    retrying = t.Retrying(
        retry=t.retry_if_result(_is_transient),
        stop=t.stop_after_attempt(tries)
        | t.stop_before_delay(min(_RETRY_TIMEOUT_S, _left_s(limits.deadline, clock))),
        wait=pause_s,
        sleep=sleep,
        before_sleep=told,
        retry_error_callback=_outcome,
    )
    return retrying(_tried, executor, job, limits, terms, clock)


def _tried(executor: Executor, job: Job, limits: Limits, terms: Terms, clock: Clock) -> Outcome:
    """Run the job once, for no longer than the request's deadline allows."""
    if limits.deadline is None:
        return _run(executor, job, limits, terms)
    left_ms = round(_left_s(limits.deadline, clock) * 1000)
    if left_ms <= 0:
        return not_started(job, FailureKind.TIMEOUT, _OVERDUE)
    total_ms = left_ms if limits.total_ms is None else min(left_ms, limits.total_ms)
    outcome = _run(executor, job, evolve(limits, total_ms=total_ms), terms)
    error = outcome.error
    if error is None or error.kind is not FailureKind.TIMEOUT or _left_s(limits.deadline, clock) > 0:
        return outcome
    return evolve(outcome, error=evolve(error, message=_OVERDUE))


def _left_s(moment: datetime | None, clock: Clock) -> float:
    """Return the seconds until a moment; without one there is no end."""
    return inf if moment is None else (moment - clock.now()).total_seconds()


def _outcome(state: Any) -> Outcome:
    """Return what the last try came to, from the retry library's record of it."""
    outcome: Outcome = state.outcome.result()
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


def watch_for(request: Request, decision: Decision, workspace: Workspace, runtime: Runtime) -> Watch | None:
    """Return a watch on the user's own folder when an attempt works in it with an executor that could change files."""
    executor = runtime.executors.get(runtime.ladder[decision.tier].executor)
    if workspace.writable or (executor is not None and not executor.capabilities().edits):
        return None
    return Watch(workspace.root, request.files, apart=runtime.home)


def with_changes(
    outcome: Outcome, workspace: Workspace, watch: Watch | None
) -> tuple[Outcome, tuple[Verdict, ...]]:
    """Return the outcome with what was changed, and what core says of it.

    In place there is no diff: what changed there has changed already.
    """
    notes = (*outcome.notes, *workspace.notes)
    outcome = evolve(outcome, workspace=str(workspace.path), notes=notes)
    if workspace.writable:
        changes = workspace.changes()
        outcome = evolve(outcome, changed=changes.paths, diff=changes.diff)
        return outcome, core_verdicts(outcome, strays=changes.strays)
    written = watch.changed() if watch is not None else ()
    if written and outcome.error is not None:
        notes = (*notes, f"Changed in place, though it had only to read: {named(written)}.")
    outcome = evolve(outcome, changed=written, notes=notes)
    return outcome, core_verdicts(outcome, written=written)


def _run(executor: Executor, job: Job, limits: Limits, terms: Terms) -> Outcome:
    """Run a job to its end. PluginError when the executor breaks its contract: it must not raise."""
    handle = _asked(executor, executor.start, job, limits, terms.cancel)
    try:
        events = iter(_asked(executor, handle.events))
        while (event := _asked(executor, next, events, None)) is not None:
            terms.progress(event)
        outcome = _asked(executor, handle.result)
    except (
        BaseException
    ):  # Ctrl-C, or a listener or executor that broke: the workspace goes, so the work must end
        terms.cancel.cancel("interrupted")
        with suppress(PluginError):
            _asked(executor, handle.result)
        raise
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
    """Return whether another try is harmless and may help: the service had no room before a model did anything."""
    error = outcome.error
    rate_limited = error is not None and error.kind is FailureKind.RATE_LIMITED
    return rate_limited and not outcome.text and not outcome.usage


def _prompt(request: Request) -> str:
    if not request.files:
        return request.text
    return request.text + "\n\nFiles: " + ", ".join(request.files)


def _unavailable(tier: str, wanted: str, executors: Iterable[str]) -> Outcome:
    known = ", ".join(sorted(executors)) or "none"
    message = f"tier {tier} names the executor {wanted!r}, which no plugin brings (there is: {known})"
    return Outcome(text="", tier=tier, error=Failure(kind=FailureKind.UNAVAILABLE, message=message))
