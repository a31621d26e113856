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

    from ccrouter_core.settings import Origin, Settings

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
    usable: Settings | None = (
        None  # what the rest says, for who goes on to look for faults in the plugins' tables
    )


def config_error(faults: Iterable[Fault], origins: Mapping[str, Origin] | None = None) -> ConfigFaults:
    """Return one error for all faults.

    Args:
        faults: what is wrong; those without a source get the file and line from `origins`.
        origins: dotted key -> where its value came from.
    """
    from ccrouter_core.redact import redact  # noqa: PLC0415 - only for errors: a wrong value may hold a secret

    lines: dict[str, dict[TomlPath, int]] = {}
    shown: list[Fault] = []
    for fault in list(faults)[:MAX_FAULTS]:
        origin = origin_of(origins or {}, fault.path) if fault.path and not fault.source else None
        source = origin.source if origin else fault.source
        if source not in lines:
            lines[source] = _lines_of_file(source)
        placed = fault if fault.line else located(fault, source, lines[source])
        shown.append(evolve(placed, problem=redact(fault.problem)))
    count = "1 fault" if len(shown) == 1 else f"{len(shown)} faults"
    error = ConfigFaults(
        what=f"the configuration cannot be used: {count}",
        why="\n       ".join(map(str, shown)),
        fix="correct what is named; `ccrouter config init --dry-run` prints every option with its meaning",
    )
    error.faults = tuple(shown)
    return error


def dotted(path: TomlPath) -> str:
    """Return keys as TOML writes a dotted key, quoted where needed; what follows an array index is left out."""
    keys: list[str] = []
    for key in path:
        if isinstance(key, int):
            break
        keys.append(key if _BARE_KEY.fullmatch(key) else quoted(key))
    return ".".join(keys)


def quoted(text: str) -> str:
    """Return a text as a TOML string: JSON's escapes, and one for DEL, which TOML forbids."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


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


def located(fault: Fault, source: str, lines: Mapping[TomlPath, int]) -> Fault:
    """Return a fault with its source, and with the line of its path or of the nearest table around it."""
    parts = (fault.path[:length] for length in range(len(fault.path), 0, -1))
    return evolve(fault, source=source, line=next((lines[part] for part in parts if part in lines), None))


def lines_of(text: str) -> dict[TomlPath, int]:
    """Return the line (from 1) on which a TOML text first writes each path.

    A reading of headers and of what stands before "=", not a parser: a help for people, exact for ordinary files.
    """
    lines: dict[TomlPath, int] = {}
    entries: dict[str, int] = {}
    table: TomlPath = ()
    for number, line in enumerate(text.split("\n"), 1):
        header = _HEADER.match(line)
        if header:
            table = _keys(header[2])
            if header[1] == "[[":
                entries[header[2]] = entries.get(header[2], -1) + 1
                lines.setdefault(table, number)
                table = (*table, entries[header[2]])
            lines.setdefault(table, number)
        elif "=" in line:
            lines.setdefault((*table, *_keys(line.partition("=")[0])), number)
    return lines


def _lines_of_file(source: str) -> dict[TomlPath, int]:
    """Return the lines of a source; none when it is no file, or has changed since it was read."""
    try:
        return lines_of(Path(source).read_text("utf-8-sig")) if Path(source).is_file() else {}
    except (OSError, ValueError):
        return {}


def _keys(text: str) -> TomlPath:
    return tuple(key.strip().strip("\"'") for key in text.split("."))
