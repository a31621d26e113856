"""How the client is called: its argument list, its environment, and what it may touch.

Nothing of the person's text is in the argument list, which other users of the machine can see: the prompt goes by
standard input. The flags are those of client 2.1; `--tools` takes every tool away that is not named, whatever
a settings file allows, so a read-only job cannot write and an edit job cannot run commands. Commands that the person
asked for, and no others, are let through by a hook (see `permit`); a job that moves or deletes whole files may do that,
in its workspace.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
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
# In this mode the client lets a shell make, move, copy and delete files of its folder, and denies it everything else
# that changes anything.
_MOVING_MODE = "acceptEdits"
BASH = "Bash"
_EDITING = frozenset({"Edit", "MultiEdit", "Write", "NotebookEdit"})
_HOOK_S = 20

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
    program: str, settings: ClaudeSettings, job: Job, limits: Limits, more: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Return the argument list for a job; `program` is the client's absolute path, `more` what files were written for."""
    return (
        *(program, "-p", "--output-format", "stream-json", "--verbose", "--include-partial-messages"),
        *("--model", job.tier.model),
        *_permissions(settings, job),
        *_sources(settings, job),
        *_bounds(settings, limits),
        *(("--resume", job.session) if job.session else ("--session-id", str(uuid.uuid4()))),
        *more,
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
    """Return what the client reads."""
    return job.message().encode()


def allowed_rules(settings: ClaudeSettings, *, read_only: bool) -> tuple[str, ...]:
    """Return the person's own rules for a job; a reading one gets no tool that edits."""
    return tuple(
        rule for rule in settings.allowed_tools if not (read_only and rule.partition("(")[0] in _EDITING)
    )


def permit_settings(settings: ClaudeSettings, job: Job, folder: Path) -> tuple[str, ...]:
    """Write the hook by which the job's commands may run into a private folder; return the arguments that name it.

    Commands that are not the job's are denied, unless the person's own rules or the client's mode have a say in them.
    """
    if not job.commands:
        return ()
    open_to_others = job.moves or any(
        rule.partition("(")[0] == BASH for rule in allowed_rules(settings, read_only=job.read_only)
    )
    rules = write_private(folder / "commands.json", {"commands": job.commands, "only": not open_to_others})
    program = [sys.executable, "-I", "-S", str(Path(__file__).with_name("permit.py")), str(rules)]
    hook = {"type": "command", "command": shlex.join(program), "timeout": _HOOK_S}
    hooks = {"PreToolUse": [{"matcher": BASH, "hooks": [hook]}]}
    return ("--settings", str(write_private(folder / "settings.json", {"hooks": hooks})))


def write_private(file: Path, value: object) -> Path:
    """Write JSON into a new file that only its owner may read; return the file."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(value, stream)
    return file


def _permissions(settings: ClaudeSettings, job: Job) -> tuple[str, ...]:
    own = settings.read_tools if job.read_only else settings.edit_tools
    rules = allowed_rules(settings, read_only=job.read_only)
    shell = bool(job.commands) or (job.moves and settings.permission_mode == _MOVING_MODE)
    names = dict.fromkeys((*own, *(rule.partition("(")[0] for rule in rules), *((BASH,) if shell else ())))
    allowed = ("--allowedTools", ",".join(rules)) if rules else ()
    mode = READ_MODE if job.read_only else settings.permission_mode
    return ("--permission-mode", mode, "--tools", ",".join(names), *allowed)


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
