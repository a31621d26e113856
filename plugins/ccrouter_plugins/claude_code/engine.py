"""Runs a job on the coding client's command line. Works alone, without the router.

Example:
    ```python
    from ccrouter_core.models import Tier
    from ccrouter_core.services import Cancel, Job, Limits
    from ccrouter_plugins.claude_code import ClaudeCodeExecutor

    job = Job(prompt="Explain main.py", tier=Tier(name="haiku", rank=1, model="haiku"), cwd="/my/project")
    outcome = ClaudeCodeExecutor().start(job, Limits(), Cancel()).result()
    ```
"""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccrouter_core.costs import free, with_cost
from ccrouter_core.errors import ExecutorError
from ccrouter_core.handles import Emit, ThreadHandle, aborted, not_started
from ccrouter_core.models import Check, FailureKind, Ladder, Outcome, utc_now
from ccrouter_core.processes import ProcessLimits, ProcessResult, run
from ccrouter_core.services import Cancel, Capabilities, ExecutionEvent, Job, Limits
from ccrouter_plugins.claude_code.agents import agent_arguments
from ccrouter_plugins.claude_code.arguments import (
    READ_TOOLS,
    ClaudeSettings,
    argument_list,
    environment,
    permit_settings,
    prompt_bytes,
)
from ccrouter_plugins.claude_code.failures import failure_of
from ccrouter_plugins.claude_code.stream import StreamReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ccrouter_plugins.claude_code.sdk import SdkClients

_KEPT_BYTES = 256 << 10  # of the raw stream; what matters is read line by line
_NO_SDK = ("[plugins.claude_code] sdk is on and the SDK is not installed", "pip install 'ccrouter[claude]'")
_CHECK = ProcessLimits(total_ms=20_000, grace_ms=500, output_bytes=64 << 10)


