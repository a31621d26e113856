"""`python -m ccrouter_plugins.routing [--test]`: decides a few requests, or runs the self-test."""

from __future__ import annotations

import sys

from ccrouter_plugins.routing.engine import should_escalate

_EXAMPLES = (
    "Fix the typo in intro.tex",
    "Which approach is best for authentication?",
    "Delete all files",
    "fix it",
)


def main() -> int:
    """Decide the examples; return 0."""
    for text in _EXAMPLES:
        result = should_escalate(text)
        sys.stdout.write(f"{result.decision.value:<8} {result.tier:<6} {text!r}: {result.reason}\n")
    return 0


if __name__ == "__main__":
    if "--test" in sys.argv:
        from ccrouter_core.selftests import run_self_test
        from ccrouter_plugins.routing import Routing

        sys.exit(run_self_test(Routing()))
    sys.exit(main())
