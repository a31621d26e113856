"""The requests and commands that benchmarks use: the project's own, and outside ones when they are there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.figures import SHARED

OWN = Path(__file__).resolve().parents[1] / "tests" / "data"


def rows(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSON-lines file, or nothing when it is not there."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def request_sets() -> dict[str, list[dict[str, Any]]]:
    """Return the labelled request sets by name."""
    sets = {path.stem: rows(path) for path in sorted(OWN.glob("requests_*.jsonl"))}
    sets["requests_public"] = rows(SHARED / "requests_public.jsonl")
    return {name: found for name, found in sets.items() if found}


def command_sets() -> dict[str, list[dict[str, Any]]]:
    """Return the labelled command sets by name."""
    sets = {path.stem: rows(path) for path in sorted(OWN.glob("commands_*.jsonl"))}
    sets["dcg_commands"] = rows(SHARED / "routing" / "dcg_commands.jsonl")
    return {name: found for name, found in sets.items() if found}