class ClaudeCodeExecutor:
    """`claude -p` as executor: prompt on standard input, JSON stream, own time limits, nothing left behind.

    With `ClaudeSettings(sdk=True)` the Agent SDK holds the client, and may keep it between jobs until `close`.

    Args:
        settings: how the user wants it run.
        ladder: the price table for the models that may take part; None knows only the job's own tier.
    """

    name = "claude_code"

    def __init__(self, settings: ClaudeSettings | None = None, ladder: Ladder | None = None) -> None:
        self.settings = settings or ClaudeSettings()
        self.ladder = ladder
        self._clients: SdkClients | None = None
        self._lock = threading.Lock()

    def capabilities(self) -> Capabilities:
        """Return what it can do, without starting anything."""
        return Capabilities(
            streaming=True,
            structured=True,
            resume=True,
            budget=True,
            tools=True,
            commands=True,
            edits=True,
            network=True,
            retries=self.settings.client_retries > 0,
            cost="computed",
        )

    def check(self) -> Check:
        """Ask the client for its version and whether it is logged in; it reads its own credentials, we do not."""
        if self.settings.sdk and find_spec("claude_agent_sdk") is None:
            return Check(name=self.name, passed=False, reason=_NO_SDK[0], fix=_NO_SDK[1])
        try:
            program = self._program()
        except ExecutorError as error:
            return Check(name=self.name, passed=False, reason=f"{error.what}: {error.why}", fix=error.fix)
        version = self._ask(program, "--version")
        if version.exit_code != 0:
            reason = f"{program} --version ended with {version.exit_code}"
            return Check(name=self.name, passed=False, reason=reason, fix="reinstall the client")
        number = version.stdout.decode(errors="replace").strip()
        status = _json_object(self._ask(program, "auth", "status", "--json").stdout)
        if status is None:
            return Check(name=self.name, passed=True, reason=f"{number}; whether it is logged in is unknown")
        if not status.get("loggedIn"):
            fix = "run `claude auth login`, or set ANTHROPIC_API_KEY"
            return Check(name=self.name, passed=False, reason=f"{number} is not logged in", fix=fix)
        return Check(name=self.name, passed=True, reason=f"{number}, logged in by {status.get('authMethod')}")

    def start(self, job: Job, limits: Limits, cancel: Cancel) -> ThreadHandle:
        """Begin the job. A cancel token that is set ends it, its process group included."""
        return ThreadHandle(job, cancel, lambda emit: self._work(job, limits, cancel, emit))

    def _work(
        self, job: Job, limits: Limits, cancel: Cancel, emit: Emit
    ) -> tuple[Outcome, Mapping[str, Any]]:
        if cancel.cancelled:
            return aborted(not_started(job, FailureKind.ABORTED, ""), cancel), {}
        if limits.max_cost_nano_usd is not None and limits.max_cost_nano_usd <= 0:
            return not_started(job, FailureKind.BUDGET, "nothing is left of the budget"), {}
        reader = StreamReader(emit)
        with tempfile.TemporaryDirectory(prefix="ccrouter-") as folder:
            arguments = self._arguments(job, limits, Path(folder), emit)
            talk = self._through_sdk if self.settings.sdk else self._as_process
            process = talk(job, arguments, limits, cancel, reader)
        outcome = _outcome(job, process, reader)
        unused = reader.result is not None and not outcome.usage  # the client's books are closed, and empty
        outcome = free(outcome) if unused else with_cost(outcome, job.tier, self.ladder)
        if process.aborted:
            outcome = aborted(outcome, cancel)
        return outcome, _details(process, reader)

    def close(self) -> None:
        """End a client that the SDK keeps for the next job. Closing twice is harmless."""
        if self._clients is not None:
            self._clients.close()

    def _as_process(
        self, job: Job, arguments: tuple[str, ...], limits: Limits, cancel: Cancel, reader: StreamReader
    ) -> ProcessResult:
        return run(
            arguments,
            cwd=job.cwd,
            env=environment(self.settings),
            stdin=prompt_bytes(job),
            limits=_process_limits(limits),
            cancel=cancel,
            on_line=reader.feed,
            on_start=job.on_start,
        )

    def _through_sdk(
        self, job: Job, arguments: tuple[str, ...], limits: Limits, cancel: Cancel, reader: StreamReader
    ) -> ProcessResult:
        if find_spec("claude_agent_sdk") is None:
            raise ExecutorError(what="the Agent SDK cannot be used", why=_NO_SDK[0], fix=_NO_SDK[1])
        with self._lock:
            if self._clients is None:
                from ccrouter_plugins.claude_code.sdk import SdkClients  # noqa: PLC0415 - an option that few use

                self._clients = SdkClients(keeps=self._keeps)
        talk = (job, arguments, environment(self.settings), prompt_bytes(job).decode())
        return self._clients.run(*talk, limits=limits, cancel=cancel, reader=reader)

    def _keeps(self, job: Job, limits: Limits) -> bool:
        """Return whether a job leaves nothing behind in the client that the next one could meet."""
        harmless = job.read_only and set(self.settings.read_tools) <= set(READ_TOOLS)
        harmless = harmless and not job.commands and not self.settings.allowed_tools
        own = job.session is None and job.agent is None and limits.max_cost_nano_usd is None
        return harmless and own and not self.settings.mcp and not self.settings.extra_args

    def _arguments(self, job: Job, limits: Limits, folder: Path, emit: Emit) -> tuple[str, ...]:
        agent = agent_arguments(job.agent, job.cwd, self.settings, environment(self.settings), folder)
        if agent is None:
            emit(
                ExecutionEvent(
                    kind="warning", text=f"no agent {job.agent} is declared; the client works without it"
                )
            )
        more = (*(agent or ()), *permit_settings(self.settings, job, folder))
        return argument_list(self._program(), self.settings, job, limits, more)

    def _program(self) -> str:
        """Return the client's absolute path, found before the working folder could change what a name means."""
        wanted = str(Path(self.settings.executable).expanduser())
        found = shutil.which(wanted, path=environment(self.settings).get("PATH")) or self._bundled()
        if found is None:
            raise ExecutorError(
                what="the coding client cannot be started",
                why=f"there is no program {wanted!r}",
                fix="install it, or name it by [plugins.claude_code] executable in your own configuration",
            )
        return str(Path(found).absolute())

    def _bundled(self) -> str | None:
        """Return the client that the SDK brings, when it is wanted and no other was named."""
        spec = find_spec("claude_agent_sdk") if self.settings.sdk else None
        if spec is None or spec.origin is None or self.settings.executable != ClaudeSettings().executable:
            return None
        return shutil.which(str(Path(spec.origin).parent / "_bundled" / "claude"))

    def _ask(self, program: str, *arguments: str) -> ProcessResult:
        return run([program, *arguments], env=environment(self.settings), limits=_CHECK)


def _process_limits(limits: Limits) -> ProcessLimits:
    return ProcessLimits(
        start_ms=limits.start_ms,
        first_event_ms=limits.first_event_ms,
        idle_ms=limits.idle_ms,
        total_ms=limits.total_ms,
        output_bytes=_KEPT_BYTES,
    )


def _outcome(job: Job, process: ProcessResult, reader: StreamReader) -> Outcome:
    result = reader.result or {}
    failure = failure_of(process, reader.result, reader.resets_at, utc_now())
    said = result.get("result")
    text = said if isinstance(said, str) else ""
    if failure is not None or process.aborted:
        text = reader.partial_text
    return Outcome(
        text=text,
        tier=job.tier.name,
        model=reader.model or job.tier.model,
        usage=reader.usage(),
        duration_ms=process.duration_ms,
        session=reader.session,
        structured=result.get("structured_output"),
        partial=failure is not None and bool(text),
        ran=reader.ran(),
        error=failure,
    )


def _details(process: ProcessResult, reader: StreamReader) -> dict[str, Any]:
    """Return the figures of the client itself, for the `finished` event; its price list may differ from ours."""
    result = reader.result or {}
    denials = result.get("permission_denials")
    return {
        "session": reader.session,
        "exit_code": process.exit_code,
        "client_cost_usd": result.get("total_cost_usd"),
        "turns": result.get("num_turns"),
        "terminal_reason": result.get("terminal_reason"),
        "api_error_status": result.get("api_error_status"),
        "permission_denials": len(denials) if isinstance(denials, list) else None,
        "noise_lines": reader.noise_lines,
    }


def _json_object(data: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(data)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
