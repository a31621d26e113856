"""The client through the Agent SDK (extra `[claude]`): one that has answered a reading job stays for the next one.

A job gets the same flags and the same environment as on the command line. What differs is the start: a client that is
kept is told to forget the conversation and answers at once, where a new process needs a second. It is kept only for
jobs that read with the client's own reading tools, in the same folder and under the same flags. All calls of the SDK
are made on one event loop, in a thread of its own.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import Factory, define, field

from ccrouter_core.processes import MARKER, Mark, ProcessResult, end_marked
from ccrouter_core.services import Limits
from ccrouter_plugins.claude_code.sdk_messages import event_of, state_of
from ccrouter_plugins.claude_code.stream import StreamReader

if TYPE_CHECKING:
    from ccrouter_core.processes import TimedOut
    from ccrouter_core.services import Cancel, Job

T = TypeVar("T")

_TICK_S = 0.05  # how late a cancel or a limit may be noticed
_CLOSE_S = 4.0  # for the SDK to let go of a client whose processes are ended
_LINE_BYTES = 64 << 20
_KEPT_LINES = 200  # of standard error
_BY_SDK = frozenset(
    {"output-format", "verbose", "include-partial-messages"}
)  # flags that the SDK sets itself
_BY_JOB = frozenset({"model", "session-id"})  # what may differ between two jobs of one client
# The client then says when it is idle: after the answer, and after what the answer started in the background.
_TELLS_STATE = {"CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS": "1"}


@define
class _Talk:
    """One job in a client: what it reads, and since when it has been silent."""

    reader: StreamReader
    limits: Limits
    began: float = Factory(time.monotonic)
    connected: bool = False
    eventful: bool = False  # a model is at work
    last: float = 0.0

    def take(self, event: dict[str, Any]) -> None:
        self.last = time.monotonic()
        self.eventful = self.reader.take(event) or self.eventful

    def overdue(self) -> TimedOut | None:
        """Return the limit that is passed, as `processes.run` names it."""
        now = time.monotonic()

        def over(since: float, bound_ms: int | None) -> bool:
            return bound_ms is not None and (now - since) * 1000 > bound_ms

        if over(self.began, self.limits.total_ms):
            return "total"
        if not self.connected and over(self.began, self.limits.start_ms):
            return "start"
        if not self.eventful:
            return "first_event" if over(self.began, self.limits.first_event_ms) else None
        return "idle" if over(self.last, self.limits.idle_ms) else None


@define(eq=False)
class _Client:
    """A connected client of the SDK."""

    sdk: Any
    flags: Mapping[str, str | None]
    cwd: str | None
    environment: Mapping[str, str]
    program: str
    marker: str = Factory(lambda: secrets.token_hex(16))
    errors: list[str] = field(factory=list)  # the last lines of its standard error
    _client: Any = field(default=None, init=False)
    _messages: Any = field(default=None, init=False)

    @property
    def connected(self) -> bool:
        """Return whether it has answered a job already."""
        return self._messages is not None

    async def connect(self, model: str) -> None:
        options = self.sdk.ClaudeAgentOptions(
            model=model,
            cwd=self.cwd,
            cli_path=self.program,
            env=_only(self.environment, self.marker),
            system_prompt={"type": "preset", "preset": "claude_code"},
            include_partial_messages=True,
            max_buffer_size=_LINE_BYTES,
            stderr=self._told,
            extra_args={name: value for name, value in self.flags.items() if name != "model"},
        )
        self._client = self.sdk.ClaudeSDKClient(options)
        await self._client.connect()
        self._messages = self._client.receive_messages()

    async def forget(self, model: str) -> None:
        """Begin a new conversation, whose books begin at zero, for the next job."""
        await self.ask("/clear", lambda _: None)
        await self._client.set_model(model)

    async def ask(self, prompt: str, take: Callable[[dict[str, Any]], None]) -> None:
        """Send the prompt and read until it is answered and the client is idle again."""
        await self._client.query(prompt)
        current: dict[str | None, str] = {}
        answered, state = False, None
        async for message in self._messages:
            event = event_of(message, current)
            if event is not None:
                take(event)
            answered = answered or isinstance(message, self.sdk.ResultMessage)
            state = state_of(message) or state
            if answered and state in {None, "idle"}:  # an older client does not tell its state
                return

    async def close(self) -> None:
        """End its processes, then let the SDK tidy up."""
        await asyncio.to_thread(end_marked, Mark(marker=self.marker))
        if self._client is not None:
            with suppress(Exception):  # nothing is left to be told of it
                await asyncio.wait_for(self._client.disconnect(), _CLOSE_S)

    def _told(self, line: str) -> None:
        self.errors = [*self.errors[1 - _KEPT_LINES :], line]


class SdkClients:
    """Runs jobs through the SDK; keeps one idle client. Thread-safe.

    Args:
        keeps: says whether a job's client may stay for the next job.
    """

    def __init__(self, keeps: Callable[[Job, Limits], bool]) -> None:
        self._keeps = keeps
        self._lock = threading.Lock()
        self._idle: _Client | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(
        self,
        job: Job,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        prompt: str,
        *,
        limits: Limits,
        cancel: Cancel,
        reader: StreamReader,
    ) -> ProcessResult:
        """Run a job; return how it ended, in the terms of a process.

        Args:
            job: what is done.
            arguments: the client's absolute path and its flags, as on the command line.
            environment: what the client may see.
            prompt: what it is asked.
            limits: what ends it in time.
            cancel: ends it at once.
            reader: gets what the client says.
        """
        sdk = import_module("claude_agent_sdk")
        flags = _flags(arguments[1:])
        client = self._taken(flags, job.cwd) or _Client(sdk, flags, job.cwd, environment, arguments[0])
        job.on_start(Mark(marker=client.marker))
        talk = _Talk(reader, limits)
        result, whole = self._on_loop(_bounded(client, job.tier.model, prompt, talk, cancel))
        surplus = self._keep(client) if whole and self._keeps(job, limits) else client
        if surplus is not None:
            self._on_loop(surplus.close())
        return result

    def close(self) -> None:
        """End the idle client and the loop. Jobs under way must have ended; the next job begins anew."""
        with self._lock:
            idle, self._idle = self._idle, None
            loop, self._loop = self._loop, None
        if loop is None:
            return
        if idle is not None:
            asyncio.run_coroutine_threadsafe(idle.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)

    def _taken(self, flags: Mapping[str, str | None], cwd: str | None) -> _Client | None:
        """Take the idle client when it serves these flags in this folder."""
        with self._lock:
            idle = self._idle
            if idle is None or idle.cwd != cwd or _lasting(idle.flags) != _lasting(flags):
                return None
            self._idle = None
            return idle

    def _keep(self, client: _Client) -> _Client | None:
        """Keep the client; return the one that was kept before."""
        with self._lock:
            self._idle, before = client, self._idle
        return before

    def _on_loop(self, coroutine: Coroutine[Any, Any, T]) -> T:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(
                    target=_run_loop, args=(self._loop,), name="ccrouter-sdk", daemon=True
                ).start()
            loop = self._loop
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result()


def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Run the loop until somebody stops it. At the interpreter's end the client ends by its closed input."""
    loop.run_forever()
    loop.close()


