"""Declared agents: Markdown files with front matter, and how well one matches a request.

Reads `.claude/agents/*.md` of the project, then of the user, then agents that plugins give. No YAML parser: front matter
of agents is flat `key: value` lines, lists inline or as dashes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

__all__ = ["GENERAL", "Agent", "best_match", "find_agents", "load_agents", "match", "parse_agent"]

# The agents that always exist, by tier.
GENERAL = "{tier}-general"
_MAX_BYTES = 64 * 1024
_MAX_FILES = 500
_COMMON = frozenset(
    "the a an and or of to in for with on by use when this that is are be it its from as at agent agents task tasks using used uses user "
    "users should must can will you your any all need needs needed such e.g etc proactively after before which who into not expert "
    "specialist specialized specialised helper help helps handle handles work works code file files project please want make new about "
    "me my our we i do does how what why".split()
)
_SOURCES = ("project", "user", "plugin")


class Agent(NamedTuple):
    """A declared agent: its name, what it is for, the tier or model it asks for, its tools, and who declared it.

    `source` is "project", "user" or "plugin", in that order of precedence.
    """

    name: str
    description: str = ""
    model: str = ""
    tools: tuple[str, ...] = ()
    source: str = "project"
    path: str = ""


def parse_agent(text: str, source: str = "project", path: str = "") -> Agent | None:
    """Read one agent file.

    Returns None when the text has no front matter with a name; unknown keys are ignored.
    """
    lines = text.lstrip("\ufeff").splitlines()
    if not lines or lines[0].strip() != "---":
        return None
    fields: dict[str, str] = {}
    key = ""
    for line in lines[1:]:
        if line.strip() == "---":
            break
        if line[:1] in (" ", "\t", "-") and key:
            fields[key] = f"{fields[key]} {line.strip().lstrip('-').strip()}".strip()
        elif ":" in line:
            key, _, value = line.partition(":")
            key = key.strip().lower()
            fields[key] = value.strip().strip("\"'") if value.strip() not in ("|", ">", "|-", ">-") else ""
    else:
        return None
    name = fields.get("name", "")
    if not name:
        return None
    tools = tuple(tool.strip(" \"'[]") for tool in fields.get("tools", "").replace(",", " ").split())
    return Agent(name, fields.get("description", ""), fields.get("model", "").lower(), tools, source, path)


def load_agents(cwd: str | None, home: str | None = None, given: Iterable[Agent] = ()) -> tuple[Agent, ...]:
    """Return the agents of the project at `cwd`, of the user, then those given; the first of a name wins.

    Unreadable, over-long (64 kB) and malformed files are left out. `home` defaults to the user's home folder.
    """
    found: dict[str, Agent] = {}
    folders = []
    if cwd:
        folders.append((os.path.join(cwd, ".claude", "agents"), "project"))  # noqa: PTH118
    folders.append((os.path.join(home or os.path.expanduser("~"), ".claude", "agents"), "user"))  # noqa: PTH111, PTH118
    for folder, source in folders:
        for agent in _folder(folder, source):
            found.setdefault(agent.name, agent)
    for agent in given:
        found.setdefault(agent.name, agent)
    return tuple(found.values())


def find_agents(cwd: str | os.PathLike[str] | None) -> tuple[Agent, ...]:
    """Return the agents declared for work in `cwd`: the project's and the user's (see `load_agents`)."""
    return load_agents(os.fspath(cwd) if cwd else None)


def _folder(folder: str, source: str) -> list[Agent]:
    """Read the agents of a folder, in order of file name; a folder that is not there has none."""
    try:
        with os.scandir(folder) as entries:
            files = sorted(
                (entry.path, entry.stat().st_mtime_ns, entry.stat().st_size)
                for entry in entries
                if entry.name.endswith(".md") and entry.is_file()
            )[:_MAX_FILES]
    except OSError:
        return []
    agents = (
        _file(path, modified_ns, size, source) for path, modified_ns, size in files if size <= _MAX_BYTES
    )
    return [agent for agent in agents if agent is not None]


@lru_cache(maxsize=512)
def _file(path: str, modified_ns: int, size: int, source: str) -> Agent | None:
    """Read one agent file; time and size are the key under which it is remembered."""
    del modified_ns, size
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            return parse_agent(file.read(_MAX_BYTES), source, path)
    except OSError:
        return None


def match(agent: Agent, text: str) -> float:
    """Return how well an agent fits a request, 0 to 1.

    1 when the request names the agent; else the share of the request's telling words that the agent's name and
    description speak of, words of the name counting double.
    """
    lowered = text.lower()
    if (
        f"@{agent.name.lower()}" in lowered
        or f"{agent.name.lower()} agent" in lowered
        or f"agent {agent.name.lower()}" in lowered
    ):
        return 1.0
    wanted = _telling(lowered)
    if not wanted:
        return 0.0
    names = _telling(agent.name.lower().replace("-", " ").replace("_", " "))
    about = _telling(agent.description.lower())
    named = sum(1 for word in wanted if word in names)
    described = sum(1 for word in wanted if word in about and word not in names)
    return min(1.0, (2 * named + described) / len(wanted)) if named + described >= 2 else 0.0


def best_match(agents: Sequence[Agent], text: str, threshold: float) -> tuple[Agent, float] | None:
    """Return the agent that wins and its score, or None when none reaches `threshold`.

    A project agent at the threshold beats a better one of the user, and so on down.
    """
    for source in _SOURCES:
        scored = [(match(agent, text), agent) for agent in agents if agent.source == source]
        scored = [(score, agent) for score, agent in scored if score >= threshold]
        if scored:
            score, agent = max(scored, key=lambda pair: (pair[0], pair[1].name))
            return agent, score
    return None


def tier_of(agent: Agent, tiers: Sequence[str], default: str) -> str:
    """Return the tier that an agent's model belongs to; `default` for "inherit", none or an unknown one."""
    return next((tier for tier in tiers if tier in agent.model), default)


def as_agents(given: Iterable[Agent | Mapping[str, object]]) -> tuple[Agent, ...]:
    """Turn agents given as mappings (name, description, model, tools, source) into records."""
    return tuple(
        item
        if isinstance(item, Agent)
        else Agent(
            str(item.get("name", "")),
            str(item.get("description", "")),
            str(item.get("model", "")).lower(),
            source=str(item.get("source", "plugin")),
        )
        for item in given
    )


@lru_cache(maxsize=1024)
def _telling(text: str) -> frozenset[str]:
    """Return the stems of the words that say what a text is about."""
    words = ("".join(letter if letter.isalnum() else " " for letter in text[:4000])).split()
    return frozenset(_stem(word) for word in words if len(word) > 1 and word not in _COMMON)


def _stem(word: str) -> str:
    """Cut the commonest endings, so that "queries" meets "query" and "optimising" meets "optimise"."""
    for ending, replacement in (
        ("ies", "y"),
        ("ing", ""),
        ("ers", ""),
        ("er", ""),
        ("es", ""),
        ("ed", ""),
        ("s", ""),
        ("e", ""),
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + replacement
    return word
