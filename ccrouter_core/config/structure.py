"""TOML values become records, strictly: no unknown key, no silent conversion, every fault with its path."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ClassValidationError,
    IterableValidationError,
    IterableValidationNote,
    StructureHandlerNotFoundError,
)

from ccrouter_core.config import options as o
from ccrouter_core.config.faults import MAX_FAULTS, Fault, TomlPath
from ccrouter_core.errors import RouterError, suggest

T = TypeVar("T")

_INT64 = 2**63  # TOML's whole numbers, and SQLite's


class _Problem(ValueError):  # noqa: N818 - never leaves this module
    """A message that is shown as it is."""


def structured(cls: type[T], table: object, path: TomlPath) -> tuple[T | None, tuple[Fault, ...]]:
    """Return a table as an object of the attrs class `cls`, or None and every fault.

    Args:
        cls: the class; its options are the keys that may be set.
        table: plain TOML values.
        path: where the table stands, for the faults.
    """
    try:
        return _CONVERTER.structure(table, cls), ()
    except Exception as error:  # noqa: BLE001 - validators and constructors of plugins may raise anything; all is reported
        return None, tuple(_faults(error, path))


def _faults(error: BaseException, path: TomlPath) -> Iterator[Fault]:
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            path = (*path, note.name)
        elif isinstance(note, IterableValidationNote):
            path = (*path, note.index)
    if isinstance(error, BaseValidationError):
        for inner in error.exceptions:
            yield from _faults(inner, path)
    else:
        yield Fault(path=path, problem=_problem(error, str(path[-1]) if path else ""))


def _problem(error: BaseException, key: str) -> str:
    """Return an error's words, without the option's name that attrs' validators put in front."""
    if isinstance(error, StructureHandlerNotFoundError):
        return "can only be set from Python"
    if isinstance(error, RouterError):
        return f"{error.what}: {error.why}"
    text = str(error.args[0]) if error.args else ""
    if isinstance(error, (ValueError, TypeError)) and text:
        return text.removeprefix(f"'{key}' ")
    return f"{type(error).__name__}: {text}".rstrip(": ")


def _mismatch(kind: Any, value: object) -> _Problem:
    return _Problem(f"must be {o.words(kind)}, not {o.found(value)}")


# --- plain values ----------------------------------------------------------------------------------------------


def _integer(value: Any, kind: Any) -> int:
    if type(value) is not int:
        raise _mismatch(kind, value)
    if not -_INT64 <= value < _INT64:
        raise _Problem("must fit in 64 bits")
    return value


def _number(value: Any, kind: Any) -> float:
    if type(value) not in (int, float):
        raise _mismatch(kind, value)
    if type(value) is int:
        _integer(value, int)
    if not math.isfinite(value):
        raise _Problem("must be a finite number")
    if float(value) != value:
        raise _Problem("has more digits than a number can hold")
    return float(value)


def _string(value: Any, kind: Any) -> str:
    if type(value) is not str:
        raise _mismatch(kind, value)
    if "\x00" in value:
        raise _Problem("must not hold a NUL character")
    return value


def _path(value: Any, kind: Any) -> Path:
    try:
        return Path(_string(value, kind)).expanduser()
    except RuntimeError as error:
        raise _Problem("names a user whose home folder is not known") from error


def _moment(value: Any, kind: Any) -> datetime:
    if type(value) is not datetime or value.utcoffset() is None:
        raise _mismatch(kind, value)
    return value


def _same_type(value: Any, kind: Any) -> Any:
    if type(value) is not kind:
        raise _mismatch(kind, value)
    return value


def _choice(value: Any, kind: Any) -> Any:
    allowed = o.choices(kind)
    for choice in allowed:
        if type(choice) is type(value) and choice == value:
            return kind(value) if o.is_enum(kind) else choice
    hint = suggest(value, (c for c in allowed if isinstance(c, str))) if isinstance(value, str) else ""
    raise _Problem(f"{_mismatch(kind, value)}. {hint}".rstrip(". "))


_SCALARS: Mapping[Any, Callable[[Any, Any], Any]] = {
    bool: _same_type,
    int: _integer,
    float: _number,
    str: _string,
    Path: _path,
    datetime: _moment,
    date: _same_type,
    time: _same_type,
}


def _scalar(value: Any, kind: Any) -> Any:
    return _choice(value, kind) if o.is_enum(kind) else _SCALARS[kind](value, kind)


# --- compound values -------------------------------------------------------------------------------------------


def _union(value: Any, kind: Any) -> Any:
    members = o.members(kind)
    alike = [member for member in members if _same_form(member, value)]
    if (
        len(members) == 1 or len(alike) == 1
    ):  # nothing to choose: what is refused inside is told with its place
        return _CONVERTER.structure(value, (alike or members)[0])
    for member in members:
        try:
            return _CONVERTER.structure(value, member)
        except Exception:  # noqa: BLE001, S112 - a refusal means: try the next member; all refused raises below
            continue
    raise _mismatch(kind, value)


