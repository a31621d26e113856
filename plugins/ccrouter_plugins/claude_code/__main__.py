"""`python -m ccrouter_plugins.claude_code [--test]`: what would be run, or the self-test; nothing is spent."""

from __future__ import annotations

import sys

from ccrouter_core.models import Tier
from ccrouter_core.selftests import run_self_test
from ccrouter_core.services import Job, Limits
from ccrouter_plugins.claude_code.arguments import ClaudeSettings, argument_list
from ccrouter_plugins.claude_code.engine import ClaudeCodeExecutor
from ccrouter_plugins.claude_code.plugin import ClaudeCode


def main() -> int:
    """Show how a reading and an editing job would be run, and whether the client is ready; return 0."""
    tier = Tier(name="haiku", rank=1, model="haiku")
    for read_only in (True, False):
        job = Job(prompt="(by standard input)", tier=tier, read_only=read_only)
        listed = argument_list("claude", ClaudeSettings(), job, Limits(max_cost_nano_usd=50_000_000))
        sys.stdout.write(("read-only: " if read_only else "edit:      ") + " ".join(listed) + "\n")
    check = ClaudeCodeExecutor().check()
    sys.stdout.write(f"ready: {'yes' if check.passed else 'no'}; {check.reason}. {check.fix}\n")
    return 0


if __name__ == "__main__":
    sys.exit(run_self_test(ClaudeCode()) if "--test" in sys.argv else main())
