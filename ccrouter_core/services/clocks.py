"""Where time comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from datetime import datetime


@runtime_checkable
class Clock(Protocol):
    """Where time comes from, so that tests can hold it still."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""

    def monotonic_ns(self) -> int:
        """Return nanoseconds of a clock that never steps back."""
