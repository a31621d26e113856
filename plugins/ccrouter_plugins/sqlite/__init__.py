"""The embedded store: documents and logs in two SQLite files of one private folder.

`SqliteStore` works alone, given a folder; the plugin `Sqlite` adapts it to the hooks. Names load on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccrouter_core.lazy import loader

if TYPE_CHECKING:
    from ccrouter_plugins.sqlite.engine import SqliteArea, SqliteStore, restore_newest
    from ccrouter_plugins.sqlite.plugin import Sqlite

__all__ = ["Sqlite", "SqliteArea", "SqliteStore", "restore_newest"]

_HOME_OF = {"Sqlite": "plugin", "SqliteArea": "engine", "SqliteStore": "engine", "restore_newest": "engine"}

__getattr__ = loader(__name__, _HOME_OF)
