"""An executor that does what a test wrote down for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Union

from attrs import evolve, field, frozen
from attrs.validators import optional

from ccrouter_core.costs import with_cost
from ccrouter_core.errors import UsageError
from ccrouter_core.handles import Emit, ThreadHandle, aborted
from ccrouter_core.models import Check, Failure, FailureKind, Outcome, Provenance, Usage
from ccrouter_core.models.values import word
from ccrouter_core.services import Cancel, Capabilities, ExecutionEvent, Job, Limits


def _check_edits(_: object, __: object, edits: Mapping[str, str | None]) -> None:
    for path in edits:
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or ".." in parts:
            raise UsageError(
                what=f"the scripted edit of {path!r} cannot be used",
                why="edits stay inside the job's folder",
                fix='give a path relative to it, for example "src/module.py"',
            )


@frozen(kw_only=True)
class Reply:
    """What a scripted executor does for one job: say the text, wait, edit, end.

    Raises UsageError for an edit outside of the job's folder.
    """

    text: str = ""
    edits: Mapping[str, str | None] = field(
        factory=dict, validator=_check_edits
    )  # path -> content; None deletes
    failure: FailureKind | None = field(default=None, validator=optional(word(FailureKind)))
    usage: tuple[Usage, ...] = ()
    delay_ms: int = 0  # between the text and the edits: a silence that limits and cancel cut short
    cost_nano_usd: int | None = None  # what the "service" reports; None = computed from usage at list prices


Scripted = Union[str, Reply, Outcome, Callable[[Job], Union[str, Reply, Outcome]]]


class ScriptedExecutor:
    """An executor that answers from a script; a `services.Executor`. Thread-safe.

    Args:
        name: the name that tiers use.
        replies: one per job, in the order of `start`; any iterable, endless ones included. A text is an answer
            of that text; a function is given the job and returns a reply; an Outcome is passed on with the tier
            of the job. When none is left, a job ends as UNAVAILABLE and says so.

    Reading jobs change nothing: their edits are skipped with a `warning` event, as a sandbox would.

    Example:
        ```python
        executor = ScriptedExecutor(replies=["first answer", lambda job: job.prompt.upper()])
        ```
    """

    def __init__(self, name: str = "scripted", replies: Iterable[Scripted] = ()) -> None:
        self.name = name
        self._replies: Iterator[Scripted] = iter(replies)
        self._jobs: list[Job] = []
        self._lock = threading.Lock()

    def extend(self, replies: Iterable[Scripted]) -> None:
        """Put further replies at the end of the script; what follows an endless part is never reached."""
        with self._lock:
            self._replies = chain(self._replies, replies)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Return the jobs that were started, oldest first."""
        with self._lock:
            return tuple(self._jobs)

    def capabilities(self) -> Capabilities:
        """Return what a script can do: speak at once, edit, cost what its usage costs, and stop at a bound."""
        return Capabilities(streaming=True, budget=True, edits=True, cost="computed")

    def check(self) -> Check:
        """Return a check that always passes: a script is always there."""
        return Check(name=self.name, passed=True, reason="answers from a script")

    def start(self, job: Job, limits: Limits, cancel: Cancel) -> ThreadHandle:
        """Begin the job with the next reply of the script."""
        with self._lock:
            self._jobs.append(job)
            scripted = next(self._replies, None)
        return ThreadHandle(job, cancel, lambda emit: (_played(scripted, job, limits, cancel, emit), {}))


def _played(scripted: Scripted | None, job: Job, limits: Limits, cancel: Cancel, emit: Emit) -> Outcome:
    """Play one reply and return what came of it."""
    began = time.monotonic()
    silent = Outcome(text="", tier=job.tier.name, model=job.tier.model)
    if cancel.cancelled:
        return aborted(silent, cancel)
    emit(ExecutionEvent(kind="started"))
    if scripted is None:
        return _ended(silent, FailureKind.UNAVAILABLE, "the script has no reply left for this job")
    reply = scripted(job) if callable(scripted) else scripted
    if isinstance(reply, Outcome):
        emit(ExecutionEvent(kind="text", text=reply.text))
        return evolve(reply, tier=job.tier.name)
    if isinstance(reply, str):
        reply = Reply(text=reply)
    emit(ExecutionEvent(kind="text", text=reply.text))
    outcome = _priced(evolve(silent, text=reply.text, usage=reply.usage), reply, job)
    outcome = _acted(outcome, reply, job, limits, cancel, emit)
    return evolve(outcome, duration_ms=round((time.monotonic() - began) * 1000))


def _priced(outcome: Outcome, reply: Reply, job: Job) -> Outcome:
    if reply.cost_nano_usd is None:
        return with_cost(outcome, job.tier)
    return evolve(outcome, cost_nano_usd=reply.cost_nano_usd, cost_provenance=Provenance.MEASURED)


def _acted(outcome: Outcome, reply: Reply, job: Job, limits: Limits, cancel: Cancel, emit: Emit) -> Outcome:
    """Wait and edit as the reply says, within the limits."""
    most = limits.max_cost_nano_usd
    if most is not None and outcome.cost_nano_usd is not None and outcome.cost_nano_usd > most:
        return _ended(
            outcome, FailureKind.BUDGET, f"it costs {outcome.cost_nano_usd} nano-USD; {most} were left"
        )
    bound_ms = min((ms for ms in (limits.idle_ms, limits.total_ms) if ms is not None), default=reply.delay_ms)
    if cancel.wait(min(reply.delay_ms, bound_ms) / 1000):
        return aborted(outcome, cancel)
    if reply.delay_ms > bound_ms:
        return _ended(outcome, FailureKind.TIMEOUT, f"no end after {bound_ms} ms")
    _edit(reply.edits, job, emit)
    if reply.failure is not None:
        message = f"the script says: {reply.failure}"
        return evolve(outcome, error=Failure(kind=reply.failure, message=message))
    return outcome


def _edit(edits: Mapping[str, str | None], job: Job, emit: Emit) -> None:
    if edits and (job.read_only or job.cwd is None):
        emit(ExecutionEvent(kind="warning", text="a reading job may not edit", data={"edits": len(edits)}))
        return
    for name, content in edits.items():
        path = Path(job.cwd or "") / name
        if content is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")


def _ended(outcome: Outcome, kind: FailureKind, message: str) -> Outcome:
    return evolve(outcome, partial=bool(outcome.text), error=Failure(kind=kind, message=message))
