"""Running a project's tests and build, and telling a failure of the work from one of the surroundings."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from ccrouter_core.errors import ExecutorError
from ccrouter_core.processes import ProcessLimits, ProcessResult, run
from ccrouter_plugins.validation.interpreters import python_candidates
from ccrouter_plugins.validation.surroundings import surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator

_RUNNERS = Path(__file__).parent / "runners"
_OUTPUT_BYTES = 4 << 20
_PROBE = ProcessLimits(total_ms=20_000, output_bytes=1 << 16)
_NONE_COLLECTED = 5  # pytest's exit code
_USAGE = 4  # pytest's exit code for arguments or a conftest.py that it cannot use
_NOT_FOUND = 127  # what shells and npm say of a program that is missing
_NPM_DEFAULT = "no test specified"
_READ_FILES = 200  # looked into, to see which framework the tests are written for


@frozen(kw_only=True)
class CommandLimits:
    """Bounds of one run."""

    timeout_s: float = 300.0
    private_home: bool = True  # an empty home and folder for temporary files, instead of the user's
    memory_mb: int | None = 8192  # of Python programs; others reserve address space that they never use


@frozen(kw_only=True)
class Failing:
    """A test that failed.

    Attributes:
        test: its id, the same before and after a change.
        message: what it said.
        kind: "assertion" (the result is wrong), "error" (the code broke) or "surroundings" (a dependency, a fixture of
            a missing plugin, the network).
    """

    test: str
    message: str
    kind: str


@frozen(kw_only=True)
class Ran:
    """How a run ended: "passed", "failed", "none" (no test there) or "broken" (nothing is known), and why.

    Attributes:
        failing: the tests that failed; of a command whose tests are not known one by one, what its output names.
        passing: the tests that passed.
        counted: whether each test is among them.
    """

    state: str
    reason: str
    failing: tuple[Failing, ...] = ()
    passing: frozenset[str] = frozenset()
    counted: bool = False

    def tests(self) -> frozenset[str]:
        """Return the names of the tests that ran."""
        return self.passing | {test.test for test in self.failing}


# --- tests -----------------------------------------------------------------------------------------------------


def run_tests(folder: Path, origin: Path | None, command: tuple[str, ...], limits: CommandLimits) -> Ran:
    """Run the project's tests in `folder`.

    Args:
        folder: where they run.
        origin: the user's own folder, where the project's environment is.
        command: the user's test command; empty finds one: pytest or unittest, else `npm test`.
        limits: bounds of the run.
    """
    if command:
        return _custom(folder, origin, command, limits)
    if _has_python_tests(folder):
        return _python_tests(folder, origin, limits)
    script = _npm_script(folder)
    if script is None:
        return Ran(state="none", reason="the project has no tests that are known how to run")
    return _npm(folder, origin, limits)


def _has_python_tests(folder: Path) -> bool:
    return _configures_pytest(folder) or next(_test_files(folder), None) is not None


def _configures_pytest(folder: Path) -> bool:
    marks = {
        "pytest.ini": "",
        "pyproject.toml": "[tool.pytest",
        "tox.ini": "[pytest]",
        "setup.cfg": "[tool:pytest]",
    }
    return any(
        (folder / name).is_file() and mark in (folder / name).read_text(errors="replace")
        for name, mark in marks.items()
    )


def _test_files(folder: Path) -> Iterator[Path]:
    for place in (folder, folder / "tests", folder / "test"):
        if place.is_dir() and not place.is_symlink():
            depth = place.rglob if place != folder else place.glob
            yield from depth("test_*.py")
            yield from depth("*_test.py")


def _python_tests(folder: Path, origin: Path | None, limits: CommandLimits) -> Ran:
    pythons = python_candidates(origin or folder)  # one that the work brought along is not the user's
    if not pythons:
        return Ran(state="broken", reason="no Python was found to run the tests with")
    own = next((python for python in pythons if _has_pytest(python)), None)
    if own is not None:
        return _pytest(folder, origin, (own, "-m", "pytest"), limits)
    if _configures_pytest(folder) or not _written_for_unittest(folder):
        return Ran(state="broken", reason=f"pytest is not installed for {pythons[0]}")
    return _unittest(folder, origin, pythons[0], limits)


def _has_pytest(python: str) -> bool:
    probe = "import importlib.util, sys; sys.exit(importlib.util.find_spec('pytest') is None)"
    try:
        return run([python, "-I", "-c", probe], limits=_PROBE).exit_code == 0
    except ExecutorError:  # a broken environment
        return False


def _written_for_unittest(folder: Path) -> bool:
    files = [path for path, _ in zip(_test_files(folder), range(_READ_FILES), strict=False)]
    texts = [path.read_text(errors="replace") for path in files]
    return any("unittest" in text for text in texts) and not any(
        re.search(r"^\s*(import|from) pytest\b", text, re.MULTILINE) for text in texts
    )


def _pytest(folder: Path, origin: Path | None, command: tuple[str, ...], limits: CommandLimits) -> Ran:
    with surroundings(folder, origin, private_home=limits.private_home) as (aside, env):
        shutil.copyfile(_RUNNERS / "pytest_report.py", aside / "ccrouter_pytest_report.py")
        report = aside / "report"
        env["CCROUTER_TEST_REPORT"] = str(report)
        options = ("-q", "-p", "no:cacheprovider", "-p", "ccrouter_pytest_report")
        done = _bounded([*command, *options], folder, env, limits, python=True)
        if isinstance(done, Ran):
            return done
        ran = _read_report(report, folder)
    if done.exit_code == _NONE_COLLECTED:
        return Ran(state="none", reason="no tests were collected", counted=True)
    if done.exit_code == _USAGE or (done.exit_code not in {0, 1, 2}):
        return Ran(state="broken", reason=f"pytest could not run: {_last_words(done)}")
    if done.exit_code != 0 and not ran.failing:
        return Ran(state="broken", reason=f"pytest failed without naming a test: {_last_words(done)}")
    return ran


def _unittest(folder: Path, origin: Path | None, python: str, limits: CommandLimits) -> Ran:
    start = next((name for name in ("tests", "test") if (folder / name).is_dir()), ".")
    with surroundings(folder, origin, private_home=limits.private_home) as (aside, env):
        report = aside / "report"
        command = [python, str(_RUNNERS / "unittest_report.py"), str(report), start]
        done = _bounded(command, folder, env, limits, python=True)
        if isinstance(done, Ran):
            return done
        ran = _read_report(report, folder)
    if done.exit_code != 0:
        return Ran(state="broken", reason=f"unittest could not run: {_last_words(done)}")
    return ran if ran.tests() else Ran(state="none", reason="no tests were collected", counted=True)


def _read_report(report: Path, folder: Path) -> Ran:
    """Return what a report says; several entries of one test count once, a failure above all."""
    failing: dict[str, Failing] = {}
    passing = set()
    for row in report.read_text(errors="replace").splitlines() if report.exists() else ():
        try:
            entry = json.loads(row)
            test, outcome, message = str(entry["id"]), entry["outcome"], str(entry["message"])
        except (ValueError, KeyError, TypeError):  # cut off, or written by the tests themselves
            continue
        if outcome == "passed":
            passing.add(test)
        else:
            failing[test] = Failing(test=test, message=message, kind=_kind(message, folder))
    state = "failed" if failing else "passed"
    reason = f"{len(failing)} failed, {len(passing - failing.keys())} passed"
    return Ran(
        state=state,
        reason=reason,
        failing=tuple(failing.values()),
        passing=frozenset(passing - failing.keys()),
        counted=True,
    )


_FIXTURE = re.compile(r"fixture '[^']*' not found")
_MODULE = re.compile(r"ModuleNotFoundError: No module named '([^']+)'")
_NETWORK = re.compile(
    r"ConnectionRefusedError|Name or service not known|Temporary failure in name resolution|Network is unreachable"
    r"|Max retries exceeded|Could not resolve host"
)


def _kind(message: str, folder: Path) -> str:
    missing = _MODULE.search(message)
    if missing and not _is_own(missing[1], folder):
        return "surroundings"
    if _FIXTURE.search(message) or _NETWORK.search(message):
        return "surroundings"
    first = message.strip().split("\n", 1)[0]
    return (
        "assertion"
        if re.match(r"(AssertionError|assert\b|Failed: DID NOT RAISE|DID NOT RAISE)", first)
        else "error"
    )


def _is_own(module: str, folder: Path) -> bool:
    """Return whether a module that cannot be imported should be the project's own."""
    top = module.split(".", 1)[0]
    return any(
        (folder / place / name).exists()
        for place in ("", "src", "lib", "tests", "test")
        for name in (top, f"{top}.py")
    )


