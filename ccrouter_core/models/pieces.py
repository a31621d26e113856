"""What of a project is worth showing to the model."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

from attrs import field, frozen, validators

from ccrouter_core.errors import UsageError


def _count(_: object, attribute: Any, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _unusable(attribute.name, value, "a whole number from 0 up")


def _finite(_: object, attribute: Any, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise _unusable(attribute.name, value, "a finite number")


def _unusable(name: str, value: object, wanted: str) -> UsageError:
    return UsageError(
        what=f"the piece's {name} = {value!r} cannot be used",
        why=f"pieces are compared and packed by it, so it must be {wanted}",
        fix=f"give {wanted}",
    )


@frozen(kw_only=True)
class Piece:
    """A part of the project worth showing to the model. `load` reads the text late.

    `tokens` says how large it is before it is read; what was read is measured again. Raises UsageError for a size
    that is no whole number from 0 up and for a priority that is no finite number.
    """

    source: str
    start: int = 1  # first line, 1-based
    end: int = 1  # last line, inclusive
    tokens: int = field(default=0, validator=_count)
    priority: float = field(default=0.0, validator=_finite)
    load: Callable[[], str] = field(repr=False, eq=False, validator=validators.is_callable())
