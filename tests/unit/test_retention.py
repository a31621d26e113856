"""What is older than the user wants to keep goes by itself: cheaply, once a day, and nothing younger with it."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from ccrouter_core import Request, Router, hookimpl, plugin, retention
from ccrouter_core import history as kept
from ccrouter_core.keeping import ScrubbedStore
from ccrouter_core.settings import Settings, default_ladder
from ccrouter_core.testing import FixedClock, MemoryStore, ScriptedExecutor
from ccrouter_plugins.sqlite import SqliteStore

SECRET = "sk-" + "ant-api03-abcDEF_123-xyz"


@plugin
class Keeps:
    """Opens the store of the test and hands over its executor."""

    open_store: object = None
    executor: ScriptedExecutor = None

    @hookimpl
    def ccrouter_open_store(self):
        """Open the store."""
        return self.open_store()

    @hookimpl
    def ccrouter_executors(self):
        """Hand over the executor."""
        return self.executor


@pytest.fixture
def clock():
    """Return a clock that stands still until the test moves it."""
    return FixedClock()


@pytest.fixture(params=["memory", "sqlite"])
def open_store(request, clock, tmp_path):
    """Yield a function that opens the same store of each kind again, dated by the clock; all are closed at the end."""
    memory = MemoryStore(clock)
    folder = tmp_path / "store"
    with ExitStack() as stack:

        def open_one() -> MemoryStore | SqliteStore:
            if request.param == "memory":
                return memory
            store = SqliteStore(folder, clock=clock, timeout_s=0.05)
            stack.callback(store.close)
            return store

        yield open_one


@pytest.fixture
def opened(open_store, clock, tmp_path):
    """Return a function that opens a router on the store."""

    def open_router(**options) -> Router:
        endless = ScriptedExecutor(replies=iter(lambda: "an answer", None))
        chosen = Settings(home=tmp_path / "home", ladder=default_ladder("scripted"), **options)
        return Router(Keeps(open_store=open_store, executor=endless), settings=chosen, clock=clock)

    return open_router


def test_old_decisions_turns_and_outcomes_go_and_younger_ones_stay(opened, clock):
    """After 90 days nothing of a request is left; a session that went on keeps its last turn."""
    with opened() as router:
        old = router.handle(Request(text="explain a.py", session="ended"))
        router.handle(Request(text="explain a.py", session="goes on"))
    clock.advance(days=50)
    with opened() as router:
        young = router.handle(Request(text="explain b.py", session="goes on"))
    clock.advance(days=41)
    with opened() as router:
        state = router.runtime.store.state
        assert [key for key, _ in state.find(kept.DECISIONS)] == [young.request.id]
        assert state.get(kept.TURNS, "ended") is None
        assert state.get(kept.TURNS, "goes on")["id"] == young.request.id
        assert [entry.record["request"] for entry in state.read(kept.OUTCOMES)] == [young.request.id]
        assert old.request.id not in repr(state.find("due"))
    clock.advance(days=91)
    with opened() as router:
        state = router.runtime.store.state
        assert state.find(kept.DECISIONS) == state.find(kept.TURNS) == state.find("due") == []
        assert state.read(kept.OUTCOMES) == []


def test_the_days_are_the_users(opened, clock):
    """`retention_days` is an option that does something."""
    with opened(retention_days=2) as router:
        router.decide(Request(text="explain a.py"))
    clock.advance(days=1.9)
    with opened(retention_days=2) as router:
        state = router.runtime.store.state
        assert len(state.find(kept.DECISIONS)) == 1
    clock.advance(days=1.2)
    with opened(retention_days=2) as router:
        state = router.runtime.store.state
        assert state.find(kept.DECISIONS) == []


def test_it_looks_once_a_day(opened, clock):
    """A second opening within a day changes nothing, also after the clock stepped back."""
    with opened() as router:
        state = router.runtime.store.state
        first = state.get("upkeep", "trimmed")
    clock.advance(hours=23)
    with opened() as router:
        state = router.runtime.store.state
        assert state.get("upkeep", "trimmed") == first
    clock.set(clock.now().replace(year=2024))
    with opened() as router:
        state = router.runtime.store.state
        assert state.get("upkeep", "trimmed") != first


def test_a_secret_for_a_session_goes_too(opened, clock):
    """The turn of a session whose name is a secret is found by the name under which it is kept."""
    with opened() as router:
        router.decide(Request(text="explain a.py", session=SECRET))
        assert len(router.runtime.store.state.find(kept.TURNS)) == 1
    clock.advance(days=91)
    with opened() as router:
        state = router.runtime.store.state
        assert state.find(kept.TURNS) == []


def test_more_than_fits_into_one_transaction_goes(open_store, clock):
    """All that is due goes on one day, a thousand entries at a time."""
    area = ScrubbedStore(open_store()).state
    with area.transaction():
        for number in range(2500):
            area.put("things", f"t{number}", {"id": f"t{number}"})
            retention.enter(area, owner=f"t{number}", places=[("things", f"t{number}")], at=clock.now())
    clock.advance(days=3)
    assert retention.trim(area, logs=(), days=2, now=clock.now()) == 2500
    assert area.find("things") == []


@pytest.mark.parametrize("open_store", ["sqlite"], indirect=True)
def test_a_busy_store_is_left_for_another_time(opened, open_store, clock, caplog):
    """Another writer in the way is told, and deciding goes on."""
    with opened():
        pass
    clock.advance(days=2)
    with open_store().state.transaction(), opened() as router:
        assert "is busy" in caplog.text
        assert router.decide(Request(text="explain a.py"), keep=False).decision
