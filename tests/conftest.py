"""Fixtures that several folders of tests share."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

# A busy machine draws examples slowly; that says nothing about the code. A landing is judged by the same examples each
# time; new ones are looked for everywhere else.
settings.register_profile(
    "ccrouter",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("ccrouter")

# Test folders are no packages, so that they can be collected under any name; this one holds what others import.
sys.path.insert(0, str(Path(__file__).parent / "acceptance"))

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli_world import World
    from messages_api import MessagesApi


@pytest.fixture
def messages_api() -> Iterator[MessagesApi]:
    """Return a scripted stand-in for the Messages API, on loopback."""
    from messages_api import MessagesApi  # noqa: PLC0415 - few tests need a server

    with MessagesApi() as api:
        yield api


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return a fresh world for the command line: project, state folder, one installed plugin."""
    from cli_world import World  # noqa: PLC0415 - few tests need a world

    return World(tmp_path)


@pytest.fixture
def inside(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Yield a fresh world that this process stands in, for commands run in-process."""
    before = set(sys.modules)
    monkeypatch.chdir(world.project)
    monkeypatch.setenv("CCROUTER_HOME", str(world.home))
    monkeypatch.syspath_prepend(str(world.site))
    yield world
    for name in set(sys.modules) - before:
        if (world.site / f"{name}.py").exists():
            del sys.modules[name]