# --- other commands --------------------------------------------------------------------------------------------


def _custom(folder: Path, origin: Path | None, command: tuple[str, ...], limits: CommandLimits) -> Ran:
    if Path(command[0]).name in {"pytest", "py.test"} or command[1:3] == ("-m", "pytest"):
        return _pytest(folder, origin, command, limits)
    return run_command(folder, origin, command, limits)


def run_command(folder: Path, origin: Path | None, command: tuple[str, ...], limits: CommandLimits) -> Ran:
    """Run any command; exit code 0 is "passed". Its failing tests are found by the words that tools print."""
    python = Path(command[0]).name.startswith("python")
    with surroundings(folder, origin, private_home=limits.private_home) as (_, env):
        done = _bounded([*command], folder, env, limits, python=python)
    if isinstance(done, Ran):
        return done
    output = (done.stdout + b"\n" + done.stderr).decode(errors="replace")
    if done.exit_code == 0:
        return Ran(state="passed", reason=f"`{command[0]}` succeeded", passing=frozenset({command[0]}))
    absent = re.search(r"Cannot find module '([^./'][^']*)'|command not found|: not found\b", output)
    if done.exit_code == _NOT_FOUND or (absent and done.exit_code in {1, 126}):
        return Ran(
            state="broken",
            reason=f"`{command[0]}` lacks something: {(absent[0] if absent else _last_words(done))}",
        )
    if done.exit_code is None or done.exit_code < 0:
        return Ran(state="broken", reason=f"`{command[0]}` was ended by a signal")
    names = _named_failures(output) or [command[0]]
    failing = tuple(Failing(test=name, message=_last_words(done), kind="error") for name in names)
    return Ran(
        state="failed", reason=f"`{command[0]}` ended with exit code {done.exit_code}", failing=failing
    )


