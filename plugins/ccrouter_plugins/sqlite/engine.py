"""The store on SQLite: documents and logs, in a precious file and in one that can be rebuilt."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Literal

from ccrouter_core import logs
from ccrouter_core.clock import SystemClock
from ccrouter_core.database import Database, integrity
from ccrouter_core.database.faults import damaged
from ccrouter_core.errors import StoreError, UsageError
from ccrouter_core.files import ensure_private_dir
from ccrouter_core.models import new_id
from ccrouter_plugins.sqlite import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from ccrouter_core.database import Row
    from ccrouter_core.services import Clock, Document, LogEntry

STATE_FILE = "state.db"
CACHE_FILE = "cache.db"

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


class SqliteArea:
    """Documents and logs in one database; a `services.Area`. Shared by threads and processes.

    Args:
        database: an open database; the area's tables are made or migrated in it.
        clock: dates the entries of logs.

    Raises:
        StoreError: a newer ccrouter wrote the tables.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self._clock = clock
        database.migrate(schema.COMPONENT, schema.MIGRATIONS)

    def get(self, collection: str, key: str) -> Document | None:
        """Return the document, or None when there is none."""
        sql = "SELECT document FROM documents WHERE collection = ? AND key = ?"
        rows = self.database.query(sql, _word(collection), _word(key))
        return self._decoded(rows[0][0]) if rows else None

    def put(self, collection: str, key: str, document: Mapping[str, Any]) -> None:
        """Write the document whole, replacing any earlier one. UsageError for what JSON cannot hold."""
        row = (_word(collection), _word(key), _encoded(document))
        with self.transaction():
            self.database.query("REPLACE INTO documents VALUES (?, ?, ?)", *row)

    def delete(self, collection: str, key: str) -> bool:
        """Remove the document; return whether there was one."""
        sql = "DELETE FROM documents WHERE collection = ? AND key = ? RETURNING 1"
        with self.transaction():
            return bool(self.database.query(sql, _word(collection), _word(key)))

    def find(
        self, collection: str, *, prefix: str = "", limit: int | None = None
    ) -> list[tuple[str, Document]]:
        """Return (key, document) pairs in key order whose key starts with `prefix`."""
        sql = "SELECT key, document FROM documents WHERE collection = ? AND key >= ? ORDER BY key"
        rows = self.database.query_while(
            lambda row: row[0].startswith(prefix), limit, sql, _word(collection), _word(prefix)
        )
        return [(key, self._decoded(text)) for key, text in rows]

    def transaction(self) -> AbstractContextManager[None]:
        """Make the calls of this thread inside the `with` all-or-nothing and alone; nested use joins the outer one."""
        return self.database.transaction()

    def append(self, log: str, record: Mapping[str, Any], *, id: str | None = None) -> int:  # noqa: A002 - the record's id
        """Append to a log; return its sequence number. An id that was appended before is counted once."""
        text, name = _encoded(record), _word(id or new_id("l"))
        query = self.database.query
        with self.transaction():
            known = query("SELECT sequence FROM log_entries WHERE log = ? AND id = ?", _word(log), name)
            if not known:
                known = query(
                    "INSERT INTO logs (log, last) VALUES (?, 1)"
                    " ON CONFLICT (log) DO UPDATE SET last = last + 1 RETURNING last",
                    log,
                )
                row = (log, known[0][0], name, _microseconds(self._clock.now()), text)
                query("INSERT INTO log_entries VALUES (?, ?, ?, ?, ?)", *row)
        sequence: int = known[0][0]
        return sequence

    def read(self, log: str, *, after: int = 0, limit: int = 1000) -> list[LogEntry]:
        """Return entries with a sequence above `after`, oldest first."""
        sql = (
            "SELECT sequence, id, at_us, record FROM log_entries"
            " WHERE log = ? AND sequence > ? ORDER BY sequence LIMIT ?"
        )
        return self._entries(self.database.query(sql, _word(log), after, limit))

    def latest(self, log: str, *, limit: int = 20) -> list[LogEntry]:
        """Return the newest entries, newest first."""
        sql = (
            "SELECT sequence, id, at_us, record FROM log_entries WHERE log = ? ORDER BY sequence DESC LIMIT ?"
        )
        return self._entries(self.database.query(sql, _word(log), limit))

    def trim(self, log: str, *, before: datetime) -> int:
        """Remove entries older than `before`; return how many. Their ids are forgotten with them."""
        limit_us = _microseconds(before)
        query = self.database.query
        with self.transaction():
            query("UPDATE logs SET keep_from_us = ? WHERE log = ?", limit_us, _word(log))
            return len(
                query("DELETE FROM log_entries WHERE log = ? AND at_us < ? RETURNING 1", log, limit_us)
            )

    def _decoded(self, text: str) -> Document:
        try:
            document: Document = json.loads(text)
        except ValueError:
            raise damaged(
                self.database.path, "a document in it is not valid JSON"
            ) from None  # it may be quoted
        return document

    def _entries(self, rows: Iterable[Row]) -> list[LogEntry]:
        from ccrouter_core.services import LogEntry  # noqa: PLC0415 - only to read a log

        return [
            LogEntry(sequence=sequence, id=name, at=_EPOCH + at_us * _MICROSECOND, record=self._decoded(text))
            for sequence, name, at_us, text in rows
        ]


