"""What is wrong with a configuration: each fault names the TOML path and, where known, the file and line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from ccrouter_core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ccrouter_core.settings import Origin

TomlPath = tuple[str | int, ...]  # keys, and the index (from 0) of an entry in an array

TABLES = ("ccrouter", "tiers", "plugins")
MAX_FAULTS = 100  # as many as anybody reads; a hostile file has one a line

_MAX_KEY = 60  # characters of a key that are shown
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]")


@frozen(kw_only=True)
class Fault:
    """One thing that is wrong: the TOML path, the problem, and where it was written (source, line from 1)."""

    path: TomlPath
    problem: str
    source: str = ""
    line: int | None = None

    @property
    def place(self) -> str:
        """Return the TOML path as people write it, for example `[plugins.routing] floor`; "" for a whole file."""
        return place_of(self.path) if self.path else ""

    def __str__(self) -> str:
        """Return the fault as one line: FILE:LINE: `[table] key`: problem."""
        line = f":{self.line}" if self.line else ""
        where = f"{self.source}{line}: " if self.source else ""
        place = f"`{self.place}`: " if self.path else ""
        return f"{where}{place}{self.problem}"


class ConfigFaults(ConfigError):  # noqa: N818 - it carries several
    """A configuration has faults, all of them in `faults`.

    Remedy: correct each named option; `ccrouter config validate` lists them again.
    """

    faults: tuple[Fault, ...] = ()


def config_error(faults: Iterable[Fault], origins: Mapping[str, Origin] | None = None) -> ConfigFaults:
    """Return one error for all faults.

    Args:
        faults: what is wrong; those without a source get the file and line from `origins`.
        origins: dotted key -> where its value came from.
    """
    from ccrouter_core.redact import redact  # noqa: PLC0415 - only for errors: a wrong value may hold a secret

    located = [_located(fault, origins or {}) for fault in list(faults)[:MAX_FAULTS]]
    shown = tuple(evolve(fault, problem=redact(fault.problem)) for fault in located)
    count = "1 fault" if len(shown) == 1 else f"{len(shown)} faults"
    error = ConfigFaults(
        what=f"the configuration cannot be used: {count}",
        why="\n       ".join(map(str, shown)),
        fix="correct what is named; `ccrouter config init --dry-run` prints every option with its meaning",
    )
    error.faults = shown
    return error


def dotted(path: TomlPath) -> str:
    """Return keys as TOML writes a dotted key, quoted where needed; what follows an array index is left out."""
    keys: list[str] = []
    for key in path:
        if isinstance(key, int):
            break
        keys.append(key if _BARE_KEY.fullmatch(key) else json.dumps(key, ensure_ascii=False))
    return ".".join(keys)


def place_of(path: TomlPath) -> str:
    """Return a TOML path as people write it: `[plugins.routing] floor`, `[[tiers]] #2 prices.input`, `stray`."""
    path = tuple(
        f"{key[:_MAX_KEY]}..." if isinstance(key, str) and len(key) > _MAX_KEY else key for key in path
    )
    depth = 2 if path[0] == "plugins" else 1
    inside = "".join(
        f" #{key + 1} " if isinstance(key, int) else f".{dotted((key,))}" for key in path[depth:]
    )
    inside = inside.replace(" .", " ").strip(" .")
    if path[0] not in TABLES:
        return dotted(path)
    table = f"[[{path[0]}]]" if path[0] == "tiers" and len(path) > 1 else f"[{dotted(path[:depth])}]"
    return f"{table} {inside}".rstrip()


def origin_of(origins: Mapping[str, Origin], path: TomlPath) -> Origin | None:
    """Return where the value at `path` came from: its own origin, else that of a part or of the whole around it."""
    key = dotted(path)
    if key in origins:
        return origins[key]
    parts = (origin for known, origin in origins.items() if known.startswith(f"{key}."))
    wholes = (origin for known, origin in origins.items() if key.startswith(f"{known}."))
    return next(parts, None) or next(wholes, None)


def _located(fault: Fault, origins: Mapping[str, Origin]) -> Fault:
    origin = origin_of(origins, fault.path) if fault.path and not fault.source else None
    if origin is None:
        return fault
    return evolve(fault, source=origin.source, line=_line_in_file(origin.source, fault.path))


def _line_in_file(source: str, path: TomlPath) -> int | None:
    try:
        text = Path(source).read_text("utf-8-sig") if Path(source).is_file() else ""
    except (OSError, ValueError):  # it changed since it was read: the line is only a help
        return None
    return find_line(text, path)


def find_line(text: str, path: TomlPath) -> int | None:
    """Return the line (from 1) where a TOML text writes `path`, its table's header when the key is not found.

    A reading of headers and first keys, not a parser: a hint for people, exact for ordinary files.
    """
    table: TomlPath = ()
    entries: dict[str, int] = {}
    best: tuple[int, int] | None = None  # (keys of the path that the line covers, line)
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header:
            table = _keys(header[2])
            if header[1] == "[[":
                entries[header[2]] = entries.get(header[2], -1) + 1
                table = (*table, entries[header[2]])
            here = table
        else:
            here = (*table, *_keys(line.partition("=")[0])) if "=" in line else ()
        if here and path[: len(here)] == here and (best is None or len(here) > best[0]):
            best = (len(here), number)
    return best[1] if best else None


def _keys(text: str) -> TomlPath:
    return tuple(key.strip().strip("\"'") for key in text.split("."))
