"""Where work waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ccrouter_core.models import WorkItem, WorkStatus


@runtime_checkable
class Queue(Protocol):
    """A durable queue of work with WIP limits, dependencies, leases and fencing tokens."""

    def add(self, item: WorkItem) -> WorkItem:
        """Add an item. UsageError for a duplicate id, an unknown dependency, itself or a cycle."""

    def get(self, id: str) -> WorkItem:  # noqa: A002 - the item's id
        """Return the item. NotFound when there is none."""

    def items(self, *, status: WorkStatus | None = None, lane: str | None = None) -> list[WorkItem]:
        """Return items, oldest first, perhaps of one status or lane."""

    def claim(self, owner: str, *, lanes: Sequence[str] = (), lease_ms: int = 60_000) -> WorkItem | None:
        """Take the best eligible item for `owner`, or None. Raises the item's fencing token by one."""

    def beat(self, id: str, token: int, *, lease_ms: int = 60_000) -> None:  # noqa: A002 - the item's id
        """Prolong the lease. StoreError when the token is not the current one."""

    def complete(self, id: str, token: int) -> tuple[WorkItem, ...]:  # noqa: A002 - the item's id
        """Mark the item completed; return the items that became eligible. StoreError for an old token."""

    def fail(self, id: str, token: int, error: str) -> tuple[WorkItem, ...]:  # noqa: A002 - the item's id
        """Mark the item failed; return its dependants, now blocked. StoreError for an old token."""

    def release(self, id: str, token: int, *, not_before: datetime | None = None) -> None:  # noqa: A002 - the item's id
        """Give an active item back to the queue, perhaps for later."""

    def retry(self, id: str) -> WorkItem:  # noqa: A002 - the item's id
        """Queue a failed item again and free the dependants it blocked."""

    def abandon(self, id: str, reason: str) -> WorkItem:  # noqa: A002 - the item's id
        """Fail an item for good; its dependants become blocked."""

    def recover(self) -> tuple[WorkItem, ...]:
        """Return expired leases to the queue; return those items."""
