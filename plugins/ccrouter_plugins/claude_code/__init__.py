"""The coding client's command line as executor: `claude -p`, bounded, confined and read tolerantly.

`ClaudeCode` is the plugin, `ClaudeCodeExecutor` the engine that works alone. Names load on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccrouter_core.lazy import loader

if TYPE_CHECKING:
    from ccrouter_plugins.claude_code.arguments import ClaudeSettings
    from ccrouter_plugins.claude_code.engine import ClaudeCodeExecutor
    from ccrouter_plugins.claude_code.plugin import ClaudeCode

__all__ = ["ClaudeCode", "ClaudeCodeExecutor", "ClaudeSettings"]

_HOME_OF = {"ClaudeCode": "plugin", "ClaudeCodeExecutor": "engine", "ClaudeSettings": "arguments"}

__getattr__ = loader(__name__, _HOME_OF)
