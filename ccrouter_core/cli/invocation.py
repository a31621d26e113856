"""The global options of one `ccrouter` call, and the router they ask for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from ccrouter_core.pipeline import Router
    from ccrouter_core.settings import Settings

# Built-in plugins that answer nothing before step 6 of the path: a command that only decides does not import them.
# A test holds that none of them implements a hook that deciding asks.
ONLY_FOR_RUNNING = frozenset({"anthropic_api", "claude_code", "command", "dry_run", "replay", "validation"})


@frozen(kw_only=True)
class Invocation:
    """What was said before the command's name."""

    config: Path | None = None  # exactly this configuration file
    overrides: tuple[str, ...] = ()  # "dotted.key=value", stronger than every file
    verbose: bool = False

    def settings(self) -> Settings:
        """Return the configuration as it holds in the working folder. ConfigError when it is not valid."""
        from ccrouter_core import config  # noqa: PLC0415 - not every command needs the configuration

        return config.load(self.config, cwd=Path.cwd(), overrides=self.overrides)

    def router(self, *, running: bool = False, keeps: bool = True) -> Router:
        """Return a closed router made of the installed plugins.

        Args:
            running: also load the plugins that execute and validate; without them it decides faster.
            keeps: False for a command that writes nothing down: it works where nothing can be written.

        Raises:
            ConfigError: the configuration is not valid.
            PluginError: a built-in plugin cannot be loaded.
        """
        from ccrouter_core.pipeline import Router  # noqa: PLC0415 - not every command needs it

        without = frozenset[str]() if running else ONLY_FOR_RUNNING
        return Router.from_config(
            self.config, cwd=Path.cwd(), overrides=self.overrides, without=without, keeps=keeps
        )
