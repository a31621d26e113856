"""What has a life: Protocols of the objects that plugins hand over once.

Each has an in-memory twin and a conformance suite in `ccrouter_core.testing`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from attrs import Factory, field, frozen

from ccrouter_core.models import (
    CacheEntry,
    CacheKey,
    Check,
    Lookup,
    Outcome,
    Provenance,
    Tier,
    WorkItem,
    WorkStatus,
    new_id,
)

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

Document = dict[str, Any]


# --- time ------------------------------------------------------------------------------------------------------


@runtime_checkable
class Clock(Protocol):
    """Where time comes from, so that tests can hold it still."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""

    def monotonic_ns(self) -> int:
        """Return nanoseconds of a clock that never steps back."""


# --- store -----------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class LogEntry:
    """A record of an append-only log with its sequence number (1, 2, ...)."""

    sequence: int
    id: str
    at: datetime
    record: Document


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


# --- queue -----------------------------------------------------------------------------------------------------


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


# --- results ---------------------------------------------------------------------------------------------------


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


# --- execution -------------------------------------------------------------------------------------------------


class Cancel:
    """A token by which one thread asks another to stop. Thread-safe; once set it stays set."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.reason = ""

    def cancel(self, reason: str = "cancelled") -> None:
        """Ask to stop, for the reason given. The first reason stays."""
        if not self._event.is_set():
            self.reason = reason
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Return whether somebody asked to stop."""
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Sleep up to `seconds`; return at once, True, when asked to stop."""
        return self._event.wait(seconds)


@frozen(kw_only=True)
class Limits:
    """Bounds of one execution, each reported separately. None = no bound."""

    start_ms: int | None = 30_000  # until the process or connection stands
    first_event_ms: int | None = 120_000  # until the first sign of life
    idle_ms: int | None = 300_000  # between two signs of life
    total_ms: int | None = 1_800_000
    max_cost_nano_usd: int | None = None
    max_turns: int | None = None
    deadline: datetime | None = None  # retries never start past it


@frozen(kw_only=True)
class Job:
    """What an executor is to do: the prompt goes by standard input or body, never by argv."""

    prompt: str
    tier: Tier
    cwd: str | None = None  # the folder it works in; the workspace when it may write
    read_only: bool = True
    agent: str | None = None
    context: str = ""
    session: str | None = None
    attempt: str = field(factory=lambda: new_id("a"))  # written down before the start


@frozen(kw_only=True)
class Capabilities:
    """What an executor can do."""

    models: tuple[str, ...] = ()  # concrete ids or aliases; empty = any
    streaming: bool = False
    structured: bool = False
    resume: bool = False
    budget: bool = False
    sandbox: bool = False
    tools: bool = False
    edits: bool = False  # may change files in its folder
    network: bool = False
    cost: Literal["reported", "computed", "none"] = "none"


@frozen(kw_only=True)
class ExecutionEvent:
    """A sign of life of an execution: one vocabulary for all executors."""

    kind: Literal["started", "text", "tool_call", "tool_result", "usage", "rate_limit", "warning", "finished"]
    text: str = ""
    data: Mapping[str, Any] = Factory(dict)


@runtime_checkable
class Handle(Protocol):
    """An execution under way."""

    def events(self) -> Iterator[ExecutionEvent]:
        """Yield signs of life until the end; the last is `finished`. May be called once."""

    def result(self) -> Outcome:
        """Wait for the end and return what came out. Never raises for what the executor met: see Outcome.error."""


@runtime_checkable
class Executor(Protocol):
    """Something that runs a prompt on a model. The tier names the executor it uses."""

    name: str

    def capabilities(self) -> Capabilities:
        """Return what it can do, without starting anything."""

    def check(self) -> Check:
        """Say whether it is installed, which version, and logged in: without spending or reading credentials."""

    def start(self, job: Job, limits: Limits, cancel: Cancel) -> Handle:
        """Begin the job. A cancel token that is set ends it, its process group included."""


COST_PROVENANCE: Mapping[str, Provenance] = {
    "reported": Provenance.MEASURED,
    "computed": Provenance.ESTIMATED,
    "none": Provenance.UNKNOWN,
}
