"""Any other command line as executor, described by a template.

`Command` is the plugin, `CommandExecutor` the engine that works alone. Names load on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccrouter_core.lazy import loader

if TYPE_CHECKING:
    from ccrouter_plugins.command.engine import CommandExecutor
    from ccrouter_plugins.command.plugin import Command
    from ccrouter_plugins.command.template import CommandTemplate

__all__ = ["Command", "CommandExecutor", "CommandTemplate"]

_HOME_OF = {"Command": "plugin", "CommandExecutor": "engine", "CommandTemplate": "template"}

__getattr__ = loader(__name__, _HOME_OF)
