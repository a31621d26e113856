"""Whatever is done to a queue in whatever order: the laws of claims hold and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from ccrouter_core.errors import StoreError, UsageError
from ccrouter_core.models import WorkItem, WorkStatus
from ccrouter_core.testing import FixedClock, MemoryQueue

LANES = st.sampled_from(["default", "narrow"])
LEASE_MS = 1_000
WIP_LIMIT = 3


class QueueMachine(RuleBasedStateMachine):
    """A model of what may happen beside the queue that it happens to."""

    ids = Bundle("ids")
    claims = Bundle("claims")  # (id, token) as handed out

    @initialize(target=ids)
    def start(self):
        """Begin on a clock of its own, with some work in both lanes."""
        self.clock = FixedClock()
        self.queue = MemoryQueue(self.clock, wip_limit=WIP_LIMIT, lane_limits={"narrow": 1})
        self.added: dict[str, WorkItem] = {}
        self.tokens: dict[str, int] = {}
        self.held: dict[str, int] = {}  # id -> the token that may end it
        self.expires_ns: dict[str, int] = {}
        self.completed: set[str] = set()
        return multiple(*(self._added(5, lane, []) for lane in ("default", "default", "default", "narrow")))

    # --- rules -------------------------------------------------------------------------------------------------

    @rule(target=ids, priority=st.integers(1, 10), lane=LANES, waits_for=st.lists(ids, max_size=3))
    def add(self, priority: int, lane: str, waits_for: list[str]) -> str:
        """Add an item that waits for up to three earlier ones."""
        return self._added(priority, lane, waits_for)

    @rule(name=ids)
    def add_again(self, name: str) -> None:
        """Try a duplicate."""
        with pytest.raises(UsageError, match=name):
            self.queue.add(WorkItem(name, "a duplicate"))

    @rule(target=claims)
    def claim(self):
        """Claim: something is found if and only if the model says so."""
        claimable = self._claimable()
        found = self.queue.claim("worker", lease_ms=LEASE_MS)
        if found is None:
            assert not claimable
            return multiple()
        assert found.id in claimable
        assert found.id not in self.held
        assert found.token == self.tokens[found.id] + 1
        assert self.completed.issuperset(found.dependencies)
        self.tokens[found.id] = self.held[found.id] = found.token
        self.expires_ns[found.id] = self.clock.monotonic_ns() + LEASE_MS * 1_000_000
        return found.id, found.token

    @rule(claim=claims)
    def beat(self, claim: tuple[str, int]) -> None:
        """Prolong a lease."""
        if self._may(claim, lambda: self.queue.beat(*claim, lease_ms=LEASE_MS)):
            self.expires_ns[claim[0]] = self.clock.monotonic_ns() + LEASE_MS * 1_000_000

    @rule(claim=claims)
    def complete(self, claim: tuple[str, int]) -> None:
        """End an item well."""
        if self._may(claim, lambda: self.queue.complete(*claim)):
            assert claim[0] not in self.completed
            self.completed.add(claim[0])
            del self.held[claim[0]]

    @rule(claim=claims)
    def fail(self, claim: tuple[str, int]) -> None:
        """End an item badly."""
        if self._may(claim, lambda: self.queue.fail(*claim, "broken")):
            del self.held[claim[0]]

    @rule(claim=consumes(claims))
    def release(self, claim: tuple[str, int]) -> None:
        """Give an item back."""
        if self._may(claim, lambda: self.queue.release(*claim)):
            del self.held[claim[0]]

    @rule(name=ids)
    def retry(self, name: str) -> None:
        """Try an item again."""
        if self.queue.get(name).status is WorkStatus.FAILED:
            self.queue.retry(name)
        else:
            with pytest.raises(UsageError):
                self.queue.retry(name)

    @rule(name=ids)
    def abandon(self, name: str) -> None:
        """Give an item up."""
        if name in self.completed:
            with pytest.raises(UsageError):
                self.queue.abandon(name, "not wanted")
        else:
            assert self.queue.abandon(name, "not wanted").status is WorkStatus.FAILED
            self.held.pop(name, None)

    @rule(milliseconds=st.integers(0, 2 * LEASE_MS), step_back=st.booleans())
    def pass_time(self, milliseconds: int, step_back: bool) -> None:
        """Let time pass, perhaps with a wall clock that steps back."""
        wall = self.clock.now()
        self.clock.advance(milliseconds=milliseconds)
        if step_back:
            self.clock.set(wall)

    @rule()
    def recover(self) -> None:
        """Recover exactly the leases that have expired."""
        expired = {name for name in self.held if self.expires_ns[name] <= self.clock.monotonic_ns()}
        assert {found.id for found in self.queue.recover()} == expired
        for name in expired:
            del self.held[name]

    # --- laws --------------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_lost(self) -> None:
        """Every item that was added is there, with what was said of it, once."""
        found = self.queue.items()
        assert sorted(item.id for item in found) == sorted(self.added)
        for item in found:
            given = self.added[item.id]
            assert (item.description, item.priority, item.dependencies, item.lane) == (
                given.description,
                given.priority,
                given.dependencies,
                given.lane,
            )

    @invariant()
    def the_limits_hold(self) -> None:
        """Never more active items than the limit, never more of a lane than its own."""
        active = self.queue.items(status=WorkStatus.ACTIVE)
        assert len(active) <= WIP_LIMIT
        assert sum(item.lane == "narrow" for item in active) <= 1
        assert {item.id: item.token for item in active} == self.held

    @invariant()
    def completed_stays_completed(self) -> None:
        """Exactly what was completed with a good token is completed."""
        assert {item.id for item in self.queue.items(status=WorkStatus.COMPLETED)} == self.completed

    @invariant()
    def blocked_means_behind_a_failure(self) -> None:
        """An item waits as blocked if and only if something it waits for failed or is blocked."""
        by_id = {item.id: item for item in self.queue.items()}
        for item in by_id.values():
            stuck = any(
                by_id[name].status in {WorkStatus.FAILED, WorkStatus.BLOCKED} for name in item.dependencies
            )
            if item.status in {WorkStatus.QUEUED, WorkStatus.BLOCKED}:
                assert (item.status is WorkStatus.BLOCKED) == stuck
                assert bool(item.error) == stuck

    # --- helpers -----------------------------------------------------------------------------------------------

    def _added(self, priority: int, lane: str, waits_for: list[str]) -> str:
        name = f"i{len(self.added)}"
        item = WorkItem(
            name, name, priority=priority, lane=lane, dependencies=waits_for, created=self.clock.now()
        )
        self.clock.advance(milliseconds=1)
        self.added[name] = self.queue.add(item)
        self.tokens[name] = 0
        return name

    def _claimable(self) -> set[str]:
        active = self.queue.items(status=WorkStatus.ACTIVE)
        narrow_is_full = any(item.lane == "narrow" for item in active)
        if len(active) >= WIP_LIMIT:
            return set()
        return {
            item.id
            for item in self.queue.items(status=WorkStatus.QUEUED)
            if self.completed.issuperset(item.dependencies) and not (item.lane == "narrow" and narrow_is_full)
        }

    def _may(self, claim: tuple[str, int], act) -> bool:
        """Do it, and check that it is refused exactly when the claim is not the current one."""
        name, token = claim
        if self.held.get(name) == token:
            act()
            return True
        with pytest.raises(StoreError):
            act()
        return False


TestQueueMachine = QueueMachine.TestCase
TestQueueMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