_FAILURE_LINE = re.compile(
    r"^\s*(?:not ok \d+ -? ?(?P<tap>.+?)(?: #.*)?|\u25cf (?P<jest>.+\u203a.+)|--- FAIL: (?P<go>\S+).*|test (?P<cargo>\S+) \.\.\. FAILED"
    r"|(?:FAIL|\u00d7|\u2717|\u2716)\s+(?P<other>\S.*?)(?:\s+\(?\d+(?:\.\d+)?\s*m?s\)?)?)\s*$",
    re.MULTILINE,
)


def _named_failures(output: str) -> list[str]:
    named = (next(word for word in match.groups() if word) for match in _FAILURE_LINE.finditer(output))
    return sorted(set(named))


def _npm_script(folder: Path) -> str | None:
    package = folder / "package.json"
    if not package.is_file():
        return None
    try:
        script = json.loads(package.read_text(encoding="utf-8-sig"))["scripts"]["test"]
    except (
        ValueError,
        KeyError,
        TypeError,
    ):  # no such script, or a file that the syntax check complains about
        return None
    return script if isinstance(script, str) and _NPM_DEFAULT not in script else None


def _npm(folder: Path, origin: Path | None, limits: CommandLimits) -> Ran:
    npm = shutil.which("npm")
    if npm is None:
        return Ran(state="broken", reason="npm is not installed")
    ran = run_command(folder, origin, (npm, "test", "--silent"), limits)
    return evolve(ran, reason=ran.reason.replace(f"`{npm}`", "`npm test`"))


# --- running ---------------------------------------------------------------------------------------------------


def _bounded(
    command: list[str], folder: Path, env: dict[str, str], limits: CommandLimits, *, python: bool
) -> ProcessResult | Ran:
    """Run a command; a program that is missing or does not end gives the result that nothing is known."""
    memory = limits.memory_mb * (1 << 20) if python and limits.memory_mb else None
    bounds = ProcessLimits(
        total_ms=round(limits.timeout_s * 1000), output_bytes=_OUTPUT_BYTES, memory_bytes=memory, grace_ms=500
    )
    try:
        done = run(command, cwd=folder, env=env, limits=bounds)
    except ExecutorError as error:
        return Ran(state="broken", reason=f"{error.what}: {error.why}")
    if done.timed_out:
        return Ran(
            state="broken", reason=f"`{Path(command[0]).name}` did not end within {limits.timeout_s:g} s"
        )
    return done


def _last_words(done: ProcessResult) -> str:
    rows = (done.stdout + b"\n" + done.stderr).decode(errors="replace").strip().splitlines()
    telling = [row.strip() for row in rows if re.search(r"error|Error|ERROR|No module|unrecognized", row)]
    return (telling or [row.strip() for row in rows] or ["it said nothing"])[-1][:300]
