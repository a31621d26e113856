"""A queue that lives in memory: what a durable one must do, said as plainly as possible."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

from attrs import evolve

from ccrouter_core.clock import SystemClock
from ccrouter_core.errors import NotFound, StoreError, UsageError
from ccrouter_core.models import Lease, WorkItem, WorkStatus, new_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ccrouter_core.services import Clock

_STUCK = frozenset({WorkStatus.FAILED, WorkStatus.BLOCKED})
_WAITING = frozenset({WorkStatus.QUEUED, WorkStatus.BLOCKED})


class MemoryQueue:
    """Work in memory; a `services.Queue`. Thread-safe; every call looks at all items, so keep them few.

    Args:
        clock: the monotonic hand times leases, the wall clock dates items; the machine's when None.
        wip_limit: how many items may be active at once, at least 1.
        lane_limits: how many items of a lane may be active at once; lanes not named have only `wip_limit`.

    Raises UsageError for a limit below 1 (`lane_limits` may close a lane with 0).
    """

    def __init__(
        self, clock: Clock | None = None, wip_limit: int = 3, lane_limits: Mapping[str, int] | None = None
    ) -> None:
        lanes = dict(lane_limits or {})
        if wip_limit < 1 or any(limit < 0 for limit in lanes.values()):
            raise UsageError(
                what=f"the limits wip_limit={wip_limit}, lane_limits={lanes} cannot be used",
                why="a queue that never lets anything run loses work silently",
                fix="choose a wip_limit of at least 1 and lane limits of at least 0",
            )
        self.wip_limit = wip_limit
        self.lane_limits = lanes
        self._clock = clock or SystemClock()
        self._boot_id = new_id("boot")
        self._lock = threading.RLock()
        # Insertion order, which is also an order in which dependencies come before their dependants.
        self._items: dict[str, WorkItem] = {}

    def add(self, item: WorkItem) -> WorkItem:
        """Add an item and return it as queued, or blocked when something it waits for has failed.

        Owner, token, lease, attempts and status are the queue's to give; those of `item` are ignored.

        Raises:
            UsageError: the id exists, or the item waits for itself or for an unknown item. A cycle is refused
                by that too: one of its members would have to come before what it waits for.
        """
        dependencies = tuple(dict.fromkeys(item.dependencies))
        with self._lock:
            self._check_new(item.id, dependencies)
            self._items[item.id] = evolve(
                item,
                dependencies=dependencies,
                status=WorkStatus.QUEUED,
                owner=None,
                token=0,
                lease=None,
                attempts=0,
                error=None,
                started=None,
                finished=None,
            )
            self._settle()
            return self._items[item.id]

    def get(self, id: str) -> WorkItem:  # noqa: A002 - the item's id
        """Return the item. NotFound when there is none."""
        with self._lock:
            item = self._items.get(id)
        if item is None:
            raise NotFound(
                what=f"there is no item {id!r}", why="the queue does not hold it", fix="list the items"
            )
        return item

    def items(self, *, status: WorkStatus | None = None, lane: str | None = None) -> list[WorkItem]:
        """Return items, oldest first, perhaps of one status or lane."""
        with self._lock:
            found = list(self._items.values())
        return sorted(
            (item for item in found if status in {None, item.status} and lane in {None, item.lane}),
            key=lambda item: item.created,
        )

    def claim(self, owner: str, *, lanes: Sequence[str] = (), lease_ms: int = 60_000) -> WorkItem | None:
        """Take the best eligible item for `owner`, or None. Raises the item's fencing token by one.

        Best is the highest (1 + number of items waiting for it) x priority, then priority, then age. An item
        whose lease has expired is active until `recover`.
        """
        with self._lock:
            active = Counter(item.lane for item in self._items.values() if item.status is WorkStatus.ACTIVE)
            if sum(active.values()) >= self.wip_limit:
                return None
            open_lanes = {
                item.lane
                for item in self._items.values()
                if active[item.lane] < self.lane_limits.get(item.lane, self.wip_limit)
                and (not lanes or item.lane in lanes)
            }
            best = self._best(open_lanes)
            if best is None:
                return None
            return self._save(
                evolve(
                    best,
                    status=WorkStatus.ACTIVE,
                    owner=owner,
                    token=best.token + 1,
                    lease=self._lease(lease_ms),
                    attempts=best.attempts + 1,
                    started=self._clock.now(),
                )
            )

    def beat(self, id: str, token: int, *, lease_ms: int = 60_000) -> None:  # noqa: A002 - the item's id
        """Prolong the lease to `lease_ms` from now. StoreError when the token is not the current one."""
        with self._lock:
            self._save(evolve(self._owned(id, token), lease=self._lease(lease_ms)))

    def complete(self, id: str, token: int) -> tuple[WorkItem, ...]:  # noqa: A002 - the item's id
        """Mark the item completed; return the items that became eligible. StoreError for an old token."""
        with self._lock:
            item = self._owned(id, token)
            self._save(
                evolve(item, status=WorkStatus.COMPLETED, lease=None, error=None, finished=self._clock.now())
            )
            dependants = [other for other in self._items.values() if id in other.dependencies]
            return tuple(other for other in dependants if self._eligible(other))

    def fail(self, id: str, token: int, error: str) -> tuple[WorkItem, ...]:  # noqa: A002 - the item's id
        """Mark the item failed; return all that waits for it, directly or not, now blocked.

        Raises:
            StoreError: the token is old.
        """
        with self._lock:
            return self._failed(self._owned(id, token), error)

    def release(self, id: str, token: int, *, not_before: datetime | None = None) -> None:  # noqa: A002 - the item's id
        """Give an active item back to the queue, perhaps for later. StoreError for an old token."""
        with self._lock:
            self._save(evolve(_queued(self._owned(id, token)), not_before=not_before))

    def retry(self, id: str) -> WorkItem:  # noqa: A002 - the item's id
        """Queue a failed item again and free the dependants that it alone blocked.

        Raises:
            NotFound: there is no such item.
            UsageError: the item has not failed.
        """
        with self._lock:
            item = self.get(id)
            if item.status is not WorkStatus.FAILED:
                raise UsageError(
                    what=f"the item {id!r} cannot be tried again",
                    why=f"it is {item.status}; only failed items can",
                    fix="release an active item, or retry the failed item that a blocked one waits for",
                )
            self._save(evolve(_queued(item), error=None, finished=None, not_before=None))
            self._settle()
            return self._items[id]

    def abandon(self, id: str, reason: str) -> WorkItem:  # noqa: A002 - the item's id
        """Fail an item, whoever has it; its dependants become blocked.

        Raises:
            NotFound: there is no such item.
            UsageError: the item is completed.
        """
        with self._lock:
            item = self.get(id)
            if item.status is WorkStatus.COMPLETED:
                raise UsageError(
                    what=f"the item {id!r} cannot be abandoned",
                    why="it is completed already",
                    fix="leave it, or add a new item that undoes it",
                )
            self._failed(item, reason)
            return self._items[id]

    def recover(self) -> tuple[WorkItem, ...]:
        """Return expired leases to the queue; return those items."""
        with self._lock:
            now_ns = self._clock.monotonic_ns()
            expired = [
                item for item in self._items.values() if item.lease and item.lease.expires_ns <= now_ns
            ]
            return tuple(self._save(_queued(item)) for item in expired)

    # --- one step of the above; the caller holds the lock ------------------------------------------------------

    def _check_new(self, name: str, dependencies: Sequence[str]) -> None:
        unknown = [dependency for dependency in dependencies if dependency not in self._items]
        if name in self._items:
            why, fix = "an item with this id is in the queue", "choose another id"
        elif name in dependencies:
            why, fix = f"it waits for itself: {name} -> {name}", "drop the dependency"
        elif unknown:
            why, fix = f"it waits for unknown items: {', '.join(unknown)}", "add these first"
        else:
            return
        raise UsageError(what=f"the item {name!r} cannot be added", why=why, fix=fix)

    def _best(self, open_lanes: set[str]) -> WorkItem | None:
        queued = [item for item in self._items.values() if item.status is WorkStatus.QUEUED]
        waiting = Counter(dependency for item in queued for dependency in item.dependencies)

        def rank(item: WorkItem) -> tuple[int, int, float]:
            return (1 + waiting[item.id]) * item.priority, item.priority, -item.created.timestamp()

        eligible = [item for item in queued if item.lane in open_lanes and self._eligible(item)]
        return max(eligible, key=rank, default=None)

    def _eligible(self, item: WorkItem) -> bool:
        return (
            item.status is WorkStatus.QUEUED
            and (item.not_before is None or item.not_before <= self._clock.now())
            and all(self._items[name].status is WorkStatus.COMPLETED for name in item.dependencies)
        )

    def _lease(self, lease_ms: int) -> Lease:
        return Lease(
            boot_id=self._boot_id, expires_ns=self._clock.monotonic_ns() + round(lease_ms * 1_000_000)
        )

    def _owned(self, name: str, token: int) -> WorkItem:
        item = self.get(name)
        if item.status is not WorkStatus.ACTIVE or item.token != token:
            raise StoreError(
                what=f"the item {name!r} is no longer held with token {token}",
                why=f"it is {item.status} and its token is {item.token}: it was recovered, released or ended",
                fix="drop this result; whoever holds the item now delivers its own",
            )
        return item

    def _failed(self, item: WorkItem, error: str) -> tuple[WorkItem, ...]:
        self._save(
            evolve(item, status=WorkStatus.FAILED, lease=None, error=error, finished=self._clock.now())
        )
        return self._settle()

    def _settle(self) -> tuple[WorkItem, ...]:
        """Block what waits for something stuck and free what no longer does; return what is newly blocked."""
        newly_blocked = []
        for item in list(self._items.values()):
            if item.status not in _WAITING:
                continue
            stuck = next(
                (d for d in map(self._items.get, item.dependencies) if d and d.status in _STUCK), None
            )
            if stuck is None:
                self._save(evolve(item, status=WorkStatus.QUEUED, error=None))
                continue
            root_cause = (
                stuck.error if stuck.status is WorkStatus.BLOCKED else f"{stuck.id} failed: {stuck.error}"
            )
            blocked = self._save(evolve(item, status=WorkStatus.BLOCKED, error=root_cause))
            if item.status is WorkStatus.QUEUED:
                newly_blocked.append(blocked)
        return tuple(newly_blocked)

    def _save(self, item: WorkItem) -> WorkItem:
        self._items[item.id] = item
        return item


def _queued(item: WorkItem) -> WorkItem:
    return evolve(item, status=WorkStatus.QUEUED, owner=None, lease=None)
