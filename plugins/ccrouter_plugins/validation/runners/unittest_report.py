"""Runs a project's unittest tests and writes down what became of each, one JSON object a line.

Called as `python FILE REPORT START_FOLDER` by the project's own Python, so it uses the standard library of old Pythons
only, and imports nothing of ours.
"""

import json
import sys
import unittest
from typing import Any


class _Result(unittest.TestResult):
    """Writes instead of collecting."""

    def __init__(self, stream: Any) -> None:
        super().__init__()
        self._report = stream

    def _write(self, test: Any, outcome: str, error: Any = None) -> None:
        message = f"{error[0].__name__}: {error[1]}" if error else ""
        self._report.write(
            json.dumps({"id": test.id(), "outcome": outcome, "message": message[-4000:]}) + "\n"
        )
        self._report.flush()

    def addSuccess(self, test: Any) -> None:  # noqa: N802 - a name of unittest
        """Write down a passed test."""
        self._write(test, "passed")

    def addFailure(self, test: Any, err: Any) -> None:  # noqa: N802 - a name of unittest
        """Write down a wrong result."""
        self._write(test, "failed", err)

    def addError(self, test: Any, err: Any) -> None:  # noqa: N802 - a name of unittest
        """Write down a test that broke, or a file that cannot be imported."""
        self._write(test, "failed", err)

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:  # noqa: ARG002, N802 - a name of unittest
        """Write down a failed part of a test."""
        if err is not None:
            self._write(test, "failed", err)


def main(report: str, start: str) -> None:
    """Run what is found below `start` and write the report."""
    suite = unittest.defaultTestLoader.discover(start)
    with open(report, "w") as stream:  # noqa: PTH123 - old Pythons
        suite.run(_Result(stream))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
