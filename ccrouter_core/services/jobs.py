"""What an executor is given, what it can do, and what it tells on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from attrs import Factory, field, frozen

from ccrouter_core.models import Tier, new_id
from ccrouter_core.processes import Mark


@frozen(kw_only=True)
class Limits:
    """Bounds of one execution, each reported separately. None = no bound."""

    start_ms: int | None = 30_000  # until the process or connection stands
    first_event_ms: int | None = 120_000  # until the first sign of life
    idle_ms: int | None = 300_000  # between two signs of life
    total_ms: int | None = 1_800_000
    max_cost_nano_usd: int | None = None
    max_turns: int | None = None
    deadline: datetime | None = None  # core bounds `total_ms` by it and never retries past it


# What a model is told where it may ask for a stronger one; the line is read by whoever validates.
_ESCALATION = "If this needs a stronger model, change nothing and answer with this line alone: ESCALATE: why"


def notes_for(commands: Iterable[str], *, escalation: bool) -> tuple[str, ...]:
    """Return what a model is told beside the request: what it may run, and how to ask for a stronger model."""
    lines = [f"    {command}" for command in commands]
    leave = "\n".join(["You may run these commands, exactly as written, and no others:", *lines])
    return (*((leave,) if lines else ()), *((_ESCALATION,) if escalation else ()))


def _nobody_listens(_: Mark) -> None:
    """Do nothing."""


@frozen(kw_only=True)
class Job:
    """What an executor is to do: the prompt goes by standard input or body, never by argv.

    An executor that starts a process says so before by `on_start`, with how its processes can be found: when ccrouter
    is killed, they are ended by the next one that looks.
    """

    prompt: str
    tier: Tier
    cwd: str | None = None  # the folder it works in; the workspace when it may write
    read_only: bool = True
    agent: str | None = None
    context: str = ""
    session: str | None = None
    commands: tuple[
        str, ...
    ] = ()  # it may run these, each exactly as written, and no other by this job's leave
    moves: bool = False  # an edit that moves or deletes whole files of its folder
    escalation: bool = False  # a stronger model can take over when this one says so; see `notes_for`
    attempt: str = field(factory=lambda: new_id("a"))  # written down before the start
    on_start: Callable[[Mark], object] = field(default=_nobody_listens, eq=False, repr=False)

    def message(self) -> str:
        """Return what the model reads: the context, the prompt, and what it is told beside it."""
        notes = notes_for(self.commands, escalation=self.escalation)
        return "\n\n".join(part for part in (self.context, self.prompt, *notes) if part)


@frozen(kw_only=True)
class Capabilities:
    """What an executor can do."""

    models: tuple[str, ...] = ()  # concrete ids or aliases; empty = any
    streaming: bool = False
    structured: bool = False
    resume: bool = False
    budget: bool = False
    sandbox: bool = False
    tools: bool = False
    commands: bool = False  # runs the commands that a job names, when its model asks for them, and no others
    edits: bool = False  # may change files in its folder
    network: bool = False
    retries: bool = False  # asks again by itself when the service has no room, so core does not
    cost: Literal["reported", "computed", "none"] = "none"


@frozen(kw_only=True)
class ExecutionEvent:
    """A sign of life of an execution: one vocabulary for all executors."""

    kind: Literal["started", "text", "tool_call", "tool_result", "usage", "rate_limit", "warning", "finished"]
    text: str = ""
    data: Mapping[str, Any] = Factory(dict)
