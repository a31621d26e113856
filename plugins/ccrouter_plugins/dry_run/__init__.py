"""An executor that executes nothing and says what would run.

`DryRun` is the plugin, `DryRunExecutor` the engine that works alone. Names load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccrouter_plugins.dry_run.engine import DryRunExecutor
    from ccrouter_plugins.dry_run.plugin import DryRun

__all__ = ["DryRun", "DryRunExecutor"]

_HOME_OF = {"DryRun": "plugin", "DryRunExecutor": "engine"}


def __getattr__(name: str) -> object:
    """Import the name on first use (PEP 562)."""
    if name not in _HOME_OF:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
