"""An executor that executes nothing and says what would run.

`DryRun` is the plugin, `DryRunExecutor` the engine that works alone. Names load on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccrouter_core.lazy import loader

if TYPE_CHECKING:
    from ccrouter_plugins.dry_run.engine import DryRunExecutor
    from ccrouter_plugins.dry_run.plugin import DryRun

__all__ = ["DryRun", "DryRunExecutor"]

_HOME_OF = {"DryRun": "plugin", "DryRunExecutor": "engine"}

__getattr__ = loader(__name__, _HOME_OF)
