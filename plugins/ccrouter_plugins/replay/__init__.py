"""Recorded answers as executor, and every fault a service can have.

`Replay` is the plugin; `ReplayExecutor`, `RecordExecutor` and `Cassette` work alone. Names load on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccrouter_core.lazy import loader

if TYPE_CHECKING:
    from ccrouter_plugins.replay.cassette import Cassette, Entry
    from ccrouter_plugins.replay.engine import ReplayExecutor
    from ccrouter_plugins.replay.plugin import Replay
    from ccrouter_plugins.replay.record import RecordExecutor

__all__ = ["Cassette", "Entry", "RecordExecutor", "Replay", "ReplayExecutor"]

_HOME_OF = {
    "Cassette": "cassette",
    "Entry": "cassette",
    "RecordExecutor": "record",
    "Replay": "plugin",
    "ReplayExecutor": "engine",
}

__getattr__ = loader(__name__, _HOME_OF)
