"""Child processes: run one from an argument list, bounded in time and output, and leave none behind.

One thread, one loop over non-blocking pipes: no helper thread can be left waiting for a pipe that somebody
keeps open. The child leads a session of its own, so that a signal reaches all it started; what left that
session is found by a marker in its environment (Linux). There is never a shell. POSIX only.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from ccrouter_core.errors import ExecutorError, UsageError
from ccrouter_core.process_ids import ProcessId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import IO

    from ccrouter_core.services import Cancel

TimedOut = Literal["start", "first_event", "idle", "total"]

MARKER = "CCROUTER_PROCESS"  # the variable that marks all descendants of one run
ALLOWED = (
    *(
        "PATH",
        "HOME",
        "LANG",
        "LANGUAGE",
        "LC_*",
        "TZ",
        "TMPDIR",
        "TERM",
        "USER",
        "LOGNAME",
        "SHELL",
        "XDG_*",
    ),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"),
    *(
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "no_proxy",
    ),
)
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)

_NO_GROUP = -1
_CHUNK_BYTES = 1 << 16  # the usual size of a pipe's buffer
_TICK_S = 0.05  # how late a cancel or a limit may be noticed
_GIVE_UP_S = 5.0  # after SIGKILL; only a process stuck in the kernel lives on
_MAX_LINE_BYTES = 64 << 20


@frozen(kw_only=True)
class ProcessLimits:
    """Bounds of one run; None is no bound.

    start_ms: until the first byte of a program that is read line by line; other programs may be silent.
    first_event_ms: until the first line that `on_line` does not answer with False (without `on_line`: first byte).
    idle_ms: between two bytes on either stream, counted from the first event.
    total_ms: from start to end.
    grace_ms: between SIGINT and SIGTERM, and between SIGTERM and SIGKILL.
    output_bytes: kept of each stream: the first and the last half, with a note of what was left out.
    memory_bytes: address space of each process (Linux; elsewhere not applied).
    """

    start_ms: int | None = None
    first_event_ms: int | None = None
    idle_ms: int | None = None
    total_ms: int | None = None
    grace_ms: int = 2_000
    output_bytes: int = 8 << 20
    memory_bytes: int | None = None


@frozen(kw_only=True)
class ProcessResult:
    """How a run ended. A negative exit code is the signal that ended it; None: it never started or cannot die."""

    exit_code: int | None
    stdout: bytes = b""
    stderr: bytes = b""
    stdout_truncated: bool = False
    stderr_truncated: bool = False
    timed_out: TimedOut | None = None
    aborted: bool = False
    duration_ms: int = 0


@frozen(kw_only=True)
class Mark:
    """By what the processes of one run can be found: the value of `MARKER`, and who leads their group, if known."""

    marker: str
    leader: ProcessId | None = None


def allowed_environment(
    extra: Mapping[str, str] | None = None,
    *,
    also: Iterable[str] = (),
    source: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the part of the environment that a child may see: the names of `ALLOWED` and nothing else.

    Args:
        extra: variables to set, which win over the inherited ones.
        also: further names to let through; `*` stands for any letters (`"ANTHROPIC_*"`).
        source: the environment to choose from; by default this process's own.
    """
    patterns = (*ALLOWED, *also)
    inherited = os.environ if source is None else source
    kept = {
        name: value
        for name, value in inherited.items()
        if any(fnmatchcase(name, pattern) for pattern in patterns)
    }
    return {**kept, **(extra or {})}


