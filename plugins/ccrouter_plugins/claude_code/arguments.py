"""How the client is called: its argument list, its environment, and what it may touch.

Nothing of the person's text is in the argument list, which other users of the machine can see: the prompt goes by
standard input. The flags are those of client 2.1; `--tools` takes every tool away that is not named, whatever
a settings file allows, so a read-only job cannot write and an edit job cannot run commands.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from ccrouter_core.models import to_usd
from ccrouter_core.processes import allowed_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ccrouter_core.services import Job, Limits

READ_TOOLS = ("Read", "Glob", "Grep")
EDIT_TOOLS = (*READ_TOOLS, "Edit", "Write", "NotebookEdit")
READ_MODE = "dontAsk"  # what is not allowed beforehand is denied

# What belongs to the client: its own settings, the user's switches against telemetry, and its proxies' timeouts.
PASSED = (
    *("CLAUDE_*", "ANTHROPIC_*", "DISABLE_*", "OTEL_*"),
    *("API_TIMEOUT_MS", "MAX_THINKING_TOKENS", "USE_BUILTIN_RIPGREP"),
)
# What a surrounding session of the client says of itself; a child that saw it would take itself for part of it.
_SESSION = (
    *("CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_SESSION_ID", "CLAUDE_CODE_SSE_PORT", "CLAUDE_PID"),
    *("CLAUDE_PROJECT_DIR", "CLAUDE_PLUGIN_ROOT", "CLAUDE_PLUGIN_DATA", "CLAUDE_ENV_FILE"),
)
ACTIVE = (
    "CCROUTER_ACTIVE"  # our own hooks in the client stay silent where this is set: no routing inside routing
)


@frozen(kw_only=True)
class ClaudeSettings:
    """How the user wants the client to be run; the options of the plugin, documented there."""

    executable: str = "claude"
    permission_mode: str = "acceptEdits"
    read_tools: tuple[str, ...] = READ_TOOLS
    edit_tools: tuple[str, ...] = EDIT_TOOLS
    allowed_tools: tuple[str, ...] = ()
    setting_sources: tuple[str, ...] = ("user",)
    mcp: bool = False
    extra_args: tuple[str, ...] = ()
    config_dir: str | None = None
    pass_environment: tuple[str, ...] = ()
    max_turns: int | None = None
    client_retries: int = 3
    sdk: bool = False


def argument_list(
    program: str, settings: ClaudeSettings, job: Job, limits: Limits, agent: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Return the argument list for a job; `program` is the client's absolute path, `agent` the arguments for it."""
    return (
        *(program, "-p", "--output-format", "stream-json", "--verbose", "--include-partial-messages"),
        *("--model", job.tier.model),
        *_permissions(settings, read_only=job.read_only),
        *_sources(settings, job),
        *_bounds(settings, limits),
        *(("--resume", job.session) if job.session else ("--session-id", str(uuid.uuid4()))),
        *agent,
        *settings.extra_args,
    )


def environment(settings: ClaudeSettings, source: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the client's environment: the common allow-list, what belongs to the client, and our own marks."""
    kept = allowed_environment(also=(*PASSED, *settings.pass_environment), source=source)
    for name in _SESSION:
        kept.pop(name, None)
    kept.setdefault("CLAUDE_CODE_MAX_RETRIES", str(settings.client_retries))
    if settings.config_dir is not None:
        kept["CLAUDE_CONFIG_DIR"] = str(Path(settings.config_dir).expanduser())
    kept[ACTIVE] = "1"
    return kept


def prompt_bytes(job: Job) -> bytes:
    """Return what the client reads: the context, if any, then the prompt."""
    return "\n\n".join(part for part in (job.context, job.prompt) if part).encode()


def _permissions(settings: ClaudeSettings, *, read_only: bool) -> tuple[str, ...]:
    if read_only:
        return ("--permission-mode", READ_MODE, "--tools", ",".join(settings.read_tools))
    names = dict.fromkeys(
        (*settings.edit_tools, *(rule.partition("(")[0] for rule in settings.allowed_tools))
    )
    allowed = ("--allowedTools", ",".join(settings.allowed_tools)) if settings.allowed_tools else ()
    return ("--permission-mode", settings.permission_mode, "--tools", ",".join(names), *allowed)


def _sources(settings: ClaudeSettings, job: Job) -> tuple[str, ...]:
    """Keep a cloned repository's own settings out: they may name hooks, servers and helpers, which are programs.

    The project's memory is text, so it is handed over by name where the client would no longer look for it.
    """
    arguments = ["--setting-sources", ",".join(settings.setting_sources)]
    memory = Path(job.cwd or ".") / "CLAUDE.md"
    if "project" not in settings.setting_sources and memory.is_file() and not memory.is_symlink():
        arguments += ["--append-system-prompt-file", str(memory.absolute())]
    if not settings.mcp:
        arguments.append("--strict-mcp-config")
    return tuple(arguments)


def _bounds(settings: ClaudeSettings, limits: Limits) -> tuple[str, ...]:
    arguments: list[str] = []
    budget = to_usd(limits.max_cost_nano_usd)
    if budget is not None:
        arguments += ["--max-budget-usd", f"{budget:.9f}"]
    turns = limits.max_turns if limits.max_turns is not None else settings.max_turns
    if turns is not None:
        arguments += ["--max-turns", str(turns)]
    return tuple(arguments)
