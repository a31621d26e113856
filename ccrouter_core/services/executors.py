"""Who runs a prompt on a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccrouter_core.models import Check, Outcome
    from ccrouter_core.services.cancels import Cancel
    from ccrouter_core.services.jobs import Capabilities, ExecutionEvent, Job, Limits


@runtime_checkable
class Handle(Protocol):
    """An execution under way."""

    def events(self) -> Iterator[ExecutionEvent]:
        """Yield signs of life until the end; the last is `finished`. May be called once."""

    def result(self) -> Outcome:
        """Wait for the end and return what came out. Never raises for what the executor met: see Outcome.error."""


@runtime_checkable
class Executor(Protocol):
    """Something that runs a prompt on a model. The tier names the executor it uses."""

    name: str

    def capabilities(self) -> Capabilities:
        """Return what it can do, without starting anything."""

    def check(self) -> Check:
        """Say whether it is installed, which version, and logged in: without spending or reading credentials."""

    def start(self, job: Job, limits: Limits, cancel: Cancel) -> Handle:
        """Begin the job. A cancel token that is set ends it, its process group included."""
