"""The coding client's command line as executor: `claude -p`, bounded, confined and read tolerantly.

`ClaudeCode` is the plugin, `ClaudeCodeExecutor` the engine that works alone. Names load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccrouter_plugins.claude_code.arguments import ClaudeSettings
    from ccrouter_plugins.claude_code.engine import ClaudeCodeExecutor
    from ccrouter_plugins.claude_code.plugin import ClaudeCode

__all__ = ["ClaudeCode", "ClaudeCodeExecutor", "ClaudeSettings"]

_HOME_OF = {"ClaudeCode": "plugin", "ClaudeCodeExecutor": "engine", "ClaudeSettings": "arguments"}


def __getattr__(name: str) -> object:
    """Import the name on first use (PEP 562)."""
    if name not in _HOME_OF:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