async def _bounded(
    client: _Client, model: str, prompt: str, talk: _Talk, cancel: Cancel
) -> tuple[ProcessResult, bool]:
    """Ask the client within the limits; return how it ended and whether the client may serve another job."""
    work = asyncio.ensure_future(_talked(client, model, prompt, talk))
    aborted, timed_out = False, None
    while not work.done() and not aborted and timed_out is None:
        await asyncio.wait({work}, timeout=_TICK_S)
        aborted = cancel.cancelled and not work.done()
        timed_out = None if aborted or work.done() else talk.overdue()
    error: BaseException | None = None
    if work.done():
        error = work.exception()
    else:
        await asyncio.to_thread(end_marked, Mark(marker=client.marker))
        work.cancel()
        await asyncio.wait({work}, timeout=_CLOSE_S)
    answered = error is None and talk.reader.result is not None and not talk.reader.result.get("is_error")
    words = [*client.errors, *([str(error)] if error is not None else [])]
    result = ProcessResult(
        exit_code=int(not answered),
        stderr="\n".join(words).encode(),
        timed_out=timed_out,
        aborted=aborted,
        duration_ms=round((time.monotonic() - talk.began) * 1000),
    )
    return result, answered and not aborted and timed_out is None


async def _talked(client: _Client, model: str, prompt: str, talk: _Talk) -> None:
    if client.connected:
        await client.forget(model)
    else:
        await client.connect(model)
    talk.connected = True
    await client.ask(prompt, talk.take)


def _flags(arguments: Sequence[str]) -> dict[str, str | None]:
    """Return a client's arguments as the SDK takes them: name -> value, None for a flag without one."""
    flags: dict[str, str | None] = {}
    name = ""
    for argument in arguments:
        if argument.startswith("--"):
            name, equals, value = argument[2:].partition("=")
            flags[name] = value if equals else None
        elif name:
            flags[name] = argument
            name = ""
    return {name: value for name, value in flags.items() if name not in _BY_SDK}


def _lasting(flags: Mapping[str, str | None]) -> dict[str, str | None]:
    return {name: value for name, value in flags.items() if name not in _BY_JOB}


def _only(environment: Mapping[str, str], marker: str) -> dict[str, str]:
    """Return what to lay over our environment, which the SDK passes on: what the client may not see is emptied."""
    emptied = {
        name: "" for name in os.environ if name not in environment and name != "CLAUDE_CODE_ENTRYPOINT"
    }
    return {**emptied, **environment, **_TELLS_STATE, MARKER: marker}