class SqliteStore:
    """A store in one private folder; a `services.Store`.

    `state.db` is precious: a damaged one is refused untouched, and once a day (and before each migration) a copy goes
    to the folder `backups`, the newest three are kept. `cache.db` can be rebuilt: a damaged one is moved aside.

    Args:
        folder: made private (0700) when missing.
        clock: dates the entries of logs; the machine's when None.
        synchronous: of `state.db`: "full" survives a power cut with every change; "normal" may forget the last ones.
        timeout_s: how long a change waits for other writers.
        backup_hours: the age of the newest backup at which opening makes another; 0 for none but before migrations.

    Raises:
        StoreDamaged: `state.db` is not a whole database.
        StoreError: the folder is a link or somebody else's, or a file cannot be opened.

    Example:
        ```python
        store = SqliteStore(Path.home() / ".local/state/ccrouter")
        store.state.put("notes", "first", {"text": "kept"})
        store.close()
        ```
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock | None = None,
        synchronous: Literal["full", "normal"] = "full",
        timeout_s: float = 5.0,
        backup_hours: float = 24,
    ) -> None:
        self.folder = folder.absolute()
        self._clock = clock or SystemClock()
        ensure_private_dir(self.folder)
        backups = self.folder / integrity.BACKUPS
        state = Database(
            self.folder / STATE_FILE, synchronous=synchronous, timeout_s=timeout_s, backups=backups
        )
        try:
            self.state = SqliteArea(state, self._clock)
            self._back_up_daily(state, backups, backup_hours)
            cache = Database(
                self.folder / CACHE_FILE, synchronous="normal", timeout_s=timeout_s, replaceable=True
            )
        except BaseException:
            state.close()
            raise
        try:
            self.cache = SqliteArea(cache, self._clock)
        except BaseException:
            state.close()
            cache.close()
            raise

    @property
    def location(self) -> str:
        """Return the address under which it was opened."""
        return f"sqlite:{self.folder}"

    def backup(self, folder: Path) -> tuple[Path, ...]:
        """Write a consistent copy of each file into `folder`, made private when missing; return the copies.

        Raises:
            StoreError: the folder or a copy cannot be written.
        """
        now = self._clock.now()
        return tuple(area.database.backup(folder, now=now) for area in (self.state, self.cache))

    def close(self) -> None:
        """Move the logs into the files and close all connections. Calling it twice is harmless."""
        self.state.database.close()
        self.cache.database.close()

    def _back_up_daily(self, state: Database, backups: Path, hours: float) -> None:
        if state.is_new or not hours:
            return
        now = self._clock.now()
        kept = integrity.backups_of(state.path, backups)
        due = integrity.backup_name(state.path.stem, now - timedelta(hours=hours))
        if kept and due < kept[-1].name:
            return
        try:
            state.keep_backup(backups, now=now)
        except (
            StoreError
        ) as error:  # the store itself is whole: work goes on, and the next opening tries again
            logs.logger(__name__).warning("no backup of %s today: %s", state.path, error)


def restore_newest(folder: Path) -> Path:
    """Mend a damaged or missing `state.db` from the newest whole copy in `backups`; return that copy.

    The damaged file stays as `state.db.damaged`. No other process may have the store open.

    Args:
        folder: the store's folder.

    Raises:
        UsageError: `state.db` is whole, so there is nothing to mend.
        NotFound: there is no whole backup; nothing was changed.
        StoreError: the backup cannot be copied; nothing was changed.
    """
    return integrity.restore(folder.absolute() / STATE_FILE, folder.absolute() / integrity.BACKUPS)


def _word(text: str) -> str:
    """Return a collection, key, log or id as it is. UsageError for what SQLite cannot hold as text."""
    try:
        text.encode()
    except (AttributeError, UnicodeEncodeError):
        raise UsageError(
            what=f"not a usable name or key: {text!r}"[:200],
            why="names and keys are valid Unicode text",
            fix="pass a str without halves of surrogate pairs",
        ) from None
    return text


def _encoded(document: Mapping[str, Any]) -> str:
    try:
        text = json.dumps(dict(document), ensure_ascii=False, allow_nan=False)
        text.encode()
    except (TypeError, ValueError) as error:
        raise UsageError(
            what="the document cannot be stored",
            why=type(error).__name__ if isinstance(error, UnicodeError) else str(error),
            fix="store only what JSON can hold: objects, lists, valid Unicode, finite numbers, true, false, null",
        ) from None  # the cause may show the document
    return text


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
