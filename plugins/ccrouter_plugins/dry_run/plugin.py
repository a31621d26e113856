"""The plugin: brings the executor `dry_run`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccrouter_core.models import Check, Tier
from ccrouter_core.plugin import hookimpl, plugin
from ccrouter_core.services import Cancel, Job, Limits
from ccrouter_plugins.dry_run.engine import DryRunExecutor

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
    def ccrouter_self_test(self, folder: Path) -> tuple[Check, ...]:
        """Describe a job and see that nothing was done."""
        job = Job(
            prompt="x", tier=Tier(name="haiku", rank=1, model="haiku"), cwd=str(folder), read_only=False
        )
        outcome = DryRunExecutor().start(job, Limits(), Cancel()).result()
        nothing = not list(folder.iterdir()) and not outcome.executed
        return (Check(name="dry_run.does-nothing", passed=nothing, reason=outcome.text.splitlines()[0]),)
