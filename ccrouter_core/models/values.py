"""Helpers of the records: money, times, identifiers, and what is refused at the edge."""

from __future__ import annotations

import enum
import os
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from typing import Any, Union

from ccrouter_core.errors import UsageError

NANO_PER_USD = 1_000_000_000
MAX_REQUEST_CHARS = 100_000
Scalar = Union[str, int, float, bool, None]


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(timezone.utc)


def new_id(prefix: str) -> str:
    """Return a fresh identifier: `prefix`, a dash and 80 random bits in hexadecimal."""
    return f"{prefix}-{os.urandom(10).hex()}"


def text_digest(text: str) -> str:
    """Return a name for a text, whatever its spacing and case: SHA-256 in hexadecimal after `sha256:`."""
    from hashlib import sha256  # noqa: PLC0415 - not needed to decide

    return "sha256:" + sha256(" ".join(text.lower().split()).encode(errors="replace")).hexdigest()


def to_usd(nano_usd: int | None) -> float | None:
    """Return nano-USD as USD; None stays None."""
    return None if nano_usd is None else nano_usd / NANO_PER_USD


def to_nano_usd(usd: float) -> int:
    """Return USD as integer nano-USD, rounded to the nearest."""
    return round(usd * NANO_PER_USD)


def aware(_: object, attribute: Any, value: datetime | None) -> None:
    """Refuse a datetime without a time zone; None is fine."""
    if value is not None and value.utcoffset() is None:
        raise UsageError(
            what=f"{attribute.name} is a datetime without a time zone",
            why="times are compared across machines and clock changes",
            fix="pass an aware datetime, for example datetime.now(timezone.utc)",
        )


def word(kind: type[enum.Enum]) -> Callable[[Any, Any, Any], None]:
    """Return a validator that refuses what is not a member of `kind`: a plain "fail" is not `Status.FAIL`.

    Core compares members by identity, so a text would pass for none of them without a word.
    """

    def check(_: object, attribute: Any, value: Any) -> None:
        if not isinstance(value, kind):
            members = ", ".join(f"{kind.__name__}.{member.name}" for member in kind)
            raise UsageError(
                what=f"{attribute.name} = {value!r} cannot be used",
                why=f"it is {type(value).__name__}, not {kind.__name__}",
                fix=f"use one of: {members}",
            )

    return check


def share(_: object, attribute: Any, value: float) -> None:
    """Refuse a number that is not between 0 and 1; NaN too, because it would spoil every comparison."""
    if not 0 <= value <= 1:
        raise UsageError(
            what=f"{attribute.name} = {value!r} cannot be used",
            why="it is a share, from 0 (no idea) to 1 (certain)",
            fix="give a number from 0 to 1",
        )


def texts(value: str | os.PathLike[str] | Iterable[Any]) -> tuple[str, ...]:
    """Return the strings (or paths) as a tuple of strings; a lone one is one element."""
    return (str(value),) if isinstance(value, (str, os.PathLike)) else tuple(str(item) for item in value)


def text_or_none(value: object) -> str | None:
    """Return the value as a string; None stays None."""
    return None if value is None else str(value)


def check_text(_: object, attribute: Any, value: Any) -> None:
    """Refuse a request text that no step could treat: wrong type, empty, over-long, NUL, lone surrogates."""
    problem = None
    if not isinstance(value, str):
        problem = f"it is {type(value).__name__}, not a string"
    elif not value.strip():
        problem = "it is empty"
    elif len(value) > MAX_REQUEST_CHARS:
        problem = f"it has {len(value):,} characters; at most {MAX_REQUEST_CHARS:,} are read"
    elif "\x00" in value:
        problem = "it contains a NUL character"
    elif not _encodable(value):
        problem = "it is not valid Unicode (a lone surrogate)"
    if problem:
        raise UsageError(
            what=f"the request's {attribute.name} cannot be used",
            why=problem,
            fix="pass a non-empty UTF-8 text; put long material in a file and name the file",
        )


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
