"""A process is told from every other one, also from a later one of the same number."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from attrs import evolve

from ccrouter_core.process_ids import ProcessId


@pytest.fixture
def own() -> ProcessId:
    """Return this process."""
    found = ProcessId.of(os.getpid())
    assert found is not None
    return found


def test_this_process_exists_and_runs(own: ProcessId) -> None:
    """It is the same whenever it is asked for, and after it was written down."""
    assert own == ProcessId.of(os.getpid()) == ProcessId.read(dict(own.document()))
    assert own.exists
    assert own.runs


@pytest.mark.parametrize("change", ["started", "boot", "host"])
def test_another_process_of_the_same_number_is_not_taken_for_it(own: ProcessId, change: str) -> None:
    """Started at another moment, in another run of the machine or on another one: somebody else."""
    other = evolve(own, **{change: "x"})
    assert not other.exists
    assert not other.runs


def test_what_ended_does_not_run_but_keeps_its_number_until_it_is_noticed() -> None:
    """A zombie is no process at work; once it is reaped there is nobody."""
    child = subprocess.Popen([sys.executable, "-S", "-E", "-c", "input()"], stdin=subprocess.PIPE)
    found = ProcessId.of(child.pid)
    assert found is not None
    assert found.runs
    child.kill()
    give_up = time.monotonic() + 10
    while found.runs and time.monotonic() < give_up:
        time.sleep(0.01)
    assert (found.exists, found.runs) == (True, False)
    child.communicate()
    assert not found.exists


@pytest.mark.parametrize(
    "document", [None, 5, [], {}, {"pid": 1}, {"pid": "1", "started": "2", "boot": "3", "host": "4"}]
)
def test_what_was_not_written_by_it_is_nobody(document: object) -> None:
    """A record of another version, or a damaged one, names no process."""
    assert ProcessId.read(document) is None
