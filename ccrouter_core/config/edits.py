"""Change one option in a configuration file; comments and order stay."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from attrs import NOTHING

from ccrouter_core.config.faults import config_error, dotted, lines_of, located
from ccrouter_core.config.options import plain
from ccrouter_core.config.sources import MAX_BYTES, Unreadable, keys_of, parse, parse_text
from ccrouter_core.config.structure import structured
from ccrouter_core.config.tables import ConfigFile
from ccrouter_core.errors import NotFound, UsageError
from ccrouter_core.files import atomic_write, ensure_folder, locked, read_text_limited

if TYPE_CHECKING:
    from pathlib import Path


def edit(path: Path, key: str, value: Any) -> None:
    """Set one option in a file, creating the file when it is missing; None takes the option away.

    Args:
        path: the TOML file. The write is atomic, and earlier contents are kept as `.bak1` to `.bak3`.
        key: the dotted key, for example `plugins.routing.preference`.
        value: the value; records, enums and paths are written as TOML has them.

    Raises:
        ConfigError: the file is not valid, or would not be afterwards; it is unchanged.
        UsageError: the value cannot be written in TOML, or the key stands below an array.
        StoreError: the file cannot be read or written.
    """
    wanted = None if value is None else plain(value)
    if wanted is NOTHING:
        raise UsageError(
            what=f"{key} cannot be set to a {type(value).__name__}",
            why="TOML cannot express it",
            fix="set it from Python, or choose a value that TOML has",
        )
    ensure_folder(path.parent)
    with locked(path):
        text = _text(path)
        changed = _changed(text, key, wanted, str(path))
        if changed != text:
            atomic_write(path, changed)


def _text(path: Path) -> str:
    try:
        return read_text_limited(path, MAX_BYTES)
    except NotFound:
        return ""


def _changed(text: str, key: str, wanted: Any, source: str) -> str:
    """Return the text with one option changed, after checking that it is valid and that nothing else changed."""
    try:
        keys = keys_of(key, key)
        expected = parse(text, source)
    except Unreadable as error:
        raise config_error([error.fault]) from error
    import tomlkit  # noqa: PLC0415 - slow to import, and after the checks that a hostile file would need

    document = tomlkit.parse(text)
    _put(document, keys, wanted)
    _put(expected, keys, wanted)
    changed = tomlkit.dumps(document)
    written, faults = parse_text(changed, source)
    if faults or written != expected:
        raise UsageError(
            what=f"{key} in {source} cannot be changed automatically",
            why="the file writes its tables in an unusual way, and something else would change",
            fix="change it in an editor",
        )
    _, refused = structured(ConfigFile, written, ())
    if refused:
        raise config_error(located(fault, source, lines_of(changed)) for fault in refused)
    return changed


def _put(table: MutableMapping[str, Any], keys: tuple[str, ...], wanted: Any) -> None:
    """Set the value at `keys` in a parsed or an editable document; None removes it."""
    for place, key in enumerate(keys[:-1]):
        if key not in table:
            if wanted is None:
                return
            table[key] = _new_table(table, super_table=place + 2 < len(keys))
        table = table[key]
        if not isinstance(table, MutableMapping):
            raise UsageError(
                what=f"{dotted(keys)} cannot be set",
                why=f"{dotted(keys[: place + 1])} is not a table",
                fix="change it in an editor",
            )
    if wanted is None:
        table.pop(keys[-1], None)
    else:
        table[keys[-1]] = wanted


def _new_table(around: MutableMapping[str, Any], *, super_table: bool) -> MutableMapping[str, Any]:
    """Return an empty table of the same kind as the one around it: plain, or editable."""
    if type(around) is dict:
        return {}
    import tomlkit  # noqa: PLC0415 - as above

    return tomlkit.table(is_super_table=super_table)
