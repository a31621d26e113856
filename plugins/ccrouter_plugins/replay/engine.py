"""Answers from a cassette, faults included: offline, free, and always the same. Works alone, without the router.

Example:
    ```python
    from ccrouter_core.models import Tier
    from ccrouter_core.services import Cancel, Job, Limits
    from ccrouter_plugins.replay import Cassette, Entry, ReplayExecutor

    executor = ReplayExecutor(Cassette([Entry(match="capital of France", text="Paris.")]))
    job = Job(prompt="What is the capital of France?", tier=Tier(name="haiku", rank=1, model="haiku"))
    assert executor.start(job, Limits(), Cancel()).result().text == "Paris."
    ```
"""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

from attrs import evolve

from ccrouter_core.costs import free, with_cost
from ccrouter_core.handles import Emit, ThreadHandle, aborted, not_started
from ccrouter_core.models import Check, Failure, FailureKind, Ladder, Outcome, Usage, utc_now
from ccrouter_core.services import Cancel, Capabilities, ExecutionEvent, Job, Limits
from ccrouter_plugins.replay.cassette import Cassette, Content, Entry, safe_path

_SLOW_MS = 50  # between two words
_FOREVER_MS = 24 * 3_600_000
_WRONG_FACTOR = 1000
_QUOTA_OPENS = timedelta(hours=5)
_WORDS = {
    "degenerate": "Done.",
    "empty": "",
    "apology": "I'm sorry, but I was not able to complete this.",
}
_FAILURES = {
    "429": (FailureKind.RATE_LIMITED, "API Error: 429 rate limit"),
    "529": (FailureKind.RATE_LIMITED, "API Error: 529 Overloaded"),
    "quota": (FailureKind.QUOTA, "the usage limit is reached"),
    "auth": (FailureKind.AUTH, "API Error: 401 invalid key"),
    "too_long": (FailureKind.CONTEXT_TOO_LONG, "prompt is too long"),
    "refusal": (FailureKind.REFUSAL, "the model refused"),
    "crash": (FailureKind.CRASHED, "the client ended with exit code 1 without a result"),
    "garbage": (FailureKind.CRASHED, "the answer could not be read"),
    "truncated": (FailureKind.CRASHED, "the answer broke off"),
}


class ReplayExecutor:
    """Plays the entries of a cassette.

    Args:
        cassette: the answers.
        ladder: the price table; None knows only the job's own tier.
        fault: a fault for every entry that names none; see `cassette.FAULTS`.
        name: the name by which tiers ask for it.
    """

    def __init__(
        self, cassette: Cassette, ladder: Ladder | None = None, fault: str | None = None, name: str = "replay"
    ) -> None:
        self.cassette = cassette
        self.ladder = ladder
        self.fault = fault
        self.name = name

    def capabilities(self) -> Capabilities:
        """Return what it can do, without starting anything."""
        return Capabilities(streaming=True, edits=True, cost="computed")

    def check(self) -> Check:
        """Say how many answers there are."""
        count = len(self.cassette.entries)
        fix = "" if count else "record one, or name a cassette that holds answers"
        return Check(name=self.name, passed=count > 0, reason=f"{count} recorded answers", fix=fix)

    def start(self, job: Job, limits: Limits, cancel: Cancel) -> ThreadHandle:
        """Begin the job. Limits of time and the cancel token hold as they do for a real executor."""
        return ThreadHandle(
            job, cancel, lambda emit: (self._work(job, limits, cancel, emit), {"replayed": True})
        )

    def _work(self, job: Job, limits: Limits, cancel: Cancel, emit: Emit) -> Outcome:
        began = time.monotonic()
        if cancel.cancelled:
            return aborted(not_started(job, FailureKind.ABORTED, ""), cancel)
        entry = self.cassette.find(job)
        if entry is None:
            message = f"the cassette has no answer for this request on tier {job.tier.name}"
            return not_started(job, FailureKind.UNAVAILABLE, message)
        emit(ExecutionEvent(kind="started", data={"model": job.tier.model}))
        outcome = self._played(job, entry, limits, cancel, emit)
        if outcome.cost_nano_usd is None:
            outcome = with_cost(outcome, job.tier, self.ladder)
        return evolve(outcome, duration_ms=round((time.monotonic() - began) * 1000))

    def _played(self, job: Job, entry: Entry, limits: Limits, cancel: Cancel, emit: Emit) -> Outcome:
        fault = entry.fault or self.fault
        silent = Outcome(text="", tier=job.tier.name, model=job.tier.model)
        waited = _wait(_FOREVER_MS if fault == "hang" else entry.delay_ms, limits, cancel)
        if waited is not None:
            return _stopped(silent, waited, cancel)
        if fault in _FAILURES:
            return _failed(silent, entry, job, fault)
        factor = _WRONG_FACTOR if fault == "wrong_usage" else 1
        text = _WORDS.get(fault or "", entry.text)
        spoken, cut_by = _spoken(text, _SLOW_MS if fault == "slow" else 0, limits, cancel, emit)
        answered = evolve(silent, text=spoken, usage=_usage(entry, job, factor))
        if cut_by is not None:
            return _stopped(answered, cut_by, cancel)
        return answered if fault in _WORDS else _edited(answered, entry, job, emit)


