"""`python -m ccrouter_plugins.dry_run [--test]`: what would run for a request, or the self-test."""

from __future__ import annotations

import sys

from ccrouter_core.models import Tier
from ccrouter_core.selftests import run_self_test
from ccrouter_core.services import Job
from ccrouter_plugins.dry_run.engine import plan_of, text_of
from ccrouter_plugins.dry_run.plugin import DryRun


def main() -> int:
    """Describe an example; return 0."""
    job = Job(
        prompt="Fix the typo in intro.tex", tier=Tier(name="haiku", rank=1, model="haiku"), read_only=False
    )
    sys.stdout.write(text_of(plan_of(job)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(run_self_test(DryRun()) if "--test" in sys.argv else main())
