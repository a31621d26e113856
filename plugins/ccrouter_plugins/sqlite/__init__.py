"""The embedded store: documents and logs in two SQLite files of one private folder.

`SqliteStore` works alone, given a folder; the plugin `Sqlite` adapts it to the hooks. Names load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccrouter_plugins.sqlite.engine import SqliteArea, SqliteStore, restore_newest
    from ccrouter_plugins.sqlite.plugin import Sqlite

__all__ = ["Sqlite", "SqliteArea", "SqliteStore", "restore_newest"]

_HOME_OF = {"Sqlite": "plugin", "SqliteArea": "engine", "SqliteStore": "engine", "restore_newest": "engine"}


def __getattr__(name: str) -> object:
    """Import the name on first use (PEP 562)."""
    if name not in _HOME_OF:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
