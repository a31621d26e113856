"""`python -m ccrouter_plugins.sqlite [--test]`: what a store keeps, or the self-test; in a folder that is removed."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from ccrouter_plugins.sqlite.engine import SqliteStore
from ccrouter_plugins.sqlite.selftest import checks


def main(arguments: list[str]) -> int:
    """Print a short demonstration, or with --test the checks; return the exit code."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "store"
        if "--test" in arguments:
            found = checks(folder)
            for check in found:
                sys.stdout.write(f"{'ok  ' if check.passed else 'FAIL'} {check.name}: {check.reason}\n")
            return 0 if all(check.passed for check in found) else 1
        store = SqliteStore(folder)
        store.state.put("notes", "first", {"text": "kept"})
        store.state.append("history", {"did": "wrote a note"})
        store.close()
        store = SqliteStore(folder)
        sys.stdout.write(f"{store.location}\n  {store.state.find('notes')}\n")
        for entry in store.state.read("history"):
            sys.stdout.write(f"  {entry.sequence} {entry.at:%Y-%m-%d %H:%M:%S} {entry.record}\n")
        store.close()
        for file in sorted(folder.rglob("*.db")):
            sys.stdout.write(f"  {file.relative_to(folder)} {file.stat().st_size} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
