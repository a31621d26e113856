"""`python -m ccrouter_plugins.anthropic_api [--test]`: whether it is ready, or the self-test; nothing is spent."""

from __future__ import annotations

import sys

from ccrouter_core.selftests import run_self_test
from ccrouter_plugins.anthropic_api.engine import MODELS, AnthropicApiExecutor
from ccrouter_plugins.anthropic_api.plugin import AnthropicApi


def main() -> int:
    """Show the model ids and whether a request could be sent; return 0."""
    check = AnthropicApiExecutor().check()
    sys.stdout.writelines(f"{name} -> {model}\n" for name, model in MODELS.items())
    sys.stdout.write(f"ready: {'yes' if check.passed else 'no'}; {check.reason}. {check.fix}\n")
    return 0


if __name__ == "__main__":
    sys.exit(run_self_test(AnthropicApi()) if "--test" in sys.argv else main())
