"""A store and a cache that live in memory: the twins of the durable ones, by the same conformance suites."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import Factory, define, frozen

from ccrouter_core.clock import SystemClock
from ccrouter_core.errors import UsageError
from ccrouter_core.models import Lookup, new_id
from ccrouter_core.services import LogEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from ccrouter_core.models import CacheEntry, CacheKey
    from ccrouter_core.services import Clock, Document


@frozen
class _Line:
    sequence: int
    id: str
    at: datetime
    text: bytes


@define
class _Log:
    lines: list[_Line] = Factory(list)
    sequence_of: dict[str, int] = Factory(dict)
    last: int = 0  # the highest sequence ever given: a number is never used twice, also after `trim`

    def take_back(self) -> None:
        line = self.lines.pop()
        del self.sequence_of[line.id]
        self.last -= 1

    def hold(self, lines: list[_Line]) -> None:
        self.lines = lines
        self.sequence_of = {line.id: line.sequence for line in lines}


class MemoryArea:
    """Documents and logs in memory; a `services.Area`. Thread-safe.

    Everything is kept as JSON text, so what is read never shares structure with what was written.

    Args:
        clock: dates the entries of logs.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._documents: dict[str, dict[str, bytes]] = {}
        self._logs: dict[str, _Log] = {}
        self._undo: list[Callable[[], object]] | None = None  # None outside of a transaction

    def get(self, collection: str, key: str) -> Document | None:
        """Return the document, or None when there is none."""
        with self._lock:
            text = self._documents.get(collection, {}).get(key)
        return None if text is None else _decoded(text)

    def put(self, collection: str, key: str, document: Mapping[str, Any]) -> None:
        """Write the document whole, replacing any earlier one. UsageError for what JSON cannot hold."""
        text = _encoded(document)
        with self._lock:
            documents = self._documents.setdefault(collection, {})
            self._on_rollback(partial(_restore, documents, key, documents.get(key)))
            documents[key] = text

    def delete(self, collection: str, key: str) -> bool:
        """Remove the document; return whether there was one."""
        with self._lock:
            documents = self._documents.get(collection, {})
            text = documents.pop(key, None)
            self._on_rollback(partial(_restore, documents, key, text))
        return text is not None

    def find(
        self, collection: str, *, prefix: str = "", limit: int | None = None
    ) -> list[tuple[str, Document]]:
        """Return (key, document) pairs in key order whose key starts with `prefix`."""
        with self._lock:
            documents = sorted(self._documents.get(collection, {}).items())
        found = [(key, text) for key, text in documents if key.startswith(prefix)]
        return [(key, _decoded(text)) for key, text in found[:limit]]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the calls inside the `with` all-or-nothing; other threads wait. Nested use joins the outer one."""
        with self._lock:
            if self._undo is not None:
                yield
                return
            self._undo = []
            try:
                yield
            except BaseException:
                for undo in reversed(self._undo):
                    undo()
                raise
            finally:
                self._undo = None

    def append(self, log: str, record: Mapping[str, Any], *, id: str | None = None) -> int:  # noqa: A002 - the record's id
        """Append to a log; return its sequence number. An id that was appended before is counted once."""
        text, name = _encoded(record), id or new_id("l")
        with self._lock:
            kept = self._logs.setdefault(log, _Log())
            if name in kept.sequence_of:
                return kept.sequence_of[name]
            self._on_rollback(kept.take_back)
            kept.last += 1
            kept.lines.append(_Line(kept.last, name, self._clock.now(), text))
            kept.sequence_of[name] = kept.last
            return kept.last

    def read(self, log: str, *, after: int = 0, limit: int = 1000) -> list[LogEntry]:
        """Return entries with a sequence above `after`, oldest first."""
        lines = [line for line in self._lines(log) if line.sequence > after]
        return [_entry(line) for line in lines[:limit]]

    def latest(self, log: str, *, limit: int = 20) -> list[LogEntry]:
        """Return the newest entries, newest first."""
        return [_entry(line) for line in self._lines(log)[::-1][:limit]]

    def trim(self, log: str, *, before: datetime) -> int:
        """Remove entries older than `before`; return how many. Their ids are forgotten with them."""
        with self._lock:
            kept = self._logs.setdefault(log, _Log())
            lines = kept.lines
            self._on_rollback(partial(kept.hold, lines))
            kept.hold([line for line in lines if line.at >= before])
            return len(lines) - len(kept.lines)

    def dump(self) -> Document:
        """Return everything in the area as one JSON document."""
        with self._lock:
            names = list(self._logs)
            documents = {name: dict(self.find(name)) for name in self._documents}
            logs = {name: [_plain(line) for line in self._lines(name)] for name in names}
        return {"documents": documents, "logs": logs}

    def _lines(self, log: str) -> list[_Line]:
        with self._lock:
            return list(self._logs.get(log, _Log()).lines)

    def _on_rollback(self, undo: Callable[[], object]) -> None:
        if self._undo is not None:
            self._undo.append(undo)


class MemoryStore:
    """A store in memory; a `services.Store`. It is gone with the process, so it suits tests and trials.

    Args:
        clock: dates the entries of logs; the machine's when None.
        location: what the store says of itself.
    """

    def __init__(self, clock: Clock | None = None, location: str = "memory:") -> None:
        self.location = location
        self.state = MemoryArea(clock or SystemClock())
        self.cache = MemoryArea(clock or SystemClock())

    def backup(self, folder: Path) -> tuple[Path, ...]:
        """Write `state.json` and `cache.json` into `folder`, made private when missing; return the two files.

        Raises:
            StoreError: the folder or a file cannot be written.
        """
        from ccrouter_core.files import atomic_write, ensure_folder  # noqa: PLC0415 - memory needs no files

        ensure_folder(folder)
        written = []
        for name, area in (("state", self.state), ("cache", self.cache)):
            path = folder / f"{name}.json"
            atomic_write(path, json.dumps(area.dump(), ensure_ascii=False))
            written.append(path)
        return tuple(written)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of, and a test may still look inside."""


