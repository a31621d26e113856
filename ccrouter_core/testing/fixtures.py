"""Fixtures for the tests of plugins, registered with pytest through an entry point.

pytest imports this module in every run of every project, so everything else is imported inside the fixtures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from ccrouter_core.memory import MemoryStore
    from ccrouter_core.pipeline import Router
    from ccrouter_core.services import Clock
    from ccrouter_core.settings import Settings
    from ccrouter_core.testing.clocks import FixedClock
    from ccrouter_core.testing.executors import Scripted, ScriptedExecutor

pytest.register_assert_rewrite("ccrouter_core.testing.conformance")


@pytest.fixture
def fixed_clock() -> FixedClock:
    """Return a clock that stands still until the test moves it."""
    from ccrouter_core.testing.clocks import FixedClock  # noqa: PLC0415 - see the module

    return FixedClock()


@pytest.fixture
def memory_store(fixed_clock: FixedClock) -> Iterator[MemoryStore]:
    """Yield an empty store in memory, dated by `fixed_clock`."""
    from ccrouter_core.memory import MemoryStore  # noqa: PLC0415 - see the module

    store = MemoryStore(clock=fixed_clock)
    yield store
    store.close()


@pytest.fixture
def scripted_executor() -> ScriptedExecutor:
    """Return an executor with an empty script: `extend` it. The `router` fixture's routers use it."""
    from ccrouter_core.testing.executors import ScriptedExecutor  # noqa: PLC0415 - see the module

    return ScriptedExecutor()


@pytest.fixture
def router(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scripted_executor: ScriptedExecutor
) -> Iterator[Callable[..., Router]]:
    """Yield a function that opens a router: `router(*plugins, replies=(), settings=None, clock=None)`.

    Plugins are added to a store in memory and `scripted_executor`, which plays `replies`. State lies in a folder
    of the test, CCROUTER_HOME included. Without `settings` the ladder is the default one, run by the scripted
    executor. All routers are closed at the end of the test.
    """
    from contextlib import ExitStack  # noqa: PLC0415 - see the module

    home = tmp_path / "ccrouter-home"
    monkeypatch.setenv("CCROUTER_HOME", str(home))
    with ExitStack() as stack:

        def open_router(
            *plugins: object,
            replies: Iterable[Scripted] = (),
            settings: Settings | None = None,
            clock: Clock | None = None,
        ) -> Router:
            made = _router(plugins, settings, clock, home, scripted_executor)
            scripted_executor.extend(replies)
            return stack.enter_context(made)

        yield open_router


def _router(
    plugins: tuple[object, ...],
    settings: Settings | None,
    clock: Clock | None,
    home: Path,
    executor: ScriptedExecutor,
) -> Router:
    from attrs import evolve  # noqa: PLC0415 - see the module

    from ccrouter_core.pipeline import Router  # noqa: PLC0415 - see the module
    from ccrouter_core.settings import Settings, default_ladder  # noqa: PLC0415 - see the module
    from ccrouter_core.testing.twins import Twins  # noqa: PLC0415 - see the module

    chosen = settings or Settings(ladder=default_ladder(executor.name))
    chosen = evolve(chosen, store="memory:", home=home)
    return Router(*plugins, Twins(executor=executor), settings=chosen, clock=clock)
