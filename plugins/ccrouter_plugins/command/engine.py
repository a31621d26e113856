"""Runs a job on any command line that reads a prompt and prints an answer. Works alone, without the router.

Example:
    ```python
    from ccrouter_core.models import Tier
    from ccrouter_core.services import Cancel, Job, Limits
    from ccrouter_plugins.command import CommandExecutor, CommandTemplate

    template = CommandTemplate(argv=("ollama", "run", "{model}"))
    job = Job(prompt="Why is the sky blue?", tier=Tier(name="local", rank=0, model="llama3"))
    outcome = CommandExecutor("ollama", template).start(job, Limits(), Cancel()).result()
    ```
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve

from ccrouter_core.costs import with_cost
from ccrouter_core.errors import ExecutorError
from ccrouter_core.handles import Emit, ThreadHandle, aborted, not_started
from ccrouter_core.models import Check, Failure, FailureKind, Ladder, Outcome, Usage, utc_now
from ccrouter_core.processes import ProcessLimits, ProcessResult, allowed_environment, run
from ccrouter_core.redact import redact
from ccrouter_core.resets import is_quota_message, reset_time
from ccrouter_core.services import Cancel, Capabilities, ExecutionEvent, Job, Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ccrouter_plugins.command.template import CommandTemplate

PROMPT_FILE = "{prompt_file}"
_MAX_MESSAGE_CHARS = 500
_RATE = re.compile(r"\b(?:429|529)\b|rate.?limit|too many requests|overloaded", re.IGNORECASE)


class CommandExecutor:
    """A program described by a template as executor.

    A program may be silent until its answer is complete, so of the time limits only the total holds.

    Args:
        name: the name by which tiers ask for it.
        template: how the program is called and read.
        ladder: the price table; None knows only the job's own tier.
    """

    def __init__(self, name: str, template: CommandTemplate, ladder: Ladder | None = None) -> None:
        self.name = name
        self.template = template
        self.ladder = ladder

    def capabilities(self) -> Capabilities:
        """Return what it can do, without starting anything."""
        counted = self.template.output == "json" and bool(self.template.output_tokens_path)
        return Capabilities(
            streaming=self.template.output == "text",
            structured=self.template.output == "json",
            edits=self.template.edits,
            network=self.template.network,
            cost="computed" if counted else "none",
        )

    def check(self) -> Check:
        """Say whether the program is installed; nothing is started."""
        try:
            program = self._program()
        except ExecutorError as error:
            return Check(name=self.name, passed=False, reason=f"{error.what}: {error.why}", fix=error.fix)
        return Check(name=self.name, passed=True, reason=f"{program} is installed; its login is not checked")

    def start(self, job: Job, limits: Limits, cancel: Cancel) -> ThreadHandle:
        """Begin the job. A cancel token that is set ends it, its process group included."""
        return ThreadHandle(job, cancel, lambda emit: self._work(job, limits, cancel, emit))

    def _work(
        self, job: Job, limits: Limits, cancel: Cancel, emit: Emit
    ) -> tuple[Outcome, Mapping[str, Any]]:
        if cancel.cancelled:
            return aborted(not_started(job, FailureKind.ABORTED, ""), cancel), {}
        if job.read_only and self.template.edits and not self.template.read_args:
            message = (
                f"{self.name} can change files, and its template has no read_args for a read-only request"
            )
            return not_started(job, FailureKind.UNAVAILABLE, message), {}
        emit(ExecutionEvent(kind="started", data={"model": job.tier.model}))
        process = self._run(job, limits, cancel, emit)
        outcome = with_cost(self._outcome(job, process), job.tier, self.ladder)
        if process.aborted:
            outcome = aborted(outcome, cancel)
        return outcome, {"exit_code": process.exit_code}

    def _run(self, job: Job, limits: Limits, cancel: Cancel, emit: Emit) -> ProcessResult:
        prompt = job.message().encode()
        by_file = any(PROMPT_FILE in argument for argument in self.template.argv)
        with tempfile.TemporaryDirectory(prefix="ccrouter-") as folder:
            file = Path(folder) / "prompt.txt"
            if by_file:
                _write_private(file, prompt)
            return run(
                self._argv(job, file),
                cwd=job.cwd,
                env=allowed_environment({"CCROUTER_ACTIVE": "1"}, also=self.template.environment),
                stdin=b"" if by_file else prompt,
                limits=ProcessLimits(total_ms=limits.total_ms),
                cancel=cancel,
                on_line=_Lines(emit) if self.template.output == "text" else None,
                on_start=job.on_start,
            )

    def _argv(self, job: Job, prompt_file: Path) -> list[str]:
        more = self.template.read_args if job.read_only else self.template.edit_args
        values = {
            "{model}": job.tier.model,
            "{tier}": job.tier.name,
            "{cwd}": job.cwd or os.getcwd(),  # noqa: PTH109 - the same as the child's
            PROMPT_FILE: str(prompt_file),
        }
        pattern = re.compile("|".join(map(re.escape, values)))
        filled = (
            pattern.sub(lambda m: values[m[0]], argument) for argument in (*self.template.argv[1:], *more)
        )
        return [self._program(), *filled]

    def _program(self) -> str:
        """Return the program's absolute path, found before the working folder could change what its name means."""
        wanted = str(Path(self.template.argv[0]).expanduser()) if self.template.argv else ""
        found = shutil.which(wanted) if wanted else None
        if found is None:
            raise ExecutorError(
                what=f"the executor {self.name} cannot be started",
                why=f"there is no program {wanted!r}" if wanted else "its argv is empty",
                fix=f"install it, or correct [plugins.command.executors.{self.name}] argv",
            )
        return str(Path(found).absolute())

    def _outcome(self, job: Job, process: ProcessResult) -> Outcome:
        silent = Outcome(text="", tier=job.tier.name, model=job.tier.model, duration_ms=process.duration_ms)
        said = process.stdout.decode("utf-8", errors="replace")
        failure = self._failure(process, said)
        if failure is not None or process.aborted:
            text = said if self.template.output == "text" else ""
            return evolve(silent, text=text, partial=bool(text), error=failure)
        if self.template.output == "text":
            return evolve(silent, text=said.strip())
        return self._from_json(silent, said)

    def _from_json(self, silent: Outcome, said: str) -> Outcome:
        try:
            answer = json.loads(said)
            text = _at(answer, self.template.json_path)
        except (ValueError, LookupError, RecursionError) as error:
            message = f"its output is not the JSON that the template describes: {error}"
            return evolve(
                silent, error=Failure(kind=FailureKind.CRASHED, message=message[:_MAX_MESSAGE_CHARS])
            )
        used = self._usage(answer, silent.model)
        text = text if isinstance(text, str) else json.dumps(text)
        return evolve(silent, text=text, structured=answer, usage=used)

    def _usage(self, answer: object, model: str) -> tuple[Usage, ...]:
        try:
            read = _at(answer, self.template.input_tokens_path) if self.template.input_tokens_path else 0
            written = _at(answer, self.template.output_tokens_path)
        except LookupError:
            return ()
        if not self.template.output_tokens_path or not isinstance(read, int) or not isinstance(written, int):
            return ()
        return (Usage(model=model, input_tokens=read, output_tokens=written),)

    def _failure(self, process: ProcessResult, said: str) -> Failure | None:
        if process.timed_out is not None:
            message = f"{process.timed_out} timeout: it took longer than the limit"
            return Failure(kind=FailureKind.TIMEOUT, message=message)
        if process.exit_code == 0 or process.aborted:
            return None
        words = process.stderr.decode("utf-8", errors="replace").strip() or said.strip()
        kind = self.template.exit_codes.get(str(process.exit_code)) or _kind(words)
        message = redact(f"exit code {process.exit_code}: {words[-_MAX_MESSAGE_CHARS:]}")
        resets = reset_time(words, utc_now()) if kind is FailureKind.QUOTA else None
        return Failure(kind=FailureKind(kind), message=message, resets_at=resets)


def _kind(words: str) -> FailureKind:
    if is_quota_message(words):
        return FailureKind.QUOTA
    return FailureKind.RATE_LIMITED if _RATE.search(words) else FailureKind.CRASHED


def _at(value: Any, path: str) -> Any:
    """Return what stands at a dotted path; numbers index lists. Raises LookupError when there is nothing."""
    for step in path.split(".") if path else ():
        if isinstance(value, list) and step.isdecimal():
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            message = f"there is no {step!r} of {path!r}"
            raise LookupError(message)
    return value


class _Lines:
    """Announces lines as they come; joined, the events are the output."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._first = True

    def __call__(self, line: bytes) -> None:
        text = line.decode("utf-8", errors="replace")
        self._emit(ExecutionEvent(kind="text", text=text if self._first else f"\n{text}"))
        self._first = False


def _write_private(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
