"""Attempts under way are written down, so that what a killed process leaves running can be ended.

A record is made before an executor starts and removed when it has ended. One that stays belongs to a process that
was killed: the next router to open on that machine ends what it left and removes the record.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ccrouter_core.history import STARTED
from ccrouter_core.process_ids import ProcessId
from ccrouter_core.processes import Mark, end_marked

if TYPE_CHECKING:
    from ccrouter_core.services import Area, Document


def begun(area: Area, attempt: str, facts: Document) -> None:
    """Write down that this process begins an attempt."""
    owner = ProcessId.of(os.getpid())
    area.put(STARTED, attempt, {**facts, "owner": owner.document() if owner else None})


def runs(area: Area, attempt: str, mark: Mark) -> None:
    """Write down how the processes of an attempt can be found."""
    with area.transaction():
        record = area.get(STARTED, attempt) or {}
        leader = mark.leader.document() if mark.leader else None
        area.put(STARTED, attempt, {**record, "marker": mark.marker, "leader": leader})


def ended(area: Area, attempt: str) -> None:
    """Forget an attempt that ended."""
    area.delete(STARTED, attempt)


def end_leftovers(area: Area) -> list[str]:
    """End what dead processes of this machine left running; return the attempts that still ran.

    Whoever lives keeps its attempts, and so does another machine that shares the store. What ran before this machine
    (or container) was last started is only forgotten.
    """
    here = ProcessId.of(os.getpid())
    still_ran = []
    for attempt, record in area.find(STARTED):
        owner = ProcessId.read(record.get("owner"))
        if here is None or owner is None or owner.host != here.host or owner.runs:
            continue
        if owner.boot == here.boot and _end(record):
            still_ran.append(attempt)
        area.delete(STARTED, attempt)
    return still_ran


def _end(record: Document) -> bool:
    marker = record.get("marker")
    if not isinstance(marker, str):
        return False  # killed before it started anything
    return end_marked(Mark(marker=marker, leader=ProcessId.read(record.get("leader"))))
