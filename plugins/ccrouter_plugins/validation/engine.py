"""Judges an outcome by named criteria. Works alone, without the router."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ccrouter_core.errors import UsageError, suggest
from ccrouter_core.models import Request, Status, Verdict
from ccrouter_core.scopes import Scope, scope_of
from ccrouter_plugins.validation import answers
from ccrouter_plugins.validation.kept_tests import tests_kept
from ccrouter_plugins.validation.projects import Commands, ProjectChecks
from ccrouter_plugins.validation.subject import Subject, not_applicable
from ccrouter_plugins.validation.syntax import check_syntax

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CRITERIA = (
    "not_degenerate",
    "escalation_asked",
    "results_found",
    "output_valid",
    "edit_made",
    "syntax",
    "tests_kept",
    "build",
    "tests",
    "no_behaviour_change",
    "user_verification",
)
_COSTLY = frozenset({"build", "tests", "no_behaviour_change"})


class ResultValidator:
    """Judges outcomes. One object may be used by several threads; it remembers test results of earlier states.

    Args:
        commands: the project's own test and build commands and their bounds.

    Example:
        ```python
        verdicts = ResultValidator().validate("Done.", ["not_degenerate"])
        assert verdicts[0].status is Status.FAIL
        ```
    """

    def __init__(self, commands: Commands | None = None) -> None:
        project = ProjectChecks(commands or Commands())
        self._checks: dict[str, Callable[[Subject], Verdict]] = {
            "not_degenerate": answers.not_degenerate,
            "escalation_asked": answers.escalation_asked,
            "results_found": answers.results_found,
            "output_valid": answers.output_valid,
            "edit_made": answers.edit_made,
            "syntax": check_syntax,
            "tests_kept": tests_kept,
            "build": project.build,
            "tests": project.tests,
            "no_behaviour_change": project.no_behaviour_change,
            "user_verification": answers.user_verification,
        }

    def validate(
        self,
        outcome_text: str,
        criteria: Sequence[str],
        *,
        folder: Path | None = None,
        changed: Sequence[str] = (),
        request: str | Request = "",
        origin: Path | None = None,
    ) -> tuple[Verdict, ...]:
        """Return one verdict per criterion, in the order given.

        After a FAIL the criteria that run programs are passed over: NOT_APPLICABLE.

        Args:
            outcome_text: what the model answered.
            criteria: names of `CRITERIA`.
            folder: the project after the work.
            changed: paths relative to `folder` that were created, changed or deleted.
            request: what was asked, as a text or whole, with the files that come with it.
            origin: the project before the work, to tell new faults from old ones; it is read and copied only.

        Raises: UsageError for an unknown criterion; nothing was checked then.
        """
        for name in criteria:
            if name not in self._checks:
                raise _unknown(name)
        whole = Request(text=request) if isinstance(request, str) and request.strip() else request
        subject = Subject(
            text=outcome_text,
            request=request if isinstance(request, str) else request.text,
            scope=scope_of(whole) if isinstance(whole, Request) else Scope(),
            folder=Path(folder) if folder is not None else None,
            origin=Path(origin) if origin is not None else None,
            changed=tuple(changed),
        )
        verdicts: list[Verdict] = []
        for name in criteria:
            if name in _COSTLY and any(verdict.status is Status.FAIL for verdict in verdicts):
                verdicts.append(not_applicable(name, "not run: an earlier check failed"))
            else:
                verdicts.append(self._checks[name](subject))
        return tuple(verdicts)


def _unknown(name: str) -> UsageError:
    return UsageError(
        what=f"there is no criterion named {name!r}",
        why=f"the criteria are: {', '.join(CRITERIA)}",
        fix=suggest(name, CRITERIA) or "use one of these",
    )
