"""Step 7 of the path: one attempt, in a workspace of its own, by the executor that the tier names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from attrs import evolve

from ccrouter_core import leftovers
from ccrouter_core.commands import Grant, granted, removes_files
from ccrouter_core.diffs import FileChange
from ccrouter_core.intents import wants_edit
from ccrouter_core.models import (
    Answer,
    Decision,
    Failure,
    FailureKind,
    Outcome,
    Request,
    new_id,
)
from ccrouter_core.runtime import Runtime
from ccrouter_core.scopes import scope_of
from ccrouter_core.services import Job, Limits
from ccrouter_core.trees import CopyLimits
from ccrouter_core.tries import Terms, Tries
from ccrouter_core.verdicts import Seen, named
from ccrouter_core.watching import Watch
from ccrouter_core.workspaces import Workspace, open_workspace

# Around a path in a text: what could be a part of a longer one, such as /mnt/repo or /repo2 around /repo.
_BEFORE = r"(?<![\w.~+@-])"
_AFTER = r"(?![\w~+@-]|\.\w)"


def execute(
    runtime: Runtime, request: Request, decision: Decision, context: str, terms: Terms, grant: Grant
) -> Outcome:
    """Run the executor that the tier names; see `Tries`.

    Core's own answer to `ccrouter_execute`, when no plugin does the work. The grant's commands are as they read in the
    workspace.
    """
    tier = runtime.ladder[decision.tier]
    executor = runtime.executors.get(tier.executor)
    if executor is None:
        return _unavailable(tier.name, tier.executor, runtime.executors)
    area, attempt = runtime.store.state, new_id("a")
    job = Job(
        prompt=prompt_of(request),
        tier=tier,
        cwd=request.cwd,
        read_only=not wants_edit(request, decision),
        agent=None if decision.agent == tier.general_agent else decision.agent,
        context=context,
        session=None,
        commands=grant.commands,
        moves=grant.moves,
        escalation=grant.escalation,
        attempt=attempt,
        on_start=partial(leftovers.runs, area, attempt),
    )
    limits = Limits(max_cost_nano_usd=request.limits.max_cost_nano_usd, deadline=request.limits.deadline)
    facts = {"request": request.id, "tier": tier.name, "read_only": job.read_only}
    leftovers.begun(area, attempt, facts)
    try:
        return Tries(executor=executor, job=job, limits=limits, terms=terms, runtime=runtime).run()
    finally:  # only a killed process leaves its mark
        leftovers.ended(area, attempt)


def workspace_for(request: Request, decision: Decision, runtime: Runtime) -> Workspace:
    """Open the folder that an attempt works in: a worktree or copy when it may write, the project itself if not."""
    root = Path(request.cwd) if request.cwd else Path.cwd()
    settings = runtime.settings
    limits = CopyLimits(size_bytes=settings.workspace_max_mb << 20, files=settings.workspace_max_files)
    return open_workspace(root, writable=wants_edit(request, decision), home=runtime.home, limits=limits)


def inside(request: Request, workspace: Workspace, root: Path) -> Request:
    """Return the request as it reads inside the workspace: the project's own path points there, wherever it stands.

    Args:
        request: as the person wrote it.
        workspace: where the attempt works.
        root: the project's folder as the request names it, absolute; links in it need not be followed.
    """
    if not workspace.writable:
        return evolve(request, cwd=str(root))
    new = str(workspace.path)
    known = sorted({str(root), os.path.normpath(root), str(workspace.root)}, key=len, reverse=True)
    project = re.compile(f"{_BEFORE}(?:{'|'.join(map(re.escape, known))}){_AFTER}")
    files = tuple(_moved(name, known, new) for name in request.files)
    return evolve(request, text=project.sub(lambda _: new, request.text), files=files, cwd=new)


def _moved(name: str, known: Iterable[str], new: str) -> str:
    """Return the path of a file below the project as it is in the workspace; any other path as it was."""
    plain = os.path.normpath(name)
    for old in known:
        if Path(plain).is_relative_to(old):
            return os.path.normpath(Path(new, Path(plain).relative_to(old)))
    return name


def grant_for(answer: Answer, decision: Decision, workspace: Workspace, runtime: Runtime) -> Grant:
    """Return what an attempt may do beside reading and editing: run what the request spells out, move what is to move."""
    name = runtime.ladder[decision.tier].executor
    edit, signals, request = workspace.writable, answer.signals, answer.request
    executor = runtime.executors.get(name)
    able = executor is not None and executor.capabilities().commands
    higher = runtime.ladder.above(decision.tier) is not None and request.limits.tier is None
    return Grant(
        commands=granted(signals, edit=edit) if able else (),
        moves=edit and (bool(scope_of(request).gone) or removes_files(signals)),
        escalation=higher and not any(signal.confirm for signal in signals),
        executor=name,
    )


def grant_inside(grant: Grant, workspace: Workspace, root: Path) -> Grant:
    """Return the grant as it reads inside the workspace, the commands in the same order; see `inside`."""
    moved = (inside(Request(text=command), workspace, root).text for command in grant.commands)
    return evolve(grant, commands=tuple(moved))


def watch_for(request: Request, decision: Decision, workspace: Workspace, runtime: Runtime) -> Watch | None:
    """Return a watch on the user's own folder when an attempt works in it with an executor that could change files."""
    executor = runtime.executors.get(runtime.ladder[decision.tier].executor)
    if workspace.writable or (executor is not None and not executor.capabilities().edits):
        return None
    return Watch(workspace.root, request.files, apart=runtime.home)


def with_changes(outcome: Outcome, workspace: Workspace, watch: Watch | None) -> tuple[Outcome, Seen]:
    """Return the outcome with what was changed, and what else was seen.

    In place there is no diff: what changed there has changed already.
    """
    notes = (*outcome.notes, *workspace.notes)
    outcome = evolve(outcome, workspace=str(workspace.path), notes=notes)
    if workspace.writable:
        changes = workspace.changes()
        outcome = evolve(_with_files(outcome, changes.files), diff=changes.diff)
        return outcome, Seen(edit=True, files=changes.files, strays=changes.strays)
    outcome = _with_files(outcome, watch.changes() if watch is not None else ())
    if outcome.changed and outcome.error is not None:
        notes = (*notes, f"Changed in place, though it had only to read: {named(outcome.changed)}.")
    return evolve(outcome, notes=notes), Seen()


def _with_files(outcome: Outcome, files: Sequence[FileChange]) -> Outcome:
    return evolve(
        outcome,
        changed=tuple(file.path for file in files),
        added=tuple(file.path for file in files if file.kind == "added"),
        deleted=tuple(file.path for file in files if file.kind == "deleted"),
    )


def prompt_of(request: Request) -> str:
    """Return what the model is asked: the text, and the files that come with it."""
    if not request.files:
        return request.text
    return request.text + "\n\nFiles: " + ", ".join(request.files)


def _unavailable(tier: str, wanted: str, executors: Iterable[str]) -> Outcome:
    known = ", ".join(sorted(executors)) or "none"
    message = f"tier {tier} names the executor {wanted!r}, which no plugin brings (there is: {known})"
    return Outcome(text="", tier=tier, error=Failure(kind=FailureKind.UNAVAILABLE, message=message))
