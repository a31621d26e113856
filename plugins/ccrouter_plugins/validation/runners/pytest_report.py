"""A pytest plugin that writes down what became of each test, one JSON object a line.

It is copied out of the package and loaded by the project's own pytest, so it uses the standard library of old Pythons
only, and imports nothing of ours.
"""

import json
import os
from typing import Any, List  # noqa: UP035 - old Pythons

_STREAM: List[Any] = []  # noqa: UP006 - old Pythons; at most one: hooks of a module share nothing else


def _write(test: str, outcome: str, message: str) -> None:
    for stream in _STREAM:
        stream.write(json.dumps({"id": test, "outcome": outcome, "message": message[-4000:]}) + "\n")
        stream.flush()


def _message(report: Any) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    return getattr(crash, "message", None) or getattr(report, "longreprtext", "") or ""


def pytest_configure(config: Any) -> None:
    """Open the report, in the main process only."""
    if not hasattr(config, "workerinput"):
        _STREAM.append(open(os.environ["CCROUTER_TEST_REPORT"], "w"))  # noqa: PTH123, SIM115 - open until the end


def pytest_collectreport(report: Any) -> None:
    """Write down a file that cannot be imported."""
    if report.failed:
        _write(report.nodeid, "failed", getattr(report, "longreprtext", "") or "")


def pytest_runtest_logreport(report: Any) -> None:
    """Write down a test's result."""
    if report.failed:
        _write(report.nodeid, "failed", _message(report))
    elif report.when == "call" and report.passed:
        _write(report.nodeid, "passed", "")
