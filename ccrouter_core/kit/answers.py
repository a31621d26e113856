"""What a hook may answer, read from the declaration of the hook itself."""

from __future__ import annotations

import collections.abc
import typing
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import UnionType
from typing import Any, Union

from ccrouter_core import hooks, models, services
from ccrouter_core.runtime import Runtime


@lru_cache(maxsize=64)
def announced(hook: str) -> Any:
    """Return the type that the answer of a hook is announced to have."""
    return argument_types(hook)["return"]


def argument_types(hook: str) -> dict[str, Any]:
    """Return the types of a hook's arguments by name, and of its answer as "return"."""
    import click  # noqa: PLC0415 - slow to import, and hooks.py names it for type checkers only

    names = {
        **{name: getattr(services, name) for name in services.__all__},
        **vars(collections.abc),
        "models": models,
        "Runtime": Runtime,
        "datetime": datetime,
        "Path": Path,
        "click": click,
    }
    return typing.get_type_hints(getattr(hooks, hook), names)


def fits(value: Any, kind: Any) -> bool:
    """Return whether a value is of an announced type; iterables are looked through."""
    origin = typing.get_origin(kind)
    if kind is type(None):
        return value is None
    if origin in {Union, UnionType}:
        return any(fits(value, part) for part in typing.get_args(kind))
    if origin in {collections.abc.Iterable, collections.abc.Sequence}:
        (part,) = typing.get_args(kind)
        return (
            isinstance(value, origin)
            and not isinstance(value, (str, bytes))
            and all(fits(item, part) for item in value)
        )
    return isinstance(value, kind)


def in_words(kind: Any) -> str:
    """Return an announced type in words: "Signal, Iterable[Signal] or None"."""
    parts = typing.get_args(kind) if typing.get_origin(kind) in {Union, UnionType} else (kind,)
    names = [_name(part) for part in parts]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _name(kind: Any) -> str:
    inner = ", ".join(map(_name, typing.get_args(kind)))
    name = "None" if kind is type(None) else getattr(kind, "__name__", str(kind))
    return f"{name}[{inner}]" if inner else name