class MemoryCache:
    """Earlier results in memory, found by their exact key; a `services.ResultCache`. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[tuple[str, str], CacheEntry] = {}

    def lookup(self, key: CacheKey, *, now: datetime) -> Lookup:
        """Return the entry of equal scope and digest; reasons: exact, expired, no-candidate."""
        with self._lock:
            entry = self._entries.get((key.scope, key.digest))
        if entry is None:
            return Lookup(reason="no-candidate")
        if _expired(entry, now):
            return Lookup(reason="expired", candidate=entry)
        return Lookup(reason="exact", entry=entry, similarity=1.0)

    def remember(self, entry: CacheEntry) -> None:
        """Keep an entry; one of equal scope and digest is replaced."""
        with self._lock:
            self._entries[entry.key.scope, entry.key.digest] = entry

    def forget(self, id: str) -> bool:  # noqa: A002 - the entry's id
        """Remove an entry; return whether there was one."""
        return self._drop(lambda entry: entry.id == id) > 0

    def invalidate(self, paths: Sequence[str]) -> int:
        """Remove exactly the entries that depend on one of the paths; return how many."""
        changed = frozenset(paths)
        return self._drop(lambda entry: any(stamp.path in changed for stamp in entry.key.depends))

    def cleanup(self, *, now: datetime) -> int:
        """Remove expired entries; return how many."""
        return self._drop(lambda entry: _expired(entry, now))

    def __len__(self) -> int:
        """Return the number of entries."""
        with self._lock:
            return len(self._entries)

    def _drop(self, doomed: Callable[[CacheEntry], bool]) -> int:
        with self._lock:
            before = len(self._entries)
            self._entries = {key: entry for key, entry in self._entries.items() if not doomed(entry)}
            return before - len(self._entries)


def _expired(entry: CacheEntry, now: datetime) -> bool:
    return entry.expires is not None and now >= entry.expires


def _encoded(document: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(dict(document), ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise UsageError(
            what="the document cannot be stored",
            why=str(error),
            fix="store only what JSON can hold: objects, lists, valid Unicode, finite numbers, true, false, null",
        ) from error


def _decoded(text: bytes) -> Document:
    document: Document = json.loads(text)
    return document


def _restore(documents: dict[str, bytes], key: str, text: bytes | None) -> None:
    if text is None:
        documents.pop(key, None)
    else:
        documents[key] = text


def _entry(line: _Line) -> LogEntry:
    return LogEntry(sequence=line.sequence, id=line.id, at=line.at, record=_decoded(line.text))


def _plain(line: _Line) -> Document:
    return {
        "sequence": line.sequence,
        "id": line.id,
        "at": line.at.isoformat(),
        "record": _decoded(line.text),
    }
