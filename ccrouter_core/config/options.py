"""The options of a class: its public attrs fields, each with type, default, help and who may set it."""

from __future__ import annotations

import enum
import inspect
import math
import sys
import typing
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path, PurePath
from types import SimpleNamespace, UnionType
from typing import Any, Union

import attrs
from attrs import NOTHING

from ccrouter_core.plugin import HELP, USER_ONLY

_WORDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a string",
    Path: "a path",
    datetime: "a date and time with offset",
    date: "a date",
    time: "a time",
    Any: "any value",
}
_PLURALS = {bool: "booleans", int: "whole numbers", float: "numbers", str: "strings", Path: "paths"}
_ARRAYS = (tuple, list, frozenset, set)


class PythonOnly:
    """Stands for the type of an option that TOML cannot express; such an option is set from Python alone."""


@attrs.frozen(kw_only=True)
class Option:
    """One option: `name` is its TOML key; `default` is NOTHING when it is required or not known in advance."""

    name: str
    type: Any
    default: Any
    required: bool
    help: str
    user_only: bool
    validator: Any

    @property
    def in_toml(self) -> bool:
        """Return whether TOML can express a value of this option."""
        return expressible(self.type)


def options_of(cls: type) -> tuple[Option, ...]:
    """Return the options of an attrs class in order: its init fields, without those that start with `_`."""
    return _options_of(cls)


@lru_cache(maxsize=256)
def _options_of(cls: type) -> tuple[Option, ...]:
    if not attrs.has(cls):
        return ()
    fields = (field for field in attrs.fields(cls) if field.init and not field.name.startswith("_"))
    return tuple(
        Option(
            name=field.alias or field.name,
            type=_resolved(cls, field),
            default=_default(field),
            required=field.default is NOTHING,
            help=field.metadata.get(HELP, ""),
            user_only=bool(field.metadata.get(USER_ONLY)),
            validator=field.validator,
        )
        for field in fields
    )


def leaves(
    cls: type, default: Any = NOTHING, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Option]]:
    """Yield (keys, option) of every option that TOML can express, nested tables opened.

    Args:
        cls: the class whose options are wanted.
        default: the instance that holds the defaults; NOTHING = the class's own.
        above: the keys of the tables around it.
    """
    for option in options_of(cls):
        if not option.in_toml:
            continue
        keys = (*above, option.name)
        held = option.default if default is NOTHING else getattr(default, option.name)
        if attrs.has(option.type) and isinstance(held, option.type):
            nested = leaves(option.type, held, keys)
            yield from ((path, _inherit(leaf, option)) for path, leaf in nested)
        else:
            yield keys, attrs.evolve(option, default=held)


def _inherit(leaf: Option, around: Option) -> Option:
    return attrs.evolve(leaf, user_only=leaf.user_only or around.user_only)


def _default(field: attrs.Attribute[Any]) -> Any:
    factory: Any = field.default
    takes_self = getattr(factory, "takes_self", None)
    if takes_self is None:  # a plain value, no attrs.Factory
        return factory
    return NOTHING if takes_self else factory.factory()


def _resolved(cls: type, field: attrs.Attribute[Any]) -> Any:
    """Return a field's type; an annotation is evaluated alone, so that one unknown name spoils no other field."""
    written: Any = field.type
    if not isinstance(written, str):
        return Any if written is None else written
    owner = next((base for base in cls.__mro__ if field.name in inspect.get_annotations(base)), cls)
    names = vars(sys.modules[owner.__module__]) if owner.__module__ in sys.modules else {}
    holder = SimpleNamespace(__annotations__={field.name: written})
    try:
        return typing.get_type_hints(holder, globalns=names, localns=dict(vars(owner)))[field.name]
    except (NameError, AttributeError, TypeError, SyntaxError):  # imported for type checkers only, or no type
        return PythonOnly


# --- types -----------------------------------------------------------------------------------------------------


def is_union(kind: Any) -> bool:
    """Return whether a type is a union of others."""
    return typing.get_origin(kind) in (Union, UnionType)


