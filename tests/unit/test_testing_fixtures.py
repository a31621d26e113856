"""The fixtures that ccrouter gives to the tests of plugins."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ccrouter_core import Action, Decision, Request, Signal, Status, Verdict, hookimpl, plugin
from ccrouter_core.models import Tier
from ccrouter_core.services import Cancel, Job, Limits, Store
from ccrouter_core.settings import Settings, default_ladder
from ccrouter_core.testing import FixedClock, Reply


@plugin
class Strict:
    """A plugin under test: every answer must say "good"."""

    floor: str = "haiku"

    @hookimpl
    def ccrouter_signals(self):
        """Set the floor."""
        yield Signal(name="strict.asked", reason="always", floor=self.floor)

    @hookimpl
    def ccrouter_validate(self, outcome):
        """Fail what does not say good."""
        status = Status.PASS if "good" in outcome.text else Status.FAIL
        return Verdict(check="strict.good", status=status, reason="it must say good")


def test_a_fixed_clock_stands_still(fixed_clock) -> None:
    """The clock is one that the test moves."""
    before = fixed_clock.now()
    fixed_clock.advance(days=1)
    assert isinstance(fixed_clock, FixedClock)
    assert (fixed_clock.now() - before).days == 1


def test_the_store_is_dated_by_the_clock(memory_store, fixed_clock) -> None:
    """`memory_store` and `fixed_clock` of a test belong together."""
    memory_store.state.append("log", {})
    assert isinstance(memory_store, Store)
    assert memory_store.state.read("log")[0].at == fixed_clock.now()


def test_an_executor_with_an_empty_script(scripted_executor) -> None:
    """The script is written in the test."""
    scripted_executor.extend(["hello"])
    job = Job(prompt="greet", tier=Tier(name="haiku", rank=0, model="haiku"))
    assert scripted_executor.start(job, Limits(), Cancel()).result().text == "hello"


def test_a_router_decides_with_the_plugins_given(router) -> None:
    """`router(...)` is open, and asks exactly these plugins."""
    answer = router(Strict(floor="opus")).decide(Request(text="explain this"))
    assert (answer.tier, [signal.name for signal in answer.signals]) == ("opus", ["strict.asked"])


def test_a_router_climbs_through_the_replies(router, scripted_executor, tmp_path) -> None:
    """Replies are played in order, one per attempt, each at a higher tier."""
    opened = router(Strict(), Cheap(), replies=["bad", Reply(text="good enough")])
    answer = opened.handle(Request(text="explain this", cwd=str(tmp_path)))
    assert [attempt.outcome.text for attempt in answer.attempts] == ["bad", "good enough"]
    assert [job.tier.name for job in scripted_executor.jobs] == ["haiku", "sonnet"]


def test_state_stays_in_the_tests_folder(router, tmp_path) -> None:
    """The state folder is below tmp_path and CCROUTER_HOME names it."""
    opened = router()
    assert opened.home.is_relative_to(tmp_path)
    assert os.environ["CCROUTER_HOME"] == str(opened.home)
    assert opened.runtime.store.location == "memory:"


def test_settings_and_clock_are_taken(router, fixed_clock) -> None:
    """A test may bring its own ladder and clock."""
    opened = router(settings=Settings(ladder=default_ladder("replay")), clock=fixed_clock)
    assert {tier.executor for tier in opened.settings.ladder} == {"replay"}
    assert opened.runtime.clock is fixed_clock


@pytest.fixture
def told():
    """Collect what plugins are told; set up before `router`, so torn down after it."""
    heard: list[str] = []
    yield heard
    assert heard == ["shutdown"]


def test_routers_close_with_the_test(told, router) -> None:
    """At the end of the test its routers are closed, and their plugins are told."""
    router(Closing(heard=told))
    assert told == []


def test_the_pytest_plugin_imports_nothing_heavy() -> None:
    """Every pytest run of every project loads it, so it costs only what pytest costs."""
    code = (
        "import pytest, sys; before = set(sys.modules); import ccrouter_core.testing.fixtures;"
        "print(*(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    ours = {name for name in loaded if name.startswith("ccrouter_core")}
    assert ours <= {"ccrouter_core", "ccrouter_core.testing", "ccrouter_core.testing.fixtures"}
    assert len(loaded) < 10, loaded


@plugin
class Closing:
    """Says when it is told to close."""

    heard: list[str]

    @hookimpl
    def ccrouter_shutdown(self):
        """Note it."""
        self.heard.append("shutdown")


@plugin
class Cheap:
    """Routes everything to the lowest tier."""

    @hookimpl
    def ccrouter_route(self):
        """Route to haiku."""
        return Decision(action=Action.ROUTE, tier="haiku")
