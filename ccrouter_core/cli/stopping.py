"""Ending a run that is under way: by Ctrl-C, by a signal, or because its time is over."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from typing import TYPE_CHECKING, Any

from attrs import define, field

from ccrouter_core.services import Cancel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

GRACE_S = 5.0  # what an executor gets to end its processes before the path is broken off
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")  # the last does not exist on Windows


@define
class Stop:
    """A cancel token and the signal that set it, if one did."""

    cancel: Cancel = field(factory=Cancel)
    signal_number: int | None = None

    @property
    def exit_code(self) -> int | None:
        """Return 128 + the signal's number, as shells do (130 for Ctrl-C); None when no signal came."""
        return None if self.signal_number is None else 128 + self.signal_number


@contextlib.contextmanager
def stoppable(timeout_s: float | None = None) -> Iterator[Stop]:
    """Turn signals into a cancelled token while the `with` block runs, so that everything can be tidied up.

    The first signal cancels. A second one, or five seconds without an end, raises KeyboardInterrupt in the block.

    Args:
        timeout_s: seconds after which the token is cancelled by itself; None = never.
    """
    stop = Stop()
    timers: list[threading.Timer] = []

    def later(seconds: float, function: Callable[..., None], *arguments: object) -> None:
        timer = threading.Timer(seconds, function, arguments)
        timer.daemon = True
        timers.append(timer)
        timer.start()

    def on_signal(number: int, _: FrameType | None) -> None:
        if stop.signal_number is not None:
            raise KeyboardInterrupt
        stop.signal_number = number
        stop.cancel.cancel("interrupted")
        os.write(
            2, b"\nstopping; press Ctrl-C again to stop at once\n"
        )  # a handler must not use buffered streams
        later(GRACE_S, _interrupt_main)

    if timeout_s is not None:
        later(timeout_s, stop.cancel.cancel, f"the {timeout_s:g} s of --timeout are over")
    previous = _install(on_signal)
    try:
        yield stop
    finally:
        for timer in timers:
            timer.cancel()
        for number, handler in previous.items():
            signal.signal(number, handler)


def _install(handler: Callable[[int, FrameType | None], None]) -> dict[int, Any]:
    """Set the handler where signals can be handled; return what was there before."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    return {number: signal.signal(number, handler) for number in numbers}


def _interrupt_main() -> None:
    """Send Ctrl-C to the main thread; a signal to the process might not wake it from a system call."""
    if hasattr(signal, "pthread_kill") and (ident := threading.main_thread().ident) is not None:
        signal.pthread_kill(ident, signal.SIGINT)
    else:
        signal.raise_signal(signal.SIGINT)
