"""The checks that run the project: tests, build, and whether behaviour stayed the same.

What failed before the work is not held against it: when something fails afterwards, the same command runs on a copy of
the project as it was, once for each content.
"""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import Factory, define, field, frozen

from ccrouter_core.errors import RouterError
from ccrouter_core.models import Finding, Verdict
from ccrouter_core.workspaces import open_workspace
from ccrouter_plugins.validation.commands import CommandLimits, Failing, Ran, run_command, run_tests
from ccrouter_plugins.validation.kept_tests import asks_for_fewer, may_hide_tests
from ccrouter_plugins.validation.subject import Subject, cannot_run, failed, not_applicable, passed

if TYPE_CHECKING:
    from collections.abc import Callable

_PROSE = frozenset(
    {
        *(".md", ".mdx", ".rst", ".txt", ".tex", ".bib", ".sty", ".cls", ".adoc", ".org", ".csv"),
        *(".png", ".jpg", ".jpeg", ".gif", ".svg", ".pdf", ".eps", ".ico"),
    }
)
_KEPT_RESULTS = 32
_SHOWN = 20
_BEFORE = "was already so before the change"


@frozen(kw_only=True)
class Commands:
    """What to run and its bounds; an empty test command is found by looking, an empty build command is none."""

    test: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    limits: CommandLimits = Factory(CommandLimits)


