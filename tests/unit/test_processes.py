"""Laws of child processes: bounded, fed and read without a deadlock, and none left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccrouter_core.errors import ExecutorError, UsageError
from ccrouter_core.processes import (
    MARKER,
    Mark,
    ProcessLimits,
    ProcessResult,
    allowed_environment,
    run,
)
from ccrouter_core.services import Cancel

MEGABYTE = 1_000_000
FAST = ProcessLimits(total_ms=20_000, grace_ms=200)


def python(code: str, **options: object) -> ProcessResult:
    """Run a piece of Python as a child."""
    return run([sys.executable, "-S", "-E", "-c", code], **{"limits": FAST, **options})  # type: ignore[arg-type]


def is_running(pid: int) -> bool:
    """Return whether the process lives; a zombie does not."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
        except (FileNotFoundError, ProcessLookupError):
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def is_gone(pid: int) -> bool:
    """Return whether the process is gone, at once on Linux, within a second elsewhere."""
    deadline = time.monotonic() + (0 if sys.platform == "linux" else 1)
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not is_running(pid)


def test_exit_code_and_both_streams_are_read():
    """What a program says and how it ends is what the result holds."""
    result = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert (result.exit_code, result.stdout, result.stderr) == (3, b"out\n", b"err\n")
    assert result.timed_out is None
    assert not result.aborted


def test_large_input_and_output_do_not_deadlock():
    """A child that writes while it is still being fed gets and gives everything."""
    limits = ProcessLimits(total_ms=20_000, output_bytes=20 * MEGABYTE)
    text = os.urandom(MEGABYTE) * 3
    assert run(["cat"], stdin=text, limits=limits).stdout == text


def test_child_that_ignores_its_input_is_no_error():
    """A prompt that nobody reads breaks no pipe of ours."""
    assert run(["true"], stdin=b"x" * MEGABYTE, limits=FAST).exit_code == 0


def test_kept_output_is_bounded_and_says_so():
    """Beyond the bound the first and the last half stay, and the flag is set."""
    code = "import sys; sys.stdout.write('a' * 900 + 'b' * 900); sys.stderr.write('e')"
    result = python(code, limits=ProcessLimits(output_bytes=1000))
    assert result.stdout_truncated
    assert not result.stderr_truncated
    assert result.stdout.startswith(b"a" * 500)
    assert result.stdout.endswith(b"b" * 500)
    assert b"800 bytes left out" in result.stdout


def test_line_of_ten_megabytes_arrives_whole():
    """A long line is one line."""
    lines: list[bytes] = []
    python("print('x' * 10_000_000); print('end', end='')", on_line=lines.append)
    assert [len(line) for line in lines] == [10_000_000, 3]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line), max_size=8))
def test_lines_are_what_was_written_between_line_ends(lines: list[bytes]):
    """Any bytes cut at line ends come back as those lines; nothing after the last line end is no line."""
    seen: list[bytes] = []
    run(["cat"], stdin=b"\n".join(lines), limits=FAST, on_line=seen.append)
    assert seen == (lines if lines and lines[-1] else lines[:-1])


@pytest.mark.parametrize(
    ("bound", "says"),
    [("start", "''"), ("first_event", "'noise'"), ("idle", "'event'"), ("total", "'event'")],
)
def test_each_limit_is_reported_by_its_own_name(bound: str, says: str):
    """Silent from the start, noise only, silence after an event, and too long are told apart."""
    limits = ProcessLimits(**{f"{bound}_ms": 300, "grace_ms": 200})
    code = f"import time; text = {says}; text and print(text, flush=True); time.sleep(60)"
    result = python(code, limits=limits, on_line=lambda line: line != b"noise")
    assert result.timed_out == bound
    assert result.duration_ms < 10_000


