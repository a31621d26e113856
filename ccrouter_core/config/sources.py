"""Where settings come from: files, environment and command line, each read into layers of plain TOML values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from ccrouter_core.config.faults import Fault
from ccrouter_core.errors import NotFound, RouterError
from ccrouter_core.files import read_text_limited
from ccrouter_core.settings import Origin

USER_FILE = "config.toml"
PROJECT_FILE = "ccrouter.toml"
ENV_PREFIX = "CCROUTER_SET_"
MAX_BYTES = 1_000_000
MAX_DEPTH = 32
MAX_DOTS = (
    100  # in the keys of one line: a key of 250,000 parts keeps the standard library's parser busy for hours
)

_QUOTED = re.compile(r'"[^"\n]*"|\'[^\'\n]*\'')
_POSITION = re.compile(r"^(.*) \(at line (\d+), (column \d+)\)$", re.DOTALL)


@frozen(kw_only=True)
class Layer:
    """A nested table of plain TOML values, and where all of them come from."""

    table: Mapping[str, Any]
    origin: Origin


@frozen(kw_only=True)
class ConfigPath:
    """A file that may hold settings; a project's file is not trusted."""

    path: Path
    trusted: bool


class Unreadable(Exception):  # noqa: N818 - carries a fault to the place that gathers them
    """A source, or a part of it, that cannot be read: `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def config_paths(cwd: Path | None, environ: Mapping[str, str]) -> tuple[ConfigPath, ...]:
    """Return the user's file and, if there is one, the project's: the nearest `ccrouter.toml` from `cwd` upwards.

    Args:
        cwd: where the search starts; None = the working folder. It ends below the home folder and at the root.
        environ: CCROUTER_HOME moves the user's file, HOME says where the search ends.
    """
    user = ConfigPath(path=user_folder(environ) / USER_FILE, trusted=True)
    project = _project_file(Path(cwd or Path.cwd()).resolve(), environ)
    return (user,) if project is None else (user, ConfigPath(path=project, trusted=False))


def user_folder(environ: Mapping[str, str]) -> Path:
    """Return the configuration folder: CCROUTER_HOME when set, else the platform's."""
    given = state_home(environ)
    if given is not None:
        return given
    from platformdirs import user_config_dir  # noqa: PLC0415 - not needed when CCROUTER_HOME is set

    return Path(user_config_dir("ccrouter", appauthor=False))


def state_home(environ: Mapping[str, str]) -> Path | None:
    """Return the folder that CCROUTER_HOME names, None when it is not set."""
    given = environ.get("CCROUTER_HOME")
    return Path(given).expanduser().absolute() if given else None


def _project_file(start: Path, environ: Mapping[str, str]) -> Path | None:
    home = environ.get("HOME") or environ.get("USERPROFILE")
    end = Path(home).resolve() if home else None
    for folder in (start, *start.parents):
        if folder == end:
            return None
        if (folder / PROJECT_FILE).is_file():
            return folder / PROJECT_FILE
    return None


def read_layers(
    files: Sequence[ConfigPath],
    environ: Mapping[str, str],
    overrides: Mapping[str, str] | Sequence[str],
    *,
    required: bool = False,
) -> tuple[list[Layer], list[Fault]]:
    """Return the layers, weakest first, and what could not be read.

    Args:
        files: the files, weakest first; one that does not exist is skipped unless `required`.
        environ: its `CCROUTER_SET_*` variables are read.
        overrides: from the command line, "dotted.key=value" or dotted key -> value.
        required: a file that does not exist is a fault.
    """
    layers: list[Layer] = []
    faults: list[Fault] = []
    for file in files:
        try:
            table = parse(_read(file.path, required=required), str(file.path))
        except Unreadable as error:
            faults.append(error.fault)
        else:
            layers.append(Layer(table=table, origin=Origin(source=str(file.path), trusted=file.trusted)))
    for key, value, source in (*_from_environ(environ), *_from_command_line(overrides)):
        try:
            layers.append(Layer(table=_assignment(key, value, source), origin=Origin(source=source)))
        except Unreadable as error:
            faults.append(error.fault)
    return [layer for layer in layers if layer.table], faults


def _read(path: Path, *, required: bool) -> str:
    try:
        return read_text_limited(path, MAX_BYTES)
    except NotFound as error:
        if not required:
            return ""
        raise Unreadable(Fault(path=(), problem=error.why, source=str(path))) from error
    except RouterError as error:
        raise Unreadable(Fault(path=(), problem=f"cannot be read: {error.why}", source=str(path))) from error


