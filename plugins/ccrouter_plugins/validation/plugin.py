"""Validation as a plugin: chooses the criteria for a request and asks the engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, field, validators

from ccrouter_core.commands import asked
from ccrouter_core.intents import wants_edit
from ccrouter_core.models import Check, Decision, Outcome, Request, Status, Verdict
from ccrouter_core.plugin import hookimpl, option, plugin
from ccrouter_plugins.validation.commands import CommandLimits
from ccrouter_plugins.validation.engine import ResultValidator
from ccrouter_plugins.validation.projects import Commands

if TYPE_CHECKING:
    from ccrouter_core.runtime import Runtime

_QUIET = frozenset(
    {"validation.escalation_asked", "validation.output_valid", "validation.build", "validation.tests_kept"}
)
_RESULTS = "validation.results_found"


@plugin
class Validation:
    """Check what came out: an answer that says something, an edit that was made, parses and keeps the tests green."""

    run_tests: bool = option(default=True, help="run the project's tests after an edit", user_only=True)
    test_command: tuple[str, ...] = option(
        default=(),
        help='the test command as a list, e.g. ["pytest", "-q"]; empty = found by looking',
        user_only=True,
    )
    build_command: tuple[str, ...] = option(
        default=(), help="the build command as a list; empty = none", user_only=True
    )
    timeout_s: float = option(
        default=300.0,
        help="seconds that tests or build may take",
        validator=(validators.gt(0), validators.le(86_400)),
    )
    memory_mb: int = option(
        default=8192,
        help="megabytes of memory of each Python process of a test run",
        validator=validators.ge(64),
    )
    private_home: bool = option(
        default=True,
        help="give tests and build an empty home and an empty folder for temporary files, instead of yours",
        user_only=True,
    )
    _engine: ResultValidator | None = field(default=None, init=False)

    @hookimpl
    def ccrouter_startup(self, runtime: Runtime) -> None:  # noqa: ARG002 - options are known only now
        """Make the engine, which remembers test results between attempts."""
        self._engine = self._made()

    @hookimpl
    def ccrouter_validate(self, request: Request, decision: Decision, outcome: Outcome) -> Iterator[Verdict]:
        """Judge an edit by what it did to the files, anything else by what the answer says."""
        edit = wants_edit(request, decision)
        if self._engine is None:
            self._engine = self._made()
        folder = Path(outcome.workspace) if outcome.workspace else None
        origin = Path(request.cwd) if request.cwd else None
        verdicts = self._engine.validate(
            outcome.text,
            self._criteria(outcome, edit=edit),
            folder=folder,
            changed=outcome.changed,
            request=request if outcome.executed else "",
            origin=origin if origin != folder else None,
        )
        unrun = not outcome.ran and any(signal.effect != "look" for signal in asked(decision.reasons))
        for verdict in verdicts:
            if unrun and verdict.check == _RESULTS and verdict.status is Status.PASS:
                yield evolve(
                    verdict,
                    status=Status.NOT_APPLICABLE,
                    reason="what was to be run did not run: there is no result",
                )
            elif verdict.status is not Status.NOT_APPLICABLE or verdict.check not in _QUIET:
                yield verdict

    @hookimpl
    def ccrouter_self_test(self, folder: Path) -> Iterator[Check]:
        """Judge one outcome of each kind for real."""
        from ccrouter_plugins.validation.selftest import checks  # noqa: PLC0415 - only when asked

        yield from checks(folder)

    def _criteria(self, outcome: Outcome, *, edit: bool) -> tuple[str, ...]:
        tests = ("tests",) if self.run_tests else ()
        if not outcome.executed:  # files as they stand: there is no answer and no change to judge
            return ("syntax", "build", *tests)
        if not edit:
            return ("escalation_asked", "results_found", "output_valid")
        if not outcome.changed:  # core fails that; the project's own checks would judge its old state
            return ("escalation_asked",)
        return ("escalation_asked", "edit_made", "syntax", "tests_kept", "build", *tests)

    def _made(self) -> ResultValidator:
        limits = CommandLimits(
            timeout_s=self.timeout_s, memory_mb=self.memory_mb, private_home=self.private_home
        )
        return ResultValidator(Commands(test=self.test_command, build=self.build_command, limits=limits))
