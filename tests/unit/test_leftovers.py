"""What a killed run leaves at work is ended by the next router, and nothing else is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from attrs import evolve

from ccrouter_core import Request, Router
from ccrouter_core.history import STARTED
from ccrouter_core.leftovers import begun, end_leftovers, ended, runs
from ccrouter_core.memory import MemoryStore
from ccrouter_core.process_ids import ProcessId
from ccrouter_core.processes import MARKER, Mark
from ccrouter_core.settings import Settings, default_ladder
from ccrouter_plugins.command import Command, CommandTemplate
from ccrouter_plugins.sqlite import Sqlite

# A client that starts a helper in a session of its own, says who both are, and works for ever.
CLIENT = """
import os, pathlib, subprocess, sys, time
sleep = [sys.executable, "-S", "-E", "-c", "import time; time.sleep(600)"]
helper = subprocess.Popen(sleep, start_new_session=True)
pathlib.Path(sys.argv[1]).write_text(f"{os.getpid()} {helper.pid}")
time.sleep(600)
"""
RUN = """
import pathlib, sys
sys.path.insert(0, sys.argv[2])
from test_leftovers import opened
from ccrouter_core import Request
folder = pathlib.Path(sys.argv[1])
with opened(folder) as router:
    router.handle(Request(text="explain it", cwd=str(folder / "project")))
"""


def opened(folder: Path) -> Router:
    """Return a router on a store in `folder`, whose only executor never ends."""
    client = CommandTemplate(argv=(sys.executable, "-S", "-E", "-c", CLIENT, str(folder / "pids")))
    settings = Settings(home=folder / "home", ladder=default_ladder("client"))
    return Router(Sqlite(), Command(executors={"client": client}), settings=settings)


@pytest.fixture
def killed(tmp_path: Path):
    """Yield the folder of a run that was killed at work, and the processes it left."""
    (tmp_path / "project").mkdir()
    run = subprocess.Popen([sys.executable, "-c", RUN, str(tmp_path), str(Path(__file__).parent)])
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up and not (tmp_path / "pids").exists():
        time.sleep(0.02)
    time.sleep(0.2)  # until the file is whole
    left = [ProcessId.of(int(pid)) for pid in (tmp_path / "pids").read_text().split()]
    run.kill()
    run.wait()
    yield tmp_path, left
    for process in left:
        if process is not None and process.runs:
            os.kill(process.pid, signal.SIGKILL)


def gone(process: ProcessId) -> bool:
    """Return whether a process ends within a moment."""
    give_up = time.monotonic() + 5
    while process.runs and time.monotonic() < give_up:
        time.sleep(0.01)
    return not process.runs


@pytest.mark.skipif(sys.platform != "linux", reason="a helper in a session of its own is found only on Linux")
def test_the_next_router_ends_what_a_killed_run_left(killed, caplog: pytest.LogCaptureFixture) -> None:
    """After kill -9 the client goes on and costs money; opening a router ends it with all that it started."""
    folder, left = killed
    assert [process.runs for process in left] == [True, True]
    with opened(folder) as router:
        assert all(gone(process) for process in left)
        assert router.runtime.store.state.find(STARTED) == []
    (told,) = caplog.messages
    assert told.startswith("what a killed run had left at work was ended: a-")
    with opened(folder):
        assert len(caplog.messages) == 1


@pytest.fixture
def stranger():
    """Yield a process that has nothing to do with any attempt."""
    code = "import time; print(flush=True); time.sleep(600)"
    child = subprocess.Popen(
        [sys.executable, "-S", "-E", "-c", code],
        stdout=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, MARKER: "somebody-elses"},
    )
    assert child.stdout
    child.stdout.readline()
    yield ProcessId.of(child.pid)
    child.kill()
    child.communicate()


def dead_owner() -> ProcessId:
    """Return a process of this machine that is gone."""
    child = subprocess.Popen([sys.executable, "-S", "-E", "-c", "input()"], stdin=subprocess.PIPE)
    found = ProcessId.of(child.pid)
    child.communicate(b"\n")
    assert found is not None
    return found


def written(owner: ProcessId | None, leader: ProcessId | None = None, marker: str = "none-has-it"):
    """Return an area with an attempt of this owner and this leader."""
    area = MemoryStore().state
    begun(area, "a-1", {"request": "r"})
    runs(area, "a-1", Mark(marker=marker, leader=leader))
    record = area.get(STARTED, "a-1")
    area.put(STARTED, "a-1", {**record, "owner": owner.document() if owner else None})
    return area


def test_who_got_the_number_of_a_leader_is_not_hit(stranger: ProcessId) -> None:
    """The number alone is not enough: a process that started at another moment lives on."""
    area = written(dead_owner(), leader=evolve(stranger, started="1"))
    assert end_leftovers(area) == []
    assert stranger.runs
    assert area.find(STARTED) == []


def test_the_group_of_the_leader_itself_is_ended(stranger: ProcessId) -> None:
    """Its number and its start agree, so it is what the dead process left."""
    assert end_leftovers(written(dead_owner(), leader=stranger)) == ["a-1"]
    assert gone(stranger)


@pytest.mark.parametrize("whose", ["living", "another machine", "unknown"])
def test_attempts_of_others_are_left_alone(stranger: ProcessId, whose: str) -> None:
    """Who lives, or cannot be judged from here, keeps its processes and its record."""
    own = ProcessId.of(os.getpid())
    assert own is not None
    owner = {"living": own, "another machine": evolve(dead_owner(), host="elsewhere"), "unknown": None}[whose]
    area = written(owner, leader=stranger)
    assert end_leftovers(area) == []
    assert stranger.runs
    assert len(area.find(STARTED)) == 1


def test_what_ran_before_the_machine_was_started_is_only_forgotten(stranger: ProcessId) -> None:
    """Its processes are gone; whoever has their numbers now is somebody else."""
    area = written(evolve(dead_owner(), boot="an earlier one"), leader=stranger)
    assert end_leftovers(area) == []
    assert stranger.runs
    assert area.find(STARTED) == []


def test_an_attempt_that_ended_is_forgotten() -> None:
    """Nothing stays of it."""
    area = MemoryStore().state
    begun(area, "a-1", {"request": "r"})
    ended(area, "a-1")
    assert area.find(STARTED) == []


def test_a_request_leaves_no_record(router, tmp_path) -> None:
    """Whatever comes of it, what was begun is ended."""
    router_ = router(replies=["fine"])
    router_.handle(Request(text="explain it", cwd=str(tmp_path)))
    assert router_.runtime.store.state.find(STARTED) == []
