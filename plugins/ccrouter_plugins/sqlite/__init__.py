"""The embedded store: documents and logs in two SQLite files of one private folder.

`SqliteStore` works alone, given a folder; `Database` is one SQLite file opened the careful way, for any engine that
needs tables of its own; the plugin `Sqlite` adapts the store to the hooks. Names load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccrouter_plugins.sqlite.database import Database
    from ccrouter_plugins.sqlite.engine import SqliteArea, SqliteStore, restore_newest
    from ccrouter_plugins.sqlite.integrity import find_damage
    from ccrouter_plugins.sqlite.plugin import Sqlite

__all__ = ["Database", "Sqlite", "SqliteArea", "SqliteStore", "find_damage", "restore_newest"]

_HOME_OF = {
    "Database": "database",
    "Sqlite": "plugin",
    "SqliteArea": "engine",
    "SqliteStore": "engine",
    "find_damage": "integrity",
    "restore_newest": "engine",
}


def __getattr__(name: str) -> object:
    """Import the name on first use (PEP 562)."""
    if name not in _HOME_OF:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
