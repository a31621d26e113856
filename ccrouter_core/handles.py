"""The handle that executors give back: the work runs in a thread, its signs of life wait in a queue."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from queue import SimpleQueue
from typing import Any

from attrs import evolve

from ccrouter_core.costs import free
from ccrouter_core.errors import RouterError
from ccrouter_core.models import Failure, FailureKind, Outcome, to_usd
from ccrouter_core.services import Cancel, ExecutionEvent, Job

Emit = Callable[[ExecutionEvent], None]
Work = Callable[[Emit], tuple[Outcome, Mapping[str, Any]]]


class ThreadHandle:
    """An execution in a thread of its own; a `services.Handle`.

    Args:
        job: what is done; names the thread and the outcome of work that broke.
        cancel: set when the person interrupts `result`.
        work: does it. It gets a function that announces signs of life, and returns the outcome and further
            figures for the `finished` event. What it raises becomes the outcome's error, never an exception.

    The thread is not a daemon: Python waits for it at exit, so that its child processes are ended first.
    """

    def __init__(self, job: Job, cancel: Cancel, work: Work) -> None:
        self._job = job
        self._cancel = cancel
        self._work = work
        self._events: SimpleQueue[ExecutionEvent | None] = SimpleQueue()
        self._outcome: Outcome | None = None
        self._thread = threading.Thread(target=self._run, name=f"ccrouter-{job.attempt}")
        self._thread.start()

    def events(self) -> Iterator[ExecutionEvent]:
        """Yield signs of life until the end; the last is `finished`. May be called once."""
        while (event := self._next()) is not None:
            yield event

    def result(self) -> Outcome:
        """Wait for the end and return what came out. An interrupt of the waiting thread cancels the work."""
        try:
            self._thread.join()
        except KeyboardInterrupt:
            self._cancel.cancel("interrupted")
            raise
        if self._outcome is None:  # only when the interpreter itself is ending
            return failed(self._job, FailureKind.CRASHED, "the execution ended without an outcome")
        return self._outcome

    def _next(self) -> ExecutionEvent | None:
        try:
            return self._events.get()
        except KeyboardInterrupt:
            self._cancel.cancel("interrupted")
            raise

    def _run(self) -> None:
        details: Mapping[str, Any] = {}
        try:
            outcome, details = self._work(self._events.put)
        except RouterError as error:
            outcome = not_started(
                self._job, FailureKind.UNAVAILABLE, f"{error.what}: {error.why}; {error.fix}"
            )
        except Exception as error:  # noqa: BLE001 - whatever breaks in a thread must reach who waits for it
            outcome = failed(self._job, FailureKind.CRASHED, f"{type(error).__name__}: {error}")
        self._outcome = outcome
        self._events.put(ExecutionEvent(kind="finished", data={**summary(outcome), **details}))
        self._events.put(None)


def failed(job: Job, kind: FailureKind, message: str) -> Outcome:
    """Return the outcome of a job that gave no answer, at a cost that is not known."""
    return Outcome(
        text="", tier=job.tier.name, model=job.tier.model, error=Failure(kind=kind, message=message)
    )


def not_started(job: Job, kind: FailureKind, message: str) -> Outcome:
    """Return the outcome of a job that was refused before any model was asked: it cost nothing."""
    return free(failed(job, kind, message))


def aborted(outcome: Outcome, cancel: Cancel) -> Outcome:
    """Return the outcome marked as cut off by the cancel token."""
    message = f"stopped: {cancel.reason or 'cancelled'}"
    return evolve(outcome, partial=True, error=Failure(kind=FailureKind.ABORTED, message=message))


def summary(outcome: Outcome) -> dict[str, Any]:
    """Return the figures of an outcome that a `finished` event carries: no text of prompt or answer."""
    return {
        "tier": outcome.tier,
        "model": outcome.model,
        "cost_usd": to_usd(outcome.cost_nano_usd),
        "cost_provenance": str(outcome.cost_provenance),
        "duration_ms": outcome.duration_ms,
        "executed": outcome.executed,
        "partial": outcome.partial,
        "error": str(outcome.error.kind) if outcome.error else None,
    }
