"""Any other command line as executor, described by a template.

`Command` is the plugin, `CommandExecutor` the engine that works alone. Names load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccrouter_plugins.command.engine import CommandExecutor
    from ccrouter_plugins.command.plugin import Command
    from ccrouter_plugins.command.template import CommandTemplate

__all__ = ["Command", "CommandExecutor", "CommandTemplate"]

_HOME_OF = {"Command": "plugin", "CommandExecutor": "engine", "CommandTemplate": "template"}


def __getattr__(name: str) -> object:
    """Import the name on first use (PEP 562)."""
    if name not in _HOME_OF:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
