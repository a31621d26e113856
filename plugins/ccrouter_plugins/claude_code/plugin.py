"""The plugin: options in, an executor out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field

from ccrouter_core.plugin import hookimpl, option, plugin
from ccrouter_plugins.claude_code.arguments import EDIT_TOOLS, READ_TOOLS, ClaudeSettings
from ccrouter_plugins.claude_code.engine import ClaudeCodeExecutor
from ccrouter_plugins.claude_code.selftest import checks

if TYPE_CHECKING:
    from pathlib import Path

    from ccrouter_core.models import Check
    from ccrouter_core.runtime import Runtime


@plugin
class ClaudeCode:
    """Runs requests on the coding client's command line (`claude -p`).

    A read-only request gets the tools that read, an edit request those that read and edit files inside its
    workspace, and one that moves or deletes whole files may do that there. A command that the request spells out runs
    when it is harmless or was agreed to, exactly as written. Other commands, servers and the project's own client
    settings are off until the user's own configuration turns them on.
    """

    executable: str = option(
        default="claude", help="the client's program: a name on PATH or a path", user_only=True
    )
    permission_mode: str = option(
        default="acceptEdits", help="the client's permission mode for edit requests", user_only=True
    )
    read_tools: tuple[str, ...] = option(
        default=READ_TOOLS, help="tools of a read-only request", user_only=True
    )
    edit_tools: tuple[str, ...] = option(default=EDIT_TOOLS, help="tools of an edit request", user_only=True)
    allowed_tools: tuple[str, ...] = option(
        default=(),
        help='further tools, as rules: "Bash(pytest *)"; those that edit are for edit requests only',
        user_only=True,
    )
    setting_sources: tuple[str, ...] = option(
        default=("user",), help="whose client settings apply: user, project, local", user_only=True
    )
    mcp: bool = option(
        default=False, help="let the client use the MCP servers of its settings", user_only=True
    )
    extra_args: tuple[str, ...] = option(default=(), help="further arguments for the client", user_only=True)
    config_dir: str | None = option(
        default=None, help="the client's configuration folder, if not its own default", user_only=True
    )
    pass_environment: tuple[str, ...] = option(
        default=(), help='further variables the client may see: "AWS_*"', user_only=True
    )
    max_turns: int | None = option(default=None, help="turns of the model per request; none is no bound")
    client_retries: int = option(
        default=3, help="how often the client itself repeats a request that the service refused"
    )
    sdk: bool = option(
        default=False,
        help="run the client through the Agent SDK (extra [claude]), which keeps it for the next reading request",
    )
    _executor: ClaudeCodeExecutor | None = field(default=None, init=False)

    @hookimpl
    def ccrouter_executors(self, runtime: Runtime) -> ClaudeCodeExecutor:
        """Bring the executor `claude_code`."""
        self._executor = ClaudeCodeExecutor(self.settings(), runtime.ladder)
        return self._executor

    @hookimpl
    def ccrouter_shutdown(self) -> None:
        """End a client that was kept."""
        if self._executor is not None:
            self._executor.close()

    @hookimpl
    def ccrouter_self_test(self, folder: Path) -> tuple[Check, ...]:
        """Run the client's protocol against a stand-in program; whether the real one is ready, its `check` says."""
        return checks(folder)

    def settings(self) -> ClaudeSettings:
        """Return the options as the engine takes them."""
        return ClaudeSettings(
            executable=self.executable,
            permission_mode=self.permission_mode,
            read_tools=tuple(self.read_tools),
            edit_tools=tuple(self.edit_tools),
            allowed_tools=tuple(self.allowed_tools),
            setting_sources=tuple(self.setting_sources),
            mcp=self.mcp,
            extra_args=tuple(self.extra_args),
            config_dir=self.config_dir,
            pass_environment=tuple(self.pass_environment),
            max_turns=self.max_turns,
            client_retries=self.client_retries,
            sdk=self.sdk,
        )