def _spoken(text: str, pause_ms: int, limits: Limits, cancel: Cancel, emit: Emit) -> tuple[str, str | None]:
    """Say the text, word by word when there is a pause between them.

    Returns what was said, and what cut it short: "total", "cancel" or None.
    """
    if not pause_ms:
        emit(ExecutionEvent(kind="text", text=text))
        return text, None
    said = ""
    for number, word in enumerate(text.split(" ")):
        if limits.total_ms is not None and number * pause_ms > limits.total_ms:
            return said, "total"
        if cancel.wait(pause_ms / 1000):
            return said, "cancel"
        piece = f" {word}" if number else word
        emit(ExecutionEvent(kind="text", text=piece))
        said += piece
    return said, None


def _edited(outcome: Outcome, entry: Entry, job: Job, emit: Emit) -> Outcome:
    """Make the entry's edits in the job's folder; one that does not fit is a crash, not an answer."""
    if not entry.edits and not entry.replace:
        return outcome
    if job.read_only or job.cwd is None or not Path(job.cwd).is_dir():
        emit(ExecutionEvent(kind="warning", text="the job may not write; the recorded edits are left out"))
        return outcome
    try:
        for path, content in entry.edits.items():
            _write(Path(job.cwd), path, content)
            emit(
                ExecutionEvent(
                    kind="tool_call", text="Write", data={"name": "Write", "input": {"path": path}}
                )
            )
        for path, old, new in entry.replace:
            _write(Path(job.cwd), path, _replaced(Path(job.cwd), path, old, new))
            emit(
                ExecutionEvent(kind="tool_call", text="Edit", data={"name": "Edit", "input": {"path": path}})
            )
    except (OSError, ValueError) as error:
        message = f"the recorded edit no longer fits: {error}"
        return evolve(outcome, partial=True, error=Failure(kind=FailureKind.CRASHED, message=message))
    return outcome


def _wait(delay_ms: int, limits: Limits, cancel: Cancel) -> str | None:
    """Wait as long as the answer takes; return the limit that was passed first, "cancel", or None."""
    bounds = {"first_event": limits.first_event_ms, "total": limits.total_ms}
    name, bound_ms = min(
        ((name, ms) for name, ms in bounds.items() if ms is not None),
        key=lambda bound: bound[1],
        default=("total", delay_ms),
    )
    if cancel.wait(min(delay_ms, bound_ms) / 1000):
        return "cancel"
    return name if delay_ms > bound_ms else None


def _stopped(outcome: Outcome, why: str, cancel: Cancel) -> Outcome:
    if why == "cancel":
        return aborted(outcome, cancel)
    message = f"{why} timeout: the recorded answer takes longer than the limit"
    failure = Failure(kind=FailureKind.TIMEOUT, message=message)
    return evolve(outcome, partial=bool(outcome.text), error=failure)


def _failed(silent: Outcome, entry: Entry, job: Job, fault: str) -> Outcome:
    """Return the failure; a truncated answer keeps its first half and what it cost."""
    kind, message = _FAILURES[fault]
    opens = utc_now() + _QUOTA_OPENS if kind is FailureKind.QUOTA else None
    failure = Failure(kind=kind, message=message, resets_at=opens)
    if fault != "truncated":
        refused = kind is not FailureKind.CRASHED  # the service did no work
        return evolve(free(silent) if refused else silent, error=failure)
    half = entry.text[: len(entry.text) // 2]
    return evolve(silent, text=half, partial=True, usage=_usage(entry, job), error=failure)


def _usage(entry: Entry, job: Job, factor: int = 1) -> tuple[Usage, ...]:
    if not entry.usage:
        return ()
    tokens = {name: amount * factor for name, amount in entry.usage.items() if name != "model"}
    return (Usage(model=entry.usage.get("model", job.tier.model), **tokens),)


def _replaced(folder: Path, path: str, old: str, new: str) -> str:
    text = _below(folder, path).read_text(encoding="utf-8")
    if text.count(old) != 1:
        message = f"{path} holds the text to replace {text.count(old)} times, not once"
        raise ValueError(message)
    return text.replace(old, new)


def _write(folder: Path, path: str, content: Content) -> None:
    file = _below(folder, path)
    if content is None:
        file.unlink()
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())


def _below(folder: Path, path: str) -> Path:
    """Return the file, having made sure that no link leads out of the folder."""
    file = folder / path
    if not safe_path(path) or not file.resolve().is_relative_to(folder.resolve()):
        message = f"{path} leaves the folder of the job"
        raise ValueError(message)
    return file
