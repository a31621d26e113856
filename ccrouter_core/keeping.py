"""The one door to a store: whatever goes through it, from core or from a plugin, is scrubbed of secrets first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ccrouter_core.redact import redact, without_credentials
from ccrouter_core.scrub import scrubbed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from ccrouter_core.services import Area, Document, LogEntry, Store


class ScrubbedArea:
    """An area that keeps no secret: texts of documents and records are redacted, names and keys too.

    A key that holds a secret is kept under a name made of its digest, so that it is found again.

    Args:
        area: where it is kept.
    """

    def __init__(self, area: Area) -> None:
        self._area = area

    def get(self, collection: str, key: str) -> Document | None:
        """Return the document, or None when there is none."""
        return self._area.get(collection, kept_name(key))

    def put(self, collection: str, key: str, document: Mapping[str, Any]) -> None:
        """Write the document whole, replacing any earlier one. UsageError for what JSON cannot hold."""
        self._area.put(collection, kept_name(key), scrubbed(document))

    def delete(self, collection: str, key: str) -> bool:
        """Remove the document; return whether there was one."""
        return self._area.delete(collection, kept_name(key))

    def find(
        self, collection: str, *, prefix: str = "", limit: int | None = None
    ) -> list[tuple[str, Document]]:
        """Return (key, document) pairs in key order whose key starts with `prefix`."""
        return self._area.find(collection, prefix=prefix, limit=limit)

    def transaction(self) -> AbstractContextManager[None]:
        """Make the calls of this thread inside the `with` all-or-nothing and alone; nested use joins the outer one."""
        return self._area.transaction()

    def append(self, log: str, record: Mapping[str, Any], *, id: str | None = None) -> int:  # noqa: A002 - the record's id
        """Append to a log; return its sequence number. An id that was appended before is counted once."""
        return self._area.append(log, scrubbed(record), id=None if id is None else kept_name(id))

    def read(self, log: str, *, after: int = 0, limit: int = 1000) -> list[LogEntry]:
        """Return entries with a sequence above `after`, oldest first."""
        return self._area.read(log, after=after, limit=limit)

    def latest(self, log: str, *, limit: int = 20) -> list[LogEntry]:
        """Return the newest entries, newest first."""
        return self._area.latest(log, limit=limit)

    def trim(self, log: str, *, before: datetime) -> int:
        """Remove entries older than `before`; return how many."""
        return self._area.trim(log, before=before)


class ScrubbedStore:
    """A store whose areas keep no secret, and whose location shows none.

    Args:
        store: what a plugin opened.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.state = ScrubbedArea(store.state)
        self.cache = ScrubbedArea(store.cache)

    @property
    def location(self) -> str:
        """Return the URL under which it was opened, without secrets."""
        return without_credentials(self._store.location)

    def backup(self, folder: Path) -> tuple[Path, ...]:
        """Write a consistent copy into `folder`; return the files written."""
        return self._store.backup(folder)

    def close(self) -> None:
        """Flush and let go of files and connections. Calling it twice is harmless."""
        self._store.close()


def kept_name(key: str) -> str:
    """Return the name under which a key is kept: itself, or for one that holds a secret a name made of its digest.

    It does not depend on what is known at the time (see `scrub.knowing`): it must be found again later.
    """
    if redact(key) == key:
        return key
    from hashlib import sha256  # noqa: PLC0415 - a secret for a name is rare

    return f"redacted-{sha256(key.encode(errors='replace')).hexdigest()[:32]}"
