"""What SQLite's errors mean to the reader.

Recognised by SQLite's own result texts, which are part of its interface and the same on every Python; the numeric
codes reach Python only from 3.11 on.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from ccrouter_core.errors import StoreDamaged, StoreError

if TYPE_CHECKING:
    from pathlib import Path

RESTORE = "run `ccrouter doctor --restore`: it puts the newest whole backup in its place and keeps this file beside it"

_BUSY = ("database is locked", "database is busy")
_DAMAGE = (
    "file is not a database",
    "database disk image is malformed",
    "malformed database schema",
    "unsupported file format",
)
_FIXES = {
    "database or disk is full": "free some space there, then try again",
    "attempt to write a readonly database": "make the file and its folder writable for this user",
    "unable to open database file": "make the folder writable for this user, and see that the file is still there",
    "disk i/o error": "look at the disk and at the limits on file sizes (`ulimit -f`), then try again",
}


def is_busy(error: sqlite3.Error) -> bool:
    """Return whether another connection is in the way, so that trying again may help."""
    return str(error).lower().startswith(_BUSY)


def is_access(error: sqlite3.Error) -> bool:
    """Return whether the way to the file is the trouble (others, rights, space, the disk), not its content."""
    return str(error).lower().startswith((*_BUSY, *_FIXES))


def is_unreadable(error: sqlite3.Error) -> bool:
    """Return whether a stored text is no UTF-8. Such an error quotes the text: it must not be shown."""
    return str(error).lower().startswith("could not decode")


def explained(path: Path, error: sqlite3.Error) -> StoreError:
    """Return the error of ccrouter that says what an error of SQLite means and how to mend it."""
    why = str(error)
    if is_unreadable(error):
        return damaged(path, "a text in it is not valid UTF-8")
    if why.lower().startswith(_DAMAGE):
        return damaged(path, why)
    fix = next((fix for words, fix in _FIXES.items() if why.lower().startswith(words)), None)
    return StoreError(what=f"cannot use the database {path}", why=why, fix=fix or "run `ccrouter doctor`")


def damaged(path: Path, why: str) -> StoreDamaged:
    """Return the error for a file that is not a whole database, naming the remedy."""
    return StoreDamaged(what=f"the database {path} is damaged; it was left as it is", why=why, fix=RESTORE)


def lost(path: Path, backups: Path) -> StoreDamaged:
    """Return the error for a file that is gone while there are backups of it, naming both remedies."""
    return StoreDamaged(
        what=f"the database {path} is missing",
        why=f"it was there before: {backups} holds backups of it",
        fix="run `ccrouter doctor --restore` to bring the newest whole one back, or move that folder away to start empty",
    )
