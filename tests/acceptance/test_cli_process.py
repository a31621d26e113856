"""The command line as real processes: exit codes, streams, signals, hostile surroundings, cost of starting."""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cli_world import World

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and modes of POSIX")
not_root = pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="nothing is read-only for root"
)

SLEEPER = """
[plugins.command.executors.sleeper]
argv = [{python!r}, "-c", {code!r}, {mark!r}]
edits = true

[[tiers]]
name = "haiku"
model = "haiku"
executor = "sleeper"
prices = {{ input = 0.1, output = 0.5 }}
"""


def children(mark: str) -> list[str]:
    """Return the command lines of the living processes that carry the mark."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "stat=,args="], capture_output=True, text=True, check=True
    ).stdout
    return [line for line in listed.splitlines() if mark in line and not line.startswith("Z")]


def workspaces(world: World) -> list[Path]:
    """Return the workspaces that are there."""
    return [path for path in (world.home / "workspaces").iterdir() if path.is_dir()]


def wait_for(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait until the condition holds; fail when it never does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


@pytest.fixture
def sleeping(world: World) -> tuple[World, str]:
    """Return a world whose only executor starts a process, and a child of it, that never end; and their mark."""
    mark = f"ccrouter-test-{os.getpid()}-{time.monotonic_ns()}"
    code = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', sys.argv[1]]); time.sleep(600)"
    text = (world.home / "config.toml").read_text().split("[[tiers]]")[0].replace('"command", ', "")
    (world.home / "config.toml").write_text(
        text + SLEEPER.format(python=sys.executable, code=code, mark=mark)
    )
    return world, mark


class TestStreams:
    def test_version_is_one_line(self, world):
        """`ccrouter --version` says the version, also with a home that is not there."""
        done = world.run("--version", env={**world.environ, "CCROUTER_HOME": str(world.home / "none")})
        assert (done.returncode, done.stdout.startswith("ccrouter "), done.stderr) == (0, True, "")
        assert not (world.home / "none").exists()

    def test_json_is_alone_on_standard_output(self, world):
        """Warnings of broken plugins and progress go to standard error; standard output is one JSON object."""
        world.install("broken", "Broken", "raise RuntimeError('no luck')")
        done = world.run("run", "--json", "fix the typo in a.txt")
        assert done.returncode == 0
        assert json.loads(done.stdout)["state"] == "passed"
        assert "warning: the plugin 'broken'" in done.stderr
        assert "trying haiku" in done.stderr

    @pytest.mark.parametrize(
        "arguments",
        [
            ("route", "fix the typo"),
            ("--help",),
            ("run", "fix the typo in a.txt"),
            ("plugins", "list"),
            ("doctor",),
        ],
    )
    def test_a_pipe_gets_no_escape_sequences(self, world, arguments):
        """What is not a terminal gets plain text."""
        done = world.run(*arguments)
        assert "\x1b" not in done.stdout + done.stderr

    @posix
    def test_no_color_is_respected(self, world):
        """On a terminal NO_COLOR keeps colours and bold away; without it they are there."""
        coloured = on_terminal(world, world.environ, "route", "fix the typo")
        plain = on_terminal(world, {**world.environ, "NO_COLOR": "1"}, "route", "fix the typo")
        assert "\x1b[" in coloured
        assert "\x1b[" not in plain
        assert "route to haiku" in plain

    @posix
    def test_a_broken_pipe_is_quiet(self, world):
        """When the reader goes away there is no traceback."""
        lines = '{"text": "fix the typo"}\n' * 200
        (world.project / "f.jsonl").write_text(lines)
        process = subprocess.Popen(
            [world.program, "route", "--file", "f.jsonl", "--json"],
            cwd=world.project,
            env=world.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
        process.stderr.close()
        process.wait(timeout=60)
        assert "Traceback" not in errors
        assert "BrokenPipe" not in errors

    @posix
    @pytest.mark.parametrize(
        ("redirection", "code"),
        [
            ("<&-", 0),
            (">&-", 1),
            ("2>&-", 0),
            ("<&- 2>&-", 0),
            ("<&- >&- 2>&-", 1),
            (">/dev/full", 1),
            ("2>/dev/full", 0),
        ],
    )
    @pytest.mark.parametrize(
        "arguments",
        ["--version", "--help", "route 'fix the typo' --json", "plugins list", "run 'fix the typo in a.txt'"],
    )
    def test_closed_and_full_streams_are_survived(self, world, arguments, redirection, code):
        """Without a standard stream, or with a full one, it works or says in one line why not."""
        if "full" in redirection and not os.path.exists("/dev/full"):  # noqa: PTH110
            pytest.skip("this system has no /dev/full")
        done = in_shell(world, f'"$0" {arguments} {redirection}')
        assert "Traceback" not in done.stderr
        assert "Exception ignored" not in done.stderr
        if "2>" in redirection:
            assert done.returncode in {0, 1}
        else:
            assert done.returncode == code
        if code == 1 and "2>" not in redirection:
            assert "error: standard output cannot be written" in done.stderr.splitlines()[-1]

    @posix
    @pytest.mark.parametrize(
        "arguments", ["route", "run", "run 'destroy them'", "route --file -", "clear-state"]
    )
    def test_a_closed_standard_input_holds_nothing(self, world, arguments):
        """What would be read from it is missing, and nobody is there to answer a question."""
        done = in_shell(world, f'"$0" {arguments} <&-')
        assert done.returncode in {0, 1, 2}
        assert "Traceback" not in done.stderr

    @posix
    def test_a_file_does_not_take_the_place_of_a_closed_stream(self, world):
        """A database opened by a process without standard output is not written over by what is printed."""
        in_shell(world, '"$0" route "fix the typo" >&- <&- 2>&-')
        assert (world.home / "state.db").read_bytes()[:15] == b"SQLite format 3"
        assert world.run("doctor").returncode == 0

    def test_lines_are_answered_as_they_come(self, world):
        """A batch is a stream: the answer to a line is there before the next line is written."""
        with subprocess.Popen(
            [world.program, "route", "--file", "-", "--json"],
            cwd=world.project,
            env=world.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            for text in ("fix the typo", "think"):
                process.stdin.write(json.dumps({"text": text}) + "\n")
                process.stdin.flush()
                assert json.loads(process.stdout.readline())["action"] == "route"
            process.stdin.close()
            assert process.wait(timeout=60) == 0


@posix
class TestInterrupt:
    @pytest.mark.parametrize(
        ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
    )
    def test_a_run_ends_cleanly(self, sleeping, number, code):
        """Ctrl-C, SIGTERM or SIGHUP ends the executor with its children, discards the workspace and changes nothing."""
        world, mark = sleeping
        process = subprocess.Popen(
            [world.program, "run", "fix the typo in a.txt"],
            cwd=world.project,
            env=world.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            wait_for(lambda: len(children(mark)) == 2)
            assert any((world.home / "workspaces").iterdir())
            process.send_signal(number)
            out, errors = process.communicate(timeout=30)
        finally:
            process.kill()
        assert process.returncode == code
        assert out == ""
        assert "Traceback" not in errors
        wait_for(lambda: not children(mark), seconds=5)
        assert workspaces(world) == []
        assert (world.project / "a.txt").read_text() == "teh text\n"

    def test_a_killed_run_is_swept(self, sleeping):
        """After kill -9 the next command ends what the executor started; doctor removes the workspace left behind."""
        world, mark = sleeping
        process = subprocess.Popen(
            [world.program, "run", "fix the typo in a.txt"],
            cwd=world.project,
            env=world.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(lambda: len(children(mark)) == 2)
        process.kill()
        process.wait()
        assert len(children(mark)) > 0  # nobody can answer kill -9 by ending them
        assert world.json("inspect", "--json")["counts"]["unfinished"] == 0
        wait_for(lambda: children(mark) == [])
        assert world.run("doctor").returncode == 0
        assert workspaces(world) == []

    def test_the_next_attempt_removes_what_a_killed_run_left(self, sleeping):
        """After kill -9 the next run that needs a workspace sweeps; that of a run that still lives stays whole."""
        world, mark = sleeping
        begun = [
            subprocess.Popen(
                [world.program, "run", "fix the typo in a.txt"],
                cwd=world.project,
                env=world.environ,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for _ in range(2)
        ]
        killed, living = begun
        try:
            wait_for(lambda: len(children(mark)) == 4)
            killed.kill()
            killed.wait()
            assert len(workspaces(world)) == 2
            assert world.run("run", "--timeout", "0.5", "fix the typo in a.txt").returncode == 1
            (left,) = workspaces(world)
            assert left.with_name(left.name + ".lock").read_text().split()[0] == str(living.pid)
            assert (left / "tree/a.txt").read_text() == "teh text\n"
            living.send_signal(signal.SIGTERM)
            assert living.wait(timeout=30) == 143
            assert workspaces(world) == []
        finally:
            living.kill()
            end_all(mark)

    def test_a_question_can_be_left(self, world):
        """Ctrl-C at a question on the terminal exits 130 and runs nothing."""
        shown = on_terminal(
            world, world.environ, "run", "destroy them", typed="\x03", until="[y/N]", code=130
        )
        assert "destroys the letters" in shown
        assert "Traceback" not in shown

    @pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 1)])
    def test_what_is_destructive_asks_on_a_terminal(self, world, typed, code):
        """A yes lets it run, a no refuses it; the question reads well, whatever words a plugin chose."""
        shown = on_terminal(
            world, world.environ, "run", "destroy them", typed=typed, until="[y/N]", code=code
        )
        assert "This needs your yes: destroys the letters. Go on?" in shown


class TestSurroundings:
    def test_an_empty_home_works(self, world):
        """Without any setting the state folder is made, private, where the platform wants it."""
        environ = {
            key: value for key, value in world.environ.items() if not key.startswith(("CCROUTER", "XDG"))
        }
        empty = world.home / "user"
        empty.mkdir()
        done = world.run("route", "Fix the typo in intro.tex", "--json", env={**environ, "HOME": str(empty)})
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["tier"] == "haiku"
        (state,) = list(empty.rglob("state.db"))
        assert state.parent.stat().st_mode & 0o777 == 0o700

    @not_root
    def test_a_read_only_home_says_what_to_do(self, world):
        """When nothing can be written the error names the folder and CCROUTER_HOME."""
        world.home.chmod(0o500)
        done = world.run("route", "fix the typo")
        world.home.chmod(0o700)
        assert done.returncode == 1
        assert str(world.home) in done.stderr
        assert "fix:" in done.stderr
        assert "Traceback" not in done.stderr

    def test_a_home_that_is_a_file_says_what_to_do(self, world):
        """A state folder that cannot be made is an error of three lines, and doctor tells it with its fix."""
        place = world.project / "a.txt"
        environ = {**world.environ, "CCROUTER_HOME": str(place / "below")}
        done = world.run("route", "fix the typo", env=environ)
        assert done.returncode in {1, 78}
        assert str(place) in done.stderr
        assert "fix:" in done.stderr
        doctor = world.run("doctor", "--json", env=environ)
        assert doctor.returncode == 1
        assert not json.loads(doctor.stdout)["ok"]

    def test_another_folder_can_be_named(self, world):
        """`-C DIR` works as if started there."""
        other = world.project / "other"
        other.mkdir()
        assert world.json("-C", str(other), "route", "x", "--json")["domain"] is None
        assert world.json("-C", str(world.project), "route", "x", "--json")["domain"] == "letters"

    def test_completion_is_clicks_own(self, world):
        """The shell's completion of a command's name works."""
        environ = {
            **world.environ,
            "_CCROUTER_COMPLETE": "bash_complete",
            "COMP_WORDS": "ccrouter ro",
            "COMP_CWORD": "1",
        }
        assert "route" in world.run(env=environ).stdout


def in_shell(world: World, line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell in the project; `$0` is the program."""
    return subprocess.run(
        ["/bin/sh", "-c", line, world.program],
        cwd=world.project,
        env=world.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def in_interpreters(arguments: list[str], environ: dict[str, str], rounds: int = 7) -> float:
    """Return the CPU time of a command as a multiple of a bare interpreter's: medians of runs taken in turn."""
    import resource  # noqa: PLC0415 - POSIX only

    def cpu_s(argv: list[str]) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(argv, env=environ, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    pairs = [(cpu_s(arguments), cpu_s([sys.executable, "-c", "pass"])) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs) / statistics.median(pair[1] for pair in pairs)


@posix
class TestCost:
    @pytest.mark.parametrize(
        ("arguments", "most"), [(["--version"], 3), (["route", "--json", "Fix the typo in intro.tex"], 14)]
    )
    def test_starting_is_cheap(self, world, arguments, most):
        """`--version` costs at most 3 bare interpreters, a decision of the built-in rules at most 14."""
        (world.home / "config.toml").unlink()
        environ = {**world.environ, "PYTHONPATH": ""}
        world.run(*arguments, env=environ)
        assert in_interpreters([world.program, *arguments], environ) <= most

    @pytest.mark.parametrize(
        "name",
        [
            "rich",
            "cattrs",
            "tomlkit",
            "asyncio",
            "logging",
            "importlib.metadata",
            "importlib_metadata",
            "ccrouter_plugins.claude_code",
        ],
    )
    def test_a_decision_does_not_import_what_it_does_not_need(self, world, name):
        """Routing without a configuration file imports none of the slow modules once the entry points are known."""
        (world.home / "config.toml").unlink()
        environ = {**world.environ, "PYTHONPATH": ""}
        code = (
            "import sys\nfrom ccrouter_core.cli import main\n"
            "try:\n    main(['route', 'Fix the typo in intro.tex'])\n"
            f"except SystemExit:\n    sys.exit({name!r} in sys.modules)"
        )
        for _ in range(2):  # the first one looks for entry points, and may import what that needs
            done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, check=False)
        assert done.returncode == 0


def end_all(mark: str) -> None:
    """Kill the processes that carry the mark."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,args="], capture_output=True, text=True, check=True
    ).stdout
    for line in listed.splitlines():
        if mark in line:
            os.kill(int(line.split()[0]), signal.SIGKILL)


def on_terminal(
    world: World, environ: dict[str, str], *arguments: str, typed: str = "", until: str = "", code: int = 0
) -> str:
    """Run `ccrouter ARGUMENTS` on a terminal of its own, type when the words appear; return what was shown."""
    import pty  # noqa: PLC0415 - POSIX only

    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(world.project)
        os.execve(world.program, [world.program, *arguments], {**environ, "TERM": "xterm-256color"})  # noqa: S606
    shown = b""
    while True:
        try:
            shown += os.read(terminal, 4096)
        except OSError:  # Linux tells the end of a terminal so
            break
        if typed and until.encode() in shown:
            os.write(terminal, typed.encode())
            typed = ""
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == code, shown.decode()
    return shown.decode()
