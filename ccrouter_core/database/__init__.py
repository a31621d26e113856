"""One SQLite file, opened the careful way: for the store, and for every engine that needs tables of its own.

`Database` is private, checked, migrated and shared by threads and processes; `find_damage` says what is wrong with a
file. Names load on first use, so that a client hook can name them without paying for `sqlite3`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccrouter_core.lazy import loader

if TYPE_CHECKING:
    from ccrouter_core.database.embedded import Database, Row
    from ccrouter_core.database.integrity import find_damage

__all__ = ["Database", "Row", "find_damage"]

_HOME_OF = {"Database": "embedded", "Row": "embedded", "find_damage": "integrity"}

__getattr__ = loader(__name__, _HOME_OF)
