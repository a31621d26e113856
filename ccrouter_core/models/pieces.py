"""What of a project is worth showing to the model."""

from __future__ import annotations

from collections.abc import Callable

from attrs import field, frozen


@frozen(kw_only=True)
class Piece:
    """A part of the project worth showing to the model. `load` reads the text late."""

    source: str
    start: int = 1  # first line, 1-based
    end: int = 1  # last line, inclusive
    tokens: int = 0
    priority: float = 0.0
    load: Callable[[], str] = field(repr=False, eq=False)
