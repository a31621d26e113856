"""What a project's file may not set: a cloned repository brings it, and nobody read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from ccrouter_core.config import options as o
from ccrouter_core.config.faults import Fault, TomlPath, dotted

if TYPE_CHECKING:
    from ccrouter_core.settings import Origin


def refused(cls: type, table: object, path: TomlPath, origins: Mapping[str, Origin]) -> list[Fault]:
    """Return a fault for every `user_only` option whose value, or a part of it, a file without trust has set.

    Args:
        cls: the attrs class whose options the table sets.
        table: the merged table, as plain TOML values.
        path: where the table stands.
        origins: dotted key -> where its value came from.
    """
    untrusted = {key: origin for key, origin in origins.items() if not origin.trusted}
    return list(_refused(cls, table, path, untrusted)) if untrusted else []


def _refused(cls: type, table: object, path: TomlPath, untrusted: Mapping[str, Origin]) -> Iterator[Fault]:
    if not isinstance(table, Mapping):
        return
    for option in o.options_of(cls):
        here = (*path, option.name)
        origin = _touching(untrusted, dotted(here)) if option.name in table else None
        if origin is None:
            continue
        if option.user_only:
            problem = "is not accepted from a project's file; set it in your own (see `ccrouter config show`)"
            yield Fault(path=here, problem=problem, source=origin.source)
        else:
            for nested, value, place in _nested(option.type, table[option.name], here):
                yield from _refused(nested, value, place, untrusted)


def _touching(untrusted: Mapping[str, Origin], key: str) -> Origin | None:
    for known, origin in untrusted.items():
        if known == key or known.startswith(f"{key}.") or key.startswith(f"{known}."):
            return origin
    return None


def _nested(kind: Any, value: object, path: TomlPath) -> Iterator[tuple[type, object, TomlPath]]:
    """Yield (class, table, path) of every record inside a value."""
    for part in o.members(kind):
        if isinstance(part, type) and attrs.has(part):
            yield part, value, path
        elif o.is_array(part) and isinstance(value, list):
            for index, item in enumerate(value):
                for entry in o.entries(part):
                    yield from _nested(entry, item, (*path, index))
        elif o.is_mapping(part) and isinstance(value, Mapping):
            for key, item in value.items():
                yield from _nested(o.entries(part)[0], item, (*path, key))
