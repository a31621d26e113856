"""The plugin: templates in, executors out."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ccrouter_core.models import Check, Tier
from ccrouter_core.plugin import hookimpl, option, plugin
from ccrouter_core.services import Cancel, Job, Limits
from ccrouter_plugins.command.engine import CommandExecutor
from ccrouter_plugins.command.template import CommandTemplate

if TYPE_CHECKING:
    from pathlib import Path

    from ccrouter_core.runtime import Runtime


@plugin
class Command:
    """Runs requests on any other command line: one table per program, one executor per table.

    ```toml
    [plugins.command.executors.ollama]
    argv = ["ollama", "run", "{model}"]

    [[tiers]]
    name = "local"
    rank = 0
    model = "llama3"
    executor = "ollama"
    ```
    """

    executors: Mapping[str, CommandTemplate] = option(
        factory=dict, help="programs by the name under which tiers ask for them", user_only=True
    )

    @hookimpl
    def ccrouter_executors(self, runtime: Runtime) -> tuple[CommandExecutor, ...]:
        """Bring one executor per template."""
        return tuple(
            CommandExecutor(name, template, runtime.ladder) for name, template in self.executors.items()
        )

    @hookimpl
    def ccrouter_self_test(self, folder: Path) -> tuple[Check, ...]:
        """Run a small program by template."""
        code = "import sys; sys.stdout.write(sys.stdin.read().upper())"
        executor = CommandExecutor("upper", CommandTemplate(argv=(sys.executable, "-c", code)))
        job = Job(prompt="say it", tier=Tier(name="local", rank=0, model="none"), cwd=str(folder))
        outcome = executor.start(job, Limits(total_ms=20_000), Cancel()).result()
        reason = str(outcome.error or "")
        return (Check(name="command.runs-template", passed=outcome.text == "SAY IT", reason=reason),)
