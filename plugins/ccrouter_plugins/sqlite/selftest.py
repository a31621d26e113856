"""A self-test on real files: what is written is read back, backed up, and never overwritten when damaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccrouter_core.errors import RouterError, StoreDamaged
from ccrouter_core.models import Check
from ccrouter_plugins.sqlite.engine import STATE_FILE, SqliteStore, restore_newest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def checks(folder: Path) -> tuple[Check, ...]:
    """Return three checks of the store on this machine.

    Args:
        folder: an empty folder of the test's own.
    """
    laws = (_keeps, _refuses_damage, _restores)
    return tuple(_check(law, folder / law.__name__.strip("_")) for law in laws)


def _check(law: Callable[[Path], bool], folder: Path) -> Check:
    name = f"sqlite.{law.__name__.strip('_').replace('_', '-')}"
    try:
        return Check(name=name, passed=law(folder), reason=(law.__doc__ or "").strip())
    except RouterError as error:
        return Check(name=name, passed=False, reason=f"{error.what}: {error.why}", fix=error.fix)


def _keeps(folder: Path) -> bool:
    """What was written is there after closing."""
    _write(folder)
    store = SqliteStore(folder)
    found = store.state.get("selftest", "key")
    store.close()
    return found == {"kept": True}


def _refuses_damage(folder: Path) -> bool:
    """A damaged file is refused and keeps every byte."""
    _write(folder)
    file = folder / STATE_FILE
    file.write_bytes(b"not a database" * 100)
    try:
        SqliteStore(folder).close()
    except StoreDamaged:
        return file.read_bytes() == b"not a database" * 100
    return False


def _restores(folder: Path) -> bool:
    """The newest backup mends a damaged file."""
    _write(folder)
    store = SqliteStore(folder)  # an opening makes the day's backup
    store.close()
    (folder / STATE_FILE).write_bytes(b"")
    restore_newest(folder)
    return _keeps(folder)


def _write(folder: Path) -> None:
    store = SqliteStore(folder)
    store.state.put("selftest", "key", {"kept": True})
    store.close()
