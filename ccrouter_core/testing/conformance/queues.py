"""What every queue must do."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ccrouter_core.errors import NotFound, StoreError, UsageError
from ccrouter_core.models import Request, Timing, WorkItem, WorkStatus, utc_now
from ccrouter_core.testing.clocks import FixedClock

if TYPE_CHECKING:
    from ccrouter_core.services import Clock, Queue

_WORKERS = 6
_WAIT_S = 60.0
_LEASE_MS = 1_000
BORN = utc_now() - timedelta(days=1)


def item(name: str, *waits_for: str, age_s: float = 0, priority: int = 5, lane: str = "default") -> WorkItem:
    """Return an item called `name` that waits for the others named."""
    return WorkItem(
        name,
        f"do {name}",
        priority=priority,
        dependencies=waits_for,
        lane=lane,
        created=BORN - timedelta(seconds=age_s),
    )


def claimed(queue: Queue, owner: str = "worker", lease_ms: int = 60_000) -> WorkItem:
    """Claim an item that must be there."""
    found = queue.claim(owner, lease_ms=lease_ms)
    assert found is not None, "nothing could be claimed"
    return found


class QueueConformance:
    """The laws of `services.Queue`.

    Subclasses bring the fixture `queue`: an empty queue on the fixture `clock` with at most `wip_limit` active
    items, and `lane_limits["narrow"]` of the lane "narrow". A queue on a clock that cannot be moved overrides
    `clock` with the real one and `let_pass` with a sleep.
    """

    wip_limit = 3
    lane_limits = {"narrow": 1}  # noqa: RUF012 - a constant that subclasses may read

    @pytest.fixture
    def clock(self) -> Clock:
        """Return the clock of the queue."""
        return FixedClock()

    @pytest.fixture
    def queue(self, clock: Clock) -> Queue:
        """Return an empty queue; overridden by every subclass."""
        raise NotImplementedError("a subclass of QueueConformance brings the fixture `queue`")

    def let_pass(self, clock: Clock, milliseconds: int) -> None:
        """Let time pass for the queue."""
        if isinstance(clock, FixedClock):
            clock.advance(milliseconds=milliseconds)
        else:
            time.sleep(milliseconds / 1000)

    # --- adding ------------------------------------------------------------------------------------------------

    def test_an_added_item_comes_back_whole(self, queue: Queue) -> None:
        """Every field that the caller set is kept."""
        request = Request(text="do a, Grüße 世界", files=("a.py",), timing=Timing.BACKGROUND)
        given = WorkItem(
            "a",
            "do a\nGrüße 世界 🎉",
            priority=9,
            estimated_complexity=2,
            request=request,
            lane="latex",
            deadline=BORN + timedelta(days=3),
            created=BORN,
        )
        assert queue.add(given) == given
        assert queue.get("a") == given

    def test_a_life_cannot_be_brought_along(self, queue: Queue) -> None:
        """Status, owner, token and attempts are the queue's to give: an added item starts fresh."""
        queue.add(WorkItem("a", "do a", status=WorkStatus.ACTIVE, owner="intruder", token=7, attempts=7))
        found = queue.get("a")
        assert (found.status, found.owner, found.token, found.attempts) == (WorkStatus.QUEUED, None, 0, 0)

    def test_what_cannot_be_added_is_named(self, queue: Queue) -> None:
        """A duplicate, an unknown dependency and an item that waits for itself are refused by name."""
        queue.add(item("known"))
        for bad, named in (
            (item("known"), "known"),
            (item("a", "known", "ghost"), "ghost"),
            (item("loop", "loop"), "loop"),
        ):
            with pytest.raises(UsageError, match=named):
                queue.add(bad)
        assert [found.id for found in queue.items()] == ["known"]

    def test_a_cycle_cannot_be_built(self, queue: Queue) -> None:
        """Of a ring of items the one that would come first is refused, because it waits for an unknown one."""
        with pytest.raises(UsageError, match="b"):
            queue.add(item("a", "b"))
        with pytest.raises(UsageError, match="a"):
            queue.add(item("b", "a"))
        assert queue.items() == []

    def test_items_are_listed_oldest_first(self, queue: Queue) -> None:
        """Listing goes by age and may be narrowed to a status or a lane."""
        for name, age_s, lane in (("new", 1, "x"), ("old", 9, "x"), ("middle", 5, "y")):
            queue.add(item(name, age_s=age_s, lane=lane))
        assert [found.id for found in queue.items()] == ["old", "middle", "new"]
        assert [found.id for found in queue.items(lane="x")] == ["old", "new"]
        first = claimed(queue)
        assert [found.id for found in queue.items(status=WorkStatus.ACTIVE)] == [first.id]
        assert queue.items(status=WorkStatus.QUEUED, lane="z") == []

    def test_an_unknown_item_is_not_found(self, queue: Queue) -> None:
        """Every verb that names an item says when there is none."""
        for act in (
            lambda: queue.get("ghost"),
            lambda: queue.beat("ghost", 1),
            lambda: queue.complete("ghost", 1),
            lambda: queue.fail("ghost", 1, "error"),
            lambda: queue.release("ghost", 1),
            lambda: queue.retry("ghost"),
            lambda: queue.abandon("ghost", "reason"),
        ):
            with pytest.raises(NotFound, match="ghost"):
                act()

    # --- choosing ----------------------------------------------------------------------------------------------

    def test_an_empty_queue_gives_nothing(self, queue: Queue) -> None:
        """Claiming from an empty queue is None, not an error."""
        assert queue.claim("worker") is None

    def test_priority_comes_first(self, queue: Queue) -> None:
        """Of items that nobody waits for, the highest priority is taken."""
        for name, priority in (("low", 1), ("high", 10), ("middle", 5)):
            queue.add(item(name, priority=priority))
        assert [claimed(queue).id for _ in range(3)] == ["high", "middle", "low"]

    def test_age_decides_between_equals(self, queue: Queue) -> None:
        """Of equal items the oldest is taken, so none starves."""
        for name, age_s in (("new", 1), ("old", 9), ("middle", 5)):
            queue.add(item(name, age_s=age_s))
        assert [claimed(queue).id for _ in range(3)] == ["old", "middle", "new"]

    def test_what_unblocks_other_work_goes_first(self, queue: Queue) -> None:
        """Of equal priorities, the item that more items wait for is taken, though it is newer."""
        queue.add(item("lonely", age_s=9))
        queue.add(item("root"))
        queue.add(item("leaf1", "root"))
        queue.add(item("leaf2", "root"))
        assert claimed(queue).id == "root"

    def test_one_dependant_does_not_beat_the_highest_priority(self, queue: Queue) -> None:
        """Unblocking is weighed by priority: 1 with one dependant stays behind 10."""
        queue.add(item("minor", priority=1, age_s=9))
        queue.add(item("leaf", "minor", priority=1))
        queue.add(item("urgent", priority=10))
        assert claimed(queue).id == "urgent"

    def test_nothing_runs_before_what_it_waits_for(self, queue: Queue) -> None:
        """An item with dependencies is claimed only when all of them are completed."""
        queue.add(item("a", priority=1))
        queue.add(item("b", priority=1))
        queue.add(item("end", "a", "b", priority=10))
        first, second = claimed(queue), claimed(queue)
        assert {first.id, second.id} == {"a", "b"}
        assert queue.claim("worker") is None
        assert queue.complete(first.id, first.token) == ()
        assert queue.claim("worker") is None
        assert [freed.id for freed in queue.complete(second.id, second.token)] == ["end"]
        assert claimed(queue).id == "end"

    def test_completed_dependencies_do_not_hold_up(self, queue: Queue) -> None:
        """An item added after its dependency was completed is eligible at once."""
        queue.add(item("a"))
        queue.complete("a", claimed(queue).token)
        queue.add(item("late", "a"))
        assert claimed(queue).id == "late"

    def test_later_is_later(self, queue: Queue, clock: Clock) -> None:
        """`not_before` keeps an item back until that moment."""
        queue.add(WorkItem("a", "do a", not_before=clock.now() + timedelta(milliseconds=_LEASE_MS)))
        assert queue.claim("worker") is None
        self.let_pass(clock, 2 * _LEASE_MS)
        assert claimed(queue).id == "a"

    # --- limits ------------------------------------------------------------------------------------------------

    def test_never_more_active_than_the_limit(self, queue: Queue) -> None:
        """The WIP limit holds over all lanes; what ends, fails or is released makes room for one more."""
        for n in range(self.wip_limit + 3):
            queue.add(item(f"i{n}", lane=f"lane{n % 2}"))
        active = [claimed(queue) for _ in range(self.wip_limit)]
        assert queue.claim("worker") is None
        queue.complete(active[0].id, active[0].token)
        active.append(claimed(queue))
        assert queue.claim("worker") is None
        queue.fail(active[1].id, active[1].token, "broken")
        claimed(queue)
        queue.release(active[2].id, active[2].token)
        claimed(queue)
        assert queue.claim("worker") is None
        assert len(queue.items(status=WorkStatus.ACTIVE)) == self.wip_limit

    def test_a_lane_has_a_limit_of_its_own(self, queue: Queue) -> None:
        """A full lane lets the others pass, whatever the priorities."""
        queue.add(item("n1", lane="narrow", priority=10, age_s=9))
        queue.add(item("n2", lane="narrow", priority=10))
        queue.add(item("other", priority=1))
        assert [claimed(queue).id for _ in range(2)] == ["n1", "other"]
        assert queue.claim("worker") is None

    def test_a_worker_may_choose_its_lanes(self, queue: Queue) -> None:
        """Claiming for some lanes takes nothing else."""
        queue.add(item("x", lane="x", priority=10))
        queue.add(item("y", lane="y"))
        found = queue.claim("worker", lanes=("y", "z"))
        assert found is not None
        assert found.id == "y"
        assert queue.claim("worker", lanes=("y", "z")) is None

    # --- holding -----------------------------------------------------------------------------------------------

    def test_a_claim_says_who_and_since_when(self, queue: Queue) -> None:
        """A claimed item is active, owned, leased, counted, and dated."""
        queue.add(item("a"))
        found = claimed(queue, owner="me")
        assert (found.status, found.owner, found.token, found.attempts) == (WorkStatus.ACTIVE, "me", 1, 1)
        assert found.lease is not None
        assert found.started is not None
        assert queue.get("a") == found

    def test_each_claim_raises_the_token(self, queue: Queue) -> None:
        """The fencing token grows by one with each claim, however the earlier one ended."""
        queue.add(item("a"))
        tokens = []
        for _ in range(3):
            found = claimed(queue)
            tokens.append(found.token)
            queue.release("a", found.token)
        assert tokens == [1, 2, 3]

    def test_an_old_token_changes_nothing(self, queue: Queue) -> None:
        """Who lost an item can neither end, prolong nor give it back; the new owner can."""
        queue.add(item("a"))
        old = claimed(queue)
        queue.release("a", old.token)
        for token in (old.token, 0, old.token + 1, -1):
            self._refused(queue, token)
        new = claimed(queue, owner="new")
        self._refused(queue, old.token)
        assert queue.get("a") == new
        queue.complete("a", new.token)
        self._refused(queue, new.token)

    def _refused(self, queue: Queue, token: int) -> None:
        for act in (
            lambda: queue.beat("a", token),
            lambda: queue.complete("a", token),
            lambda: queue.fail("a", token, "error"),
            lambda: queue.release("a", token),
        ):
            with pytest.raises(StoreError):
                act()

    def test_a_lease_that_holds_is_not_recovered(self, queue: Queue, clock: Clock) -> None:
        """Recovery touches only what has expired; a heartbeat keeps an item for longer."""
        queue.add(item("a"))
        found = claimed(queue, lease_ms=3 * _LEASE_MS)
        assert queue.recover() == ()
        self.let_pass(clock, _LEASE_MS)
        queue.beat("a", found.token, lease_ms=60 * _LEASE_MS)
        self.let_pass(clock, 3 * _LEASE_MS)
        assert queue.recover() == ()
        assert queue.get("a").owner == "worker"

    def test_an_expired_lease_is_recovered(self, queue: Queue, clock: Clock) -> None:
        """The item goes back to the queue once, and the late owner is refused."""
        queue.add(item("a"))
        old = claimed(queue, owner="dead", lease_ms=_LEASE_MS)
        self.let_pass(clock, 2 * _LEASE_MS)
        assert [found.id for found in queue.recover()] == ["a"]
        assert queue.recover() == ()
        self._refused(queue, old.token)
        new = claimed(queue, owner="alive")
        assert new.token == old.token + 1
        self._refused(queue, old.token)

    def test_a_wall_clock_that_steps_ends_no_lease(self, queue: Queue, clock: Clock) -> None:
        """Leases are on a clock that never steps: setting the wall clock expires nothing."""
        if not isinstance(clock, FixedClock):
            pytest.skip("this queue's wall clock cannot be set")
        queue.add(item("a"))
        claimed(queue)
        clock.set(clock.now() + timedelta(days=1))
        assert queue.recover() == ()
        clock.set(clock.now() - timedelta(days=2))
        assert queue.recover() == ()

    def test_release_may_say_not_before(self, queue: Queue, clock: Clock) -> None:
        """A released item is free at once, or from the moment given."""
        queue.add(item("a"))
        queue.release("a", claimed(queue).token)
        found = claimed(queue)
        queue.release("a", found.token, not_before=clock.now() + timedelta(milliseconds=_LEASE_MS))
        assert queue.get("a").status is WorkStatus.QUEUED
        assert queue.get("a").owner is None
        assert queue.claim("worker") is None
        self.let_pass(clock, 2 * _LEASE_MS)
        assert claimed(queue).attempts == 3

    # --- ending ------------------------------------------------------------------------------------------------

    def test_a_completed_item_is_finished(self, queue: Queue) -> None:
        """It is dated, holds no lease, and is never claimed again."""
        queue.add(item("a"))
        assert queue.complete("a", claimed(queue).token) == ()
        found = queue.get("a")
        assert (found.status, found.lease) == (WorkStatus.COMPLETED, None)
        assert found.finished is not None
        assert queue.claim("worker") is None

    def test_a_failure_blocks_what_waits_for_it(self, queue: Queue) -> None:
        """Dependants, direct or not, are blocked with the reason and are returned; others run on."""
        queue.add(item("root", priority=10))
        queue.add(item("leaf", "root"))
        queue.add(item("twig", "leaf"))
        queue.add(item("other"))
        blocked = queue.fail("root", claimed(queue).token, "no such file: x.tex")
        assert {found.id for found in blocked} == {"leaf", "twig"}
        assert queue.get("root").status is WorkStatus.FAILED
        assert queue.get("root").error == "no such file: x.tex"
        for name in ("leaf", "twig"):
            assert queue.get(name).status is WorkStatus.BLOCKED
            assert "no such file: x.tex" in (queue.get(name).error or "")
        assert claimed(queue).id == "other"
        assert queue.claim("worker") is None

    def test_who_waits_for_a_failure_is_blocked_at_once(self, queue: Queue) -> None:
        """An item added after its dependency failed is blocked from the start."""
        queue.add(item("root"))
        queue.fail("root", claimed(queue).token, "broken")
        assert queue.add(item("late", "root")).status is WorkStatus.BLOCKED
        assert queue.claim("worker") is None

    def test_retry_queues_again_and_frees_the_blocked(self, queue: Queue) -> None:
        """A failed item runs again, then what waited for it."""
        queue.add(item("root"))
        queue.add(item("leaf", "root"))
        queue.fail("root", claimed(queue).token, "broken")
        again = queue.retry("root")
        assert (again.status, again.error, again.finished) == (WorkStatus.QUEUED, None, None)
        assert (queue.get("leaf").status, queue.get("leaf").error) == (WorkStatus.QUEUED, None)
        found = claimed(queue)
        assert (found.id, found.token, found.attempts) == ("root", 2, 2)
        assert [freed.id for freed in queue.complete("root", found.token)] == ["leaf"]

    def test_retry_frees_only_what_nothing_else_blocks(self, queue: Queue) -> None:
        """An item behind two failures stays blocked until both are tried again."""
        queue.add(item("a"))
        queue.add(item("b"))
        queue.add(item("end", "a", "b"))
        for _ in range(2):
            found = claimed(queue)
            queue.fail(found.id, found.token, f"{found.id} broke")
        queue.retry("a")
        assert queue.get("end").status is WorkStatus.BLOCKED
        queue.retry("b")
        assert queue.get("end").status is WorkStatus.QUEUED

    def test_only_the_failed_is_retried(self, queue: Queue) -> None:
        """What waits, runs or is completed cannot be queued again."""
        queue.add(item("a"))
        with pytest.raises(UsageError, match="a"):
            queue.retry("a")
        found = claimed(queue)
        with pytest.raises(UsageError, match="a"):
            queue.retry("a")
        queue.complete("a", found.token)
        with pytest.raises(UsageError, match="a"):
            queue.retry("a")

    def test_abandon_fails_an_item_whoever_has_it(self, queue: Queue) -> None:
        """The item fails with the reason, its owner's token is void, its dependants are blocked."""
        queue.add(item("a"))
        queue.add(item("leaf", "a"))
        old = claimed(queue)
        gone = queue.abandon("a", "not wanted any more")
        assert (gone.status, gone.error) == (WorkStatus.FAILED, "not wanted any more")
        assert queue.get("leaf").status is WorkStatus.BLOCKED
        self._refused(queue, old.token)
        assert queue.claim("worker") is None

    def test_what_is_completed_cannot_be_abandoned(self, queue: Queue) -> None:
        """A completed item stays completed."""
        queue.add(item("a"))
        queue.complete("a", claimed(queue).token)
        with pytest.raises(UsageError, match="a"):
            queue.abandon("a", "too late")
        assert queue.get("a").status is WorkStatus.COMPLETED

    # --- together ----------------------------------------------------------------------------------------------

    def test_workers_at_once_do_everything_once(self, queue: Queue) -> None:
        """Many threads claim and complete: each item is done once, in order, within the limit."""
        for n in range(20):
            queue.add(item(f"i{n:02}", *([f"i{n - 1:02}"] if n % 4 else [])))
        done: list[str] = []
        errors: list[BaseException] = []
        workers = [
            threading.Thread(target=self._work, args=(queue, f"w{n}", done, errors)) for n in range(_WORKERS)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(_WAIT_S)
        assert errors == []
        assert sorted(done) == [f"i{n:02}" for n in range(20)]
        assert all(done.index(f"i{n - 1:02}") < done.index(f"i{n:02}") for n in range(20) if n % 4)

    def _work(self, queue: Queue, owner: str, done: list[str], errors: list[BaseException]) -> None:
        try:
            while len(done) < 20 and not errors:
                found = queue.claim(owner)
                if found is None:
                    time.sleep(0.002)
                    continue
                active = len(queue.items(status=WorkStatus.ACTIVE))
                assert active <= self.wip_limit, f"{active} items are active"
                done.append(found.id)
                queue.complete(found.id, found.token)
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            errors.append(error)
