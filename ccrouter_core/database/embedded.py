"""One SQLite file, opened the careful way: private, checked, migrated, never half-written, a connection per thread."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import contextmanager
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from ccrouter_core import logs
from ccrouter_core.database import integrity
from ccrouter_core.database.faults import damaged, explained, is_busy, is_unreadable, lost
from ccrouter_core.errors import StoreError, StoreLocked
from ccrouter_core.files import ensure_folder, locked
from ccrouter_core.models import utc_now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

T = TypeVar("T")
Row = tuple[Any, ...]

_OLDEST_SQLITE = (3, 37, 0)  # STRICT tables
_PAUSE_S = (0.0002, 0.002)  # a random wait in between lets many writers through fairly; SQLite's own does not
_WAL_LIMIT_BYTES = 16 << 20  # the write-ahead log shrinks back to this after a burst
_KEPT_BACKUPS = 3
_ABANDONED: list[dict[threading.Thread, sqlite3.Connection]] = []  # a forked child's, see _leave_to_parent


class _PerThread(threading.local):
    connection: sqlite3.Connection | None = None
    process = 0
    inode = 0
    depth = 0


class Database:
    """One SQLite file in WAL mode (0600, no symbolic links), shared by threads and processes.

    Args:
        path: the file; its folder exists. It is created when neither it nor a leftover log is there.
        synchronous: "full" survives a power cut with every committed change; "normal" may forget the last ones.
        timeout_s: how long a change waits for other writers before StoreLocked.
        replaceable: what to do with a damaged file: False refuses it, untouched; True moves it aside with one
            warning and starts an empty one.
        backups: the folder for a backup before each migration, None for none.

    Raises:
        StoreDamaged: the file is not a whole database and not `replaceable`; it keeps every byte. Or it is missing,
            and there are backups of it: an empty one would push them out.
        StoreError: it cannot be opened, or SQLite is older than 3.37.
    """

    def __init__(
        self,
        path: Path,
        *,
        synchronous: Literal["full", "normal"] = "full",
        timeout_s: float = 5.0,
        replaceable: bool = False,
        backups: Path | None = None,
    ) -> None:
        self.path = path.absolute()
        self._synchronous = synchronous
        self._timeout_s = timeout_s
        self._backups = backups
        self._guard = threading.Lock()
        self._local = _PerThread()
        self._open: dict[threading.Thread, sqlite3.Connection] = {}
        self._process = os.getpid()  # a forked child must not use its parent's connections
        self._closed = False
        _check_sqlite()
        self.is_new = self._prepare(replaceable=replaceable)
        self._connection()

    def _prepare(self, *, replaceable: bool) -> bool:
        """Check the file, or create it; return whether it is new. One process at a time."""
        with locked(self.path, integrity.OPEN_TIMEOUT_S):
            integrity.refuse_symlinks(self.path)
            why = integrity.find_damage(self.path)
            if why is None and self._backups is not None and integrity.is_lost(self.path, self._backups):
                raise lost(self.path, self._backups)
            if why and not replaceable:
                raise damaged(self.path, why)
            if why:
                aside = integrity.set_aside(self.path)
                logs.logger(__name__).warning(
                    "%s was damaged (%s): moved to %s, starting empty", self.path, why, aside.name
                )
            is_new = not self.path.exists()
            if is_new:
                integrity.create(self.path)
            integrity.make_private(self.path)
        return is_new

    # --- reading and changing ----------------------------------------------------------------------------------

    def query(self, sql: str, *parameters: object) -> list[Row]:
        """Run one statement; return all its rows."""
        return self._patiently(lambda: self._usable().execute(sql, parameters).fetchall())

    def query_while(
        self, wanted: Callable[[Row], bool], limit: int | None, sql: str, *parameters: object
    ) -> list[Row]:
        """Return the first rows for as long as they are wanted, at most `limit`; later ones are never read."""

        def read() -> list[Row]:
            cursor = self._usable().execute(sql, parameters)
            rows = list(islice(takewhile(wanted, cursor), limit))
            cursor.close()
            return rows

        return self._patiently(read)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the statements of this thread in the `with` block all-or-nothing, alone among all writers.

        Nested use joins the outer transaction. An exception rolls everything back.

        Raises:
            StoreLocked: other writers kept the file busy for longer than the timeout.
        """
        self._connection()  # opens it first: a new connection is in no transaction
        local = self._local
        if local.depth:
            yield
            return
        self._refuse_replaced()
        self.query("BEGIN IMMEDIATE")
        local.depth = 1
        try:
            yield
            self.query("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        finally:
            local.depth = 0

    def _roll_back(self) -> None:
        if self._connection().in_transaction:  # SQLite itself rolls back when the disk is full
            self.query("ROLLBACK")

    def _refuse_replaced(self) -> None:
        """Raise StoreError when another file has taken the name: changes would go to the one that was moved."""
        try:
            same = self.path.stat().st_ino == self._local.inode
        except FileNotFoundError:
            same = False
        if not same:
            raise StoreError(
                what=f"{self.path} was moved or replaced while it was open",
                why="a change written now would be lost with the old file",
                fix="start this process again",
            )

    def _patiently(self, action: Callable[[], T]) -> T:
        """Run an action again after short random waits while other connections are in its way."""
        deadline = time.monotonic() + self._timeout_s
        while True:
            try:
                return action()
            except sqlite3.DatabaseError as error:
                if not is_busy(error):
                    raise explained(self.path, error) from (None if is_unreadable(error) else error)
                if time.monotonic() >= deadline:
                    raise self._locked() from error
            except UnicodeDecodeError:  # the words of SQLite's own error quote damaged names
                raise damaged(self.path, "the names of its tables are damaged") from None
            import random  # noqa: PLC0415 - only when others are in the way

            time.sleep(random.uniform(*_PAUSE_S))  # noqa: S311 - no secret

    def _locked(self) -> StoreLocked:
        return StoreLocked(
            what=f"the database {self.path} is busy",
            why=f"other writers kept it for longer than {self._timeout_s:g} s",
            fix="end the process that holds it, or try again later",
        )

    # --- migrations --------------------------------------------------------------------------------------------

    def migrate(self, component: str, migrations: Sequence[Sequence[str]]) -> None:
        """Bring one component's tables to the newest version, in one transaction, after a backup.

        Args:
            component: who owns the tables; each component of a file counts its own versions from 1.
            migrations: the statements of version 1, of version 2, ...; released ones never change.

        Raises:
            StoreError: a newer ccrouter wrote the file, or the backup or a statement failed; nothing was changed.
        """
        if self._version(component, newest=len(migrations)) == len(migrations):
            return
        if self._backups is not None and not self.is_new:
            self.keep_backup(self._backups, now=utc_now())
        with self.transaction():
            self.query(
                "CREATE TABLE IF NOT EXISTS schema_versions"
                " (component TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT"
            )
            for statements in migrations[self._version(component, newest=len(migrations)) :]:
                for statement in statements:
                    self.query(statement)
            self.query("REPLACE INTO schema_versions VALUES (?, ?)", component, len(migrations))

    def _version(self, component: str, *, newest: int) -> int:
        known = self.query("SELECT 1 FROM sqlite_schema WHERE name = 'schema_versions'")
        rows = known and self.query("SELECT version FROM schema_versions WHERE component = ?", component)
        version: int = rows[0][0] if rows else 0
        if version > newest:
            raise StoreError(
                what=f"a newer ccrouter wrote {self.path}; it was left as it is",
                why=f"its {component!r} has version {version}, this ccrouter knows up to {newest}",
                fix="update ccrouter, or set CCROUTER_HOME to another folder",
            )
        return version

    # --- backups and the end -----------------------------------------------------------------------------------

    def backup(self, folder: Path, *, now: datetime) -> Path:
        """Write a consistent copy into a folder, made private when missing, and return it; work goes on meanwhile.

        Raises:
            StoreError: it cannot be written; nothing stays behind.
        """
        ensure_folder(folder)
        target = folder / integrity.backup_name(self.path.stem, now)
        integrity.copy(self._connection(), target)
        return target

    def keep_backup(self, folder: Path, *, now: datetime) -> Path:
        """Write a backup and remove all but the newest three from the folder."""
        target = self.backup(folder, now=now)
        integrity.prune(self.path, folder, _KEPT_BACKUPS)
        return target

    def close(self) -> None:
        """Move the log into the file and close the connections of all threads. Calling it twice is harmless."""
        with self._guard:
            if self._closed:
                return
            if self._process != os.getpid():
                self._leave_to_parent()
            self._checkpoint()
            self._closed = True
            for connection in self._open.values():
                connection.close()
            self._open = {}

    def _checkpoint(self) -> None:
        connection = next(iter(self._open.values()), None)
        if connection is None:
            return
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:  # nothing is lost: the log stays and the next opening reads it
            logs.logger(__name__).info("the log of %s stays for later: %s", self.path, error)

    # --- connections -------------------------------------------------------------------------------------------

    def _connection(self) -> sqlite3.Connection:
        """Return this thread's connection, opened on first use."""
        local = self._local
        if local.connection is None or local.process != os.getpid() or self._closed:
            local.connection = self._connect()
            local.process, local.depth = os.getpid(), 0
            local.inode = self.path.stat().st_ino
        return local.connection

    def _usable(self) -> sqlite3.Connection:
        """Return the connection, unless its transaction ended behind the back of the `with` block."""
        connection = self._connection()
        if self._local.depth and not connection.in_transaction:
            raise StoreError(
                what=f"a change of {self.path} was taken back",
                why="an earlier statement of the same transaction failed, and SQLite undid all of it",
                fix="leave the transaction and begin again",
            )
        return connection

    def _connect(self) -> sqlite3.Connection:
        with self._guard:
            if self._closed:
                raise StoreError(
                    what=f"the database {self.path} is closed",
                    why="it was used after close()",
                    fix="open it again",
                )
            if self._process != os.getpid():
                self._leave_to_parent()
            for thread in [thread for thread in self._open if not thread.is_alive()]:
                self._open.pop(thread).close()
            connection = self._patiently(self._new_connection)
            self._open[threading.current_thread()] = connection
            return connection

    def _leave_to_parent(self) -> None:
        """Forget the parent's connections in a forked child, unclosed: closing would disturb the parent's locks."""
        _ABANDONED.append(self._open)
        self._open, self._process = {}, os.getpid()

    def _new_connection(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            integrity.uri(self.path, "rw"), uri=True, timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            for setting in (
                "journal_mode=WAL",
                f"synchronous={self._synchronous}",
                f"journal_size_limit={_WAL_LIMIT_BYTES}",
                "foreign_keys=ON",
                "trusted_schema=OFF",
            ):
                connection.execute(f"PRAGMA {setting}")
        except BaseException:
            connection.close()
            raise
        return connection


def _check_sqlite() -> None:
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise StoreError(
            what=f"SQLite {sqlite3.sqlite_version} is too old",
            why="the tables are STRICT, which SQLite knows since 3.37",
            fix="use a Python that brings a newer SQLite, or update the system's",
        )
