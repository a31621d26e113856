"""What every executor must do."""

from __future__ import annotations

import secrets
import sys
import threading
import time
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from attrs import asdict, evolve, frozen

from ccrouter_core.models import Check, FailureKind, Outcome, Prices, Tier
from ccrouter_core.processes import Mark
from ccrouter_core.services import Cancel, Capabilities, ExecutionEvent, Executor, Handle, Job, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

TIER = Tier(
    name="haiku",
    rank=0,
    model="haiku",
    executor="tested",
    prices=Prices(input=1.0, output=5.0, cache_read=0.1),
)
END_S = 5.0  # how long an execution may go on after it was told to end
_SAY_S = 3.0  # how long an executor that streams may need for its first words
_WAIT_S = 60.0
_STARTS = frozenset(
    {"subprocess.Popen", "os.posix_spawn", "os.fork", "os.exec", "os.system", "socket.connect"}
)


@frozen
class Run:
    """An execution that ended: its events in order, its outcome, and how long it took."""

    events: tuple[ExecutionEvent, ...]
    outcome: Outcome
    seconds: float


class ExecutorConformance:
    """The laws of `services.Executor`.

    Subclasses bring the fixture `executor`, which answers any number of prompts within seconds, and set `echoes`
    when its answers contain the prompt. Where the executor can be made slow or broken, they bring these too:

    - `slow_executor`: says something at once (where it streams), then needs more than 30 s.
    - `broken_executor`: cannot work: not installed, not reachable, or its program crashes.
    - `editing_executor`: changes or adds a file in the job's folder as far as it is allowed to.
    """

    echoes = False
    tier = TIER

    @pytest.fixture
    def executor(self) -> Executor:
        """Return an executor that answers; overridden by every subclass."""
        raise NotImplementedError("a subclass of ExecutorConformance brings the fixture `executor`")

    @pytest.fixture
    def slow_executor(self) -> Executor:
        """Return an executor that takes more than 30 s."""
        pytest.skip("this executor cannot be made slow: the fixture slow_executor is not there")

    @pytest.fixture
    def broken_executor(self) -> Executor:
        """Return an executor that cannot work."""
        pytest.skip("this executor cannot be broken: the fixture broken_executor is not there")

    @pytest.fixture
    def editing_executor(self) -> Executor:
        """Return an executor that changes files where it may."""
        pytest.skip("this executor does not edit: the fixture editing_executor is not there")

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """Return a small project to work in."""
        folder = tmp_path / "project"
        (folder / "src").mkdir(parents=True)
        (folder / "src/main.py").write_text("print('hello')\n")
        (folder / "README.md").write_text("# A project\n")
        return folder

    def job(self, folder: Path, prompt: str = "Say something about this project.", **changes: Any) -> Job:
        """Return a reading job in `folder`."""
        return evolve(Job(prompt=prompt, tier=self.tier, cwd=str(folder)), **changes)

    # --- what it says of itself --------------------------------------------------------------------------------

    def test_it_is_an_executor(self, executor: Executor) -> None:
        """It has a name and every method of the protocol."""
        assert isinstance(executor, Executor)
        assert executor.name.strip() == executor.name != ""

    def test_capabilities_start_nothing(self, executor: Executor) -> None:
        """Asking what it can do is instant and starts no process and no connection."""
        with started() as seen:
            began = time.monotonic()
            assert isinstance(executor.capabilities(), Capabilities)
            assert executor.capabilities() == executor.capabilities()
        assert seen == []
        assert time.monotonic() - began < 1

    def test_check_is_quick_and_says_what_to_do(self, executor: Executor) -> None:
        """A readiness check ends soon, connects to nothing, and names a fix when it does not pass."""
        with started() as seen:
            began = time.monotonic()
            check = executor.check()
        assert isinstance(check, Check)
        assert check.passed or (check.reason and check.fix)
        assert "socket.connect" not in seen
        assert time.monotonic() - began < END_S

    # --- one job -----------------------------------------------------------------------------------------------

    def test_it_answers(self, executor: Executor, folder: Path) -> None:
        """A job ends with an answer of the tier that was asked, and without an error."""
        outcome = self.run(executor, self.job(folder)).outcome
        assert outcome.error is None
        assert outcome.text.strip()
        assert outcome.tier == self.tier.name
        assert not outcome.partial

    def test_the_last_event_is_the_only_finished(self, executor: Executor, folder: Path) -> None:
        """Every execution says exactly once that it finished, at its end."""
        kinds = [event.kind for event in self.run(executor, self.job(folder)).events]
        assert kinds.count("finished") == 1
        assert kinds[-1] == "finished"

    def test_the_result_does_not_need_a_listener(self, executor: Executor, folder: Path) -> None:
        """Without anybody reading events the result comes all the same, and twice the same."""
        handle = executor.start(self.job(folder), Limits(), Cancel())
        assert isinstance(handle, Handle)
        outcome = handle.result()
        assert outcome.error is None
        assert handle.result() == outcome

    def test_figures_are_never_negative(self, executor: Executor, folder: Path) -> None:
        """Tokens, cost and duration are zero or more, and whole numbers."""
        outcome = self.run(executor, self.job(folder)).outcome
        for used in outcome.usage:
            tokens = asdict(used)
            assert tokens.pop("model")
            assert all(type(count) is int and count >= 0 for count in tokens.values()), used
        assert outcome.cost_nano_usd is None or (
            type(outcome.cost_nano_usd) is int and outcome.cost_nano_usd >= 0
        )
        assert outcome.duration_ms >= 0

    @pytest.mark.parametrize("kind", ["unicode", "dashes", "100 kB", "braces"])
    def test_any_prompt_survives(self, executor: Executor, folder: Path, kind: str) -> None:
        """Text that a command line, a template or a small pipe would spoil arrives whole."""
        mark = secrets.token_hex(8)
        prompt = {
            "unicode": f"Grüße 世界 🎉 e\u0301 \u202e\n\ttab {mark}",
            "dashes": f"--version -- -p $HOME `id` $(id) ; rm -rf x & {mark}",
            "100 kB": "All work and no play. " * 4_500 + mark,
            "braces": "{prompt} {} %s %(x)s {{tier}} \\n " + mark,
        }[kind]
        outcome = self.run(executor, self.job(folder, prompt)).outcome
        assert outcome.error is None
        if self.echoes:
            assert prompt in outcome.text

    def test_the_prompt_is_never_on_a_command_line(self, executor: Executor, folder: Path) -> None:
        """No process carries the prompt in its arguments, where every user of the machine could read it."""
        if sys.platform != "linux":
            pytest.skip("command lines are read from /proc")
        mark = secrets.token_hex(16)
        with command_lines_with(mark) as seen:
            for _ in range(3):
                self.run(executor, self.job(folder, f"Say something. {mark}", context=f"context {mark}"))
        assert seen == []

    def test_a_process_that_it_starts_is_told(self, executor: Executor, folder: Path) -> None:
        """How the processes of a job can be found is known, so that they can be ended after a kill of ours."""
        marks: list[Mark] = []
        with started() as seen:
            self.run(executor, self.job(folder, on_start=marks.append))
        if set(seen) - {"socket.connect"}:
            assert marks
            assert all(mark.marker for mark in marks)

    def test_a_reading_job_changes_nothing(self, executor: Executor, folder: Path) -> None:
        """Files, contents and permissions of the folder are as before a read-only job."""
        before = snapshot(folder)
        self.run(executor, self.job(folder))
        assert snapshot(folder) == before

    def test_even_an_editor_changes_nothing_when_reading(
        self, editing_executor: Executor, folder: Path
    ) -> None:
        """What would edit is kept from it in a read-only job, and does it in a writing one."""
        before = snapshot(folder)
        self.run(editing_executor, self.job(folder))
        assert snapshot(folder) == before
        outcome = self.run(editing_executor, self.job(folder, read_only=False)).outcome
        assert outcome.error is None
        assert snapshot(folder) != before

    # --- two jobs ----------------------------------------------------------------------------------------------

    def test_two_jobs_at_once_do_not_mix(self, executor: Executor, folder: Path) -> None:
        """Each of two jobs under way gets its own answer and its own events."""
        marks = [secrets.token_hex(8) for _ in range(2)]
        handles = [executor.start(self.job(folder, f"Say {mark}."), Limits(), Cancel()) for mark in marks]
        for handle, mark, other in zip(handles, marks, reversed(marks), strict=True):
            events, outcome = list(handle.events()), handle.result()
            assert [event.kind for event in events].count("finished") == 1
            assert outcome.error is None
            told = outcome.text + "".join(event.text for event in events)
            assert other not in told
            if self.echoes:
                assert mark in outcome.text

    # --- the end -----------------------------------------------------------------------------------------------

    def test_a_set_token_runs_nothing(self, executor: Executor, folder: Path) -> None:
        """A job that was cancelled before its start ends at once, aborted, without a word."""
        cancel = Cancel()
        cancel.cancel("not wanted")
        run = self.run(executor, self.job(folder), cancel=cancel)
        assert run.seconds < END_S
        assert run.outcome.error is not None
        assert run.outcome.error.kind is FailureKind.ABORTED
        assert run.outcome.text == ""

    def test_cancel_ends_it_and_keeps_what_was_said(self, slow_executor: Executor, folder: Path) -> None:
        """A job that is cancelled ends within 5 s, aborted, with the text it had streamed so far."""
        cancel = Cancel()
        handle = slow_executor.start(self.job(folder), Limits(), cancel)
        said = threading.Event()
        events: list[ExecutionEvent] = []
        listener = threading.Thread(target=lambda: _listen(handle, events, said))
        listener.start()
        if slow_executor.capabilities().streaming:
            assert said.wait(_SAY_S), "it streams, but said nothing"
        began = time.monotonic()
        cancel.cancel("the law says stop")
        outcome = handle.result()
        assert time.monotonic() - began < END_S
        listener.join(END_S)
        assert not listener.is_alive()
        assert outcome.error is not None
        assert outcome.error.kind is FailureKind.ABORTED
        assert outcome.partial
        assert outcome.text.startswith("".join(event.text for event in events if event.kind == "text"))
        assert [event.kind for event in events].count("finished") == 1

    def test_the_total_limit_ends_it(self, slow_executor: Executor, folder: Path) -> None:
        """A job that takes longer than its total limit ends as a timeout."""
        run = self.run(slow_executor, self.job(folder), Limits(total_ms=1_000))
        assert run.seconds < 1 + END_S
        assert run.outcome.error is not None
        assert run.outcome.error.kind is FailureKind.TIMEOUT

    def test_one_job_is_cancelled_alone(self, slow_executor: Executor, folder: Path) -> None:
        """Cancelling one job leaves another under way."""
        first, second = Cancel(), Cancel()
        going = slow_executor.start(self.job(folder), Limits(), second)
        run = self.run(slow_executor, self.job(folder), cancel=first, cancel_after_s=0.5)
        assert run.outcome.error is not None
        assert not second.cancelled
        began = time.monotonic()
        second.cancel("the end of the test")
        assert going.result().error is not None
        assert time.monotonic() - began < END_S

    # --- trouble -----------------------------------------------------------------------------------------------

    def test_trouble_is_an_outcome(self, broken_executor: Executor, folder: Path) -> None:
        """What the executor meets is in the outcome's error, with a message; nothing is raised."""
        run = self.run(broken_executor, self.job(folder))
        assert run.outcome.error is not None
        assert run.outcome.error.message
        assert [event.kind for event in run.events].count("finished") == 1
        assert run.seconds < END_S

    def test_a_missing_folder_is_an_outcome(self, executor: Executor, tmp_path: Path) -> None:
        """A job in a folder that is gone ends with an outcome, not with an exception, and makes no folder."""
        gone = tmp_path / "gone"
        assert isinstance(self.run(executor, self.job(gone)).outcome, Outcome)
        assert not gone.exists()

    # --- helpers -----------------------------------------------------------------------------------------------

    def run(
        self,
        executor: Executor,
        job: Job,
        limits: Limits | None = None,
        *,
        cancel: Cancel | None = None,
        cancel_after_s: float | None = None,
    ) -> Run:
        """Run a job to its end and return what it said."""
        token = cancel or Cancel()
        began = time.monotonic()
        handle = executor.start(job, limits or Limits(), token)
        timer = threading.Timer(_WAIT_S if cancel_after_s is None else cancel_after_s, token.cancel)
        timer.start()
        try:
            events = tuple(handle.events())
            return Run(events, handle.result(), time.monotonic() - began)
        finally:
            timer.cancel()


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return mode and content of everything below a folder."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
    }


_listeners: list[list[str]] = []


def _audit(event: str, _: tuple[Any, ...]) -> None:
    if event in _STARTS:
        for seen in _listeners:
            seen.append(event)


@cache
def _add_audit_hook() -> None:
    """Listen to the interpreter's audit events, once: such a hook can never be removed."""
    sys.addaudithook(_audit)


@contextmanager
def started() -> Iterator[list[str]]:
    """Collect the audit events of starting a process or a connection, of all threads."""
    _add_audit_hook()
    seen: list[str] = []
    _listeners.append(seen)
    try:
        yield seen
    finally:
        _listeners.remove(seen)


@contextmanager
def command_lines_with(mark: str) -> Iterator[list[str]]:
    """Watch the command lines of all processes; collect those that contain the mark."""
    seen: list[str] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.002):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    line = path.read_bytes()
                except OSError:  # it ended meanwhile
                    continue
                if mark.encode() in line:
                    seen.append(line.replace(b"\0", b" ").decode(errors="replace"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        watcher.join()


def _listen(handle: Handle, events: list[ExecutionEvent], said: threading.Event) -> None:
    for event in handle.events():
        events.append(event)
        if event.kind == "text":
            said.set()