def run(  # noqa: PLR0913 - each but the first has a default that suits most
    argv: Sequence[str],
    *,
    cwd: str | os.PathLike[str] | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    limits: ProcessLimits | None = None,
    cancel: Cancel | None = None,
    on_line: Callable[[bytes], object] | None = None,
    on_start: Callable[[Mark], object] | None = None,
) -> ProcessResult:
    """Run a program to its end and return what came of it; afterwards none of its processes lives.

    Args:
        argv: the program and its arguments; never read by a shell.
        cwd: the folder it starts in; None is the present one.
        env: its whole environment; None is `allowed_environment()`.
        stdin: what it reads, of any size; it then sees the end of its input.
        limits: bounds of time, output and memory; by default none of time.
        cancel: set from another thread, it ends the run within about 50 ms plus the grace.
        on_line: called in this thread with each line of stdout without its end; the last may lack one. Returning
            False says that the line was no sign of life. An exception ends the run and is raised again.
        on_start: called in this thread with how its processes can be found: before the program is started, and again
            with its leader once it runs. An exception ends the run and is raised again.

    Raises:
        ExecutorError: the program or the folder does not exist or cannot be used.
        UsageError: an empty argument list, or a NUL character in an argument.
    """
    _check(argv)
    if cancel is not None and cancel.cancelled:
        return ProcessResult(exit_code=None, aborted=True)
    bounds = limits or ProcessLimits()
    marked = {**(allowed_environment() if env is None else env), MARKER: secrets.token_hex(16)}
    began = time.monotonic()
    if on_start is not None:
        on_start(Mark(marker=marked[MARKER]))
    child = _spawn(argv, cwd, marked)
    conversation = _Conversation(child, bounds, on_line, began)
    try:
        if on_start is not None:
            on_start(Mark(marker=marked[MARKER], leader=ProcessId.of(child.pid)))
        conversation.hold(stdin, cancel)
    finally:
        conversation.close(marked[MARKER])
    return conversation.result()


def end_marked(mark: Mark) -> bool:
    """Kill every process that carries the marker, and the group of the leader while that lives; tell if there was one.

    Where environments cannot be read (macOS) only the group is found. No other process is hit: the marker is random,
    and a leader whose number was given to somebody else is not the leader.
    """
    leader = mark.leader
    group = leader.pid if leader is not None and leader.exists else _NO_GROUP
    swept = _sweep(mark.marker, group)
    if swept or group == _NO_GROUP:
        return swept
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    return True


def _check(argv: Sequence[str]) -> None:
    if isinstance(argv, str) or not argv or any("\x00" in argument for argument in argv):
        raise UsageError(
            what="the argument list of a program cannot be used",
            why="it must be a non-empty list of strings without NUL characters",
            fix='write it as a list, for example ["pytest", "-q"]',
        )


