"""The Messages API as executor: answers only, with a key of your own.

`AnthropicApi` is the plugin, `AnthropicApiExecutor` the engine that works alone. Names load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccrouter_plugins.anthropic_api.engine import AnthropicApiExecutor, ApiSettings
    from ccrouter_plugins.anthropic_api.plugin import AnthropicApi

__all__ = ["AnthropicApi", "AnthropicApiExecutor", "ApiSettings"]

_HOME_OF = {"AnthropicApi": "plugin", "AnthropicApiExecutor": "engine", "ApiSettings": "engine"}


def __getattr__(name: str) -> object:
    """Import the name on first use (PEP 562)."""
    if name not in _HOME_OF:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
