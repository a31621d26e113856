"""The plugin: brings the executor `dry_run`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccrouter_core.models import Check, Outcome, Status, Tier, Verdict
from ccrouter_core.plugin import hookimpl, plugin
from ccrouter_core.services import Cancel, Job, Limits
from ccrouter_plugins.dry_run.engine import DryRunExecutor, is_dry_run

if TYPE_CHECKING:
    from pathlib import Path

    from ccrouter_core.runtime import Runtime


@plugin
class DryRun:
    """Says what would run, for tiers whose `executor` is "dry_run"; nothing is executed or spent."""

    @hookimpl
    def ccrouter_executors(self, runtime: Runtime) -> DryRunExecutor:  # noqa: ARG002 - the hook's signature
        """Bring the executor `dry_run`."""
        return DryRunExecutor()

    @hookimpl
    def ccrouter_validate(self, outcome: Outcome) -> Verdict | None:
        """Say that what was not executed cannot be judged, so that it never counts as passed."""
        if not is_dry_run(outcome):
            return None
        return Verdict(
            check="dry_run.executed", status=Status.CANNOT_RUN, reason="dry run: nothing was executed"
        )

    @hookimpl
    def ccrouter_self_test(self, folder: Path) -> tuple[Check, ...]:
        """Describe a job and see that nothing was done."""
        job = Job(
            prompt="x", tier=Tier(name="haiku", rank=1, model="haiku"), cwd=str(folder), read_only=False
        )
        outcome = DryRunExecutor().start(job, Limits(), Cancel()).result()
        nothing = not list(folder.iterdir()) and is_dry_run(outcome)
        return (Check(name="dry_run.does-nothing", passed=nothing, reason=outcome.text.splitlines()[0]),)