def _same_form(kind: Any, value: Any) -> bool:
    """Return whether a table or an array was written, and the type is written so too."""
    if isinstance(value, Mapping):
        return o.is_mapping(kind) or attrs.has(kind)
    return isinstance(value, list) and o.is_array(kind)


def _array(value: Any, kind: Any) -> Any:
    if type(value) is not list:
        raise _mismatch(kind, value)
    arguments = get_args(kind)
    if (get_origin(kind) or kind) is tuple and arguments and Ellipsis not in arguments:
        if len(value) != len(arguments):
            raise _Problem(f"must have {len(arguments)} entries, not {len(value)}")
        kinds = arguments
    else:
        kinds = o.entries(kind) * len(value)
    made = _each(((index, item, of) for index, (item, of) in enumerate(zip(value, kinds, strict=True))), kind)
    return (get_origin(kind) or kind)(made.values())


def _mapping(value: Any, kind: Any) -> Any:
    if not isinstance(value, Mapping):
        raise _mismatch(kind, value)
    (of,) = o.entries(kind)
    return _each(((key, item, of) for key, item in value.items()), kind)


def _each(items: Iterable[tuple[int | str, Any, Any]], kind: Any) -> dict[int | str, Any]:
    """Return each (index or key, value, type) structured; raises one error for all that are refused."""
    made: dict[int | str, Any] = {}
    errors: list[Exception] = []
    for key, item, of in items:
        try:
            made[key] = _CONVERTER.structure(item, of)
        except Exception as error:  # noqa: BLE001 - whatever refuses an entry is reported with its place
            errors.append(_noted(error, IterableValidationNote("", key, of)))
            if len(errors) >= MAX_FAULTS:
                break
    if errors:
        raise IterableValidationError("", errors, kind)
    return made


def _noted(error: Exception, note: str) -> Exception:
    vars(error)["__notes__"] = [*getattr(error, "__notes__", []), note]  # add_note is new in Python 3.11
    return error


def _record(table: Any, cls: Any, make: Callable[..., Any] | None = None) -> Any:
    """Return a table as an object of an attrs class; `make` builds it from the values given (the class itself)."""
    if not isinstance(table, Mapping):
        raise _mismatch(cls, table)
    known = {option.name: option for option in o.options_of(cls)}
    values: dict[str, Any] = {}
    errors: list[Exception] = []
    for key, value in table.items():
        try:
            values[key] = _option(value, known.get(key), key, known)
        except Exception as error:  # noqa: BLE001 - whatever refuses an option is reported with its place
            errors.append(_noted(error, AttributeValidationNote("", key, cls)))
            if len(errors) >= MAX_FAULTS:
                break
    if make is None:
        missing = [name for name, option in known.items() if option.required and name not in table]
        errors += [_noted(_Problem("is missing"), AttributeValidationNote("", name, cls)) for name in missing]
    required = {name for name, option in known.items() if option.required and make is None}
    if errors:
        if required <= values.keys():  # what validators refuse is told at the same time
            errors += _blamed(make or cls, values, required, cls)
        raise ClassValidationError("", errors, cls)
    return _built(make or cls, values, required, cls)


def _option(value: Any, option: o.Option | None, key: str, known: Iterable[str]) -> Any:
    if option is None:
        raise _Problem(f"no such option. {suggest(key, known)}".rstrip())
    if not option.in_toml:
        raise _Problem("can only be set from Python")
    if attrs.has(option.type) and isinstance(option.default, option.type):
        return _record(value, option.type, partial(attrs.evolve, option.default))
    return _CONVERTER.structure(value, option.type)


def _built(make: Callable[..., Any], values: dict[str, Any], required: set[str], cls: type) -> Any:
    try:
        return make(**values)
    except Exception as error:  # a plugin's validators and constructor may raise anything; it is reported
        raise ClassValidationError("", _blamed(make, values, required, cls) or [error], cls) from error


def _blamed(
    make: Callable[..., Any], values: dict[str, Any], required: set[str], cls: type
) -> list[Exception]:
    """Return an error for each option that is refused even when it is set alone; none when only all together are."""
    blamed: list[Exception] = []
    for name in values:
        alone = {key: value for key, value in values.items() if key == name or key in required}
        try:
            make(**alone)
        except Exception as error:  # noqa: BLE001 - as above
            blamed.append(_noted(error, AttributeValidationNote("", name, cls)))
    return blamed


def _converter() -> Converter:
    converter = Converter()
    hooks: tuple[tuple[Callable[[Any], bool], Callable[[Any, Any], Any]], ...] = (
        (lambda kind: isinstance(kind, type) and attrs.has(kind), _record),
        (o.is_mapping, _mapping),
        (o.is_array, _array),
        (o.is_union, _union),
        (lambda kind: o.is_enum(kind) or o.is_literal(kind), _choice),
        (_SCALARS.__contains__, _scalar),
    )
    for predicate, hook in hooks:
        converter.register_structure_hook_func(predicate, hook)
    # cattrs asks for these, and for what derives from them, by class before it asks the predicates.
    for kind in (str, int, float, Path, Enum):
        converter.register_structure_hook(kind, _scalar)
    return converter


_CONVERTER = _converter()
