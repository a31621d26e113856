"""Run a plugin's self-test from its own command line: `python -m ccrouter_plugins.<folder> --test`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ccrouter_core.models import Check


class SelfTested(Protocol):
    """A plugin that can test itself."""

    def ccrouter_self_test(self, folder: Path) -> Iterable[Check]:
        """Return checks; `folder` is an empty folder to write in."""


def run_self_test(plugin: SelfTested, out: TextIO | None = None) -> int:
    """Run the self-test in a temporary folder, print one line per check, and return the exit code: 0 or 1."""
    stream = out or sys.stdout
    with tempfile.TemporaryDirectory(prefix="ccrouter-") as folder:
        checks = tuple(plugin.ccrouter_self_test(folder=Path(folder)))
    for check in checks:
        remark = " - ".join(word for word in (check.reason, "" if check.passed else check.fix) if word)
        stream.write(f"{'ok  ' if check.passed else 'FAIL'} {check.name}{': ' if remark else ''}{remark}\n")
    return 0 if all(check.passed for check in checks) else 1