def test_silence_counts_only_while_it_lasts():
    """A program that speaks now and then is not idle."""
    code = "import time\nfor _ in range(6): print('.', flush=True); time.sleep(0.1)"
    assert python(code, limits=ProcessLimits(idle_ms=5_000), on_line=lambda _: None).timed_out is None


def test_cancel_ends_the_run_and_keeps_what_was_said():
    """A cancel from another thread is obeyed, and the partial output stays."""
    cancel = Cancel()
    result = python(
        "import time; print('partial', flush=True); time.sleep(60)",
        cancel=cancel,
        on_line=lambda _: cancel.cancel("enough"),
    )
    assert result.aborted
    assert result.stdout == b"partial\n"
    assert result.duration_ms < 10_000


def test_cancel_beforehand_starts_nothing(tmp_path: Path):
    """A cancelled run leaves no trace."""
    cancel = Cancel()
    cancel.cancel()
    assert run(["touch", str(tmp_path / "trace")], cancel=cancel).aborted
    assert not (tmp_path / "trace").exists()


def test_signals_come_in_order_of_strength():
    """A child may end itself on SIGINT; one that ignores SIGINT and SIGTERM is killed."""
    gentle = "import signal, sys, time\nsignal.signal(signal.SIGINT, lambda *_: sys.exit(7))\nprint(1, flush=True)\n"
    stubborn = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint(1, flush=True)\n"
    limits = ProcessLimits(idle_ms=100, grace_ms=300)
    ended = python(gentle + "time.sleep(60)", limits=limits, on_line=lambda _: None)
    killed = python(stubborn + "time.sleep(60)", limits=limits, on_line=lambda _: None)
    assert ended.exit_code == 7
    assert killed.exit_code == -signal.SIGKILL


ORPHANS = {
    "in the background": "sleep 60 & echo $!",
    "forked twice": "(sleep 60 & echo $!) ; true",
    "without its environment": "env -i PATH=$PATH sleep 60 & echo $!",
    "deaf to signals": "(trap '' INT TERM HUP; sleep 60) & echo $!",
}


@pytest.mark.parametrize("kind", ORPHANS)
def test_nothing_of_the_group_survives(kind: str):
    """Whatever a child leaves in its group is gone when the run returns, and holds no pipe of ours open."""
    began = time.monotonic()
    result = run(["sh", "-c", ORPHANS[kind]], limits=FAST)
    assert time.monotonic() - began < 10
    assert result.exit_code == 0
    assert is_gone(int(result.stdout))


@pytest.mark.skipif(sys.platform != "linux", reason="marked processes are found through /proc")
def test_process_in_a_session_of_its_own_is_found():
    """A descendant that left the group carries the marker and is ended as well."""
    code = (
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        "        print(os.getpid(), flush=True); time.sleep(60)\n"
        "    os._exit(0)\n"
        "os.wait(); time.sleep(0.3)\n"
    )
    result = python(code)
    assert is_gone(int(result.stdout))


def test_group_is_gone_after_a_timeout_too():
    """The limit ends the children of the child as well."""
    result = run(["sh", "-c", "sleep 60 & echo $!; wait"], limits=ProcessLimits(total_ms=300, grace_ms=200))
    assert result.timed_out == "total"
    assert is_gone(int(result.stdout))


def test_exception_of_the_reader_ends_the_child_and_is_raised():
    """A reader that breaks takes the child with it."""
    pids: list[int] = []

    def read(line: bytes) -> None:
        pids.append(int(line))
        message = "reader broke"
        raise ValueError(message)

    with pytest.raises(ValueError, match="reader broke"):
        run(["sh", "-c", "echo $$; sleep 60"], limits=FAST, on_line=read)
    assert is_gone(pids[0])


def test_two_runs_at_once_do_not_end_each_other():
    """Each run knows its own processes only."""
    results: list[ProcessResult] = []
    slow = threading.Thread(
        target=lambda: results.append(run(["sh", "-c", "sleep 0.6; echo done"], limits=FAST))
    )
    slow.start()
    for _ in range(5):
        run(["true"], limits=FAST)
    slow.join()
    assert results[0].stdout == b"done\n"


