"""Helpers of the records: money, times, identifiers, and what is refused at the edge."""

from __future__ import annotations

import enum
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from typing import Any, Union

from ccrouter_core.errors import UsageError

NANO_PER_USD = 1_000_000_000
MAX_REQUEST_CHARS = 100_000
MAX_NAME_CHARS = 200  # of an id, a session, a tier
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
    """Refuse what is no datetime, or one without a time zone; None is fine."""
    if value is None:
        return
    if not isinstance(value, datetime):
        raise refused(attribute.name, f"it is {_kind(value)}, not a datetime", "pass an aware datetime")
    if value.utcoffset() is None:
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


def a(*kinds: type) -> Callable[[Any, Any, Any], None]:
    """Return a validator that refuses what is of none of the kinds; where None is one of them, None is fine."""

    def check(_: object, attribute: Any, value: Any) -> None:
        if not isinstance(value, kinds):
            wanted = " or ".join("None" if kind is type(None) else kind.__name__ for kind in kinds)
            raise refused(attribute.name, f"it is {_kind(value)}, not {wanted}", f"pass {wanted}")

    return check


def whole(low: int, high: int, *, optional: bool = False) -> Callable[[Any, Any, Any], None]:
    """Return a validator that refuses what is no whole number from `low` to `high`; None is fine when `optional`."""

    def check(_: object, attribute: Any, value: Any) -> None:
        if optional and value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            why = f"it must be a whole number from {low:,} to {high:,}"
            raise refused(attribute.name, why, f"choose a value from {low:,} to {high:,}")

    return check


def name(_: object, attribute: Any, value: Any) -> None:
    """Refuse what is no name: 1 to 200 characters of valid Unicode without NUL."""
    problem = unusable(value, MAX_NAME_CHARS)
    if problem:
        raise refused(attribute.name, problem, f"give a name of 1 to {MAX_NAME_CHARS} characters")


def name_or_none(owner: object, attribute: Any, value: Any) -> None:
    """Refuse what is neither a name nor None."""
    if value is not None:
        name(owner, attribute, value)


def texts(value: str | os.PathLike[str] | Iterable[Any]) -> tuple[str, ...]:
    """Return the strings (or paths) as a tuple of strings; a lone one is one element. UsageError for anything else."""
    if isinstance(value, (str, os.PathLike)):
        return (path_text(value),)
    if isinstance(value, (bytes, bytearray, Mapping)) or not isinstance(value, Iterable):
        raise refused("a list of names", f"it is {_kind(value)}", "pass a list of strings or paths")
    return tuple(path_text(item) for item in value)


def path_text(value: object) -> str:
    """Return a string or path as a string. UsageError for anything else."""
    text = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(text, str):
        raise refused("a name", f"it is {_kind(value)}, not a string or path", "pass a string or a path")
    return text


def path_text_or_none(value: object) -> str | None:
    """Return a string or path as a string; None stays None. UsageError for anything else."""
    return None if value is None else path_text(value)


def check_text(_: object, attribute: Any, value: Any) -> None:
    """Refuse a request text that no step could treat: wrong type, empty, over-long, NUL, lone surrogates."""
    problem = unusable(value, MAX_REQUEST_CHARS)
    if problem:
        raise UsageError(
            what=f"the request's {attribute.name} cannot be used",
            why=problem,
            fix="pass a non-empty UTF-8 text; put long material in a file and name the file",
        )


def unusable(value: object, most: int) -> str | None:
    """Return why a value is no text of 1 to `most` characters that everything can hold; None when it is one."""
    if not isinstance(value, str):
        return f"it is {_kind(value)}, not a string"
    if not value.strip():
        return "it is empty"
    if len(value) > most:
        return f"it has {len(value):,} characters; at most {most:,} are read"
    if "\x00" in value:
        return "it contains a NUL character"
    return None if _encodable(value) else "it is not valid Unicode (a lone surrogate)"


def refused(what: str, why: str, fix: str) -> UsageError:
    """Return the error for a value that cannot be used. The value is not shown: it may be long, or a secret."""
    return UsageError(what=f"{what} cannot be used", why=why, fix=fix)


def _kind(value: object) -> str:
    return type(value).__name__


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
