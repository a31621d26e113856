"""Which agent of the person's files runs a job, and how the client is told.

The client looks for a project's agents only where it also takes the project's settings, so the agent that is
wanted is handed over as a file. An agent that nobody declared is left out: the client refuses unknown names.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from ccrouter_plugins.claude_code.arguments import write_private

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ccrouter_plugins.claude_code.arguments import ClaudeSettings

_MAX_AGENT_BYTES = 256 << 10


@frozen(kw_only=True)
class Agent:
    """An agent as its file declares it; `tools` None means those of the session."""

    name: str
    description: str
    prompt: str
    tools: tuple[str, ...] | None = None


def agent_arguments(
    name: str | None, cwd: str | None, settings: ClaudeSettings, env: Mapping[str, str], folder: Path
) -> tuple[str, ...] | None:
    """Return the arguments that select the agent; None when nobody declared it, () when none is wanted.

    Args:
        name: the agent's name, `plugin:agent` for one that an installed plugin of the client brings.
        cwd: the project.
        settings: where the client looks by itself.
        env: the client's environment, which may move its configuration folder.
        folder: a private folder that outlives the run; an agent of the project is written there for the client.
    """
    if not name:
        return ()
    if ":" in name:
        return ("--agent", name)
    home = Path(env.get("CLAUDE_CONFIG_DIR") or Path(env.get("HOME", "~")).expanduser() / ".claude")
    project = find_agent(name, Path(cwd or ".") / ".claude" / "agents")
    if project is not None and "project" not in settings.setting_sources:
        return ("--agents", str(_written(project, folder)), "--agent", project.name)
    if project is not None or ("user" in settings.setting_sources and find_agent(name, home / "agents")):
        return ("--agent", name)
    return None


def find_agent(name: str, folder: Path) -> Agent | None:
    """Return the agent of that name declared below the folder, by front matter or else by file name."""
    for file in sorted(folder.rglob("*.md")) if folder.is_dir() else ():
        if file.is_symlink() or not file.is_file() or file.stat().st_size > _MAX_AGENT_BYTES:
            continue
        agent = parse_agent(file.read_text(encoding="utf-8", errors="replace"), file.stem)
        if agent.name == name:
            return agent
    return None


def parse_agent(text: str, default_name: str) -> Agent:
    """Return the agent that a Markdown file declares; only name, description and tools of its head are read."""
    head, body = _split(text)
    fields = _fields(head)
    tools = fields.get("tools", "")
    return Agent(
        name=fields.get("name") or default_name,
        description=fields.get("description") or default_name,
        prompt=body.strip(),
        tools=tuple(word for word in tools.strip("[]").replace(",", " ").split() if word) or None,
    )


def _split(text: str) -> tuple[list[str], str]:
    lines = text.splitlines()
    if lines and lines[0].strip() == "---":
        for index, line in enumerate(lines[1:], start=1):
            if line.strip() == "---":
                return lines[1:index], "\n".join(lines[index + 1 :])
    return [], text


def _fields(lines: Iterable[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    key = ""
    for line in lines:
        item = line.strip()
        if item.startswith("- ") and key:
            fields[key] = f"{fields[key]} {item[2:].strip()}".strip()
        elif ":" in line and not line[:1].isspace():
            key, _, value = line.partition(":")
            key = key.strip().lower()
            fields[key] = value.strip().strip("\"'")
    return fields


def _written(agent: Agent, folder: Path) -> Path:
    """Write the agent as the client's JSON, readable by its owner only; return the file."""
    record: dict[str, object] = {"description": agent.description, "prompt": agent.prompt}
    if agent.tools is not None:
        record["tools"] = list(agent.tools)
    return write_private(folder / "agents.json", {agent.name: record})