@define(eq=False)
class ProjectChecks:
    """Runs a project's commands, and remembers what they said of the state before. Thread-safe."""

    commands: Commands = Factory(Commands)
    _known: dict[tuple[str, str, str], Ran] = field(factory=dict, init=False)
    _lock: threading.Lock = field(factory=threading.Lock, init=False)

    def tests(self, subject: Subject) -> Verdict:
        """FAIL for tests that fail now and passed before, and for fewer tests than before in changed files of tests.

        Surroundings that are broken are CANNOT_RUN.
        """
        if subject.folder is None:
            return cannot_run("tests", "there is no folder to run tests in")
        if subject.changed and all(Path(name).suffix.lower() in _PROSE for name in subject.changed):
            return not_applicable("tests", "only prose was changed")
        ran = self._test(subject.folder, subject.origin)
        fewer = self._fewer(subject, ran)
        if fewer is not None:
            return fewer
        if ran.state != "failed":
            return _plain("tests", ran)
        surroundings = [test for test in ran.failing if test.kind == "surroundings"]
        suspects = [test for test in ran.failing if test.kind != "surroundings"]
        before = self._before(subject, "test") if suspects else None
        if before is not None and before.state == "broken":
            return cannot_run("tests", f"they cannot be compared with the state before: {before.reason}")
        known = {test.test for test in before.failing} if before else set()
        fresh = [test for test in suspects if test.test not in known]
        if fresh:
            return _failure("tests", fresh)
        if surroundings:
            first = surroundings[0]
            return cannot_run("tests", f"{first.test}: {_line(first.message)}", _findings(surroundings))
        if not ran.passing:
            return cannot_run("tests", "every test fails, and failed before the change too")
        return passed("tests", f"{ran.reason}; every failure {_BEFORE}")

    def _fewer(self, subject: Subject, ran: Ran) -> Verdict | None:
        """Return the FAIL when a change of test files left fewer tests than there were, though nobody asked for it."""
        if not ran.counted or not may_hide_tests(subject) or asks_for_fewer(subject.request):
            return None
        before = self._before(subject, "test")
        if before is None or not before.counted or len(ran.tests()) >= len(before.tests()):
            return None
        gone = Failing(test="", message="it is no longer there, or is skipped", kind="gone")
        lost = [_named(gone, name) for name in sorted(before.tests() - ran.tests())]
        reason = (
            f"{len(before.tests())} test(s) ran before, {len(ran.tests())} now; first lost: {lost[0].test}"
        )
        return failed("tests", reason, _findings(lost))

    def no_behaviour_change(self, subject: Subject) -> Verdict:
        """FAIL when a test that passed before does not pass now, or is gone."""
        if subject.folder is None or subject.origin is None:
            return cannot_run("no_behaviour_change", "the state before the change is not known")
        before = self._before(subject, "test")
        if before is None or before.state in {"broken", "none"} or not before.passing:
            reason = before.reason if before else "it could not be copied"
            return cannot_run("no_behaviour_change", f"nothing was known to work before: {reason}")
        after = self._test(subject.folder, subject.origin)
        if after.state == "broken":
            return cannot_run("no_behaviour_change", after.reason)
        lost = sorted(before.passing - after.passing)
        said = {test.test: test for test in after.failing}
        if any(name in said and said[name].kind == "surroundings" for name in lost):
            return cannot_run("no_behaviour_change", "the surroundings of the tests changed")
        if lost:
            gone = Failing(test="", message="it is no longer there", kind="error")
            return _failure("no_behaviour_change", [said.get(name, _named(gone, name)) for name in lost])
        return passed("no_behaviour_change", f"{len(before.passing)} test(s) that passed before pass now")

    def build(self, subject: Subject) -> Verdict:
        """FAIL when the build command fails now and did not before."""
        if not self.commands.build:
            return not_applicable("build", "no build command is configured")
        if subject.folder is None:
            return cannot_run("build", "there is no folder to build in")
        ran = run_command(subject.folder, subject.origin, self.commands.build, self.commands.limits)
        if ran.state != "failed":
            return _plain("build", ran)
        before = self._before(subject, "build")
        if before is not None and before.state != "passed":
            return cannot_run("build", f"it {_BEFORE}: {before.reason}")
        return _failure("build", ran.failing)

    def _test(self, folder: Path, origin: Path | None) -> Ran:
        return run_tests(folder, origin, self.commands.test, self.commands.limits)

    def _before(self, subject: Subject, what: str) -> Ran | None:
        """Run a command on a copy of the project as it was; None when that is not known."""
        origin = subject.origin
        if origin is None or origin == subject.folder:
            return None
        runs: dict[str, Callable[[Path], Ran]] = {
            "test": lambda folder: self._test(folder, origin),
            "build": lambda folder: run_command(folder, origin, self.commands.build, self.commands.limits),
        }
        with tempfile.TemporaryDirectory(prefix="ccrouter-") as home:
            try:
                space = open_workspace(origin, writable=True, home=Path(home))
            except RouterError as error:
                return Ran(state="broken", reason=f"{error.what}: {error.why}")
            with space:
                key = (what, str(origin), space.digest())
                with self._lock:
                    known = self._known.get(key)
                if known is None:
                    known = runs[what](space.path)
                    self._remember(key, known)
                return known

    def _remember(self, key: tuple[str, str, str], ran: Ran) -> None:
        with self._lock:
            self._known[key] = ran
            while len(self._known) > _KEPT_RESULTS:
                del self._known[next(iter(self._known))]


def _plain(check: str, ran: Ran) -> Verdict:
    give = {"passed": passed, "none": not_applicable}.get(ran.state, cannot_run)
    return give(check, ran.reason)


def _failure(check: str, failing: list[Failing] | tuple[Failing, ...]) -> Verdict:
    """Return the FAIL. Wrong results everywhere show missing reasoning; code that breaks may be a slip."""
    first = failing[0]
    reason = f"{len(failing)} new failure(s); first: {first.test}: {_line(first.message)}"
    wrong = all(test.kind == "assertion" for test in failing)
    return failed(check, reason, _findings(failing), skips_tier=wrong)


def _findings(failing: list[Failing] | tuple[Failing, ...]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            rule=f"test.{test.kind}", message=f"{test.test}: {_line(test.message)}", path=_path(test.test)
        )
        for test in failing[:_SHOWN]
    )


def _path(test: str) -> str | None:
    path, mark, _ = test.partition("::")
    return path if mark else None


def _named(gone: Failing, name: str) -> Failing:
    return Failing(test=name, message=gone.message, kind=gone.kind)


def _line(message: str) -> str:
    rows = [row.strip() for row in message.strip().splitlines() if row.strip()]
    telling = [row for row in rows if row.startswith(("E ", "AssertionError", "assert"))]
    return (telling or rows or [""])[0][:300]
