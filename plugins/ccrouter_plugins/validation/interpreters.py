"""Which programs a project's own tools run on."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_ENVIRONMENTS = (".venv", "venv", "env")


def python_candidates(*projects: Path | None) -> tuple[str, ...]:
    """Return the Pythons that may be a project's own, best first.

    The environments in its folders, the active environment, then `python3` of the search path.

    Args:
        projects: the project's folders, for example before and after the work.
    """
    own = [
        project / name / "bin" / "python"
        for project in projects
        if project is not None
        for name in _ENVIRONMENTS
    ]
    active = os.environ.get("VIRTUAL_ENV")
    found = [str(path) for path in own if os.access(path, os.X_OK)]
    if active and os.access(f"{active}/bin/python", os.X_OK):
        found.append(f"{active}/bin/python")
    common = shutil.which("python3")
    return tuple(dict.fromkeys([*found, *([common] if common else [])]))


def parsers() -> tuple[str, ...]:
    """Return Pythons that can say whether a text parses: ours first, then newer ones of the machine.

    None of them comes from a project: parsing must not run a program that somebody brought along.
    """
    names = (
        "python3",
        *(f"python3.{minor}" for minor in range(sys.version_info.minor + 5, sys.version_info.minor, -1)),
    )
    found = [shutil.which(name) for name in names]
    return tuple(dict.fromkeys([sys.executable, *(path for path in found if path)]))
