"""`python -m ccrouter_plugins.command [--test]`: run a prompt through a small program, or the self-test."""

from __future__ import annotations

import sys

from ccrouter_core.models import Tier
from ccrouter_core.selftests import run_self_test
from ccrouter_core.services import Cancel, Job, Limits
from ccrouter_plugins.command.engine import CommandExecutor
from ccrouter_plugins.command.plugin import Command
from ccrouter_plugins.command.template import CommandTemplate


def main() -> int:
    """Show a template and what comes of it; return 0 when it ran."""
    template = CommandTemplate(argv=("sort", "--reverse"))
    job = Job(prompt="alpha\nbeta\ngamma\n", tier=Tier(name="local", rank=0, model="none"))
    outcome = CommandExecutor("sort", template).start(job, Limits(total_ms=10_000), Cancel()).result()
    sys.stdout.write(f"argv: {list(template.argv)}\nanswer: {outcome.text!r}\n")
    return 0 if outcome.error is None else 1


if __name__ == "__main__":
    sys.exit(run_self_test(Command()) if "--test" in sys.argv else main())
