"""The router itself: many threads at once, and executors that break their contract."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from ccrouter_core import Check, FailureKind, Outcome, Request, Router, hookimpl, laws, plugin
from ccrouter_core.services import Capabilities
from ccrouter_core.settings import Settings, default_ladder
from ccrouter_core.testing import ScriptedExecutor

THREADS = 8


@plugin
class Brings:
    """Brings an executor."""

    executor: object

    @hookimpl
    def ccrouter_executors(self):
        """Bring it."""
        return self.executor


class Broken:
    """An executor that breaks at one of its calls."""

    name = "broken"

    def __init__(self, at: str) -> None:
        self.at = at

    def capabilities(self) -> Capabilities:
        """Return that it can do nothing special."""
        return Capabilities()

    def check(self) -> Check:
        """Pass."""
        return Check(name=self.name, passed=True)

    def start(self, job, limits, cancel) -> Broken:
        """Return itself as the handle."""
        return self._maybe("start", self)

    def events(self):
        """Yield nothing."""
        self._maybe("events", None)
        yield from ()

    def result(self) -> Outcome:
        """Return an outcome, or something else."""
        return self._maybe("result", 5 if self.at == "type" else Outcome(text="x", tier="haiku"))

    def _maybe(self, place: str, answer):
        if self.at == place:
            raise SystemExit(place) if place == "start" else ZeroDivisionError(place)
        return answer


@pytest.fixture
def project(tmp_path):
    """Return an empty project."""
    folder = tmp_path / "project"
    folder.mkdir()
    return str(folder)


def test_a_fresh_router_serves_many_threads_at_once(tmp_path, project: str) -> None:
    """Whoever comes first, every request is executed: nothing is set up half when a second thread looks."""
    executor = ScriptedExecutor(replies=(str(number) for number in range(10_000)))
    settings = Settings(ladder=default_ladder("scripted"), home=tmp_path / "home", store="memory:")
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for _ in range(3):
            barrier = Barrier(THREADS)
            with Router(Brings(executor=executor), settings=settings) as router:

                def handle(_: int, router: Router = router, barrier: Barrier = barrier) -> str:
                    barrier.wait()
                    return laws.state_of(router.handle(Request(text="explain it", cwd=project)))

                with ThreadPoolExecutor(THREADS) as pool:
                    assert set(pool.map(handle, range(THREADS))) == {"unverified"}
    finally:
        sys.setswitchinterval(before)


@pytest.mark.parametrize("at", ["start", "events", "result", "type"])
def test_an_executor_that_breaks_is_named_in_the_outcome(tmp_path, project: str, at: str) -> None:
    """It may raise whatever it likes, the attempt ends with an error that says which executor it was."""
    settings = Settings(ladder=default_ladder("broken"), home=tmp_path / "home", store="memory:")
    with Router(Brings(executor=Broken(at)), settings=settings) as router:
        error = router.handle(Request(text="explain it", cwd=project)).outcome.error
    assert error.kind is FailureKind.CRASHED
    assert error.message.startswith("the executor 'broken' broke: ")
