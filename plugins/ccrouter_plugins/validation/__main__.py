"""`python -m ccrouter_plugins.validation [--test]`: judges a few answers, or runs the self-test."""

from __future__ import annotations

import sys

from ccrouter_core.selftests import run_self_test
from ccrouter_plugins.validation.engine import ResultValidator
from ccrouter_plugins.validation.plugin import Validation

_EXAMPLES = (
    "42",
    "Done.",
    "The bug is in src/pager.js:17: the last page is counted twice.",
    "I'll look into it right away!",
)


def main() -> int:
    """Judge the examples; return 0."""
    for text in _EXAMPLES:
        (verdict,) = ResultValidator().validate(text, ["not_degenerate"])
        sys.stdout.write(f"{verdict.status:<5} {text!r}: {verdict.reason}\n")
    return 0


if __name__ == "__main__":
    sys.exit(run_self_test(Validation()) if "--test" in sys.argv else main())
