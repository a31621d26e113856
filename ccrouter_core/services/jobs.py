"""What an executor is given, what it can do, and what it tells on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    attempt: str = field(factory=lambda: new_id("a"))  # written down before the start
    on_start: Callable[[Mark], object] = field(default=_nobody_listens, eq=False, repr=False)


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
