"""The Messages API as executor: answers only, with a key of your own.

`AnthropicApi` is the plugin, `AnthropicApiExecutor` the engine that works alone. Names load on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccrouter_core.lazy import loader

if TYPE_CHECKING:
    from ccrouter_plugins.anthropic_api.engine import AnthropicApiExecutor, ApiSettings
    from ccrouter_plugins.anthropic_api.plugin import AnthropicApi

__all__ = ["AnthropicApi", "AnthropicApiExecutor", "ApiSettings"]

_HOME_OF = {"AnthropicApi": "plugin", "AnthropicApiExecutor": "engine", "ApiSettings": "engine"}

__getattr__ = loader(__name__, _HOME_OF)
