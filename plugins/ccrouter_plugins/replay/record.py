"""Records what another executor answers, its edits included, so that it can be replayed for nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import asdict

from ccrouter_core.errors import ExecutorError
from ccrouter_core.files import locked
from ccrouter_core.handles import Emit, ThreadHandle
from ccrouter_core.models import Check, Outcome
from ccrouter_core.redact import redact
from ccrouter_core.services import Cancel, Capabilities, ExecutionEvent, Executor, Job, Limits
from ccrouter_core.trees import project_files
from ccrouter_plugins.replay.cassette import Content, Entry, entry_line, job_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MAX_FILE_BYTES = 4 << 20


class RecordExecutor:
    """Passes jobs to another executor and appends each answer to a cassette.

    Failures, partial answers and dry runs are not recorded. Secrets in answers and edits are redacted before they are
    written; the prompt itself is not written, only its digest.

    Args:
        path: the cassette file, made with mode 0600 when there is none.
        inner: returns the executor that does the work; called when a job starts.
        name: the name by which tiers ask for it.
    """

    def __init__(self, path: Path | str, inner: Callable[[], Executor], name: str = "replay") -> None:
        self.path = Path(path)
        self.inner = inner
        self.name = name

    def capabilities(self) -> Capabilities:
        """Return what the other executor can do."""
        return self.inner().capabilities()

    def check(self) -> Check:
        """Say whether the other executor is ready."""
        return self.inner().check()

    def start(self, job: Job, limits: Limits, cancel: Cancel) -> ThreadHandle:
        """Begin the job on the other executor, with its limits and cancel token."""
        return ThreadHandle(job, cancel, lambda emit: self._work(job, limits, cancel, emit))

    def _work(
        self, job: Job, limits: Limits, cancel: Cancel, emit: Emit
    ) -> tuple[Outcome, Mapping[str, Any]]:
        before = {} if job.read_only else _contents(job.cwd)
        handle = self.inner().start(job, limits, cancel)
        details: Mapping[str, Any] = {}
        for event in handle.events():
            if event.kind == "finished":
                details = event.data
            else:
                emit(event)
        outcome = handle.result()
        whole = outcome.error is None and not outcome.partial and outcome.executed
        if whole:
            self._append(_recorded(job, outcome, before, emit))
        return outcome, {**details, "recorded": whole}

    def _append(self, entry: Entry) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with locked(self.path):
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8") as stream:
                stream.write(entry_line(entry) + "\n")


def wrapped(name: str, executors: Mapping[str, Executor]) -> Executor:
    """Return the executor to record, by name. Raises ExecutorError when there is none, or it records itself."""
    found = executors.get(name)
    if found is None or isinstance(found, RecordExecutor):
        raise ExecutorError(
            what=f"the executor {name!r} cannot be recorded",
            why=f"there are: {', '.join(sorted(executors)) or 'none'}",
            fix='name another one: [plugins.replay] executor = "claude_code"',
        )
    return found


def _recorded(job: Job, outcome: Outcome, before: Mapping[str, bytes], emit: Emit) -> Entry:
    after = before if job.read_only else _contents(job.cwd)
    changed = {name: data for name, data in after.items() if before.get(name) != data}
    edits: dict[str, Content] = {name: _redacted(data) for name, data in changed.items()}
    edits.update(dict.fromkeys(name for name in before if name not in after))
    if len(outcome.usage) > 1:
        emit(ExecutionEvent(kind="warning", text="several models took part; usage is recorded for the first"))
    usage = asdict(outcome.usage[0]) if outcome.usage else {}
    return Entry(
        key=job_key(job),
        tier=job.tier.name,
        read_only=job.read_only,
        text=redact(outcome.text),
        edits=edits,
        usage={name: amount for name, amount in usage.items() if amount},
    )


def _redacted(data: bytes) -> Content:
    try:
        return redact(data.decode())
    except UnicodeDecodeError:
        return data


def _contents(cwd: str | None) -> dict[str, bytes]:
    """Return the project's files below 4 MiB by name; links are left out."""
    root = Path(cwd or ".")
    found = {}
    for name in project_files(root):
        file = root / name
        if file.is_file() and not file.is_symlink() and file.stat().st_size <= _MAX_FILE_BYTES:
            found[name] = file.read_bytes()
    return found
