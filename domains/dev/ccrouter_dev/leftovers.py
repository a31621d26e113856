"""What a change must not leave behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ccrouter_core.models import Finding

MAX_BYTES = 4 << 20
_LEFTOVERS = (
    ("conflict", re.compile(r"^(?:<{7}|>{7})(?: |$)", re.MULTILINE), "a merge conflict marker"),
    (
        "debugger",
        re.compile(r"^\s*(?:breakpoint\(\)|import i?pdb\b.*|i?pdb\.set_trace\(\)|debugger;)", re.MULTILINE),
        "a debugger call",
    ),
)


def leftovers(root: Path, paths: tuple[str, ...]) -> Iterator[Finding]:
    """Yield the conflict markers and debugger calls in the files (paths relative to the root)."""
    for path in paths:
        text = _read(root / path)
        for rule, pattern, message in _LEFTOVERS:
            for found in pattern.finditer(text):
                line = text.count("\n", 0, found.end()) + 1
                yield Finding(rule=rule, message=message, path=path, line=line)


def _read(path: Path) -> str:
    try:
        if path.is_symlink() or path.stat().st_size > MAX_BYTES:
            return ""
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""  # deleted, or not a file: nothing was left behind in it
