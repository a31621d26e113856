"""Where a router keeps what must outlive it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from ccrouter_core.services.logs import LogEntry

Document = dict[str, Any]


@runtime_checkable
class Area(Protocol):
    """JSON documents in named collections and append-only logs, in one durable file or schema."""

    def get(self, collection: str, key: str) -> Document | None:
        """Return the document, or None when there is none."""

    def put(self, collection: str, key: str, document: Mapping[str, Any]) -> None:
        """Write the document whole, replacing any earlier one. UsageError for what JSON cannot hold."""

    def delete(self, collection: str, key: str) -> bool:
        """Remove the document; return whether there was one."""

    def find(
        self, collection: str, *, prefix: str = "", limit: int | None = None
    ) -> list[tuple[str, Document]]:
        """Return (key, document) pairs in key order whose key starts with `prefix`."""

    def transaction(self) -> AbstractContextManager[None]:
        """Make the calls of this thread inside the `with` all-or-nothing and alone: read-modify-write is safe.

        Nested use joins the outer transaction. An exception rolls all of it back.
        """

    def append(self, log: str, record: Mapping[str, Any], *, id: str | None = None) -> int:  # noqa: A002 - the record's id
        """Append to a log; return its sequence number. An id that was appended before is counted once."""

    def read(self, log: str, *, after: int = 0, limit: int = 1000) -> list[LogEntry]:
        """Return entries with a sequence above `after`, oldest first."""

    def latest(self, log: str, *, limit: int = 20) -> list[LogEntry]:
        """Return the newest entries, newest first."""

    def trim(self, log: str, *, before: datetime) -> int:
        """Remove entries older than `before`; return how many."""


@runtime_checkable
class Store(Protocol):
    """Where a router keeps what must outlive it.

    `state` is precious (queue, decisions, outcomes); `cache` can be rebuilt (results, index, events).
    """

    @property
    def location(self) -> str:
        """Return the URL under which it was opened, without secrets."""

    @property
    def state(self) -> Area:
        """Return the precious area."""

    @property
    def cache(self) -> Area:
        """Return the area that can be rebuilt."""

    def backup(self, folder: Path) -> tuple[Path, ...]:
        """Write a consistent copy into `folder`; return the files written."""

    def close(self) -> None:
        """Flush and let go of files and connections. Calling it twice is harmless."""