@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited on Linux only")
def test_memory_bound_holds():
    """A child that asks for more than its bound does not get it."""
    limits = ProcessLimits(total_ms=20_000, memory_bytes=400 * MEGABYTE)
    result = python("import time; time.sleep(0.2); bytearray(2_000_000_000)", limits=limits)
    assert result.exit_code == 1
    assert b"MemoryError" in result.stderr


def test_missing_program_and_missing_folder_are_told_apart(tmp_path: Path):
    """The error says what is missing and what to do."""
    with pytest.raises(ExecutorError, match="install it"):
        run(["ccrouter-no-such-program"])
    with pytest.raises(ExecutorError, match="does not exist"):
        run(["true"], cwd=tmp_path / "nowhere")


@pytest.mark.parametrize("argv", [[], "ls -l", ["echo", "a\x00b"]])
def test_argument_lists_that_cannot_be_used_are_refused(argv: list[str]):
    """An empty list, a shell line and a NUL are usage errors."""
    with pytest.raises(UsageError):
        run(argv)


def test_no_argument_is_read_by_a_shell():
    """Shell text stays text."""
    assert run(["echo", "$HOME; `id` && *"], limits=FAST).stdout == b"$HOME; `id` && *\n"


def test_environment_is_an_allow_list():
    """A secret of the parent is not seen by the child; named extras and patterns are."""
    source = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C",
        "AWS_SECRET": "s",
        "TOOL_A": "1",
        "XDG_CACHE_HOME": "/x",
    }
    assert allowed_environment(source=source) == {
        "PATH": source["PATH"],
        "LC_ALL": "C",
        "XDG_CACHE_HOME": "/x",
    }
    assert allowed_environment({"B": "2"}, also=["TOOL_*"], source=source)["TOOL_A"] == "1"
    seen = run(["env"], env={"PATH": source["PATH"], "ONLY": "this"}, limits=FAST).stdout.decode()
    assert {line.partition("=")[0] for line in seen.splitlines()} <= {
        "PATH",
        "ONLY",
        MARKER,
        "PWD",
        "SHLVL",
        "_",
    }


def test_no_file_stays_open():
    """Many runs leave no descriptor behind."""
    folder = Path("/proc/self/fd" if sys.platform == "linux" else "/dev/fd")
    run(["true"], limits=FAST)
    before = len(list(folder.iterdir()))
    for _ in range(10):
        run(["sh", "-c", "echo a; echo b >&2"], stdin=b"x", limits=FAST)
    assert len(list(folder.iterdir())) <= before


def test_a_run_is_told_before_it_starts_and_with_its_leader_once_it_runs() -> None:
    """Whoever is killed in between has written down by what the processes can be found."""
    told: list[tuple[Mark, list[str]]] = []
    result = python(
        "import os; print(os.getpid(), os.environ['CCROUTER_PROCESS'])",
        on_start=lambda mark: told.append((mark, marked(mark.marker))),
    )
    (before, nobody), (after, _) = told
    pid, marker = result.stdout.decode().split()
    assert (before.marker, before.leader, nobody) == (marker, None, [])
    assert after.leader is not None
    assert (after.marker, after.leader.pid) == (marker, int(pid))


def marked(marker: str) -> list[str]:
    """Return the processes that carry a marker (Linux)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            found += [path.parent.name] * (marker.encode() in path.read_bytes())
    return found


@pytest.mark.parametrize("at", [1, 2])
def test_an_exception_of_the_listener_ends_the_run(at: int) -> None:
    """What cannot be written down does not go on."""
    calls: list[Mark] = []

    def listen(mark: Mark) -> None:
        calls.append(mark)
        if len(calls) == at:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        python("import time; time.sleep(60)", on_start=listen)
    assert marked(calls[-1].marker) == []