def _spawn(
    argv: Sequence[str], cwd: str | os.PathLike[str] | None, env: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    if os.name != "posix":
        raise ExecutorError(
            what=f"{argv[0]} cannot be run here",
            why="ending a program with all it started needs POSIX process groups",
            fix="run ccrouter on Linux, macOS or inside WSL",
        )
    try:
        return subprocess.Popen(  # noqa: S603 - an argument list, no shell
            list(argv),
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        missing_folder = cwd is not None and not Path(cwd).is_dir()
        raise ExecutorError(
            what=f"{argv[0]} could not be started",
            why=f"the folder {os.fspath(cwd)} does not exist"
            if missing_folder and cwd
            else str(error.strerror or error),
            fix="create the folder"
            if missing_folder
            else "install it, or correct its name in the configuration",
        ) from error


class _Kept:
    """The first and the last half of a stream, at most `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_bytes = 0
        self._half = max(1, limit // 2)
        self.left_out = 0

    def add(self, data: bytes) -> None:
        room = self._half - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        if data:
            self._tail.append(data)
            self._tail_bytes += len(data)
        while self._tail and self._tail_bytes - len(self._tail[0]) >= self._half:
            self._tail_bytes -= len(self._tail[0])
            self.left_out += len(self._tail.popleft())

    def whole(self) -> bytes:
        tail = b"".join(self._tail)
        surplus = max(0, len(tail) - self._half)
        left_out = self.left_out + surplus
        note = b"\n... %d bytes left out ...\n" % left_out if left_out else b""
        self.left_out = left_out
        self._tail, self._tail_bytes = deque([tail[surplus:]]), len(tail) - surplus
        return bytes(self._head) + note + tail[surplus:]


class _Lines:
    """Cuts a stream into lines; a line longer than `_MAX_LINE_BYTES` is cut there and its rest dropped."""

    def __init__(self, on_line: Callable[[bytes], object]) -> None:
        self._on_line = on_line
        self._parts: list[bytes] = []
        self._bytes = 0

    def add(self, data: bytes) -> bool:
        """Deliver the lines that `data` completes; return whether one of them was a sign of life."""
        *complete, rest = data.split(b"\n")
        alive = False
        for piece in complete:
            self._keep(piece)
            alive = self._deliver() or alive
        self._keep(rest)
        return alive

    def flush(self) -> None:
        """Deliver a last line that lacks its end."""
        if self._parts:
            self._deliver()

    def _deliver(self) -> bool:
        line = b"".join(self._parts)
        self._parts, self._bytes = [], 0
        return self._on_line(line) is not False

    def _keep(self, piece: bytes) -> None:
        piece = piece[: max(0, _MAX_LINE_BYTES - self._bytes)]
        if piece:
            self._parts.append(piece)
            self._bytes += len(piece)


class _Conversation:
    """One child and its three pipes, from first byte to last."""

    def __init__(
        self,
        child: subprocess.Popen[bytes],
        limits: ProcessLimits,
        on_line: Callable[[bytes], object] | None,
        began: float,
    ) -> None:
        self._child = child
        self._limits = limits
        self._lines = _Lines(on_line) if on_line else None
        self._stdout, self._stderr = _Kept(limits.output_bytes), _Kept(limits.output_bytes)
        self._selector = selectors.DefaultSelector()
        self._input = memoryview(b"")
        self._began = self._last_byte = self._ended = began
        self._spoke = self._eventful = False
        self._signals = list(SIGNALS)
        self._next_signal_at: float | None = None
        self._timed_out: TimedOut | None = None
        self._aborted = False

    # --- the loop ---

    def hold(self, stdin: bytes, cancel: Cancel | None) -> None:
        """Feed, read and watch until the child has ended and its pipes hold nothing more."""
        self._limit_memory()
        self._input = memoryview(stdin)
        self._open(self._child.stdin, selectors.EVENT_WRITE)
        self._open(self._child.stdout, selectors.EVENT_READ)
        self._open(self._child.stderr, selectors.EVENT_READ)
        while not self._exited():
            self._pump(_TICK_S)
            self._watch(cancel)
            if self._next_signal_at is not None and time.monotonic() > self._next_signal_at + _GIVE_UP_S:
                break
        while self._pump(0):
            pass

    def _open(self, pipe: IO[bytes] | None, event: int) -> None:
        if pipe is not None:
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe, event)

    def _pump(self, timeout_s: float) -> bool:
        """Move what the pipes can take and give; return whether anything was read."""
        if not self._selector.get_map():
            time.sleep(min(timeout_s, 0.002))
            return False
        read = False
        for key, _ in self._selector.select(timeout_s):
            if key.fileobj is self._child.stdin:
                self._write(self._child.stdin)
            else:
                read = self._read(key.fileobj) or read  # type: ignore[arg-type]
        return read

    def _write(self, pipe: IO[bytes]) -> None:
        try:
            written = os.write(pipe.fileno(), self._input[:_CHUNK_BYTES]) if self._input else 0
        except BlockingIOError:
            return
        except BrokenPipeError:  # the child does not want the rest
            self._input = memoryview(b"")
            written = 0
        self._input = self._input[written:]
        if not self._input:
            self._shut(pipe)

    def _read(self, pipe: IO[bytes]) -> bool:
        try:
            data = os.read(pipe.fileno(), _CHUNK_BYTES)
        except BlockingIOError:
            return False
        if not data:
            self._shut(pipe)
            return False
        self._spoke, self._last_byte = True, time.monotonic()
        if pipe is self._child.stderr:
            self._stderr.add(data)
        else:
            self._stdout.add(data)
            alive = self._lines.add(data) if self._lines else True
            self._eventful = self._eventful or alive
        return True

    def _shut(self, pipe: IO[bytes]) -> None:
        self._selector.unregister(pipe)
        with contextlib.suppress(BrokenPipeError):  # closing flushes; nothing of ours is buffered
            pipe.close()

    # --- limits ---

    def _limit_memory(self) -> None:
        if self._limits.memory_bytes is not None and sys.platform == "linux":
            import resource  # noqa: PLC0415 - POSIX only

            bound = (self._limits.memory_bytes, self._limits.memory_bytes)
            with contextlib.suppress(ProcessLookupError):  # it has ended already
                resource.prlimit(self._child.pid, resource.RLIMIT_AS, bound)

    def _watch(self, cancel: Cancel | None) -> None:
        now = time.monotonic()
        if self._next_signal_at is None:
            self._aborted = cancel is not None and cancel.cancelled
            self._timed_out = None if self._aborted else self._overdue(now)
            if not self._aborted and self._timed_out is None:
                return
        elif now < self._next_signal_at:
            return
        if self._signals:
            self._next_signal_at = now + self._limits.grace_ms / 1000
            self._signal(self._signals.pop(0))

    def _overdue(self, now: float) -> TimedOut | None:
        def over(since: float, bound_ms: int | None) -> bool:
            return bound_ms is not None and (now - since) * 1000 > bound_ms

        if over(self._began, self._limits.total_ms):
            return "total"
        if self._lines is not None and not self._spoke and over(self._began, self._limits.start_ms):
            return "start"
        if not self._eventful:
            return "first_event" if over(self._began, self._limits.first_event_ms) else None
        return "idle" if over(self._last_byte, self._limits.idle_ms) else None

    # --- the end ---

    def _exited(self) -> bool:
        """Return whether the child has ended, leaving it unreaped where possible: its group id stays ours."""
        if hasattr(os, "waitid"):
            return os.waitid(os.P_PID, self._child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        return self._child.poll() is not None

    def _signal(self, number: signal.Signals) -> None:
        # PermissionError is how macOS says that only a zombie is left in the group.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, number)

    def close(self, marker: str) -> None:
        """Kill what is left of the group and of the marked processes, read the last bytes, let go of the pipes."""
        self._signal(signal.SIGKILL)
        _sweep(marker, self._child.pid)
        with contextlib.suppress(subprocess.TimeoutExpired):  # stuck in the kernel: exit_code stays None
            self._child.wait(_GIVE_UP_S)
        self._ended = time.monotonic()
        self._selector.close()
        for pipe in (self._child.stdin, self._child.stdout, self._child.stderr):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):  # closing flushes; nothing of ours is buffered
                    pipe.close()

    def result(self) -> ProcessResult:
        """Return what came of it. Call it once, after `close`."""
        if self._lines is not None:
            self._lines.flush()
        stdout, stderr = self._stdout.whole(), self._stderr.whole()
        return ProcessResult(
            exit_code=self._child.returncode,
            stdout=stdout,
            stderr=stderr,
            stdout_truncated=self._stdout.left_out > 0,
            stderr_truncated=self._stderr.left_out > 0,
            timed_out=self._timed_out,
            aborted=self._aborted,
            duration_ms=round((self._ended - self._began) * 1000),
        )


def _sweep(marker: str, group: int) -> bool:
    """Kill every process that carries the marker or is of the group, until none lives; tell whether there was one.

    Linux; elsewhere a no-op. This very process is spared: it may have been started by what it ends.

    A process that is forked while we look has a parent that we saw, so one look that finds nothing is enough.
    """
    give_up, found = time.monotonic() + _GIVE_UP_S, False
    while time.monotonic() < give_up:
        alive = _living(marker, group)
        if not alive:
            break
        found = True
        for pid in alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.005)
    return found


def _living(marker: str, group: int) -> list[int]:
    """Return the processes, zombies excepted, that carry the marker or are of the group."""
    if sys.platform != "linux":
        return []
    entry = f"{MARKER}={marker}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):  # it ended meanwhile, or is somebody else's
            state, _, in_group = (folder / "stat").read_bytes().rpartition(b")")[2].split()[:3]
            ours = int(in_group) == group or entry in (folder / "environ").read_bytes().split(b"\0")
            if ours and state not in {b"Z", b"X"}:
                found.append(int(folder.name))
    return found
