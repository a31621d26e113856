"""How one thread asks another to stop."""

from __future__ import annotations

import threading


class Cancel:
    """A token by which one thread asks another to stop. Thread-safe; once set it stays set."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.reason = ""

    def cancel(self, reason: str = "cancelled") -> None:
        """Ask to stop, for the reason given. The first reason stays."""
        if not self._event.is_set():
            self.reason = reason
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Return whether somebody asked to stop."""
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Sleep up to `seconds`; return at once, True, when asked to stop."""
        return self._event.wait(seconds)