def members(kind: Any) -> tuple[Any, ...]:
    """Return the types of a union without None, or the type alone."""
    return (
        tuple(part for part in typing.get_args(kind) if part is not type(None)) if is_union(kind) else (kind,)
    )


def is_literal(kind: Any) -> bool:
    """Return whether a type is `Literal[...]`."""
    return typing.get_origin(kind) is typing.Literal


def is_enum(kind: Any) -> bool:
    """Return whether a type is an enum."""
    return isinstance(kind, type) and issubclass(kind, enum.Enum)


def is_array(kind: Any) -> bool:
    """Return whether a type is written as a TOML array."""
    return (typing.get_origin(kind) or kind) in _ARRAYS


def is_mapping(kind: Any) -> bool:
    """Return whether a type is a table with free keys."""
    origin = typing.get_origin(kind) or kind
    return isinstance(origin, type) and issubclass(origin, Mapping)


def entries(kind: Any) -> tuple[Any, ...]:
    """Return the types of an array's entries or of a mapping's values; (Any,) when they are not declared."""
    arguments = typing.get_args(kind)
    if is_mapping(kind):
        return arguments[1:] or (Any,)
    return tuple(argument for argument in arguments if argument is not Ellipsis) or (Any,)


def choices(kind: Any) -> tuple[Any, ...]:
    """Return the values that an enum or a Literal allows, () for other types."""
    if is_enum(kind):
        return tuple(member.value for member in kind)
    return typing.get_args(kind) if is_literal(kind) else ()


def expressible(kind: Any) -> bool:
    """Return whether TOML can express a value of the type."""
    if is_union(kind):
        return all(map(expressible, members(kind)))
    if is_array(kind) or is_mapping(kind):
        return all(map(expressible, entries(kind)))
    return kind in _WORDS or bool(choices(kind)) or (isinstance(kind, type) and attrs.has(kind))


def words(kind: Any) -> str:
    """Return a type in words: "a whole number", "an array of strings", "one of cheap, balanced, quality"."""
    if is_union(kind):
        return " or ".join(map(words, members(kind)))
    if choices(kind):
        listed = ", ".join(map(str, choices(kind)))
        return listed if len(choices(kind)) == 1 else f"one of {listed}"
    if is_array(kind):
        inner = _PLURALS.get(entries(kind)[0]) if len(entries(kind)) == 1 else None
        return f"an array of {inner}" if inner else "an array"
    if is_mapping(kind) or attrs.has(kind):
        return "a table"
    return _WORDS.get(kind, "a value set from Python only")


def found(value: Any) -> str:
    """Return a TOML value in words, for a message: `the string "rm"`, `true`, `an array`."""
    if isinstance(value, str):
        from ccrouter_core.redact import redact  # noqa: PLC0415 - only for a fault

        whole = redact(value)  # before it is cut: half a secret is not recognised
        shown = whole if len(whole) <= 40 else f"{whole[:40]}..."  # noqa: PLR2004 - enough to recognise it
        return f'the string "{shown}"'
    if isinstance(value, (list, Mapping)):
        return "an array" if isinstance(value, list) else "a table"
    return str(value).lower() if isinstance(value, bool) else str(value)


def plain(value: Any) -> Any:
    """Return a value as TOML and JSON have it (dates stay); NOTHING when they cannot express it."""
    if value is NOTHING:  # an enum member itself
        return NOTHING
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return NOTHING
    if isinstance(value, (bool, int, float, str, datetime, date, time)):
        return value
    if isinstance(value, Mapping):
        return _whole({str(key): plain(item) for key, item in value.items()})
    if isinstance(value, (list, tuple, AbstractSet)):
        plains = [plain(item) for item in value]
        return NOTHING if any(item is NOTHING for item in plains) else plains
    if attrs.has(type(value)):
        held = {option.name: getattr(value, option.name) for option in options_of(type(value))}
        return _whole({name: plain(item) for name, item in held.items() if item is not None})
    return NOTHING


def _whole(table: dict[str, Any]) -> Any:
    return NOTHING if any(item is NOTHING for item in table.values()) else table
