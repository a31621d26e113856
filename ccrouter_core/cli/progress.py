"""Showing what a run is doing, on standard error: a moving line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Protocol, Union

import click

from ccrouter_core.cli.texts import harmless
from ccrouter_core.models import Event
from ccrouter_core.services import ExecutionEvent

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import TaskID

    from ccrouter_core._compat import Self

Sign = Union[Event, ExecutionEvent]
_LONGEST = 60


class Progress(Protocol):
    """Shows signs of life between its `with` and the end of the block."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def __call__(self, sign: Sign) -> None:
        """Show one sign of life."""


def progress() -> Progress:
    """Return what suits standard error: lines for a file, a pipe and a dumb terminal, a moving line otherwise."""
    moving = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return MovingLine() if moving else PlainLines()


class PlainLines:
    """One line for each attempt, check and tool call."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def __call__(self, sign: Sign) -> None:
        """Write the sign of life, when it is worth a line."""
        line = milestone(sign) or activity(sign)
        if line:
            with contextlib.suppress(OSError):  # nobody can read it; the run matters more
                click.echo(f"... {line}", err=True)


class MovingLine:
    """One line that changes, with the time of the attempt; attempts and checks stay above it."""

    def __init__(self) -> None:
        from rich.console import Console  # noqa: PLC0415 - slow, and only a terminal needs it
        from rich.progress import Progress as Bar  # noqa: PLC0415
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        self._bar = Bar(*columns, console=Console(stderr=True, highlight=False), transient=True)
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, sign: Sign) -> None:
        """Show the sign of life."""
        line = milestone(sign)
        if line:
            self._bar.console.print(line, markup=False, style="dim")
        if isinstance(sign, Event):
            if sign.name == "attempting":
                self._begin(f"{sign.data['tier']} is working")
        elif self._task is not None and activity(sign):
            self._bar.update(self._task, description=activity(sign))

    def _begin(self, what: str) -> None:
        """Start the line, or start it again for the next attempt. Not before: questions may come first."""
        self._bar.start()
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(what, total=None)


def milestone(sign: Sign) -> str:
    """Return what happened between executions, in one line; empty for what is not worth one."""
    if not isinstance(sign, Event):
        return ""
    if sign.name == "attempting":
        return f"trying {sign.data['tier']}"
    if sign.name == "judged":
        return f"judged: {sign.data['action']}, {sign.data['tier']}"
    if sign.name == "validated":
        return f"check {sign.data['check']}: {str(sign.data['status']).replace('_', ' ')}"
    return ""


def activity(sign: Sign) -> str:
    """Return what the executor is doing, in one short line; empty for what is not worth one."""
    if isinstance(sign, Event) or sign.kind not in {"tool_call", "rate_limit", "warning", "finished"}:
        return ""
    if sign.kind == "finished":  # what did not run, or ended with an error, is not judged
        judged = sign.data.get("executed", True) and not sign.data.get("error")
        return "checking what came out" if judged else ""
    line = harmless(" ".join(f"{sign.kind.replace('_', ' ')}: {sign.text}".split()))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
