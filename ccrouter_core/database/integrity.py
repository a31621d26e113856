"""Whether a database file is whole, its backups, and what happens to one that is not.

A file that a connection of this process has open is never opened here by other means than SQLite: closing such a
descriptor would drop SQLite's locks (https://www.sqlite.org/howtocorrupt.html, section 2.2).
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from ccrouter_core.database.faults import explained, is_access
from ccrouter_core.errors import NotFound, StoreError, UsageError
from ccrouter_core.files import (
    PRIVATE_FILE,
    locked,
    os_error,
    refuse_symlink,
    sync_folder,
)

if TYPE_CHECKING:
    from pathlib import Path

HEADER_BYTES = (
    100  # https://www.sqlite.org/fileformat.html: SQLite takes a shorter file for an empty database
)
SIDE_FILES = ("-wal", "-shm")
BACKUPS = "backups"  # the folder of automatic backups, beside the database
OPEN_TIMEOUT_S = 60.0  # a whole check of a large file by another process may be waited for


def uri(path: Path, mode: str) -> str:
    """Return the SQLite address of a file: mode "ro" never writes, "rw" never creates."""
    return f"{path.absolute().as_uri()}?mode={mode}"


def find_damage(path: Path) -> str | None:
    """Return why the file is not a whole database, or None when it is, or when nothing is there.

    Reads the whole file (`PRAGMA quick_check`) through a read-only connection, which changes no byte of it.

    Raises:
        StoreError: it cannot be read for another reason than damage.
    """
    try:
        size_bytes = path.stat().st_size
    except FileNotFoundError:
        return f"it is missing, but its write-ahead log {path.name}-wal is there" if _has_log(path) else None
    if size_bytes < HEADER_BYTES:
        return f"it has {size_bytes} bytes, less than the {HEADER_BYTES} of a database header"
    try:
        with closing(sqlite3.connect(uri(path, "ro"), uri=True, timeout=OPEN_TIMEOUT_S)) as connection:
            finding: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            page_bytes: int = connection.execute("PRAGMA page_size").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if is_access(error):
            raise explained(path, error) from error
        return str(error)
    except UnicodeDecodeError:  # the words of SQLite's own error quote damaged names
        return "the names of its tables are damaged"
    if finding != "ok":
        return finding.strip().replace("\n", "; ")
    return "its last page is cut off" if size_bytes % page_bytes and not _has_log(path) else None


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def create(path: Path) -> None:
    """Make a new, empty database (0600, write-ahead log) that appears whole or not at all.

    Raises:
        StoreError: the folder cannot be written.
    """
    temporary = _temporary(path)
    try:
        _touch_private(temporary)
        with closing(sqlite3.connect(uri(temporary, "rw"), uri=True, isolation_level=None)) as connection:
            mode: str = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
            if mode != "wal":
                raise StoreError(
                    what=f"no write-ahead log is possible at {path.parent}",
                    why=f"SQLite offers only the journal mode {mode!r} there, as on network file systems",
                    fix="keep the state on a local disk: set CCROUTER_HOME",
                )
            connection.execute(
                "CREATE TABLE schema_versions (component TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT"
            )
        temporary.replace(path)
        sync_folder(path.parent)
    except sqlite3.Error as error:
        raise explained(path, error) from error
    except OSError as error:
        raise os_error(f"cannot create the database {path}", error) from error
    finally:
        _remove_all(temporary)


def make_private(path: Path) -> None:
    """Give the file and its side files the mode 0600. SQLite makes new side files like the file itself."""
    for name in _all_names(path):
        with suppress(FileNotFoundError):  # side files come and go
            if name.stat().st_mode & 0o777 != PRIVATE_FILE:
                name.chmod(PRIVATE_FILE)


def refuse_symlinks(path: Path) -> None:
    """Raise StoreError when the file or one of its side files is a symbolic link."""
    for name in _all_names(path):
        refuse_symlink(name)


def set_aside(path: Path) -> Path:
    """Rename a damaged file and its side files to `NAME.damaged...` and return the new name.

    One damaged file is kept; an earlier one is replaced, so that repeated damage cannot fill the disk.
    """
    aside = path.with_name(f"{path.name}.damaged")
    for suffix in ("", *SIDE_FILES):
        with suppress(FileNotFoundError):  # not every damaged file has side files
            path.with_name(path.name + suffix).replace(aside.with_name(aside.name + suffix))
    sync_folder(path.parent)
    return aside


# --- backups ---------------------------------------------------------------------------------------------------


def backup_name(stem: str, now: datetime) -> str:
    """Return the name of a backup made at `now`; names sort by time."""
    return f"{stem}-{now.astimezone(timezone.utc):%Y%m%dT%H%M%S%f}Z.db"


def _pattern(path: Path) -> str:
    return f"{path.stem}-*Z.db"


def copy(source: sqlite3.Connection, target: Path) -> None:
    """Write a consistent copy of an open database by SQLite's backup interface, 0600, whole or not at all.

    Raises:
        StoreError: it cannot be read or written; nothing stays at `target`.
    """
    temporary = _temporary(target)
    try:
        _touch_private(temporary)
        with closing(sqlite3.connect(uri(temporary, "rw"), uri=True)) as destination:
            source.backup(destination)
            destination.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        temporary.replace(target)
        sync_folder(target.parent)
    except sqlite3.Error as error:
        raise explained(target, error) from error
    except OSError as error:
        raise os_error(f"cannot write the backup {target}", error) from error
    finally:
        _remove_all(temporary)


def backups_of(path: Path, folder: Path) -> list[Path]:
    """Return the backups of the database in a folder itself, oldest first."""
    return sorted(folder.glob(_pattern(path)))


def is_lost(path: Path, folder: Path) -> bool:
    """Return whether the database is missing while a folder holds backups of it."""
    return not path.exists() and bool(backups_of(path, folder))


def restore(path: Path, backups: Path) -> Path:
    """Put the newest whole backup in the place of a damaged or missing database; return that backup.

    The damaged file is kept as `NAME.damaged`. No other process may have the database open.

    Args:
        path: the database, such as `state.db` in the state folder.
        backups: the folder of its backups, its subfolders included.

    Raises:
        UsageError: the database is whole, so there is nothing to mend.
        NotFound: there is no whole backup; nothing was changed.
        StoreError: the backup cannot be copied; nothing was changed.
    """
    with locked(path, OPEN_TIMEOUT_S):
        if path.exists() and find_damage(path) is None:
            raise UsageError(
                what=f"{path} is whole",
                why="restoring would replace newer data by older data",
                fix="remove the file first if an earlier state is really wanted",
            )
        found = sorted(backups.rglob(_pattern(path)), key=lambda file: file.name, reverse=True)
        whole = next((file for file in found if find_damage(file) is None), None)
        if whole is None:
            raise NotFound(
                what=f"no whole backup of {path.name}",
                why=f"{backups} holds none",
                fix=f"move {path} and {backups} away to start with an empty one",
            )
        fresh = _temporary(path)
        with closing(sqlite3.connect(uri(whole, "ro"), uri=True)) as source:
            copy(source, fresh)
        set_aside(path)
        fresh.replace(path)
        sync_folder(path.parent)
    return whole


def prune(path: Path, folder: Path, keep: int) -> None:
    """Remove all but the newest `keep` backups of a database from a folder."""
    for old in backups_of(path, folder)[:-keep]:
        _remove_all(old)


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}.tmp")


def _touch_private(path: Path) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
    try:
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, PRIVATE_FILE)
    finally:
        os.close(descriptor)


def _all_names(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + suffix) for suffix in ("", *SIDE_FILES))


def _remove_all(path: Path) -> None:
    for name in _all_names(path):
        with suppress(OSError):  # renamed, never made, or on a disk whose first error is already on its way
            name.unlink()
