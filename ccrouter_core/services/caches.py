"""Where earlier results are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ccrouter_core.models import CacheEntry, CacheKey, Lookup


@runtime_checkable
class ResultCache(Protocol):
    """Earlier results. Only passed outcomes are remembered; the recall law is applied by core."""

    def lookup(self, key: CacheKey, *, now: datetime) -> Lookup:
        """Return what is known for the key, always with one reason code."""

    def remember(self, entry: CacheEntry) -> None:
        """Keep an entry; an equal key replaces the earlier one."""

    def forget(self, id: str) -> bool:  # noqa: A002 - the entry's id
        """Remove an entry; return whether there was one."""

    def invalidate(self, paths: Sequence[str]) -> int:
        """Remove exactly the entries that depend on one of the paths; return how many."""

    def cleanup(self, *, now: datetime) -> int:
        """Remove expired entries; return how many."""

    def __len__(self) -> int:
        """Return the number of entries."""
