"""The JSON Schema of a configuration file, for editors that complete and check TOML."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin

import attrs
from attrs import NOTHING

from ccrouter_core.config import options as o
from ccrouter_core.config.tables import CoreTable, TierTable

if TYPE_CHECKING:
    from collections.abc import Mapping

DIALECT = "https://json-schema.org/draft/2020-12/schema"
USER_ONLY_KEY = "x-ccrouter-user-only"

_SIMPLE: Mapping[Any, Mapping[str, Any]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    Path: {"type": "string"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    time: {"type": "string", "format": "time"},
    Any: {},
}
_BOUNDS = {">=": "minimum", ">": "exclusiveMinimum", "<=": "maximum", "<": "exclusiveMaximum"}


def schema(plugin_classes: Mapping[str, type]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a configuration file with the tables of these plugins.

    Args:
        plugin_classes: plugin name -> class.

    Every option carries its help as description, its default, its choices and bounds where its validator tells them,
    and `x-ccrouter-user-only` when a project's file may not set it.
    """
    plugins = {name: _table(cls) for name, cls in plugin_classes.items()}
    tiers = {"type": "array", "minItems": 1, "items": _table(TierTable), USER_ONLY_KEY: True}
    return {
        "$schema": DIALECT,
        "title": "ccrouter configuration",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "ccrouter": _table(CoreTable),
            "tiers": tiers,
            "plugins": {"type": "object", "additionalProperties": False, "properties": plugins},
        },
    }


def _table(cls: type) -> dict[str, Any]:
    options = [option for option in o.options_of(cls) if option.in_toml]
    required = [option.name for option in options if option.required]
    return {
        "type": "object",
        "description": summary(cls),
        "additionalProperties": False,
        "properties": {option.name: _option(option) for option in options},
        **({"required": required} if required else {}),
    }


def summary(cls: type) -> str:
    """Return the first paragraph of a class's docstring on one line, "" when it has none."""
    return " ".join((cls.__doc__ or "").strip().partition("\n\n")[0].split())


def _option(option: o.Option) -> dict[str, Any]:
    described = {**_type(option.type), **_limits(option.validator)}
    text = f"{option.help} Only in the user's own file." if option.user_only else option.help
    if text:
        described["description"] = text.strip()
    default = o.plain(option.default) if option.default is not None else NOTHING
    if default is not NOTHING:
        described["default"] = _json(default)
    if option.user_only:
        described[USER_ONLY_KEY] = True
    return described


def _type(kind: Any) -> dict[str, Any]:
    if o.is_union(kind):
        parts = [_type(member) for member in o.members(kind)]
        return parts[0] if len(parts) == 1 else {"anyOf": parts}
    if o.choices(kind):
        return {"enum": list(o.choices(kind))}
    if o.is_mapping(kind):
        return {"type": "object", "additionalProperties": _type(o.entries(kind)[0])}
    if o.is_array(kind):
        return _array(kind)
    if attrs.has(kind):
        return _table(kind)
    return dict(_SIMPLE[kind])


def _array(kind: Any) -> dict[str, Any]:
    inner = [_type(entry) for entry in o.entries(kind)]
    if (get_origin(kind) or kind) is tuple and get_args(kind) and Ellipsis not in get_args(kind):
        return {"type": "array", "prefixItems": inner, "minItems": len(inner), "maxItems": len(inner)}
    return {"type": "array", "items": inner[0]}


def _limits(validator: Any) -> dict[str, Any]:
    """Return what attrs' own validators say about choices and bounds; other validators say nothing."""
    limits: dict[str, Any] = {}
    for inner in getattr(validator, "_validators", ()):  # and_, a list of validators
        limits |= _limits(inner)
    if getattr(validator, "compare_op", None) in _BOUNDS:
        limits[_BOUNDS[validator.compare_op]] = validator.bound
    if isinstance(getattr(validator, "options", None), (tuple, list, set, frozenset)):
        choices = [o.plain(choice) for choice in validator.options]
        limits["enum"] = (
            sorted(choices, key=str) if isinstance(validator.options, (set, frozenset)) else choices
        )
    return limits


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    return value.isoformat() if isinstance(value, (date, time)) else value