def parse(text: str, source: str) -> dict[str, Any]:
    """Return a TOML text as nested dicts; raises Unreadable with the line of the fault."""
    if not text.strip():
        return {}
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MAX_DOTS and _QUOTED.sub("", line).count(".") > MAX_DOTS:
            problem = f"more than {MAX_DOTS} dots in one line; no key is that deep"
            raise Unreadable(Fault(path=(), problem=problem, source=source, line=number))
    from ccrouter_core._compat import tomllib  # noqa: PLC0415 - only when there is something to parse

    try:
        table = tomllib.loads(text)
        _check_depth(table)
    except RecursionError as error:
        problem = f"arrays or tables are nested deeper than {MAX_DEPTH}"
        raise Unreadable(Fault(path=(), problem=problem, source=source)) from error
    except ValueError as error:  # TOMLDecodeError, and integers of more digits than Python converts
        raise Unreadable(_syntax_fault(str(error), source)) from error
    return table


def _check_depth(table: Mapping[str, Any]) -> None:
    """Raise RecursionError for a nesting that the recursive functions after this one need not expect."""
    level: list[Any] = [table]
    for _ in range(MAX_DEPTH):
        values = (item.values() if isinstance(item, dict) else item for item in level)
        level = [part for inner in values for part in inner if isinstance(part, (dict, list))]
    if level:
        raise RecursionError


def parse_text(text: str, source: str) -> tuple[dict[str, Any], list[Fault]]:
    """Return a TOML text as nested dicts, and what is wrong with it."""
    try:
        return parse(text, source), []
    except Unreadable as error:
        return {}, [error.fault]


def _syntax_fault(message: str, source: str) -> Fault:
    position = _POSITION.match(message)
    if position is None:
        return Fault(path=(), problem=f"not valid TOML: {message}", source=source)
    problem, line, column = position.groups()
    return Fault(path=(), problem=f"not valid TOML: {problem} ({column})", source=source, line=int(line))


def _from_environ(environ: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for name in sorted(name for name in environ if name.startswith(ENV_PREFIX)):
        key = ".".join(name[len(ENV_PREFIX) :].lower().split("__"))
        yield key, environ[name], f"environment variable {name}"


def _from_command_line(
    overrides: Mapping[str, str] | Sequence[str],
) -> Iterator[tuple[str, str | None, str]]:
    pairs: Iterable[tuple[str, str | None]]
    if isinstance(overrides, Mapping):
        pairs = overrides.items()
    else:
        parts = (text.partition("=") for text in overrides)
        pairs = ((key, value if equals else None) for key, equals, value in parts)
    for key, value in pairs:
        yield key.strip(), value, f"command line --set {key.strip()}"


def _assignment(key: str, value: str | None, source: str) -> dict[str, Any]:
    """Return `key = value` as nested tables; the value is TOML, and a bare word is a string."""
    if value is None:
        raise Unreadable(Fault(path=(), problem="write KEY=VALUE", source=source))
    nested: Any = _value(value, source)
    for part in reversed(keys_of(key, source)):
        nested = {part: nested}
    found: dict[str, Any] = nested
    return found


def keys_of(key: str, source: str) -> tuple[str, ...]:
    """Return a dotted key's parts (quoted ones as TOML quotes them); raises Unreadable when it is none."""
    table: Any = {} if "\n" in key else parse_text(f"{key} = 0", source)[0]
    keys: list[str] = []
    while isinstance(table, dict) and len(table) == 1:
        ((part, table),) = table.items()
        keys.append(part)
    if not keys or table != 0:
        problem = "not a dotted key; write for example plugins.routing.preference"
        raise Unreadable(Fault(path=(), problem=problem, source=source))
    return tuple(keys)


def _value(text: str, source: str) -> Any:
    table, faults = parse_text(f"value = {text}", source)
    if not faults and list(table) == ["value"]:
        return table["value"]
    if text.lstrip()[:1] in ("[", "{", '"', "'"):
        from ccrouter_core.redact import redact  # noqa: PLC0415 - only for a fault

        shown = redact(text)[:60]  # cut afterwards: half a secret is not recognised
        raise Unreadable(Fault(path=(), problem=f"not a TOML value: {shown}", source=source))
    return text
